"""Blind hiring: what an answer tells of family, age or origin is pointed out to the candidate and changes no level."""

from __future__ import annotations

import pytest

from services.reasoning.domain.questions import Language
from tests.support import reasoning_bench as bench
from tests.support.reasoning_answers import ANSWERS

SAID = {
    Language.ENGLISH: ("en-common-disagreement", "I'm married and my wife works there too.", "I'm married"),
    Language.KOREAN: ("ko-common-disagreement", "저는 결혼했고 고향은 부산입니다.", "결혼했"),
}
both = pytest.mark.parametrize("language", list(Language), ids=str)


@both
def test_a_personal_fact_is_pointed_out_and_changes_no_level(language: Language) -> None:
    source_id, fact, words = SAID[language]
    plain = bench.evaluate(source_id, ANSWERS[source_id].excellent)
    told = bench.evaluate(source_id, f"{ANSWERS[source_id].excellent} {fact}")
    assert words in told.evaluation.weaknesses[0]
    assert told.levels == plain.levels
    assert set(told.evaluation.weaknesses[1:]) == set(plain.evaluation.weaknesses)


@both
def test_answers_about_work_are_not_said_to_be_personal(language: Language) -> None:
    template = bench.wording(language).say("weakness.personal", quote="…").split("…")[1]
    for source_id, answers in ANSWERS.items():
        if source_id.startswith(language):
            for text in (answers.excellent, answers.paraphrase, answers.fair, answers.weak):
                assert not [line for line in bench.evaluate(source_id, text).evaluation.weaknesses if template in line]
