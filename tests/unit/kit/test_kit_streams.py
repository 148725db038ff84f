"""Bounded queues: what each overflow policy does, and how ends and errors travel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.kit.streams import BoundedQueue, Latest, Overflow, QueueClosed, QueueFull, read_into


async def test_block_makes_the_producer_wait_for_room() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2, "block", "q")
    await queue.put(1)
    await queue.put(2)
    third = asyncio.create_task(queue.put(3))
    await asyncio.sleep(0)
    assert not third.done()
    assert await queue.get() == 1
    await third
    assert [await queue.get(), await queue.get()] == [2, 3]
    assert queue.stats().dropped == 0


async def test_drop_oldest_keeps_what_is_new() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2, "drop_oldest", "q")
    for item in range(5):
        await queue.put(item)
    assert [await queue.get(), await queue.get()] == [3, 4]
    assert queue.stats().dropped == 3


async def test_refuse_tells_the_producer() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1, "refuse", "q")
    await queue.put(1)
    with pytest.raises(QueueFull):
        await queue.put(2)
    assert queue.stats().dropped == 1
    assert await queue.get() == 1


async def test_stats() -> None:
    queue: BoundedQueue[int] = BoundedQueue(3, "block", "audio")
    for item in range(3):
        queue.put_nowait(item)
    queue.get_nowait()
    stats = queue.stats()
    assert (stats.name, stats.depth, stats.high_water, stats.accepted, stats.dropped) == ("audio", 2, 3, 3, 0)
    assert len(queue) == 2


@pytest.mark.parametrize("policy", ["block", "refuse"])
def test_put_nowait_never_waits(policy: Overflow) -> None:
    queue: BoundedQueue[int] = BoundedQueue(1, policy, "q")
    queue.put_nowait(1)
    with pytest.raises(QueueFull):
        queue.put_nowait(2)
    assert queue.get_nowait() == 1
    assert queue.get_nowait() is None


def test_a_queue_without_room_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        BoundedQueue(0, "block", "q")


async def test_a_closed_queue_gives_what_it_has_and_then_ends() -> None:
    queue: BoundedQueue[int] = BoundedQueue(4, "block", "q")
    queue.put_nowait(1)
    queue.put_nowait(2)
    queue.close()
    with pytest.raises(QueueClosed):
        queue.put_nowait(3)
    assert [item async for item in queue] == [1, 2]
    with pytest.raises(QueueClosed):
        await queue.get()


async def test_closing_wakes_both_sides() -> None:
    empty: BoundedQueue[int] = BoundedQueue(1, "block", "empty")
    full: BoundedQueue[int] = BoundedQueue(1, "block", "full")
    full.put_nowait(1)
    waiting = [asyncio.create_task(empty.get()), asyncio.create_task(full.put(2))]
    await asyncio.sleep(0)
    empty.close()
    full.close()
    results = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert [type(result) for result in results] == [QueueClosed, QueueClosed]


async def test_the_error_given_to_close_reaches_the_reader_after_the_items() -> None:
    queue: BoundedQueue[int] = BoundedQueue(4, "block", "q")
    queue.put_nowait(1)
    queue.close(ConnectionError("lost"))
    assert await queue.get() == 1
    with pytest.raises(ConnectionError, match="lost"):
        await queue.get()


async def test_a_cancelled_getter_does_not_swallow_a_wake_up() -> None:
    queue: BoundedQueue[int] = BoundedQueue(4, "block", "q")
    first, second = asyncio.create_task(queue.get()), asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait(1)  # wakes the first ...
    first.cancel()  # ... which leaves before it runs
    assert await asyncio.wait_for(second, 5) == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_cancelled_putter_does_not_swallow_room() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1, "block", "q")
    queue.put_nowait(0)
    first, second = asyncio.create_task(queue.put(1)), asyncio.create_task(queue.put(2))
    await asyncio.sleep(0)
    assert await queue.get() == 0
    first.cancel()
    await asyncio.wait_for(second, 5)
    assert await queue.get() == 2
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_order_is_kept_under_many_tasks() -> None:
    queue: BoundedQueue[int] = BoundedQueue(3, "block", "q")

    async def produce() -> None:
        for item in range(200):
            await queue.put(item)
        queue.close()

    producer = asyncio.create_task(produce())
    assert [item async for item in queue] == list(range(200))
    await producer
    assert queue.stats().high_water == 3


async def test_latest_gives_only_the_newest() -> None:
    slot: Latest[str] = Latest("frames")
    for value in ("a", "b", "c"):
        slot.set(value)
    assert await slot.get() == "c"
    assert slot.stats().dropped == 2
    waiting = asyncio.create_task(slot.get())
    await asyncio.sleep(0)
    slot.set("d")
    assert await asyncio.wait_for(waiting, 5) == "d"
    slot.close()
    assert [value async for value in slot] == []


async def items(*values: int, error: Exception | None = None) -> AsyncIterator[int]:
    """A stream of these values that ends, or fails."""
    for value in values:
        yield value
    if error is not None:
        raise error


async def test_read_into_moves_everything_and_closes() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1, "block", "q")
    reader = asyncio.create_task(read_into(items(1, 2, 3), queue))
    assert [item async for item in queue] == [1, 2, 3]
    await reader


async def test_read_into_hands_the_streams_error_to_the_reader() -> None:
    queue: BoundedQueue[int] = BoundedQueue(4, "block", "q")
    await read_into(items(1, error=ConnectionError("lost")), queue)
    assert await queue.get() == 1
    with pytest.raises(ConnectionError):
        await queue.get()


async def test_read_into_ends_when_nobody_reads_any_more() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1, "block", "q")
    reader = asyncio.create_task(read_into(items(1, 2, 3), queue))
    assert await queue.get() == 1
    queue.close()
    await asyncio.wait_for(reader, 5)


async def test_read_into_passes_cancellation_on_and_closes() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1, "block", "q")
    reader = asyncio.create_task(read_into(items(1, 2, 3), queue))
    assert await queue.get() == 1
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert queue.closed
