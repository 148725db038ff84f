"""The builtin engine around its rules: readiness, loading beside the plan, and an analyser that fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from services.reasoning.adapters.builtin import BuiltinEngine
from services.reasoning.adapters.workers import PriorityWorkers
from services.reasoning.domain.errors import AnalyserUnavailable
from services.reasoning.domain.evaluations import TranscriptQuality
from services.reasoning.domain.questions import Exchange, ExperienceLevel, Language, PlanRequest, Scenario
from services.reasoning.domain.text import AnalysedText, TextAnalyser
from tests.support import reasoning_bench as bench

LIMIT_S = 30
REQUEST = PlanRequest(Language.ENGLISH, "backend engineer", Scenario.TECHNICAL, ExperienceLevel.MID, None, 3)


class Watched:
    """An analyser that says when it works, and fails while it is told to."""

    def __init__(self) -> None:
        self.used = threading.Event()
        self.broken = False
        self.threads: set[str] = set()
        self._real: TextAnalyser = bench.analyser(Language.ENGLISH)

    def analyse(self, texts: Sequence[str]) -> list[AnalysedText]:
        self.used.set()
        self.threads.add(threading.current_thread().name)
        if self.broken:
            raise AnalyserUnavailable("broken for this test")
        return self._real.analyse(texts)


@pytest.fixture
def analyser() -> Watched:
    return Watched()


@pytest_asyncio.fixture
async def engine(analyser: Watched) -> AsyncIterator[BuiltinEngine]:
    made = make(analyser)
    await made.start()
    yield made
    await made.close()


def make(analyser: Watched, preload: Sequence[Language] = ()) -> BuiltinEngine:
    return BuiltinEngine(
        bank=bench.bank(),
        lexicons={Language.ENGLISH: bench.lexicon(Language.ENGLISH)},
        wordings={Language.ENGLISH: bench.wording(Language.ENGLISH)},
        vocabularies={Language.ENGLISH: bench.vocabularies(Language.ENGLISH)},
        analysers={Language.ENGLISH: analyser},
        workers=PriorityWorkers(2, 8, "engine"),
        preload=preload,
    )


async def used(analyser: Watched) -> None:
    assert await asyncio.to_thread(analyser.used.wait, LIMIT_S)


async def test_a_plan_begins_to_load_the_analyser_for_the_first_answer(
    engine: BuiltinEngine, analyser: Watched
) -> None:
    assert not analyser.used.is_set()
    assert len([planned async for planned in engine.plan(REQUEST)]) == 3
    await used(analyser)
    assert all(name.startswith("engine-") for name in analyser.threads), "never on the event loop"


async def test_a_broken_analyser_fails_the_evaluation_but_not_the_plan(
    engine: BuiltinEngine, analyser: Watched
) -> None:
    analyser.broken = True
    planned = [each async for each in engine.plan(REQUEST)]
    await used(analyser)
    exchange = Exchange(planned[0].question, "I added an index.")
    with pytest.raises(AnalyserUnavailable):
        await engine.evaluate(Language.ENGLISH, exchange, TranscriptQuality.STANDARD)
    with pytest.raises(AnalyserUnavailable):
        await engine.follow_up(Language.ENGLISH, exchange, ())
    analyser.broken = False
    assert (await engine.evaluate(Language.ENGLISH, exchange, TranscriptQuality.STANDARD)).judgements


async def test_it_is_ready_when_what_is_preloaded_is_there(analyser: Watched) -> None:
    engine = make(analyser, preload=[Language.ENGLISH])
    assert not engine.readiness().ok
    assert engine.readiness().detail
    await engine.start()
    assert analyser.used.is_set()
    assert engine.readiness().ok
    await engine.close()
    assert not engine.readiness().ok


async def test_what_cannot_be_preloaded_stops_the_start(analyser: Watched) -> None:
    analyser.broken = True
    engine = make(analyser, preload=[Language.ENGLISH])
    with pytest.raises(AnalyserUnavailable):
        await engine.start()
    assert not engine.readiness().ok
    await engine.close()


async def test_it_closes_while_it_still_loads(analyser: Watched) -> None:
    engine = make(analyser)
    await engine.start()
    assert [planned async for planned in engine.plan(REQUEST)]
    await engine.close()
