"""What the gate found in the latest frames of a stream."""

from __future__ import annotations

import heapq

from services.speech.domain.audio import FRAME_SAMPLES, Span

_SMOOTHING_FRAMES = 5
_SUREST_FRAMES = 6


class FrameLog:
    """Probability and energy of consecutive frames; bounded by whoever calls `forget`. Frames by their index."""

    def __init__(self, first: int) -> None:
        """`first`: index of the first frame that will be added."""
        self._first = first
        self._voiced: list[float] = []
        """Probability of speech in each frame that is voiced, 0 in the others."""
        self._energies: list[float] = []

    def __len__(self) -> int:
        return len(self._voiced)

    def add(self, probability: float, energy: float, *, voiced: bool) -> None:
        """The next frame."""
        self._voiced.append(probability if voiced else 0.0)
        self._energies.append(energy)

    def forget(self, before: int) -> None:
        """Gives up the frames before `before`."""
        unused = before - self._first
        if unused > 0:
            del self._voiced[:unused], self._energies[:unused]
            self._first += unused

    def voiced(self, start: int, end: int) -> list[int]:
        """The voiced frames from `start` up to but not including `end`."""
        return [frame for frame in range(start, end) if self._voiced[frame - self._first]]

    def voiced_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The voiced stretches between two frames, in samples, in order."""
        flags = [False, *(each > 0 for each in self._odds(start, end)), False]
        edges = [start + at for at in range(len(flags) - 1) if flags[at] != flags[at + 1]]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return tuple(Span(rise * FRAME_SAMPLES, fall * FRAME_SAMPLES) for rise, fall in pairs)

    def strength(self, start: int, end: int) -> float:
        """The mean probability of the six surest voiced frames between two, 0..1.

        Six are a fifth of a second: a short word has them, and music that reached 0.88 over three stays under 0.84.
        """
        return sum(heapq.nlargest(_SUREST_FRAMES, self._odds(start, end))) / _SUREST_FRAMES

    def quietest(self, start: int, end: int) -> int:
        """The quietest frame of the quietest stretch between two frames."""
        first, last = start - self._first, end - self._first - _SMOOTHING_FRAMES
        stillest = min(range(first, last), key=lambda at: sum(self._energies[at : at + _SMOOTHING_FRAMES]))
        inside = range(stillest, stillest + _SMOOTHING_FRAMES)
        return self._first + min(inside, key=self._energies.__getitem__)

    def _odds(self, start: int, end: int) -> list[float]:
        return self._voiced[start - self._first : end - self._first]
