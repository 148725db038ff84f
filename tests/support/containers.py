"""Recordings in the containers that people upload, made from samples."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.support.speech_audio import RATE_HZ, Pcm

_FORMATS = {"libopus": "flt", "aac": "fltp", "libmp3lame": "fltp"}


def encoded(
    samples: Pcm,
    container: str,
    codec: str,
    *,
    rate_hz: int = RATE_HZ,
    layout: str = "mono",
    picture: bool = False,
    **options: str,
) -> bytes:
    """``samples`` (16 kHz mono) as a file; ``picture`` adds a second of black video; ``options`` of the container."""
    sample_format = _FORMATS.get(codec, {"pcm_s24le": "s32", "pcm_f32le": "flt", "pcm_u8": "u8"}.get(codec, "s16"))
    resampler = av.AudioResampler(format=sample_format, layout=layout, rate=rate_hz)
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    with tempfile.NamedTemporaryFile() as out:  # by name: moving an index to the front opens the file again
        with av.open(out.name, "w", format=container, options=options) as file:
            stream: Any = file.add_stream(codec, rate=rate_hz, layout=layout)
            if picture:
                _add_picture(file)
            for each in [*resampler.resample(frame), *resampler.resample(None)]:
                file.mux(stream.encode(each))
            file.mux(stream.encode(None))
        return Path(out.name).read_bytes()


def only_picture() -> bytes:
    """A video without sound."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as file:
        _add_picture(file)
    return out.getvalue()


def as_recorded_live(samples: Pcm, gap_s: float = 0.0) -> bytes:
    """WebM with Opus as a browser's MediaRecorder writes it: no duration, no cues, a segment of unknown size.

    ``gap_s``: how much later than it should the second half comes by its timestamps.
    """

    class Unseekable(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += data
            return len(data)

    out = Unseekable()
    resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    with av.open(out, "w", format="webm", options={"live": "1"}) as file:
        stream: Any = file.add_stream("libopus", rate=48_000, layout="mono")
        frames = [*resampler.resample(frame), *resampler.resample(None), None]
        packets = [packet for each in frames for packet in stream.encode(each)]
        for index, packet in enumerate(packets):
            if index >= len(packets) // 2:
                packet.pts += round(gap_s / packet.time_base)
                packet.dts = packet.pts
            file.mux(packet)
    return bytes(out.data)


def _add_picture(file: Any) -> None:
    video = file.add_stream("libvpx", rate=10)
    video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
    black = np.zeros((48, 64, 3), np.uint8)
    for index in range(10):
        picture = av.VideoFrame.from_ndarray(black, format="rgb24")
        picture.pts = index
        file.mux(video.encode(picture))
    file.mux(video.encode(None))
