"""Who may use the model next: a bounded number at a time, questions before judgements."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed


class Turns:
    """At most ``concurrency`` at a time and ``queue_size`` waiting. Overflow policy: refuse (ModelFailed, BUSY)."""

    def __init__(self, concurrency: int, queue_size: int) -> None:
        self._free = concurrency
        self._queue_size = queue_size
        self._waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    @asynccontextmanager
    async def turn(self, priority: Priority) -> AsyncIterator[None]:
        """Inside, the model may be used."""
        await self._take(priority)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, priority: Priority) -> None:
        if self._free > 0:
            self._free -= 1
            return
        self._waiting = [entry for entry in self._waiting if not entry[2].done()]
        if len(self._waiting) >= self._queue_size:
            raise ModelFailed(FallbackReason.BUSY, "too many calls wait for the language model")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heapify(self._waiting)
        heapq.heappush(self._waiting, (priority, next(self._order), future))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give_back()  # the turn came while the caller left
            raise

    def _give_back(self) -> None:
        while self._waiting:
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
                return
        self._free += 1
