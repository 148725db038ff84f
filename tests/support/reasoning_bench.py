"""The builtin engine's parts without its process and threads: what tests of the rules run on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from services.reasoning.adapters.analysers import make_analysers
from services.reasoning.adapters.bank_files import load_bank, load_lexicon, load_vocabularies, load_wording
from services.reasoning.adapters.builtin import BuiltinEngine
from services.reasoning.adapters.kiwi import KiwiMorphology
from services.reasoning.adapters.korean_morphemes import Morpheme
from services.reasoning.adapters.workers import PriorityWorkers
from services.reasoning.domain.bank import Bank, BankQuestion
from services.reasoning.domain.case import Case
from services.reasoning.domain.evaluations import Criterion, Evaluation, TranscriptQuality
from services.reasoning.domain.followup import NoFollowUp, ask_follow_up
from services.reasoning.domain.judging import judge
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.patterns import QuestionPatterns, WordSets
from services.reasoning.domain.questions import Exchange, Language, Question
from services.reasoning.domain.text import TextAnalyser
from services.reasoning.domain.vocabulary import Vocabularies
from services.reasoning.domain.wording import Wording


@cache
def bank() -> Bank:
    """The bank as it is shipped."""
    return load_bank()


@cache
def lexicon(language: Language) -> Lexicon:
    """The words of ``language``."""
    return load_lexicon(language)


@cache
def wording(language: Language) -> Wording:
    """The templates and the rubric of ``language``."""
    return load_wording(language)


@cache
def analyser(language: Language) -> TextAnalyser:
    """The analyser of ``language``; the Korean one in this process, loaded once per test run (about two seconds)."""
    return make_analysers(bank(), {each: lexicon(each) for each in Language}, _Kiwi())[language]


class _Kiwi:
    """A Morphology that loads Kiwi when it is first used."""

    def morphemes(self, texts: Sequence[str]) -> list[list[Morpheme]]:
        return _loaded_kiwi().morphemes(texts)


@cache
def _loaded_kiwi() -> KiwiMorphology:
    return KiwiMorphology(lexicon(Language.KOREAN).words)


@cache
def vocabularies(language: Language) -> Vocabularies:
    """The words of all questions of ``language``."""
    return load_vocabularies(language)


def builtin_engine(name: str) -> BuiltinEngine:
    """The builtin engine over the parts that tests share, with a worker thread called ``name``. Start and close it."""
    return BuiltinEngine(
        bank=bank(),
        lexicons={language: lexicon(language) for language in Language},
        wordings={language: wording(language) for language in Language},
        vocabularies={language: vocabularies(language) for language in Language},
        analysers={language: analyser(language) for language in Language},
        workers=PriorityWorkers(1, 8, name),
    )


@cache
def words(language: Language) -> WordSets:
    """The lexicon's single words as lemmas."""
    return WordSets.of(lexicon(language), analyser(language))


def entries(language: Language) -> list[BankQuestion]:
    """All questions of ``language``."""
    return [entry for family in bank().families(language) for entry in family.questions]


def entry(source_id: str) -> BankQuestion:
    """The question called ``source_id``."""
    return next(each for language in Language for each in entries(language) if each.question.source_id == source_id)


def language_of(source_id: str) -> Language:
    """The language that the question is asked in; ids begin with it."""
    return Language(source_id[:2])


@cache
def case(question: Question, language: Language) -> Case:
    """``question`` ready to be judged."""
    known = bank().find(question)
    patterns = QuestionPatterns.of(question, known, words(language), analyser(language), vocabularies(language))
    return Case(question, known, patterns, words(language), lexicon(language), wording(language))


@dataclass(frozen=True)
class Judged:
    """An evaluation with what tests ask of it."""

    evaluation: Evaluation
    transcript: str

    def level(self, criterion: Criterion) -> int | None:
        """The level of ``criterion``, None where there is none."""
        found = next(each for each in self.evaluation.judgements if each.criterion is criterion)
        return found.level.value if found.level is not None else None

    @property
    def levels(self) -> dict[Criterion, int | None]:
        """All levels."""
        return {criterion: self.level(criterion) for criterion in Criterion}

    @property
    def prose(self) -> list[str]:
        """Everything that the candidate reads, but for quotes of their own."""
        evaluation = self.evaluation
        said = [text for each in evaluation.judgements for text in (each.anchor, each.explanation, each.next_step)]
        return [*said, *evaluation.strengths, *evaluation.weaknesses, evaluation.stronger_answer]


def evaluate(source_id: str, transcript: str, quality: TranscriptQuality = TranscriptQuality.STANDARD) -> Judged:
    """The evaluation of ``transcript`` as an answer to the bank's question ``source_id``."""
    return evaluate_question(entry(source_id).question, language_of(source_id), transcript, quality)


def evaluate_question(
    question: Question,
    language: Language,
    transcript: str,
    quality: TranscriptQuality = TranscriptQuality.STANDARD,
) -> Judged:
    """The evaluation of ``transcript`` as an answer to ``question``."""
    (answer,) = analyser(language).analyse([transcript])
    return Judged(judge(case(question, language), answer, quality), transcript)


def follow_up(source_id: str, transcript: str, *earlier: Exchange) -> Question | NoFollowUp:
    """The follow-up to ``transcript`` as an answer to the bank's question ``source_id``."""
    language = language_of(source_id)
    answer, *others = analyser(language).analyse([transcript, *(each.transcript for each in earlier)])
    return ask_follow_up(case(entry(source_id).question, language), answer, earlier, others)


def asked(found: Question | NoFollowUp) -> Question:
    """The follow-up, where there must be one."""
    assert isinstance(found, Question), f"no follow-up: {found}"
    return found
