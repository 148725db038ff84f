"""The database as ``ports.Store``: transactions over one pool; the errors of a database that is away are made plain."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from services.session.adapters import tables
from services.session.adapters.mapping import start_mappers
from services.session.adapters.recordings import SqlRecordings
from services.session.adapters.repositories import SqlAccounts, SqlConsents, SqlInterviews, SqlReports
from services.session.adapters.resume_repository import SqlResumes
from services.session.domain.errors import Conflict, RequestIdReused, StorageAway
from services.session.ports import Accounts, Consents, Interviews, Job, Recordings, Reports, Transaction
from services.session.resume_ports import Resumes

CHANNEL: Final = "parley_interviews"
QUEUE: Final = "parley"
_CONNECT_TIMEOUT_S: Final = 5
_POOL_TIMEOUT_S: Final = 5.0
_AWAY: Final = "the database cannot be reached just now; nothing is lost, try again"
# serialization_failure, deadlock_detected, lock_not_available, unique_violation: another transaction was first.
_CONFLICTS: Final = frozenset({"40001", "40P01", "55P03", "23505"})

_CLAIM: Final = text(
    "INSERT INTO requests (account_id, request_id, method, subject_id, create_time) "
    "VALUES (:account_id, :request_id, :method, :subject_id, now()) ON CONFLICT DO NOTHING RETURNING method"
)
_CLAIMED: Final = text(
    "SELECT method, subject_id::text FROM requests WHERE account_id = :account_id AND request_id = :request_id"
)
_ROW: Final = (
    "ROW(:queue, :task{0}, :priority{0}, NULL, NULL, :arguments{0}, :run_at{0})::procrastinate_job_to_defer_v1"
)


def sqlalchemy_url(url: str) -> URL:
    """A ``postgresql://`` URL as SQLAlchemy wants it for psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg")


def libpq_url(url: str) -> str:
    """The same for psycopg itself."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def open_engine(url: str, pool_size: int) -> AsyncEngine:
    """An engine; connects when it is first used. Values of statements are kept out of error texts and logs."""
    return create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT_S,
        hide_parameters=True,
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "application_name": "parley-session",
            "options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=30s",
        },
    )


class SqlTransaction:
    """``ports.Transaction``."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._jobs: list[tuple[Job, datetime | None]] = []
        self._changed: list[str] = []
        self.accounts: Accounts = SqlAccounts(session)
        self.consents: Consents = SqlConsents(session)
        self.interviews: Interviews = SqlInterviews(session)
        self.recordings: Recordings = SqlRecordings(session)
        self.reports: Reports = SqlReports(session)
        self.resumes: Resumes = SqlResumes(session)

    async def first_time(self, account_id: str, request_id: str, method: str, subject_id: str) -> str | None:
        """Claim a request id. A claim in another open transaction makes this one wait for its outcome."""
        key = {"account_id": account_id, "request_id": request_id}
        new = await self._session.execute(_CLAIM, {**key, "method": method, "subject_id": subject_id})
        if new.first() is not None:
            return None
        claimed = (await self._session.execute(_CLAIMED, key)).one()
        if claimed.method != method:
            raise RequestIdReused("this request_id was used for another call; make a new one for each")
        return str(claimed.subject_id)

    def defer(self, job: Job, run_at: datetime | None = None) -> None:
        """Have a job done after the commit."""
        self._jobs.append((job, run_at))

    def changed(self, interview_id: str) -> None:
        """Tell every process after the commit."""
        self._changed.append(interview_id)

    async def send(self) -> None:
        """Write what is pending, then jobs and notifications: the last statement before the commit."""
        await self._session.flush()
        if not self._jobs and not self._changed:
            return
        values: dict[str, Any] = {"queue": QUEUE, "channel": CHANNEL}
        for index, (job, run_at) in enumerate(self._jobs):
            values |= {f"task{index}": job.task, f"priority{index}": job.priority}
            values |= {f"arguments{index}": dict(job.arguments), f"run_at{index}": run_at}
        values |= {f"id{index}": interview_id for index, interview_id in enumerate(self._changed)}
        await self._session.execute(_sending(len(self._jobs), len(self._changed)), values)

    async def purge(self, before: datetime) -> None:
        """Delete what only mattered for a while."""
        requests, tokens = tables.requests.c, tables.refresh_tokens.c
        await self._session.execute(tables.requests.delete().where(requests.create_time < before))
        await self._session.execute(tables.refresh_tokens.delete().where(tokens.expire_time < before))


@cache
def _sending(jobs: int, notifications: int) -> TextClause:
    """One statement for all jobs and notifications of a transaction: this is on the path of every turn.

    Jobs go through procrastinate's own function, so a job exists exactly if the state that causes it does.
    """
    rows = ", ".join(_ROW.format(index) for index in range(jobs))
    parts = [f"procrastinate_defer_jobs_v1(ARRAY[{rows}])"] if jobs else []
    parts += [f"pg_notify(:channel, :id{index})" for index in range(notifications)]
    typed = [bindparam(f"arguments{index}", type_=JSONB) for index in range(jobs)]
    return text(f"SELECT {', '.join(parts)}").bindparams(*typed)


class SqlStore:
    """``ports.Store``."""

    def __init__(self, engine: AsyncEngine) -> None:
        start_mappers()
        # Nothing is read again after a commit: use cases show what they have just written.
        self._sessions = async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._snapshots = async_sessionmaker(reading, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One transaction."""
        with _plain_errors():
            async with self._sessions() as session, session.begin():
                tx = SqlTransaction(session)
                yield tx
                await tx.send()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Transaction]:
        """One transaction that only reads."""
        with _plain_errors():
            async with self._snapshots() as session:
                yield SqlTransaction(session)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Inside, errors of a database that is away, or busy with a rival, are the domain's."""
    try:
        yield
    except DBAPIError as exc:
        state = getattr(exc.orig, "sqlstate", None) or ""
        if state in _CONFLICTS:
            raise Conflict("somebody else changed this at the same moment; try again") from exc
        if _away(exc, state):
            raise StorageAway(_AWAY) from exc
        raise
    except (PoolTimeout, OSError) as exc:
        raise StorageAway(_AWAY) from exc


def _away(exc: DBAPIError, state: str) -> bool:
    # Class 57: stopping or starting; 53: out of connections; 08: broken connection, as is an error without state.
    lost = isinstance(exc, OperationalError) and not state
    return lost or exc.connection_invalidated or state[:2] in ("57", "53", "08")
