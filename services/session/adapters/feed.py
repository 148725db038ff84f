"""Changes of interviews over LISTEN/NOTIFY: one connection for the process, fanned out to its watchers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import psycopg

from services.kit import telemetry
from services.kit.clock import Clock
from services.kit.tasks import cancel_and_wait
from services.session.adapters.database import CHANNEL, libpq_url
from services.session.domain.errors import Draining

logger = logging.getLogger("parley.session")

_RETRY_S = 0.2
_MAX_RETRY_S = 2.0


class _Watcher:
    """``ports.Signal``: one pending change at most, whatever the number of notifications (latest wins)."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._draining = False

    async def wait(self) -> None:
        """Return at the next change."""
        await self._event.wait()
        self._event.clear()
        if self._draining:
            raise Draining("this server is stopping; call again, another one will answer")

    def set(self) -> None:
        """Something changed."""
        self._event.set()

    def drain(self) -> None:
        """The process stops."""
        self._draining = True
        self._event.set()


class PostgresFeed:
    """``ports.Feed``. ``connected`` is also the process's knowledge of whether the database is there.

    ``on_lost`` is called when the connection broke: others to the same database are broken too.
    """

    def __init__(self, url: str, clock: Clock, on_lost: Callable[[], Awaitable[None]]) -> None:
        self._url = libpq_url(url)
        self._on_lost = on_lost
        self._clock = clock
        self._watchers: dict[str, set[_Watcher]] = {}
        self._draining = False
        self._task: asyncio.Task[None] | None = None
        self.connected = asyncio.Event()

    def start(self) -> None:
        """Connect, and stay connected, in a task of its own."""
        self._task = asyncio.create_task(self._run(), name="session-feed")

    async def close(self) -> None:
        """End the task."""
        if self._task is not None:
            await cancel_and_wait(self._task)

    def drain(self) -> None:
        """Raise Draining in every watcher, now and from now on."""
        self._draining = True
        for watcher in self._all():
            watcher.drain()

    @contextmanager
    def watch(self, interview_id: str) -> Iterator[_Watcher]:
        """A signal for one interview."""
        watcher = _Watcher()
        if self._draining:
            watcher.drain()
        self._watchers.setdefault(interview_id, set()).add(watcher)
        try:
            yield watcher
        finally:
            watchers = self._watchers[interview_id]
            watchers.discard(watcher)
            if not watchers:
                del self._watchers[interview_id]

    def _all(self) -> list[_Watcher]:
        return [watcher for watchers in self._watchers.values() for watcher in watchers]

    async def _run(self) -> None:
        pause_s = _RETRY_S
        while True:
            try:
                await self._listen()
            except Exception as exc:  # noqa: BLE001  # whatever it is, without this task the service is deaf: try again
                if self.connected.is_set():
                    pause_s = _RETRY_S
                    telemetry.log(logger, logging.WARNING, "the database is away", error=type(exc).__name__)
                    await self._on_lost()
            finally:
                self.connected.clear()
            await self._clock.sleep(pause_s)
            pause_s = min(pause_s * 2, _MAX_RETRY_S)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=5, keepalives_idle=10, application_name="parley-session-feed"
        )
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self.connected.set()
            for watcher in self._all():  # who knows what was missed
                watcher.set()
            async for notification in connection.notifies():
                for watcher in self._watchers.get(notification.payload, ()):
                    watcher.set()
        raise psycopg.OperationalError("the connection was closed")
