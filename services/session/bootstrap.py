"""Puts session together: the one place that names concrete adapters."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import grpc
from parley.session.v1 import (
    account_service_pb2_grpc,
    consent_service_pb2_grpc,
    interview_service_pb2_grpc,
    recorder_service_pb2_grpc,
    resume_service_pb2_grpc,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.kit import telemetry
from services.kit.auth import ISSUER, TokenSigner, TokenVerifier
from services.kit.channels import open_channel
from services.kit.clock import Clock, SystemClock
from services.kit.errors import ErrorMap, ErrorSpec
from services.kit.server import Readiness, ServiceSpec
from services.session.adapters.database import SqlStore, open_engine
from services.session.adapters.database_child import DatabaseChild
from services.session.adapters.embedded_postgres import EmbeddedPostgres
from services.session.adapters.feed import PostgresFeed
from services.session.adapters.jobs import Handler, JobWorker
from services.session.adapters.migrations import migrate
from services.session.adapters.passwords import Argon2Passwords
from services.session.adapters.reasoning_client import ReasoningClient
from services.session.adapters.resume_reading_client import ResumeReadingClient
from services.session.adapters.tokens import SignedTokens
from services.session.domain import errors
from services.session.servicer import (
    AccountServicer,
    ConsentServicer,
    InterviewServicer,
    RecorderServicer,
    ResumeServicer,
)
from services.session.settings import Settings
from services.session.usecases.accounts import Accounts
from services.session.usecases.answering import Answering, Patience
from services.session.usecases.consents import Consents
from services.session.usecases.evaluation import Evaluations
from services.session.usecases.interviews import Interviews
from services.session.usecases.planning import Planning
from services.session.usecases.recorded import Recorded
from services.session.usecases.recorder import Recorder
from services.session.usecases.reports import Reports
from services.session.usecases.resumes import Resumes
from services.session.usecases.retention import Retention
from services.session.usecases.turns import Turns

logger = logging.getLogger("parley.session")

_Code = grpc.StatusCode
ERRORS: Final[ErrorMap] = {
    errors.InterviewNotFound: ErrorSpec(_Code.NOT_FOUND, "INTERVIEW_NOT_FOUND"),
    errors.AnswerNotFound: ErrorSpec(_Code.NOT_FOUND, "ANSWER_NOT_FOUND"),
    errors.ConsentNotFound: ErrorSpec(_Code.NOT_FOUND, "CONSENT_NOT_FOUND"),
    errors.ResumeNotFound: ErrorSpec(_Code.NOT_FOUND, "RESUME_NOT_FOUND"),
    errors.AccountNotFound: ErrorSpec(_Code.UNAUTHENTICATED, "ACCOUNT_DELETED"),
    errors.TransitionNotAllowed: ErrorSpec(_Code.FAILED_PRECONDITION, "WRONG_STATE"),
    errors.QuestionNotCurrent: ErrorSpec(_Code.FAILED_PRECONDITION, "QUESTION_NOT_CURRENT"),
    errors.AnswerSubmitted: ErrorSpec(_Code.FAILED_PRECONDITION, "ANSWER_SUBMITTED"),
    errors.RetryNotAllowed: ErrorSpec(_Code.FAILED_PRECONDITION, "RETRY_NOT_ALLOWED"),
    errors.AnswerNotComplete: ErrorSpec(_Code.FAILED_PRECONDITION, "ANSWER_NOT_COMPLETE"),
    errors.NothingToCorrect: ErrorSpec(_Code.FAILED_PRECONDITION, "NOTHING_TO_CORRECT"),
    errors.RecordNumberGap: ErrorSpec(_Code.FAILED_PRECONDITION, "RECORD_NUMBER_GAP"),
    errors.NotYourInterview: ErrorSpec(_Code.PERMISSION_DENIED, "NOT_YOUR_INTERVIEW"),
    errors.Invalid: ErrorSpec(_Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
    errors.WrongCredentials: ErrorSpec(_Code.UNAUTHENTICATED, "WRONG_CREDENTIALS"),
    errors.RefreshTokenUsed: ErrorSpec(_Code.UNAUTHENTICATED, "REFRESH_TOKEN_USED"),
    errors.RefreshTokenInvalid: ErrorSpec(_Code.UNAUTHENTICATED, "REFRESH_TOKEN_INVALID"),
    errors.EmailTaken: ErrorSpec(_Code.ALREADY_EXISTS, "EMAIL_TAKEN"),
    errors.RequestIdReused: ErrorSpec(_Code.ALREADY_EXISTS, "REQUEST_ID_REUSED"),
    errors.ResumeEncrypted: ErrorSpec(_Code.INVALID_ARGUMENT, "RESUME_ENCRYPTED"),
    errors.ResumeScanned: ErrorSpec(_Code.INVALID_ARGUMENT, "RESUME_SCANNED"),
    errors.ResumeEmpty: ErrorSpec(_Code.INVALID_ARGUMENT, "RESUME_EMPTY"),
    errors.ResumeUnreadable: ErrorSpec(_Code.INVALID_ARGUMENT, "RESUME_UNREADABLE"),
    errors.ResumeFormatUnsupported: ErrorSpec(_Code.INVALID_ARGUMENT, "RESUME_FORMAT_UNSUPPORTED"),
    errors.ResumeTooLarge: ErrorSpec(_Code.INVALID_ARGUMENT, "RESUME_TOO_LARGE"),
    errors.ResumeConsentRequired: ErrorSpec(_Code.FAILED_PRECONDITION, "RESUME_CONSENT_REQUIRED"),
    errors.ResumeLimitReached: ErrorSpec(_Code.FAILED_PRECONDITION, "RESUME_LIMIT_REACHED"),
    errors.ExportNotAvailable: ErrorSpec(_Code.UNIMPLEMENTED, "EXPORT_NOT_AVAILABLE"),
    errors.Busy: ErrorSpec(_Code.RESOURCE_EXHAUSTED, "BUSY", retryable=True, retry_after_s=1.0),
    errors.StorageAway: ErrorSpec(_Code.UNAVAILABLE, "DATABASE_UNAVAILABLE", retryable=True, retry_after_s=1.0),
    errors.Conflict: ErrorSpec(_Code.ABORTED, "CONFLICT", retryable=True, retry_after_s=0.1),
    errors.ReasonerAway: ErrorSpec(_Code.UNAVAILABLE, "REASONING_UNAVAILABLE", retryable=True, retry_after_s=1.0),
    errors.RecorderReplaced: ErrorSpec(_Code.ABORTED, "RECORDER_REPLACED"),
    errors.RecorderRestart: ErrorSpec(_Code.UNAVAILABLE, "RECORDER_RESTART", retryable=True, retry_after_s=0.1),
    errors.Draining: ErrorSpec(_Code.UNAVAILABLE, "DRAINING", retryable=True, retry_after_s=0.5),
}

_CONNECT_RETRY_S: Final = 0.5


@dataclass(slots=True)
class _Life:
    """What is opened at start and closed at the end."""

    clock: Clock
    child: DatabaseChild | None
    engine: AsyncEngine
    feed: PostgresFeed
    turns: Turns
    jobs: JobWorker | None
    reasoner: ReasoningClient
    passwords: Argon2Passwords
    migrated: bool = False

    async def start(self) -> None:
        """Database, its newest revision, the feed, then the jobs. Waits for a database that is away."""
        if self.child is not None:
            await self.child.start()
        while not self.migrated:
            try:
                await migrate(self.engine)
                self.migrated = True
            except OperationalError as exc:
                telemetry.log(logger, logging.WARNING, "waiting for the database", error=type(exc.orig).__name__)
                await self.clock.sleep(_CONNECT_RETRY_S)
        self.feed.start()
        await self.feed.connected.wait()
        if self.jobs is not None:
            self.jobs.start()

    async def ready(self) -> Readiness:
        """The feed's connection tells at once when the database goes away: nothing has to be asked."""
        kind = "postgresql, embedded" if self.child is not None else "postgresql"
        there = self.migrated and self.feed.connected.is_set()
        return Readiness(there, "" if there else "the database cannot be reached", {"database": kind})

    async def drain(self) -> None:
        """Watchers and recorders go to another process, or to our successor."""
        self.feed.drain()

    async def close(self) -> None:
        """Reverse order; what turns and jobs leave undone is in the queue."""
        if self.jobs is not None:
            await self.jobs.close()
        await self.turns.close()
        await self.feed.close()
        await self.reasoner.close()
        await self.engine.dispose()
        self.passwords.close()
        if self.child is not None:
            await self.child.close()


