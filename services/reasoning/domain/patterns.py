"""What to look for in an answer to one question, prepared once per question: phrases as lemmas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from services.reasoning.domain.bank import BankQuestion
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.matching import Phrase
from services.reasoning.domain.questions import Question
from services.reasoning.domain.text import TextAnalyser
from services.reasoning.domain.vocabulary import Vocabularies, Vocabulary, count_words


@dataclass(frozen=True, slots=True)
class WordSets:
    """The lexicon's single words as lemmas."""

    change: frozenset[str]
    not_actions: frozenset[str]
    generic: frozenset[str]
    work: frozenset[str]

    @classmethod
    def of(cls, lexicon: Lexicon, analyser: TextAnalyser) -> WordSets:
        """The word sets of ``lexicon``; blocks while ``analyser`` works."""

        def lemmas(words: Iterable[str]) -> frozenset[str]:
            analysed = analyser.analyse(tuple(words))
            # A bare Korean verb stem (줄) is not a word that an analyser can know, so the stem itself counts as well.
            return frozenset(token.lemma for text in analysed for token in text.content) | frozenset(words)

        return cls(lemmas(lexicon.change), lemmas(lexicon.not_actions), lemmas(lexicon.generic), lemmas(lexicon.work))


@dataclass(frozen=True, slots=True)
class QuestionPatterns:
    """One question's phrases. ``echo`` are the lemmas of its own wording: repeating them answers nothing.

    ``vocabulary`` is there for questions with expected points only: a story may be about anything, and a follow-up's
    answer be a number.
    """

    points: Mapping[str, tuple[Phrase, ...]]
    core_point_ids: frozenset[str]
    topics: tuple[Phrase, ...]
    misconceptions: Mapping[str, tuple[Phrase, ...]]
    echo: frozenset[str]
    vocabulary: Vocabulary | None

    @classmethod
    def of(
        cls,
        question: Question,
        entry: BankQuestion | None,
        words: WordSets,
        analyser: TextAnalyser,
        vocabularies: Vocabularies,
    ) -> QuestionPatterns:
        """The patterns of ``question`` with what the bank knows of it; blocks while ``analyser`` works."""
        phrases = PhraseTable(analyser, _all_texts(question, entry))
        points = {point.point_id: phrases.of((point.text, *point.synonyms)) for point in question.expected_points}
        topics = _distinct(phrases.of(entry.topics)) if entry else ()
        own_words = (question.text, question.grounding_quote)
        counts = count_words((*points.values(), topics), words.generic)
        known = entry.question.source_id if entry else question.source_id
        return cls(
            points=points,
            core_point_ids=entry.core_point_ids & points.keys() if entry else frozenset(points),
            topics=topics,
            misconceptions={m.misconception_id: phrases.ordered(m.says) for m in entry.misconceptions} if entry else {},
            echo=frozenset(lemma for phrase in phrases.of(own_words) for lemma in phrase.lemmas) - words.generic,
            vocabulary=vocabularies.of(known, counts) if points and not question.follows_source_id else None,
        )


class PhraseTable:
    """Phrases of many texts, analysed in one batch: one round trip to a Korean analyser instead of a hundred."""

    def __init__(self, analyser: TextAnalyser, texts: Iterable[str]) -> None:
        distinct = tuple(dict.fromkeys(texts))
        analysed = analyser.analyse(distinct)
        self._phrases = {text: Phrase.of(result) for text, result in zip(distinct, analysed, strict=True)}

    def of(self, texts: Iterable[str]) -> tuple[Phrase, ...]:
        """The phrases of ``texts``, which are among those that it was made of."""
        return tuple(self._phrases[text] for text in texts)

    def ordered(self, texts: Iterable[str]) -> tuple[Phrase, ...]:
        """The same, said in this order only."""
        return tuple(replace(phrase, ordered=True) for phrase in self.of(texts))


def _all_texts(question: Question, entry: BankQuestion | None) -> list[str]:
    texts = [question.text, question.grounding_quote]
    for point in question.expected_points:
        texts += [point.text, *point.synonyms]
    if entry is not None:
        texts += entry.topics
        texts += [says for misconception in entry.misconceptions for says in misconception.says]
    return texts


def _distinct(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """One phrase per set of lemmas and polarity: "disagree" and "disagreed" are one sign of the topic, not two."""
    return tuple({(phrase.lemmas, phrase.negated): phrase for phrase in phrases if phrase.lemmas}.values())
