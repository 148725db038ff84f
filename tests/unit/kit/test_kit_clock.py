"""Clocks: the virtual one wakes sleepers in order, at their time."""

from __future__ import annotations

import asyncio

from services.kit.clock import SystemClock, VirtualClock


async def test_sleepers_wake_in_order_at_their_own_time() -> None:
    clock = VirtualClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock.monotonic()))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sleeper("a", 3.0))
        tasks.create_task(sleeper("b", 1.0, 1.0, 5.0))
        await clock.sleepers(2)
        await clock.advance(4.0)
        assert woken == [("b", 1.0), ("b", 2.0), ("a", 3.0)]
        assert clock.monotonic() == 4.0
        await clock.advance(3.0)
    assert woken[-1] == ("b", 7.0)


async def test_wall_time_moves_with_it() -> None:
    clock = VirtualClock()
    before = clock.now()
    await clock.advance(90)
    assert (clock.now() - before).total_seconds() == 90


async def test_a_cancelled_sleeper_is_no_sleeper() -> None:
    clock = VirtualClock()
    task = asyncio.create_task(clock.sleep(1))
    await clock.sleepers(1)
    task.cancel()
    await asyncio.wait([task])
    await clock.advance(2)
    assert clock.monotonic() == 2.0


async def test_the_system_clock_is_aware_and_moves_on() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.001)
    assert clock.monotonic() > before
    assert clock.now().utcoffset() is not None
