"""A text is analysed once while it is worked with, and is then forgotten."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.reasoning.adapters.remembering import KEPT, RememberingAnalyser
from services.reasoning.domain.questions import Language
from services.reasoning.domain.text import AnalysedText
from tests.support import reasoning_bench as bench

SAID = {
    Language.ENGLISH: "We had a slow query, so I added an index and it went from four seconds to one.",
    Language.KOREAN: "느린 쿼리가 있어서 제가 인덱스를 추가했고 응답 시간이 사 초에서 일 초로 줄었습니다.",
}

both = pytest.mark.parametrize("language", list(Language), ids=str)


class Counting:
    """A real analyser that notes what it is given."""

    def __init__(self, language: Language) -> None:
        self._real = bench.analyser(language)
        self.given: list[str] = []

    def analyse(self, texts: Sequence[str]) -> list[AnalysedText]:
        self.given += texts
        return self._real.analyse(texts)


@both
def test_only_new_texts_are_analysed_and_results_are_the_same(language: Language) -> None:
    counting = Counting(language)
    analyser = RememberingAnalyser(counting)
    one, other = SAID[language], f"{SAID[language]} {SAID[language]}"
    first = analyser.analyse([one])
    both_texts = analyser.analyse([other, one, other])
    assert counting.given == [one, other]
    assert both_texts == bench.analyser(language).analyse([other, one, other])
    assert both_texts[1] is first[0]


@both
def test_what_was_said_is_forgotten_in_time(language: Language) -> None:
    clock = [0.0]
    counting = Counting(language)
    analyser = RememberingAnalyser(counting, kept_s=10.0, now=lambda: clock[0])
    analyser.analyse([SAID[language]])
    clock[0] = 11.0
    analyser.analyse(["."])
    assert analyser.kept_count == 0
    analyser.analyse([SAID[language]])
    assert counting.given.count(SAID[language]) == 2


def test_no_more_is_kept_than_a_fixed_number_of_texts() -> None:
    analyser = RememberingAnalyser(bench.analyser(Language.ENGLISH))
    for number in range(KEPT + 5):
        analyser.analyse([f"This is the answer of candidate number {number}, all of it."])
    assert analyser.kept_count == KEPT
