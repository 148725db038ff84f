"""Audio as the domain counts it: samples at 16 kHz mono on the session clock, whose zero is the first of the media."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]
"""Mono samples at full 16-bit scale."""

RATE_HZ = 16_000
FRAME_SAMPLES = 512
"""The voice activity detector's frame: 32 ms. Frames lie on multiples of it on the session clock, so that the same
audio is cut
the same way however it is sent and from wherever it is replayed."""
FULL_SCALE = 32_768.0


def in_samples(seconds: float) -> int:
    """Seconds to the nearest sample."""
    return round(seconds * RATE_HZ)


def in_seconds(samples: int) -> float:
    """Samples to seconds."""
    return samples / RATE_HZ


def in_frames(seconds: float) -> int:
    """Seconds to whole frames, rounded to the nearest, at least one."""
    return max(1, round(seconds * RATE_HZ / FRAME_SAMPLES))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Samples from `start` up to but not including `end`, on the session clock."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Number of samples."""
        return self.end - self.start