async def build(settings: Settings | None = None, clock: Clock | None = None) -> ServiceSpec:
    """The service; settings from the environment unless given. Opens nothing yet."""
    settings = settings or Settings.from_env()
    clock = clock or SystemClock()
    child = None if settings.database_url else DatabaseChild(settings.data_dir, clock)
    url = settings.database_url or EmbeddedPostgres(settings.data_dir / "postgres").url
    engine = open_engine(url, settings.pool_size)
    store = SqlStore(engine)
    feed = PostgresFeed(url, clock, engine.dispose)
    channel = open_channel(
        settings.reasoning_address, identity="session", internal_secret=settings.internal_secret, clock=clock
    )
    reasoner = ReasoningClient(channel)
    patience = _patience(settings)
    turns = Turns(store, feed, reasoner, clock, patience, prepare=settings.prepare_follow_ups)
    passwords = Argon2Passwords()
    work = _work(settings, store, feed, reasoner, ResumeReadingClient(channel), turns, Answering(clock, patience))
    jobs = JobWorker(url, _handlers(work), Retention(store, clock, settings.retention_days).purge, clock)
    life = _Life(clock, child, engine, feed, turns, jobs if settings.run_jobs else None, reasoner, passwords)
    verifier = TokenVerifier(settings.token_secret, settings.internal_secret, clock)
    signer = TokenSigner(settings.token_secret, ISSUER, clock)
    tokens = SignedTokens(signer, verifier, clock, settings.access_ttl_s, settings.refresh_ttl_s)
    return ServiceSpec(
        name="session",
        listen=settings.listen,
        metrics_listen=settings.metrics_listen,
        servicers=_servicers(work, Accounts(store, passwords, tokens, clock), Consents(store, clock)),
        errors=ERRORS,
        verifier=verifier,
        ready=life.ready,
        on_start=life.start,
        on_drain=life.drain,
        on_close=life.close,
        drain_grace_s=settings.drain_grace_s,
    )


