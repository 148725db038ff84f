"""Tasks end, even those that lose a cancellation."""

from __future__ import annotations

import asyncio
import contextlib

from services.kit.tasks import cancel_and_wait


async def test_a_task_that_drops_a_cancellation_is_cancelled_again() -> None:
    asked = 0
    running = asyncio.Event()

    async def forgetful() -> None:
        nonlocal asked
        while asked < 3:
            running.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            asked += 1

    task = asyncio.create_task(forgetful())
    await running.wait()
    await cancel_and_wait(task, again_s=0.01)
    assert (task.done(), asked) == (True, 3)


async def test_a_task_gets_the_time_to_wind_up() -> None:
    wound_up = asyncio.Event()
    running = asyncio.Event()

    async def orderly() -> None:
        try:
            running.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            wound_up.set()

    task = asyncio.create_task(orderly())
    await running.wait()
    await cancel_and_wait(task)
    assert wound_up.is_set()
    assert task.cancelled()


async def test_what_has_ended_is_left_as_it_is() -> None:
    task = asyncio.create_task(asyncio.sleep(0, "result"))
    await task
    await cancel_and_wait(task)
    assert task.result() == "result"
