"""The figure of `make eval` for small talk that is taken for answers, on some questions of the bank."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from benches.golden_runs import Judge
from benches.golden_small_talk import load_small_talk, small_talk
from services.reasoning.adapters.builtin import BuiltinEngine
from services.reasoning.domain.questions import Language
from tests.support import reasoning_bench as bench
from tests.support.reasoning_answers import ANSWERS

EVERY = 20  # questions
MOST_TAKEN = 10.0  # %; measured: 2.8 (English) and 0 (Korean) of all questions


@pytest_asyncio.fixture
async def engine() -> AsyncIterator[BuiltinEngine]:
    made = bench.builtin_engine("small talk")
    await made.start()
    yield made
    await made.close()


def test_both_languages_have_as_much_of_it() -> None:
    talk = load_small_talk()
    assert talk.keys() == set(Language)
    assert len({len(texts) for texts in talk.values()}) == 1
    assert all(len(set(texts)) == len(texts) >= 6 for texts in talk.values())


@pytest.mark.asyncio
async def test_it_is_given_to_questions_in_its_language_and_rarely_taken_for_an_answer(engine: BuiltinEngine) -> None:
    rows = [row async for row in small_talk(Judge.of(engine, bench.bank()), load_small_talk(), every=EVERY)]
    for language, (name, share, *_) in zip(load_small_talk(), rows, strict=True):
        asked = -(-len(bench.entries(language)) // EVERY)
        assert name == f"{language} small talk taken for answers (of {asked * len(load_small_talk()[language])})"
        assert share is not None
        assert share <= MOST_TAKEN


@pytest.mark.asyncio
@pytest.mark.parametrize("source_id", ["en-backend-index-cost", "ko-backend-index-tradeoff"])
async def test_what_answers_the_question_is_counted(engine: BuiltinEngine, source_id: str) -> None:
    language = bench.language_of(source_id)
    judge = Judge(engine, {source_id: bench.entry(source_id).question})
    texts = (load_small_talk()[language][0], ANSWERS[source_id].excellent)
    (row,) = [each async for each in small_talk(judge, {language: texts})]
    assert row == (f"{language} small talk taken for answers (of 2)", 50.0, "%", None, None)