def _patience(settings: Settings) -> Patience:
    return Patience(
        answer_end_s=settings.answer_end_wait_s,
        follow_up_s=settings.follow_up_wait_s,
        model_follow_up_s=settings.model_follow_up_wait_s,
        follow_up_total_s=settings.follow_up_total_s,
        stale_answer_s=settings.stale_answer_s,
        evaluation_delay_s=settings.evaluation_delay_s,
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """The use cases around interviews."""

    planning: Planning
    turns: Turns
    interviews: Interviews
    recorder: Recorder
    evaluations: Evaluations
    reports: Reports
    resumes: Resumes


def _work(
    settings: Settings,
    store: SqlStore,
    feed: PostgresFeed,
    reasoner: ReasoningClient,
    reader: ResumeReadingClient,
    turns: Turns,
    answering: Answering,
) -> _Work:
    clock = answering.clock
    planning = Planning(store, reasoner, clock)
    return _Work(
        planning=planning,
        turns=turns,
        interviews=Interviews(store, feed, planning, turns, clock, settings.planning_wait_s, answering),
        recorder=Recorder(store, feed, turns, Recorded(turns, answering, clock), clock),
        evaluations=Evaluations(store, reasoner, answering),
        reports=Reports(store, reasoner, clock),
        resumes=Resumes(store, reader, clock),
    )


def _handlers(work: _Work) -> dict[str, Handler]:
    """Task name → what it does, and what it does when it failed for good. Names are those in ``usecases.tasks``."""
    return {
        "plan_interview": Handler(work.planning.plan, work.planning.give_up),
        "advance_turn": Handler(work.turns.recover, _dropped),
        "finish_question": Handler(work.turns.complete_question, _dropped),
        "complete_answer": Handler(work.evaluations.complete_stale, _dropped),
        "evaluate_answer": Handler(work.evaluations.evaluate, work.evaluations.give_up),
        "write_report": Handler(work.reports.write, work.reports.give_up),
    }


async def _dropped(**arguments: object) -> None:
    """A step that has nothing to show when it failed for good; the log has it."""


def _servicers(work: _Work, accounts: Accounts, consents: Consents) -> list[tuple[Callable[[Any, Any], None], object]]:
    return [
        (account_service_pb2_grpc.add_AccountServiceServicer_to_server, AccountServicer(accounts)),
        (consent_service_pb2_grpc.add_ConsentServiceServicer_to_server, ConsentServicer(consents)),
        (resume_service_pb2_grpc.add_ResumeServiceServicer_to_server, ResumeServicer(work.resumes)),
        (
            interview_service_pb2_grpc.add_InterviewServiceServicer_to_server,
            InterviewServicer(work.interviews, work.reports),
        ),
        (recorder_service_pb2_grpc.add_RecorderServiceServicer_to_server, RecorderServicer(work.recorder)),
    ]
