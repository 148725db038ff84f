"""Keeps the audio of a stream for as long as an utterance may need it."""

from __future__ import annotations

from collections import deque

import numpy as np

from services.speech.domain.audio import Pcm, Span


class AudioHistory:
    """Consecutive audio from some place on; bounded by whoever calls `forget`."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[int, Pcm]] = deque()

    def add(self, start: int, samples: Pcm) -> None:
        """Adds samples that lie at `start`, after those that are there."""
        self._pieces.append((start, samples))

    def cut(self, span: Span) -> Pcm:
        """A copy of the samples in `span`, all of which must have been added and not forgotten."""
        parts = [
            samples[max(0, span.start - start) : span.end - start]
            for start, samples in self._pieces
            if start < span.end and start + len(samples) > span.start
        ]
        return np.concatenate([np.zeros(0, np.int16), *parts])

    def forget(self, before: int) -> None:
        """Gives up what lies wholly before `before`."""
        while self._pieces and self._pieces[0][0] + len(self._pieces[0][1]) <= before:
            self._pieces.popleft()
