"""Decoded audio of a peer as the mesh's: 16 kHz, mono, with what was lost counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from av import AudioFrame, AudioResampler

from services.media.domain.clock import RATE_HZ
from services.media.domain.replay import BYTES_PER_SAMPLE

TRACK_RATE_HZ: Final = 48_000
_STEP: Final = TRACK_RATE_HZ // RATE_HZ
# Lost packets up to this long are filled with silence; a longer hole is left as one, and the clock jumps.
_FILL_SAMPLES: Final = TRACK_RATE_HZ


@dataclass(frozen=True, slots=True)
class Sound:
    """Signed 16-bit little-endian mono samples at 16 kHz, after ``lost`` that never came."""

    pcm: bytes
    lost: int = 0


class Ear:
    """Turns one track's frames (48 kHz, any layout) into 16 kHz mono. The resampler delays by one millisecond."""

    def __init__(self) -> None:
        self._resampler = _resampler()
        self._due: int | None = None

    def hear(self, frame: AudioFrame) -> Iterator[Sound]:
        """The sound of a frame; the track's time stamps tell what is missing before it."""
        lost = 0
        if self._due is not None and frame.pts is not None:
            lost = max(frame.pts - self._due, 0)
        if lost > _FILL_SAMPLES:
            self._resampler = _resampler()
        elif lost:
            yield Sound(self._resample(_silence(lost)))
            lost = 0
        if frame.pts is not None:
            self._due = frame.pts + frame.samples
        frame.pts = None  # swresample would try to mend the time stamps itself
        pcm = self._resample(frame)
        if pcm:
            yield Sound(pcm, lost // _STEP)

    def _resample(self, frame: AudioFrame) -> bytes:
        return b"".join(_samples(out) for out in self._resampler.resample(frame))


def _resampler() -> AudioResampler:
    return AudioResampler(format="s16", layout="mono", rate=RATE_HZ)


def _samples(frame: AudioFrame) -> bytes:
    return bytes(frame.planes[0])[: BYTES_PER_SAMPLE * frame.samples]  # planes are padded


def _silence(samples: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.zeros((1, 2 * samples), np.int16), format="s16", layout="stereo")
    frame.sample_rate = TRACK_RATE_HZ
    frame.time_base = Fraction(1, TRACK_RATE_HZ)
    return frame
