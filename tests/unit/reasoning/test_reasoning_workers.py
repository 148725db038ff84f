"""Worker threads: questions before evaluations, bounded, cancellable, closed in order; and the Korean process."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial

import psutil
import pytest
import pytest_asyncio

from services.reasoning.adapters.korean_process import KoreanProcess
from services.reasoning.adapters.workers import Priority, PriorityWorkers
from services.reasoning.domain.errors import AnalyserUnavailable, Overloaded

LIMIT_S = 30


class Gate:
    """Work that holds its thread until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self._open = threading.Event()

    def __call__(self) -> None:
        self.entered.set()
        assert self._open.wait(LIMIT_S)

    def open(self) -> None:
        self._open.set()


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[PriorityWorkers]:
    made = PriorityWorkers(threads=1, queue_size=3, name="test")
    yield made
    await made.close()


async def entered(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.entered.wait, LIMIT_S)


async def test_results_and_errors_come_back(workers: PriorityWorkers) -> None:
    assert await workers.run(Priority.QUESTION, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        await workers.run(Priority.EVALUATION, lambda: 1 // 0)
    assert await workers.run(Priority.QUESTION, threading.current_thread) is not threading.current_thread()


async def test_questions_go_before_evaluations_and_first_come_first_served(workers: PriorityWorkers) -> None:
    gate, order = Gate(), list[str]()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(workers.run(Priority.QUESTION, gate))
        await entered(gate)
        for name, priority in (("e1", Priority.EVALUATION), ("q1", Priority.QUESTION), ("q2", Priority.QUESTION)):
            tasks.create_task(workers.run(priority, partial(order.append, name)))
        await asyncio.sleep(0)
        gate.open()
    assert order == ["q1", "q2", "e1"]


async def test_more_than_the_queue_holds_is_refused(workers: PriorityWorkers) -> None:
    gate = Gate()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(workers.run(Priority.QUESTION, gate))
        await entered(gate)
        for _ in range(3):
            tasks.create_task(workers.run(Priority.EVALUATION, lambda: None))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await workers.run(Priority.QUESTION, lambda: None)
        gate.open()


async def test_cancelled_work_never_runs_and_frees_its_place(workers: PriorityWorkers) -> None:
    gate, ran = Gate(), list[int]()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(workers.run(Priority.QUESTION, gate))
        await entered(gate)
        waiting = [asyncio.ensure_future(workers.run(Priority.QUESTION, lambda: ran.append(1))) for _ in range(3)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        tasks.create_task(workers.run(Priority.QUESTION, lambda: ran.append(2)))
        await asyncio.sleep(0)
        gate.open()
    assert ran == [2]


async def test_closing_ends_what_runs_and_drops_what_waits() -> None:
    workers, gate, ran = PriorityWorkers(1, 3, "test"), Gate(), list[int]()
    running = asyncio.ensure_future(workers.run(Priority.QUESTION, gate))
    await entered(gate)
    waiting = asyncio.ensure_future(workers.run(Priority.QUESTION, lambda: ran.append(1)))
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(workers.close())
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not closing.done()
    gate.open()
    await closing
    await running
    assert ran == []
    with pytest.raises(Overloaded):
        await workers.run(Priority.QUESTION, lambda: None)


@pytest.fixture(scope="module")
def korean() -> Iterator[KoreanProcess]:
    process = KoreanProcess(["멱등키"], idle_s=LIMIT_S)
    yield process
    process.close()


def test_morphemes_come_from_a_process_of_their_own(korean: KoreanProcess) -> None:
    first, second, empty = korean.morphemes(["멱등키를 뒀습니다.", "네", ""])
    assert (first[0].form, first[0].tag, first[0].start, first[0].length) == ("멱등키", "NNG", 0, 3)
    assert (len(second), empty) == (1, [])
    assert korean.process_id() not in (None, os.getpid())


def test_its_model_lies_in_huge_pages(korean: KoreanProcess) -> None:
    korean.morphemes(["네"])
    assert "glibc.malloc.hugetlb=1" in psutil.Process(korean.process_id()).environ()["GLIBC_TUNABLES"]


def test_a_long_text_passes_the_pipe(korean: KoreanProcess) -> None:
    (found,) = korean.morphemes(["저는 인덱스를 추가했습니다. " * 500])
    assert len(found) > 4_000


def test_a_killed_process_is_started_again_and_ends_when_closed(korean: KoreanProcess) -> None:
    before = korean.morphemes(["인덱스"])
    killed = korean.process_id()
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert korean.morphemes(["인덱스"]) == before
    second = korean.process_id()
    assert second not in (None, killed)
    korean.close()
    korean.close()
    assert korean.process_id() is None
    assert second is not None
    assert not psutil.pid_exists(second)


def test_a_process_that_hangs_is_replaced() -> None:
    process = KoreanProcess([], idle_s=LIMIT_S, answer_timeout_s=3)
    process.morphemes(["인덱스"])
    stopped = process.process_id()
    assert stopped is not None
    os.kill(stopped, signal.SIGSTOP)
    assert process.morphemes(["인덱스 " * 8_000])
    assert process.process_id() != stopped
    process.close()
    assert not psutil.pid_exists(stopped)


def test_an_idle_process_gives_its_memory_back() -> None:
    process = KoreanProcess([], idle_s=0.2)
    process.morphemes(["인덱스"])
    number = process.process_id()
    assert number is not None
    psutil.Process(number).wait(timeout=LIMIT_S)
    assert process.process_id() is None
    process.close()


def test_a_worker_that_does_not_start_is_a_typed_error() -> None:
    process = KoreanProcess([], idle_s=LIMIT_S, worker="services.reasoning.no_such_module")
    with pytest.raises(AnalyserUnavailable, match="make setup"):
        process.morphemes(["네"])
