"""Bounded queues between tasks of one event loop: every one has a named overflow policy and counts what it drops.

Policies: ``block`` makes the producer wait; ``drop_oldest`` keeps what is new; ``refuse`` tells the producer.
None of these is thread-safe; other threads go through ``loop.call_soon_threadsafe``.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Overflow = Literal["block", "drop_oldest", "refuse"]


class QueueFull(Exception):
    """The queue holds as much as it may; nothing was added."""


class QueueClosed(Exception):
    """The other side is done: no more can be put, or there is no more to get."""


@dataclass(frozen=True, slots=True)
class QueueStats:
    """``depth`` items now, ``high_water`` at most so far, ``accepted`` in all, ``dropped`` or refused in all."""

    name: str
    depth: int
    high_water: int
    accepted: int
    dropped: int


class BoundedQueue(Generic[T]):
    """A first-in first-out queue of at most ``maxsize`` items."""

    def __init__(self, maxsize: int, overflow: Overflow, name: str) -> None:
        if maxsize < 1:
            raise ValueError(f"queue {name!r}: maxsize is at least 1")
        self._maxsize = maxsize
        self._overflow = overflow
        self._name = name
        self._items: deque[T] = deque()
        self._getters: deque[asyncio.Future[None]] = deque()
        self._putters: deque[asyncio.Future[None]] = deque()
        self._closed = False
        self._error: BaseException | None = None
        self._high_water = 0
        self._accepted = 0
        self._dropped = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called; items may still be there to get."""
        return self._closed

    async def put(self, item: T) -> None:
        """Add an item, waiting for room if the policy is ``block``. Raises QueueFull (``refuse``) or QueueClosed."""
        while self._overflow == "block" and len(self._items) >= self._maxsize and not self._closed:
            await self._wait(self._putters)
        self.put_nowait(item)

    def put_nowait(self, item: T) -> None:
        """Add an item without waiting. Raises QueueFull (``block`` and ``refuse``) or QueueClosed."""
        if self._closed:
            raise QueueClosed(self._name)
        if len(self._items) >= self._maxsize:
            if self._overflow != "drop_oldest":
                self._dropped += self._overflow == "refuse"
                raise QueueFull(self._name)
            self._items.popleft()
            self._dropped += 1
        self._items.append(item)
        self._accepted += 1
        self._high_water = max(self._high_water, len(self._items))
        _wake_one(self._getters)

    async def get(self) -> T:
        """The oldest item, waiting for one. Raises the error given to ``close``, or QueueClosed, once it is empty."""
        while not self._items:
            if self._closed:
                raise self._error or QueueClosed(self._name)
            await self._wait(self._getters)
        return self._take()

    def get_nowait(self) -> T | None:
        """The oldest item, or None when there is none now."""
        return self._take() if self._items else None

    def close(self, error: BaseException | None = None) -> None:
        """No more puts. What is there can still be got; after it ``get`` raises ``error``, or QueueClosed."""
        if self._closed:
            return
        self._closed = True
        self._error = error
        for waiting in (*self._getters, *self._putters):
            if not waiting.done():
                waiting.set_result(None)

    def stats(self) -> QueueStats:
        """Counts since the queue was made."""
        return QueueStats(self._name, len(self._items), self._high_water, self._accepted, self._dropped)

    def __aiter__(self) -> "BoundedQueue[T]":
        return self

    async def __anext__(self) -> T:
        try:
            return await self.get()
        except QueueClosed:
            raise StopAsyncIteration from None

    def _take(self) -> T:
        item = self._items.popleft()
        _wake_one(self._putters)
        return item

    async def _wait(self, waiters: deque[asyncio.Future[None]]) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiters.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                _wake_one(waiters)  # woken and cancelled at once: the turn goes to the next
            raise
        finally:
            if waiting in waiters:
                waiters.remove(waiting)


class Latest(Generic[T]):
    """A slot for the newest value only; a value that nobody took is replaced and counted as dropped."""

    def __init__(self, name: str) -> None:
        self._queue: BoundedQueue[T] = BoundedQueue(1, "drop_oldest", name)

    def set(self, value: T) -> None:
        """Replace the value. Raises QueueClosed."""
        self._queue.put_nowait(value)

    async def get(self) -> T:
        """Take the newest value, waiting for one. Raises as ``BoundedQueue.get``."""
        return await self._queue.get()

    def close(self, error: BaseException | None = None) -> None:
        """No more values; see ``BoundedQueue.close``."""
        self._queue.close(error)

    def stats(self) -> QueueStats:
        """Counts since the slot was made."""
        return self._queue.stats()

    def __aiter__(self) -> BoundedQueue[T]:
        return self._queue


async def read_into(source: AsyncIterable[T], queue: BoundedQueue[T]) -> None:
    """Move every item of ``source`` (a call, a request iterator) into ``queue``, then close it.

    Run it as a task and time the queue's ``get`` instead: a timeout around a stream's own ``read`` kills the RPC.
    An error of the source reaches whoever gets from the queue; a queue closed by its reader ends this quietly.
    """
    try:
        async for item in source:
            await queue.put(item)
    except asyncio.CancelledError:
        queue.close()
        raise
    except QueueClosed:
        return
    except Exception as exc:  # noqa: BLE001  # not swallowed: raised again at the queue's other end
        queue.close(exc)
    else:
        queue.close()


def _wake_one(waiters: deque[asyncio.Future[None]]) -> None:
    while waiters:
        waiting = waiters.popleft()
        if not waiting.done():
            waiting.set_result(None)
            return
