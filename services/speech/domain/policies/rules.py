"""How many words of a hypothesis may be committed: the two rules that a policy can follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.speech.domain.audio import in_samples
from services.speech.domain.transcript import Hypothesis

ALIGN_ATT_MARGIN = in_samples(0.5)
"""Words that attend to the last half second are not committed (25 encoder frames, as in SimulStreaming)."""
_MOST_REWIND = in_samples(1.0)
_LEAST_CONFIDENCE = 0.8


class CommitRule(Protocol):
    """A policy's memory of one utterance. Its hypotheses come in order, over ever more audio."""

    def committable(self, hypothesis: Hypothesis, heard: int) -> int:
        """How many leading words of `hypothesis` will stay. `heard`: samples of audio that it was made of."""
        ...


class LocalAgreement:
    """LocalAgreement-2: the words that two successive hypotheses begin with (Liu et al. 2020, section 3.1).

    The last word of the earlier one does not count, because the audio may have cut it.
    """

    def __init__(self) -> None:
        self._before: Sequence[str] = ()

    def committable(self, hypothesis: Hypothesis, heard: int) -> int:
        """See CommitRule."""
        words = hypothesis.text.split()
        before, self._before = self._before, words
        count = 0
        for earlier, now in zip(before[:-1], words, strict=False):
            if core(earlier) != core(now):
                break
            count += 1
            if earlier != now:  # punctuation differs: fit for the last committed word, whose own is left open
                break
        return count


class AlignAtt:
    """AlignAtt: the words that attend to audio well before its end (Papi et al. 2023, section 3).

    The first word that attends to the last `margin` samples stops it, and so does one that attends to audio long
    before its predecessor's: a decoder that jumps back repeats itself. So does a word whose probability is under 0.8,
    which is our addition: one reading is all that AlignAtt asks for, and early readings guess. A hypothesis whose words
    are not aligned commits nothing.
    """

    def __init__(self, margin: int = ALIGN_ATT_MARGIN) -> None:
        self._margin = margin

    def committable(self, hypothesis: Hypothesis, heard: int) -> int:
        """See CommitRule."""
        count, latest = 0, 0
        for word in hypothesis.words:
            if word.span.end > heard - self._margin or word.span.end < latest - _MOST_REWIND:
                break
            if word.confidence is not None and word.confidence < _LEAST_CONFIDENCE:
                break
            latest = max(latest, word.span.end)
            count += 1
        return min(count, len(hypothesis.text.split()))


def core(word: str) -> str:
    """The word without punctuation around it, case folded; itself if it is nothing else."""
    return bare(word).casefold() or word


def bare(word: str) -> str:
    """The word without punctuation after it; itself if it is nothing else."""
    end = len(word)
    while end and not word[end - 1].isalnum():
        end -= 1
    return word[:end] or word
