"""The caption of one utterance while it grows: committed words first, which never change again, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.speech.domain.policies.rules import CommitRule, bare, core
from services.speech.domain.transcript import Hypothesis


@dataclass(frozen=True, slots=True)
class Caption:
    """What to show."""

    text: str
    stable_chars: int
    """Leading code points that every later caption of the utterance begins with."""
    stability: float
    """0..1: their share of the text; 1 if the utterance has probably ended."""


class Captions:
    """The captions of one utterance.

    A later hypothesis that contradicts committed words keeps them: its own reading of that stretch is dropped, and
    only what follows it is shown. The final does not pass through here. It is read from the whole audio and replaces
    everything, so that a wrong commitment lasts no longer than the utterance.
    """

    def __init__(self, rule: CommitRule) -> None:
        self._rule = rule
        self._committed: list[str] = []
        """As shown, but the last one without the punctuation after it."""

    def hear(self, hypothesis: Hypothesis, heard: int, *, ended: bool) -> Caption:
        """The next caption.

        `heard`: samples of audio that the hypothesis was made of; `ended`: whether the utterance has probably ended:
        then all words but the last are committed, which may turn out to be a broken-off one.
        """
        words = hypothesis.text.split()
        covered, kept = _covered(self._committed, words), len(self._committed)
        shown = [*self._written(words[:covered]), *words[covered:]]
        fit = self._rule.committable(hypothesis, heard)
        if ended:
            fit = max(fit, len(words) - 1)
        if fit > covered:
            committed = shown[: kept + fit - covered]
            self._committed = [*committed[:-1], bare(committed[-1])]
        text, stable = " ".join(shown), len(" ".join(self._committed))
        share = stable / len(text) if text else 0.0
        return Caption(text, stable, 1.0 if ended and text else share)

    def _written(self, words: Sequence[str]) -> list[str]:
        """The committed words; the last with the punctuation that it has in `words`, their latest reading."""
        if not self._committed:
            return []
        last = self._committed[-1]
        if words and core(words[-1]) == core(last):
            last += words[-1][len(bare(words[-1])) :]
        return [*self._committed[:-1], last]


def _covered(committed: Sequence[str], words: Sequence[str]) -> int:
    """How many leading words of `words` stand for the committed ones.

    The prefix of `words` with the least edit distance in words to `committed` (Levenshtein 1966), the longest such.
    """
    cores = [core(word) for word in words]
    if [core(word) for word in committed] == cores[: len(committed)]:
        return len(committed)
    row = list(range(len(cores) + 1))
    for place, word in enumerate(committed, start=1):
        above, row[0] = row[0], place
        for at, other in enumerate(cores, start=1):
            above, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, above + (core(word) != other))
    return min(range(len(row)), key=lambda at: (row[at], -at))
