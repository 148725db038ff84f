"""Turns at the model: bounded, questions first, and whoever leaves gives their place back."""

from __future__ import annotations

import asyncio

import pytest

from services.reasoning.adapters.llm.turns import Turns
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed


class Work:
    """Takes a turn and holds it until told."""

    def __init__(self, turns: Turns, priority: Priority, order: list[str], name: str) -> None:
        self.release = asyncio.Event()
        self.entered = asyncio.Event()
        self.task = asyncio.create_task(self._run(turns, priority, order, name))

    async def _run(self, turns: Turns, priority: Priority, order: list[str], name: str) -> None:
        async with turns.turn(priority):
            order.append(name)
            self.entered.set()
            await self.release.wait()

    async def end(self) -> None:
        self.release.set()
        await self.task


async def settled() -> None:
    """Everybody has got as far as they can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_questions_go_before_judgements_and_first_come_first_served() -> None:
    turns, order = Turns(1, 10), list[str]()
    held = Work(turns, Priority.EVALUATION, order, "held")
    await held.entered.wait()
    names = [
        ("e1", Priority.EVALUATION),
        ("q1", Priority.QUESTION),
        ("e2", Priority.EVALUATION),
        ("q2", Priority.QUESTION),
    ]
    waiting = [Work(turns, priority, order, name) for name, priority in names]
    await settled()
    assert order == ["held"]
    for work in waiting:
        work.release.set()
    await held.end()
    await asyncio.gather(*(work.task for work in waiting))
    assert order == ["held", "q1", "q2", "e1", "e2"]


async def test_more_than_may_wait_are_refused() -> None:
    turns, order = Turns(2, 1), list[str]()
    works = [Work(turns, Priority.QUESTION, order, name) for name in "abc"]
    await settled()
    assert order == ["a", "b"]
    with pytest.raises(ModelFailed) as failure:
        async with turns.turn(Priority.QUESTION):
            pass
    assert failure.value.reason is FallbackReason.BUSY
    for work in works:
        await work.end()


async def test_who_leaves_while_waiting_takes_no_place() -> None:
    turns, order = Turns(1, 1), list[str]()
    held = Work(turns, Priority.QUESTION, order, "held")
    gone = Work(turns, Priority.QUESTION, order, "gone")
    await settled()
    gone.task.cancel()
    await asyncio.gather(gone.task, return_exceptions=True)
    after = Work(turns, Priority.QUESTION, order, "after")
    await settled()
    after.release.set()
    await held.end()
    await after.task
    assert order == ["held", "after"]


async def test_a_turn_that_comes_while_its_owner_leaves_goes_on() -> None:
    turns, order = Turns(1, 3), list[str]()
    held = Work(turns, Priority.QUESTION, order, "held")
    leaving = Work(turns, Priority.QUESTION, order, "leaving")
    last = Work(turns, Priority.QUESTION, order, "last")
    await settled()
    last.release.set()
    held.release.set()
    await asyncio.sleep(0)  # its turn goes to the next one, who has not run yet
    assert held.task.done()
    leaving.task.cancel()
    await asyncio.gather(leaving.task, return_exceptions=True)
    async with asyncio.timeout(30):
        await last.task
    assert order == ["held", "last"]
