"""Audio and video files as frames, whatever their container (PyAV)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import av.error
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 48_000


class UnreadableRecording(Exception):
    """The file is missing or holds no audio or video that can be decoded; the message says which."""


def read_audio(path: Path) -> NDArray[np.int16]:
    """The whole file as mono 16-bit samples at 48 kHz, shape [n]."""
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise UnreadableRecording(f"{path} has no audio in it")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
            pieces = [out.to_ndarray() for frame in container.decode(audio=0) for out in resampler.resample(frame)]
            pieces += [out.to_ndarray() for out in resampler.resample(None)]
    except (OSError, av.error.FFmpegError) as exc:
        raise UnreadableRecording(f"{path} cannot be read as audio: {exc}") from exc
    if not pieces:
        raise UnreadableRecording(f"{path} has no audio in it")
    samples: NDArray[np.int16] = np.concatenate(pieces, axis=1)[0].astype(np.int16)
    return samples


def loop_video(path: Path) -> Iterator[tuple[float, VideoFrame]]:
    """The file's frames again and again, each with its time in seconds from the first start; never ends."""
    base = 0.0
    while True:
        last = 0.0
        for time_s, frame in _frames(path):
            yield base + time_s, frame
            last = time_s
        base += last + 0.1


def check(audio: Iterable[Path], video: Path | None) -> None:
    """Raises UnreadableRecording unless each audio file, and the video if there is one, can be decoded."""
    for path in audio:
        read_audio(path)
    if video is not None:
        next(_frames(video))


def _frames(path: Path) -> Iterator[tuple[float, VideoFrame]]:
    count = 0
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise UnreadableRecording(f"{path} has no video in it")
            for frame in container.decode(video=0):
                count += 1
                yield float(frame.time or 0.0), frame
    except (OSError, av.error.FFmpegError) as exc:
        raise UnreadableRecording(f"{path} cannot be read as video: {exc}") from exc
    if not count:
        raise UnreadableRecording(f"{path} has no video in it")
