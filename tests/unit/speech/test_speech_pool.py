"""Threads for inference: priority, bounds, cancellation, shutdown."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from services.speech.adapters.pool import ThreadPool
from services.speech.domain.errors import Overloaded
from services.speech.ports import Priority


@pytest.fixture
def pool() -> Iterator[ThreadPool]:
    made = ThreadPool("test", 1, 3)
    yield made
    made.close()


class Blocker:
    """A job that holds its thread until it is let go."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.go = threading.Event()

    def __call__(self) -> str:
        self.started.set()
        assert self.go.wait(30)
        return "done"


async def blocked(pool: ThreadPool) -> tuple[Blocker, asyncio.Task[str]]:
    blocker = Blocker()
    task = asyncio.create_task(pool.run(blocker, Priority.FINAL))
    await asyncio.to_thread(blocker.started.wait, 30)
    return blocker, task


async def test_waiting_jobs_run_by_priority_then_by_age(pool: ThreadPool) -> None:
    blocker, first = await blocked(pool)
    order: list[str] = []

    def job(name: str) -> Callable[[], None]:
        return lambda: order.append(name)

    kinds = [("partial", Priority.PARTIAL), ("final 1", Priority.FINAL), ("final 2", Priority.FINAL)]
    waiting = [asyncio.create_task(pool.run(job(name), priority)) for name, priority in kinds]
    await asyncio.sleep(0)
    blocker.go.set()
    await asyncio.gather(first, *waiting)
    assert order == ["final 1", "final 2", "partial"]


async def test_a_full_queue_refuses_and_is_not_idle(pool: ThreadPool) -> None:
    assert pool.idle
    blocker, first = await blocked(pool)
    assert not pool.idle
    waiting = [asyncio.create_task(pool.run(lambda: None, Priority.FINAL)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await pool.run(lambda: None, Priority.FINAL)
    blocker.go.set()
    await asyncio.gather(first, *waiting)
    assert pool.idle


async def test_what_a_job_raises_is_raised_where_it_is_awaited(pool: ThreadPool) -> None:
    def fail() -> None:
        raise KeyError("job")

    with pytest.raises(KeyError, match="job"):
        await pool.run(fail, Priority.FINAL)
    assert await pool.run(lambda: 1, Priority.FINAL) == 1


async def test_a_cancelled_caller_withdraws_its_waiting_job(pool: ThreadPool) -> None:
    blocker, first = await blocked(pool)
    ran: list[int] = []
    waiting = asyncio.create_task(pool.run(lambda: ran.append(1), Priority.FINAL))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    blocker.go.set()
    await first
    await pool.run(lambda: None, Priority.PARTIAL)
    assert ran == []


async def test_closing_lets_the_running_job_end_and_refuses_the_rest() -> None:
    pool = ThreadPool("test", 1, 3)
    blocker, first = await blocked(pool)
    waiting = asyncio.create_task(pool.run(lambda: None, Priority.FINAL))
    await asyncio.sleep(0)
    closing = asyncio.create_task(asyncio.to_thread(pool.close))
    with pytest.raises(Overloaded):
        await waiting
    blocker.go.set()
    assert await first == "done"
    await closing
    with pytest.raises(Overloaded):
        await pool.run(lambda: None, Priority.FINAL)


async def test_what_was_withdrawn_takes_no_place_in_the_queue(pool: ThreadPool) -> None:
    blocker, first = await blocked(pool)
    given_up = [asyncio.create_task(pool.run(lambda: "old", Priority.FINAL)) for _ in range(3)]
    await asyncio.sleep(0)
    for each in given_up:
        each.cancel()
    await asyncio.gather(*given_up, return_exceptions=True)
    late = [asyncio.create_task(pool.run(lambda: "new", Priority.FINAL)) for _ in range(3)]
    await asyncio.sleep(0)
    blocker.go.set()
    assert await asyncio.gather(first, *late) == ["done", "new", "new", "new"]
