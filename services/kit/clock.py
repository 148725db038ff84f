"""Time as a dependency: real for processes, virtual for tests that must not sleep."""

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What code that needs time is given, instead of reading it from the machine."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary zero; never goes back."""
        ...

    def now(self) -> datetime:
        """Wall-clock time, aware, in UTC."""
        ...

    async def sleep(self, s: float) -> None:
        """Return after ``s`` seconds; zero or less only yields to other tasks."""
        ...


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary zero; never goes back."""
        return time.monotonic()

    def now(self) -> datetime:
        """Wall-clock time, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, s: float) -> None:
        """Return after ``s`` seconds; zero or less only yields to other tasks."""
        await asyncio.sleep(max(s, 0.0))


class VirtualClock:
    """A clock that moves only when a test calls ``advance``; sleepers wake in the order of their deadlines."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._arrival: asyncio.Future[None] | None = None

    def monotonic(self) -> float:
        """Seconds advanced so far."""
        return self._elapsed

    def now(self) -> datetime:
        """The start time plus the seconds advanced so far."""
        return self._start + timedelta(seconds=self._elapsed)

    async def sleep(self, s: float) -> None:
        """Wait until ``advance`` has moved the clock ``s`` seconds on."""
        if s <= 0:
            await asyncio.sleep(0)
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + s, next(self._order), done))
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)
        await done

    async def advance(self, s: float) -> None:
        """Move the clock ``s`` seconds on, waking each sleeper at its own time and letting it run."""
        target = self._elapsed + s
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            due, _, done = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, due)
            if not done.done():
                done.set_result(None)
                await _settle()
        self._elapsed = target

    async def sleepers(self, count: int) -> None:
        """Wait until at least ``count`` tasks sleep on this clock: the moment at which ``advance`` is meaningful."""
        while sum(not done.done() for _, _, done in self._sleepers) < count:
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival


async def _settle() -> None:
    """Let tasks that are ready run, so that a woken sleeper can sleep again before time moves on."""
    for _ in range(10):
        await asyncio.sleep(0)
