"""The queue before an engine of this process: order, batches across streams, interruption, bounds, faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from services.speech.adapters.batching import BatchingRecogniser, batching
from services.speech.domain.audio import RATE_HZ
from services.speech.domain.errors import EngineFailed, Overloaded
from services.speech.domain.transcript import Hypothesis
from services.speech.ports import Priority, RecogniserOptions, Speech
from tests.support.speech_fakes import LOUD, FakeEngine

LIMIT_S = 30.0


class Bench:
    """A recogniser over a fake engine, and the order in which its texts came."""

    def __init__(self, *, threads: int = 1, batch: int = 1, most_waiting: int = 8) -> None:
        self.engine = FakeEngine()
        self.recogniser = BatchingRecogniser(self.engine, threads=threads, batch=batch, most_waiting=most_waiting)
        self.told: list[str] = []

    def ask(self, name: str, priority: Priority = Priority.FINAL, speech: Speech | None = None) -> asyncio.Task[str]:
        return asyncio.create_task(self._ask(name, priority, speech or said(1)))

    async def held(self, priority: Priority = Priority.FINAL) -> asyncio.Task[str]:
        """A recognition that runs and does not end before `engine.release`."""
        self.engine.release.clear()
        task = self.ask("held", priority)
        assert await asyncio.to_thread(self.engine.started.wait, LIMIT_S)
        return task

    async def _ask(self, name: str, priority: Priority, speech: Speech) -> str:
        found: Hypothesis = await self.recogniser.recognise(speech, priority)
        self.told.append(name)
        return found.text


def said(seconds: float) -> Speech:
    return Speech(np.full(round(seconds * RATE_HZ), LOUD / 32_768, dtype=np.float32), "en")


@pytest_asyncio.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    yield made
    made.engine.release.set()
    await made.recogniser.close()


async def test_finals_come_before_interims_before_partials_and_then_by_age(bench: Bench) -> None:
    first = await bench.held()
    kinds = [("partial", Priority.PARTIAL), ("interim", Priority.INTERIM), ("a", Priority.FINAL), ("b", Priority.FINAL)]
    waiting = [bench.ask(name, priority) for name, priority in kinds]
    await asyncio.sleep(0)
    bench.engine.release.set()
    await asyncio.gather(first, *waiting)
    assert bench.told == ["held", "a", "b", "interim", "partial"]


async def test_what_waits_together_is_read_together_and_partials_apart() -> None:
    bench = Bench(batch=4)
    first = await bench.held()
    lengths = [1.0, 2.0, 3.0]
    waiting = [bench.ask(f"final {each}", Priority.FINAL, said(each)) for each in lengths]
    waiting += [bench.ask("interim", Priority.INTERIM), *(bench.ask("partial", Priority.PARTIAL) for _ in range(2))]
    await asyncio.sleep(0)
    bench.engine.release.set()
    texts = await asyncio.gather(first, *waiting)
    assert [len(text.split()) for text in texts] == [2, 2, 4, 6, 2, 2, 2]
    assert bench.engine.batches == [1, 4, 2]
    await bench.recogniser.close()


async def test_a_final_interrupts_a_running_partial_when_no_thread_is_free(bench: Bench) -> None:
    partial = await bench.held(Priority.PARTIAL)
    final = bench.ask("final")
    with pytest.raises(Overloaded):
        await asyncio.wait_for(partial, LIMIT_S)
    assert bench.engine.interruptions == 1
    bench.engine.release.set()
    assert await asyncio.wait_for(final, LIMIT_S) == "one two"


async def test_a_partial_is_left_alone_while_a_thread_is_free_and_by_other_partials() -> None:
    bench = Bench(threads=2)
    partial = await bench.held(Priority.PARTIAL)
    bench.engine.started.clear()
    final = bench.ask("final")
    assert await asyncio.to_thread(bench.engine.started.wait, LIMIT_S)
    waiting = bench.ask("waiting", Priority.PARTIAL)
    await asyncio.sleep(0)
    bench.engine.release.set()
    await asyncio.gather(partial, final, waiting)
    assert bench.engine.interruptions == 0
    await bench.recogniser.close()


async def test_giving_up_withdraws_what_waits_and_interrupts_what_runs(bench: Bench) -> None:
    running = await bench.held()
    waiting = bench.ask("waiting")
    await asyncio.sleep(0)
    assert not bench.recogniser.idle
    for task in (waiting, running):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await asyncio.to_thread(bench.engine.interrupted.wait, LIMIT_S)
    assert (bench.engine.batches, bench.engine.interruptions) == ([1], 1)


async def test_a_full_queue_refuses_and_room_comes_back_when_one_gives_up(bench: Bench) -> None:
    first = await bench.held()
    waiting = [bench.ask(str(index)) for index in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await bench.recogniser.recognise(said(1), Priority.FINAL)
    waiting[0].cancel()
    await asyncio.gather(waiting[0], return_exceptions=True)
    waiting.append(bench.ask("in its place"))
    await asyncio.sleep(0)
    bench.engine.release.set()
    await asyncio.gather(first, *waiting[1:])
    assert bench.recogniser.idle


async def test_audio_that_breaks_the_engine_costs_only_its_own_text() -> None:
    bench = Bench(batch=4)
    first = await bench.held()
    bench.engine.poisonous = said(1)
    waiting = [bench.ask("good"), bench.ask("bad", Priority.FINAL, bench.engine.poisonous), bench.ask("good")]
    await asyncio.sleep(0)
    bench.engine.release.set()
    assert await first == "one two"
    good, bad, other = await asyncio.gather(*waiting, return_exceptions=True)
    assert (good, other) == ("one two", "one two")
    assert isinstance(bad, EngineFailed)
    await bench.recogniser.close()


async def test_closing_lets_the_running_one_end_refuses_the_rest_and_closes_the_engine() -> None:
    bench = Bench()
    first = await bench.held()
    waiting = bench.ask("waiting")
    await asyncio.sleep(0)
    closing = asyncio.create_task(bench.recogniser.close())
    with pytest.raises(Overloaded):
        await asyncio.wait_for(waiting, LIMIT_S)
    bench.engine.release.set()
    assert await first == "one two"
    await closing
    assert bench.engine.closed
    with pytest.raises(Overloaded):
        await bench.recogniser.recognise(said(1), Priority.FINAL)


@pytest.mark.parametrize(("asked", "most"), [(1, 1), (4, 4), (100, 16), (None, 8)])
async def test_a_batch_is_as_large_as_asked_for_or_as_the_engine_gains_from(
    asked: int | None, most: int, tmp_path: Path
) -> None:
    engine = FakeEngine()
    recogniser = batching(engine, RecogniserOptions(model_folder=tmp_path, batch=asked, most_waiting=32))
    engine.release.clear()
    first = asyncio.create_task(recogniser.recognise(said(1), Priority.FINAL))
    assert await asyncio.to_thread(engine.started.wait, LIMIT_S)
    waiting = [asyncio.create_task(recogniser.recognise(said(1), Priority.FINAL)) for _ in range(16)]
    await asyncio.sleep(0)
    engine.release.set()
    await asyncio.gather(first, *waiting)
    assert max(engine.batches[1:]) == most
    await recogniser.close()
