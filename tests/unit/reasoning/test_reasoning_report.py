"""Report prose: three sentences, no praise without ground, no word that judges a person."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.questions import Exchange, Language
from services.reasoning.domain.report import EvaluatedExchange, ReportProse, write_report
from tests.support import reasoning_bench as bench
from tests.support.reasoning_answers import ANSWERS, NONSENSE, OFF_TOPIC, PADDING

both = pytest.mark.parametrize("language", list(Language), ids=str)
GENERATED, EVALUATED = 200, 100


def exchange(source_id: str, transcript: str) -> EvaluatedExchange:
    evaluation = bench.evaluate(source_id, transcript).evaluation
    return EvaluatedExchange(Exchange(bench.entry(source_id).question, transcript), evaluation)


def report(language: Language, exchanges: Sequence[EvaluatedExchange]) -> ReportProse:
    return write_report(exchanges, bench.wording(language))


def all_of(language: Language, kind: str) -> list[EvaluatedExchange]:
    return [exchange(source_id, getattr(a, kind)) for source_id, a in ANSWERS.items() if source_id.startswith(language)]


@both
def test_a_summary_says_what_was_strong_what_was_weak_and_what_to_practise(language: Language) -> None:
    prose = report(language, all_of(language, "excellent")[:2] + all_of(language, "weak")[2:])
    assert len(prose.summary) == 3
    names = bench.wording(language).criterion_names.values()
    assert any(name in prose.summary[0] for name in names)
    assert any(name in prose.summary[1] for name in names)
    assert prose.practice_points
    first = prose.practice_points[0].split(": ", 1)[1]
    assert first in prose.summary[2]


@both
def test_the_strong_sentence_quotes_the_candidate(language: Language) -> None:
    exchanges = all_of(language, "excellent")
    opening, closing = ("‘", "’") if language is Language.KOREAN else ("“", "”")
    quote = report(language, exchanges).summary[0].split(opening)[1].rsplit(closing)[0]
    assert any(quote in each.exchange.transcript for each in exchanges)


@both
def test_nothing_is_called_strong_that_is_not(language: Language) -> None:
    source_id = f"{language}-common-disagreement"
    prose = report(language, [exchange(source_id, text) for text in (*OFF_TOPIC[language], *NONSENSE[language], "")])
    names = bench.wording(language).criterion_names
    assert not any(name in prose.summary[0] for name in names.values())
    assert names[Criterion.LOGIC] in prose.summary[1]


@both
def test_what_could_not_be_judged_is_said_with_its_reason(language: Language) -> None:
    word = "네." if language is Language.KOREAN else "Yes."
    prose = report(language, [exchange(f"{language}-common-strength", word)])
    assert len(prose.summary) == 3
    assert prose.practice_points == ()
    assert bench.wording(language).say("explain.too_short") in prose.summary[1]


@both
def test_missing_evaluations_are_no_numbers(language: Language) -> None:
    question = bench.entry(f"{language}-common-strength").question
    for exchanges in ([], [EvaluatedExchange(Exchange(question, "x"), None)]):
        prose = report(language, exchanges)
        assert len(prose.summary) == 3
        assert prose.practice_points == ()


@both
def test_practice_points_name_the_question_and_come_lowest_level_first(language: Language) -> None:
    strong, weak = all_of(language, "excellent")[:1], all_of(language, "weak")[:1]
    prose = report(language, strong + weak)
    assert "2" in prose.practice_points[0]
    assert len(set(prose.practice_points)) == len(prose.practice_points) <= 5


@both
def test_two_hundred_reports_have_no_word_that_judges_a_person(language: Language) -> None:
    judging = bench.lexicon(language).judgement_finder
    chance = random.Random(7)  # noqa: S311  # the same 200 reports in every run
    ids = [entry.question.source_id for entry in bench.entries(language)]
    answers = [a for source_id, a in ANSWERS.items() if source_id.startswith(language)]
    pool = [text for a in answers for text in (a.excellent, a.paraphrase, a.fair, a.weak)]
    feelings = {
        Language.KOREAN: "솔직히 긴장했지만 자신감을 갖고 성실하게 했습니다.",
        Language.ENGLISH: "Honestly I was nervous, but I am a confident and passionate person.",
    }
    pool += [*OFF_TOPIC[language], *NONSENSE[language], PADDING[language], feelings[language], ""]
    judged = [exchange(chance.choice(ids), " ".join(chance.sample(pool, 2))) for _ in range(EVALUATED)]
    for each in judged:
        assert each.evaluation is not None
        said = bench.Judged(each.evaluation, each.exchange.transcript).prose
        said += [quote.text for judgement in each.evaluation.judgements for quote in judgement.quotes]
        assert not [line for line in said if judging.within(line)]
    for _ in range(GENERATED):
        prose = report(language, chance.sample(judged, 4))
        assert not [line for line in (*prose.summary, *prose.practice_points) if judging.within(line)]
