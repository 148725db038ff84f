"""Jobs: a procrastinate worker inside the session process, on the same PostgreSQL.

Jobs are deferred by ``database.SqlTransaction.defer``, in the transaction of the state that causes them. Here they are
run, at least once. A worker that has died is known at once, not by heartbeats: while it lives it holds an advisory lock
on a connection of its own, which PostgreSQL releases when the process ends, however it ends. Whoever can take the lock
of the worker of a running job puts the job back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import psycopg
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg_pool import AsyncConnectionPool

from services.kit import telemetry
from services.kit.clock import Clock
from services.kit.tasks import cancel_and_wait
from services.session.adapters.database import QUEUE, libpq_url
from services.session.domain.errors import Conflict, ReasonerAway, ReasonerSlow, StorageAway

logger = logging.getLogger("parley.session")

CONCURRENCY: Final = 4
FIRST_RETRY_S: Final = 0.5
MAX_RETRY_S: Final = 15.0
MOST_ATTEMPTS: Final = 5
_POLL_S: Final = 1.0  # retries have no notification: they are found by asking
_RESCUE_S: Final = 30.0
_HEARTBEAT_S: Final = 300.0  # procrastinate's own, which we do not need, at its cheapest
_RESTART_S: Final = 0.5
_GRACE_S: Final = 2.0
_CLOSE_AGAIN_S: Final = 2 * _GRACE_S
_LOCK_CLASS: Final = 0x5061726C  # "Parl"
_RETENTION_CRON: Final = "17 3 * * *"
_DAY_S: Final = 86400.0

# Puts back what dead workers were doing. Own locks are re-entrant, so the own worker is left out by its number.
_RESCUE: Final = """
SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs
WHERE status = 'doing' AND worker_id IS DISTINCT FROM %(own)s
  AND (worker_id IS NULL OR pg_try_advisory_xact_lock(%(lock)s, worker_id::int))
"""


@dataclass(frozen=True, slots=True)
class Handler:
    """A task: what to do, and what to do when it failed for good (a nothing for tasks that are simply dropped)."""

    run: Callable[..., Awaitable[None]]
    give_up: Callable[..., Awaitable[None]]


class _Again(Exception):
    """The job is to be tried again; the text is the class of the error, never what it said."""


class _Backoff(BaseRetryStrategy):
    """0.5, 1, 2, 4 … 15 s: a service that restarts within seconds costs seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again."""
        delay_s = min(FIRST_RETRY_S * 2.0 ** min(job.attempts, 10), MAX_RETRY_S)
        return RetryDecision(retry_at=self._clock.now() + timedelta(seconds=delay_s))


class JobWorker:
    """Runs jobs until it is closed; a database that goes away only interrupts it."""

    def __init__(
        self, url: str, handlers: Mapping[str, Handler], purge: Callable[[], Awaitable[None]], clock: Clock
    ) -> None:
        self._url = libpq_url(url)
        self._handlers = handlers
        self._purge = purge
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Run in a task of its own."""
        # Their lines are long tracebacks at each restart of the database, with the database's own texts, which may hold
        # what somebody said. What matters of it is logged here, by the errors' names.
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._task = asyncio.create_task(self._run(), name="session-jobs")

    async def close(self) -> None:
        """Stop taking jobs, give those that run a moment, put back the rest."""
        if self._task is not None:
            await cancel_and_wait(self._task, _CLOSE_AGAIN_S)

    async def _run(self) -> None:
        while True:
            try:
                await self._run_once()
            except Exception as exc:  # noqa: BLE001  # whatever it is, jobs must go on: nearly always a database away
                telemetry.log(logger, logging.WARNING, "jobs wait for the database", error=type(exc).__name__)
            await self._clock.sleep(_RESTART_S)

    async def _run_once(self) -> None:
        """One worker's life: until the database goes away or this is cancelled."""
        async with await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, connect_timeout=5, application_name="parley-session-jobs"
        ) as held:
            await _rescue(held, None)
            # Ours, and not procrastinate's own: that one is left behind when opening it is cancelled.
            pool = AsyncConnectionPool(self._url, min_size=1, max_size=CONCURRENCY, timeout=5.0, open=False)
            try:
                await pool.open(wait=True, timeout=5.0)
                await self._work(held, pool)
            finally:
                await pool.close()
        raise ConnectorException("the worker has ended")

    async def _work(self, held: psycopg.AsyncConnection[Any], pool: AsyncConnectionPool[Any]) -> None:
        alive = _Liveness(held)
        app = self._app()
        await app.open_async(pool)
        rescuing = asyncio.create_task(alive.rescue_others(self._clock), name="session-rescue")
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=_POLL_S,
                abort_job_polling_interval=_HEARTBEAT_S,
                update_heartbeat_interval=_HEARTBEAT_S,
                stalled_worker_timeout=_DAY_S,
                shutdown_graceful_timeout=_GRACE_S,
                install_signal_handlers=False,
                delete_jobs="successful",
                worker_middleware=[alive.held_while],
            )
        finally:
            await cancel_and_wait(rescuing)

    def _app(self) -> App:
        # A purge that was due while nothing ran is made up for.
        app = App(connector=PsycopgConnector(), periodic_defaults={"max_delay": _DAY_S})
        for name, handler in self._handlers.items():
            app.task(name=name, queue=QUEUE, pass_context=True, retry=_Backoff(self._clock))(_guarded(name, handler))

        async def purge(timestamp: int) -> None:
            await self._purge()

        app.periodic(cron=_RETENTION_CRON)(app.task(name="purge", queue=QUEUE, priority=-10)(purge))
        return app


class _Liveness:
    """The advisory lock that says that this worker lives."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._worker_id: int | None = None

    async def held_while(self, call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Any) -> Any:
        """Run a job with the lock held (procrastinate's worker middleware)."""
        if self._worker_id != worker.worker_id:
            self._worker_id = worker.worker_id
            await self._connection.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCK_CLASS, worker.worker_id))
        return await call_next()

    async def rescue_others(self, clock: Clock) -> None:
        """Every half minute, put back what other processes' dead workers were doing."""
        while True:
            await clock.sleep(_RESCUE_S)
            await _rescue(self._connection, self._worker_id)


async def _rescue(connection: psycopg.AsyncConnection[Any], own: int | None) -> None:
    rescued = await connection.execute(_RESCUE, {"own": own, "lock": _LOCK_CLASS})
    if rescued.rowcount:
        telemetry.log(logger, logging.WARNING, "jobs of a worker that died are put back", jobs=rescued.rowcount)


def _guarded(name: str, handler: Handler) -> Callable[..., Awaitable[None]]:
    """The task's function: errors become a retry or, after the last attempt, ``give_up``."""

    async def task(context: JobContext, **arguments: Any) -> None:
        try:
            await handler.run(**arguments)
        except Exception as exc:  # noqa: BLE001  # not swallowed: tried again, or given up with a word to the candidate
            attempt = context.job.attempts + 1
            away = isinstance(exc, ReasonerAway | StorageAway | Conflict) and not isinstance(exc, ReasonerSlow)
            last = not away and attempt >= MOST_ATTEMPTS
            # Never the exception's text: it may hold what a candidate said.
            kind = type(exc).__name__
            telemetry.log(logger, logging.WARNING, "job failed", job=name, error=kind, attempt=attempt, last=last)
            if not last:
                raise _Again(kind) from None
            await handler.give_up(**arguments)

    return task
