"""Places words in the audio where the recogniser does not."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from services.speech.domain.audio import Span
from services.speech.domain.transcript import Word


def interpolate(text: str, voiced: Sequence[Span]) -> tuple[Word, ...]:
    """Spreads the words of `text` over the `voiced` stretches, each as long as its share of the letters.

    Voice is spent at an even rate and pauses are jumped over, so a word after a pause starts after it. `voiced` must
    be in order and not empty unless `text` is. Times are estimates, good to a few tenths of a second.
    """
    words = text.split()
    if not words:
        return ()
    ends = list(accumulate(_weight(word) for word in words))
    spent = list(accumulate(span.length for span in voiced))
    scale = spent[-1] / ends[-1]
    cuts = [0, *(round(end * scale) for end in ends)]
    places = [Span(_place(start, voiced, spent), _place(end - 1, voiced, spent) + 1) for start, end in _pairs(cuts)]
    return tuple(Word(word, span) for word, span in zip(words, places, strict=True))


def _weight(word: str) -> int:
    letters = sum(character.isalnum() for character in word)
    return max(1, letters)


def _pairs(cuts: Sequence[int]) -> list[tuple[int, int]]:
    # A word is at least one sample long, also where more words than samples were claimed.
    return [(start, max(start + 1, end)) for start, end in pairwise(cuts)]


def _place(voice: int, voiced: Sequence[Span], spent: Sequence[int]) -> int:
    """Sample at which `voice` samples of voice are over."""
    index = min(bisect_right(spent, voice), len(voiced) - 1)
    return voiced[index].end - (spent[index] - voice)
