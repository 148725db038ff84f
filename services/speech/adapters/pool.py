"""Threads for inference, with a queue by priority: finals are never behind partials."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from services.speech.domain.errors import Overloaded
from services.speech.ports import Priority

Result = TypeVar("Result")


class _Job:
    """Work for a thread, and the future in the event loop that waits for its outcome."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self.result: asyncio.Future[Any] = self._loop.create_future()

    def compute(self) -> Callable[[], None]:
        """Does the work; returns what tells the outcome to whoever waits."""
        if self.result.cancelled():
            return lambda: None
        try:
            value = self._work()
        except BaseException as error:  # noqa: BLE001  not swallowed: raised again where the job is awaited
            failure = error  # `error` itself is unbound when the lambda runs
            return lambda: self.refuse(failure)
        return lambda: self._tell(self.result.set_result, value)

    def refuse(self, error: BaseException) -> None:
        """Makes the waiting side raise."""
        self._tell(self.result.set_exception, error)

    def _tell(self, settle: Callable[[Any], None], outcome: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(lambda: None if self.result.done() else settle(outcome))
        except RuntimeError:
            pass  # the loop is closed: nobody waits any more


class ThreadPool:
    """InferencePool over threads of its own (the default executor belongs to everybody and has no order).

    At most `most_waiting` jobs wait; overflow policy: refuse (Overloaded). Threads start with the pool and end with
    `close`.
    """

    def __init__(self, name: str, threads: int, most_waiting: int) -> None:
        self._name = name
        self._most_waiting = most_waiting
        self._order = itertools.count()
        self._waiting: list[tuple[Priority, int, _Job]] = []
        self._changed = threading.Condition()
        self._free = threads
        self._closed = False
        names = [f"{name}-{index}" for index in range(threads)]
        self._threads = [threading.Thread(target=self._work, name=each, daemon=True) for each in names]
        for thread in self._threads:
            thread.start()

    @property
    def idle(self) -> bool:
        """See InferencePool."""
        with self._changed:
            return self._free > len(self._waiting)

    async def run(self, job: Callable[[], Result], priority: Priority) -> Result:
        """See InferencePool."""
        waiting = _Job(job)
        with self._changed:
            if self._closed or len(self._waiting) >= self._most_waiting:
                raise Overloaded(f"{self._name} has {len(self._waiting)} jobs waiting and takes no more now")
            heapq.heappush(self._waiting, (priority, next(self._order), waiting))
            self._changed.notify()
        try:
            result: Result = await waiting.result
        except asyncio.CancelledError:
            self._withdraw(waiting)
            raise
        return result

    def close(self) -> None:
        """Lets running jobs end, refuses the waiting ones, joins the threads. Blocks for as long as one job takes."""
        with self._changed:
            self._closed = True
            dropped, self._waiting = self._waiting, []
            self._changed.notify_all()
        for _, _, job in dropped:
            job.refuse(Overloaded(f"{self._name} is shutting down"))
        for thread in self._threads:
            thread.join()

    def _withdraw(self, job: _Job) -> None:
        with self._changed:
            self._waiting = [entry for entry in self._waiting if entry[2] is not job]
            heapq.heapify(self._waiting)

    def _work(self) -> None:
        while (job := self._take()) is not None:
            tell = job.compute()
            with self._changed:
                self._free += 1  # before telling: who hears the outcome may look at `idle`
            tell()
            del job, tell  # a thread that waits keeps nothing of the stream that it worked for

    def _take(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            self._free -= 1
            return heapq.heappop(self._waiting)[2]
