"""Puts arriving audio on the session clock and cuts it into frames.

Rules: pieces follow one another; a difference of at most 10 ms between where a piece says it starts and where the
last one ended is rounding and ignored. A later start is a gap: up to 30 s of it become silent frames, the rest is
skipped. An earlier start is an error. Nothing depends on how the audio was divided into pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.speech.domain.audio import FRAME_SAMPLES, RATE_HZ, Pcm, in_seconds
from services.speech.domain.errors import OffsetReversed

ROUNDING_SAMPLES = RATE_HZ // 100
MOST_SILENCE_SAMPLES = 30 * RATE_HZ


@dataclass(frozen=True, slots=True)
class Frames:
    """Consecutive whole frames."""

    first: int
    """Index of the first frame: it starts at sample `first * FRAME_SAMPLES`."""
    samples: Pcm
    """[N, FRAME_SAMPLES]."""
    missing: bool = False
    """Whether these stand for audio that never came."""


class AudioIntake:
    """The audio of one stream, from pieces to frames."""

    def __init__(self, start: int) -> None:
        """`start`: place of the first sample. What lies before it in its frame counts as silence."""
        self.position = start
        """Up to where audio was received."""
        self._rest = np.zeros(start % FRAME_SAMPLES, dtype=np.int16)

    def accept(self, offset: int, samples: Pcm) -> Iterator[Frames]:
        """The whole frames that became complete. Raises OffsetReversed."""
        gap = offset - self.position
        if gap < -ROUNDING_SAMPLES:
            raise OffsetReversed(
                "audio.offset",
                f"starts at {in_seconds(offset):.3f} s, but audio was received up to {in_seconds(self.position):.3f} s;"
                " send audio in order, or open a new stream to replay",
            )
        if gap > ROUNDING_SAMPLES:
            yield from self._fill(gap)
        yield from self._frames(samples)

    def flush(self) -> Iterator[Frames]:
        """The last frame, filled up with silence, if samples wait for one."""
        if len(self._rest):
            yield from self._frames(np.zeros(FRAME_SAMPLES - len(self._rest), dtype=np.int16))

    def _fill(self, gap: int) -> Iterator[Frames]:
        target = self.position + gap
        yield from self._frames(np.zeros(min(gap, MOST_SILENCE_SAMPLES), dtype=np.int16), missing=True)
        if self.position < target:
            yield from self.flush()
            self.position = target
            self._rest = np.zeros(self.position % FRAME_SAMPLES, dtype=np.int16)

    def _frames(self, samples: Pcm, *, missing: bool = False) -> Iterator[Frames]:
        first = (self.position - len(self._rest)) // FRAME_SAMPLES
        self.position += len(samples)
        joined = np.concatenate([self._rest, samples])
        whole = len(joined) // FRAME_SAMPLES
        self._rest = joined[whole * FRAME_SAMPLES :]
        if whole:
            yield Frames(first, joined[: whole * FRAME_SAMPLES].reshape(whole, FRAME_SAMPLES), missing)
