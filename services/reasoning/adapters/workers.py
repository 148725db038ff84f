"""Threads for work that would hold up the event loop, with a bounded queue in order of priority."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from typing import Any, TypeVar

from services.reasoning.domain.errors import Overloaded

T = TypeVar("T")


class Priority(IntEnum):
    """What goes first: a person waits for a question, nobody waits for an evaluation."""

    QUESTION = 0
    EVALUATION = 1


class PriorityWorkers:
    """A fixed number of threads over one queue. Overflow policy: refuse (Overloaded). First come, first served within a
    priority. A call that is cancelled before its turn never runs."""

    def __init__(self, threads: int, queue_size: int, name: str) -> None:
        self._queue_size = queue_size
        self._waiting: list[tuple[Priority, int, Future[Any], Callable[[], Any]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._ended: list[Future[None]] = [Future() for _ in range(threads)]
        for number, ended in enumerate(self._ended):
            threading.Thread(target=self._work, args=(ended,), name=f"{name}-{number}", daemon=True).start()

    async def run(self, priority: Priority, work: Callable[[], T]) -> T:
        """The result of ``work``, run in one of the threads. Raises Overloaded if the queue is full or closed."""
        future: Future[T] = Future()
        with self._changed:
            self._waiting = [entry for entry in self._waiting if not entry[2].cancelled()]
            if self._closed or len(self._waiting) >= self._queue_size:
                raise Overloaded("too many interviews are being worked on at once; try again in a moment")
            heapq.heapify(self._waiting)
            heapq.heappush(self._waiting, (priority, next(self._order), future, work))
            self._changed.notify()
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Refuse new work, drop what waits, and return when what runs has ended."""
        with self._changed:
            self._closed = True
            for _, _, future, _ in self._waiting:
                future.cancel()
            self._waiting.clear()
            self._changed.notify_all()
        await asyncio.gather(*(asyncio.wrap_future(ended) for ended in self._ended))

    def _work(self, ended: Future[None]) -> None:
        while (entry := self._next()) is not None:
            future, work = entry
            if future.set_running_or_notify_cancel():
                _settle(future, work)
        ended.set_result(None)

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        """The most urgent work, waited for; None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            if not self._waiting:
                return None
            _, _, future, work = heapq.heappop(self._waiting)
            return future, work


def _settle(future: Future[Any], work: Callable[[], Any]) -> None:
    try:
        result = work()
    except BaseException as exc:  # noqa: BLE001  # belongs to the caller, who awaits the future
        future.set_exception(exc)
    else:
        future.set_result(result)
