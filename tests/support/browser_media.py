"""What Chromium's fake microphone and camera play: files made from the shared recordings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.support.recordings import write_wav

RATE_HZ = 48_000
# The browser plays the file from the moment that a page opens the microphone, and again from its start at its end.
_TAIL_S = 300.0


def write_microphone(path: Path, clips: Sequence[Path], *, lead_s: float, gap_s: float) -> None:
    """A recording that is silent for ``lead_s``, then plays the clips with ``gap_s`` after each, then stays silent."""
    silence = np.zeros(int(gap_s * RATE_HZ), np.int16)
    parts = [np.zeros(int(lead_s * RATE_HZ), np.int16)]
    for clip in clips:
        parts += [_decode(clip), silence]
    parts.append(np.zeros(int(_TAIL_S * RATE_HZ), np.int16))
    write_wav(path, np.concatenate(parts), RATE_HZ)


def _decode(clip: Path) -> NDArray[np.int16]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    with av.open(str(clip)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.int16)


def write_camera(path: Path, video: Path, *, seconds: float) -> None:
    """The video's first ``seconds`` as motion JPEG, 640×480 at 10 frames/s; the browser repeats it."""
    with av.open(str(video)) as source, av.open(str(path), "w", format="mjpeg") as target:
        stream = target.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuvj420p"
        for frame in source.decode(video=0):
            if frame.time is not None and frame.time >= seconds:
                break
            target.mux(stream.encode(frame.reformat(640, 480, "yuvj420p")))
        target.mux(stream.encode(None))
