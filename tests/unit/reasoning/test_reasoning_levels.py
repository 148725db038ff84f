"""Levels rest on what is told, not on which words tell it; talking more lifts neither accuracy nor relevance."""

from __future__ import annotations

import pytest

from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.numbers import find_numbers
from services.reasoning.domain.questions import Language
from tests.support import reasoning_bench as bench
from tests.support.reasoning_answers import ANSWERS

EVERYDAY = {
    "en-backend-live-migration": " It was quite a busy time. Everybody was happy, I guess, and I felt good.",
    "ko-backend-live-migration": " 정말 바쁜 시기였습니다. 모두 좋아했던 것 같고 저도 기뻤던 기억이 있습니다.",
}
UNRELATED = {
    "en-backend-index-cost": (
        # No word of the question's own: to book and to order are some, of an index as of a lunch.
        " I also prepared the summer party for our office with three colleagues. I hired the boat, got lunch from "
        "a bakery and printed posters for the kitchen. I found a band and rented lamps for the evening."
    ),
    "ko-backend-index-tradeoff": (
        " 그리고 저는 여름에 회사 야유회도 준비했습니다. 배를 예약하고 빵집에 도시락을 주문하고 포스터를 인쇄해서 "
        "주방에 붙였습니다. 밴드를 부르고 저녁에 쓸 조명도 빌렸습니다."
    ),
}
BY_CONTENT = (Criterion.TECHNICAL_ACCURACY, Criterion.RELEVANCE)


@pytest.mark.parametrize("source_id", EVERYDAY)
def test_everyday_words_tell_nothing(source_id: str) -> None:
    fair = ANSWERS[source_id].fair
    before, after = bench.evaluate(source_id, fair), bench.evaluate(source_id, fair + EVERYDAY[source_id])
    assert after.level(Criterion.SPECIFICITY) == before.level(Criterion.SPECIFICITY)
    assert after.level(Criterion.LOGIC) == before.level(Criterion.LOGIC)


@pytest.mark.parametrize("source_id", UNRELATED)
def test_telling_more_of_something_else_is_neither_right_nor_relevant(source_id: str) -> None:
    fair = ANSWERS[source_id].fair
    before, after = bench.evaluate(source_id, fair), bench.evaluate(source_id, fair + UNRELATED[source_id])
    for criterion in BY_CONTENT:
        assert (after.level(criterion) or 1) <= (before.level(criterion) or 1)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.ENGLISH, "an order finds two customers and comes out twice, at two in the morning"),
        (Language.KOREAN, "주문이 두 번 나오고 세 개가 겹칩니다"),
    ],
    ids=["en", "ko"],
)
def test_a_few_things_counted_in_words_are_no_figures(language: Language, text: str) -> None:
    assert find_numbers(text, language) == ()


@pytest.mark.parametrize("source_id", UNRELATED)
def test_giving_the_question_back_tells_nothing(source_id: str) -> None:
    fair, question = ANSWERS[source_id].fair, bench.entry(source_id).question.text
    before, after = bench.evaluate(source_id, fair), bench.evaluate(source_id, f"{question} {fair}")
    assert all((after.level(criterion) or 1) <= (before.level(criterion) or 1) for criterion in Criterion)
