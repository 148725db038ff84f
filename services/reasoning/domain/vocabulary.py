"""Which question an answer is about, by its words taken one by one, among all questions of the bank.

Phrases tell what an answer says; other words for the same thing escape them. Single words tell what it is about: who
explains how a table was changed without stopping anything uses words of that question, whatever the wording, and far
more of them than of any other question. So the measure is relative: tf-idf weights (Salton and Buckley, "Term-weighting
approaches in automatic text retrieval", 1988), and how far the question's score stands out of those of all questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from math import fsum, log, sqrt

from services.reasoning.domain.matching import Phrase

Counts = Mapping[str, int]
"""Lemma to how many of a question's points (its topics count as one more) are said with it."""

LEAST_RARITY = 0.1  # of a word that all questions share
LEAST_WORDS = 6  # of the question's: few rare words in small talk stand out as far as an answer
LEAST_SENTENCE_RARITY = 1.5  # one word that a quarter of the questions has


def count_words(groups: Iterable[Iterable[Phrase]], everyday: Set[str]) -> Counts:
    """The words of phrases in ``groups`` (a point's each, and the topics'), everyday ones left out."""
    counts: dict[str, int] = defaultdict(int)
    for phrases in groups:
        for lemma in sorted({lemma for phrase in phrases for lemma in phrase.lemmas} - everyday):
            counts[lemma] += 1
    return dict(counts)


@dataclass(frozen=True)
class Vocabularies:
    """The words of every question in one language, by its id."""

    counts: Mapping[str, Counts]

    def of(self, question_id: str, own: Counts) -> Vocabulary:
        """The vocabulary of a question with the words ``own``; it need not be one of these."""
        return Vocabulary(question_id, own, self)

    def rarity(self, lemma: str) -> float:
        """Inverse document frequency: natural logarithm of questions per question that has the word."""
        questions = max(len(self.counts), 1)
        return log(questions / (self._frequencies.get(lemma) or 1)) + LEAST_RARITY

    def weights(self, counts: Counts) -> dict[str, float]:
        """What each word adds to the score of a question with ``counts``."""
        shares = {lemma: self.rarity(lemma) * (1 + log(count)) for lemma, count in counts.items()}
        length = sqrt(sum(share * share for share in shares.values())) or 1.0
        return {lemma: share * self.rarity(lemma) / length for lemma, share in shares.items()}

    def scores(self, said: Set[str]) -> dict[str, float]:
        """Each question's score for the words ``said``; all questions are there."""
        sums = [0.0] * len(self.counts)
        for lemma in sorted(said & self._postings.keys()):  # in one order: sums of floats depend on it
            for place, weight in self._postings[lemma]:
                sums[place] += weight
        return dict(zip(self.counts, sums, strict=True))

    @cached_property
    def _frequencies(self) -> Counts:
        frequencies: dict[str, int] = defaultdict(int)
        for counts in self.counts.values():
            for lemma in counts:
                frequencies[lemma] += 1
        return dict(frequencies)

    @cached_property
    def _postings(self) -> Mapping[str, list[tuple[int, float]]]:
        """What each word adds to the scores of which questions, by their places in ``counts``."""
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, counts in enumerate(self.counts.values()):
            for lemma, weight in self.weights(counts).items():
                postings[lemma].append((place, weight))
        return dict(postings)


@dataclass(frozen=True)
class Vocabulary:
    """One question's words, among those of all questions."""

    question_id: str
    own: Counts
    among: Vocabularies

    def fit(self, said: Set[str]) -> float | None:
        """How far this question's score for the words ``said`` stands above the mean of all questions, in standard
        deviations. None where fewer of its words are said than chance may bring. Golden answers: 1.6 to 11 to their own
        question, in any wording; nearly always less to another.
        """
        if len(said & self.own.keys()) < LEAST_WORDS:
            return None
        scores = self.among.scores(said)
        own = sum(self._weights[lemma] for lemma in sorted(said & self._weights.keys()))
        scores[self.question_id] = own
        mean = fsum(scores.values()) / len(scores)
        # Not statistics.pstdev: its exact fractions take half a millisecond for a few hundred questions.
        spread = sqrt(fsum((score - mean) ** 2 for score in scores.values()) / len(scores))
        return (own - mean) / spread if spread else 0.0

    def touches(self, said: Set[str]) -> bool:
        """Whether a sentence with the words ``said`` has to do with this question."""
        return fsum(self.among.rarity(lemma) for lemma in said & self.own.keys()) >= LEAST_SENTENCE_RARITY

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        return self.among.weights(self.own)
