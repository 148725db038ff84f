"""Vision's own worker threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class ThreadWorkers:
    """Workers on ``count`` threads. Work that waits is bounded by its users: one piece per open stream."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="vision")

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Has ``work`` run in a thread; see ports.Workers."""
        return asyncio.wrap_future(self._pool.submit(work))

    def close(self) -> None:
        """Waits for work under way and ends the threads. Blocking."""
        self._pool.shutdown(wait=True)
