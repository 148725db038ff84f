"""Speech just before an utterance, for recognisers that read a clause better in its sentence. Pure.

All in samples of the session clock.

A recogniser with a word-level language model loses it at every pause that ends an utterance: the first words are then
guessed without their neighbours. It is given the utterances before as well, and only what lies behind them is kept.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from services.speech.domain.audio import Span
from services.speech.domain.transcript import Hypothesis, Word


class SpokenBefore:
    """The utterances that were heard last, at most `longest` samples of audio with the pauses between them."""

    def __init__(self, longest: int) -> None:
        """`longest`: in samples; 0: no context is wanted."""
        self._longest = longest
        self._starts: deque[int] = deque()

    def needed_from(self, start: int) -> int:
        """Sample before which no audio serves an utterance whose audio begins at `start` or later."""
        return start - self._longest

    def of(self, audio: Span) -> Span:
        """The context of the utterance that lies at `audio`, up to its start; empty if none was heard shortly before.

        It begins where an utterance does: a word cut in half would be misread.
        """
        while self._starts and self._starts[0] < self.needed_from(audio.start):
            self._starts.popleft()
        start = self._starts[0] if self._starts else audio.start
        if self._longest:
            self._starts.append(audio.start)
        return Span(start, audio.start)


def later_than(hypothesis: Hypothesis, boundary: int) -> Hypothesis:
    """What `hypothesis` has after the first `boundary` samples: words whose middle lies there, counted from there."""
    words = tuple(
        Word(word.text, Span(max(0, word.span.start - boundary), word.span.end - boundary), word.confidence)
        for word in hypothesis.words
        if (word.span.start + word.span.end) / 2 >= boundary
    )
    return replace(hypothesis, text=" ".join(word.text for word in words), words=words)
