"""The builtin engine keeps its bars on the golden set; docs/decisions/0014-evaluation-measures.md defines the figures.

Paraphrases are not here: their bar is not reached, `make eval` says by how far.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from benches.evaluation import ICC_BAR, KAPPA_BAR, MOVED_BAR_PERCENT, Measured, measure
from benches.golden_metrics import icc_agreement, quadratic_kappa
from benches.golden_runs import (
    Judge,
    falsely_praised,
    moved,
    of_language,
    pairs,
    risen,
    unjustified_abstentions,
)
from benches.golden_set import load_golden_set
from services.reasoning.adapters.builtin import BuiltinEngine
from services.reasoning.domain.questions import Language
from tests.support import reasoning_bench as bench

both = pytest.mark.parametrize("language", list(Language), ids=str)
MOST_ABSTAINED = 0.05
INJECTED_EVERY = 4  # answers; all of them in `make eval`

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[BuiltinEngine]:
    made = bench.builtin_engine("golden")
    await made.start()
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def measured(engine: BuiltinEngine) -> Measured:
    answers = load_golden_set()
    return await measure(Judge.of(engine, bench.bank()), answers, repeats=2, injected=answers[::INJECTED_EVERY])


@both
async def test_levels_agree_with_the_expected_ones(measured: Measured, language: Language) -> None:
    runs = of_language(measured.runs, language)
    for part in (runs, [run for run in runs if run.answer.half == "held_out"]):
        given, expected, _ = pairs(part)
        kappa = quadratic_kappa(given, expected)
        assert kappa is not None
        assert kappa >= KAPPA_BAR


@both
async def test_agreement_is_not_bought_by_giving_no_levels(measured: Measured, language: Language) -> None:
    missing = unjustified_abstentions(of_language(measured.runs, language))
    assert sum(missing) / len(missing) <= MOST_ABSTAINED


async def test_the_same_answer_gets_the_same_score(measured: Measured) -> None:
    icc = icc_agreement([[run.score or 0.0 for run in row] for row in zip(*measured.repeats, strict=True)])
    assert icc is not None
    assert icc >= ICC_BAR


@both
async def test_empty_sentences_move_no_level(measured: Measured, language: Language) -> None:
    before, after = (of_language(runs, language) for runs in measured.padded)
    shifted = moved(before, after)
    assert sum(shifted) / len(shifted) * 100 < MOVED_BAR_PERCENT


@both
async def test_nothing_is_praised_that_says_nothing(measured: Measured, language: Language) -> None:
    assert not any(falsely_praised(of_language(measured.runs, language)))


@both
async def test_asking_for_a_score_raises_none(measured: Measured, language: Language) -> None:
    before, after = (of_language(runs, language) for runs in measured.injected)
    lifted = [one.answer.answer_id for one, up in zip(before, risen(before, after), strict=True) if up]
    assert lifted == []


@both
async def test_every_quote_is_verbatim(measured: Measured, language: Language) -> None:
    runs = of_language(measured.runs, language)
    assert sum(run.quotes for run in runs) > 100
    assert all(run.true_quotes == run.quotes for run in runs)
