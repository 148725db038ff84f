"""What the use cases need from outside. Adapters implement it; tests run the real ones.

Every method of ``Store`` and of what it gives may raise StorageAway (no database now: retry) and Conflict.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.session.domain.account import Account, Allowed, Consent, Deletion, RefreshClaims, RefreshToken, Tokens
from services.session.domain.answers import TurnState
from services.session.domain.commands import MediaState
from services.session.domain.interview import Interview
from services.session.domain.interview_settings import InterviewSettings
from services.session.domain.recording import NumberedEntry, RecordedMediaHealth, RecordedUtterance, Recording
from services.session.domain.report import StoredReport
from services.session.domain.resumes import Resume
from services.session.domain.values import (
    EvaluatedExchange,
    Evaluation,
    Exchange,
    Language,
    Plan,
    Prose,
    QualityTier,
    Question,
)
from services.session.domain.windows import BehaviourWindow
from services.session.resume_ports import Resumes


class Accounts(Protocol):
    """Accounts, their sign-ins, and the receipts of those that were deleted."""

    async def get(self, account_id: str) -> Account | None:
        """The account with this id."""
        ...

    async def by_email(self, email: str) -> Account | None:
        """The account with this address (in its normal form)."""
        ...

    async def add(self, account: Account) -> bool:
        """Add it; False if its address is taken (also by another process this very moment)."""
        ...

    async def delete(self, account_id: str) -> int:
        """Delete the account and everything of it; the number of its interviews."""
        ...

    def add_token(self, token: RefreshToken) -> None:
        """Add a refresh token."""
        ...

    async def token(self, token_id: str) -> RefreshToken | None:
        """The refresh token, locked until the transaction ends: two uses at once are seen one after the other."""
        ...

    async def revoke_family(self, family_id: str) -> None:
        """Delete all refresh tokens of a sign-in."""
        ...

    def add_deletion(self, deletion: Deletion) -> None:
        """Keep a receipt."""
        ...

    async def deletion(self, request_id: str) -> Deletion | None:
        """The receipt of a deletion."""
        ...


class Consents(Protocol):
    """Consents of accounts."""

    async def of(self, account_id: str, *, lock: bool = False) -> Sequence[Consent]:
        """All of them, newest first."""
        ...

    async def allowed(self, account_id: str) -> Allowed:
        """What those that stand allow."""
        ...

    def add(self, consent: Consent) -> None:
        """Add one."""
        ...


class Interviews(Protocol):
    """Interviews with their questions, answers and speeches."""

    def add(self, interview: Interview) -> None:
        """Add one."""
        ...

    async def get(self, interview_id: str, *, lock: bool = False) -> Interview | None:
        """One interview without its history; ``lock`` makes others who lock it wait until the transaction ends."""
        ...

    async def resume(self, interview: Interview) -> Interview | None:
        """Lock an interview that was read before: the same object if nothing has changed since, else read anew."""
        ...

    async def turn(self, answer_id: str) -> TurnState | None:
        """How far the turn after this answer is."""
        ...

    async def read(self, interview_id: str) -> Interview | None:
        """One interview with its history, for showing."""
        ...

    async def page(self, account_id: str, before_id: str | None, size: int) -> Sequence[Interview]:
        """At most ``size`` interviews of an account, newest first, older than ``before_id``; without history."""
        ...

    async def live_ids(self, account_id: str) -> Sequence[str]:
        """The account's interviews that are not complete or failed."""
        ...

    async def asked_source_ids(self, account_id: str) -> Sequence[str]:
        """source_id of every question that the account was asked, newest first, at most 2000."""
        ...

    async def delete_before(self, time: datetime) -> int:
        """Delete interviews that were made before; how many."""
        ...


class Recordings(Protocol):
    """What media recorded."""

    async def get(self, interview_id: str, *, lock: bool = False) -> Recording | None:
        """How far the interview's media is stored; None if none was ever connected."""
        ...

    async def open(self, interview_id: str) -> Recording:
        """The same, locked, made if there is none."""
        ...

    async def media_state(self, interview_id: str) -> MediaState | None:
        """What the interview's Record stream must know."""
        ...

    async def store(self, interview_id: str, entries: Sequence[NumberedEntry]) -> Sequence[RecordedUtterance]:
        """Store utterances, windows and health. The utterances that were new: one that is there already (its audio was
        replayed) is left out."""
        ...

    async def heard(
        self, interview_id: str, answer_ids: Sequence[str] | None = None
    ) -> Mapping[str, Sequence[RecordedUtterance]]:
        """answer_id → its utterances on the session clock's order; of these answers, or of all."""
        ...

    async def windows(self, interview_id: str) -> Sequence[BehaviourWindow]:
        """Behaviour windows on the session clock's order."""
        ...

    async def health(self, interview_id: str) -> Sequence[RecordedMediaHealth]:
        """States of the media path, in order."""
        ...


class Reports(Protocol):
    """Reports."""

    async def get(self, interview_id: str) -> StoredReport | None:
        """The stored report."""
        ...

    async def put(self, report: StoredReport) -> None:
        """Store it in place of an earlier one."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done later, at least once: a task's name and its arguments (ids only)."""

    task: str
    arguments: Mapping[str, str | int]
    priority: int = 0


class Transaction(Protocol):
    """One database transaction; committed when its context is left without an exception."""

    accounts: Accounts
    consents: Consents
    interviews: Interviews
    recordings: Recordings
    reports: Reports
    resumes: Resumes

    async def first_time(self, account_id: str, request_id: str, method: str, subject_id: str) -> str | None:
        """Claim a request id. None if it is new; else the subject of the earlier call, whose work is done.

        Raises RequestIdReused if it was for another method.
        """
        ...

    def defer(self, job: Job, run_at: datetime | None = None) -> None:
        """Have a job done after the commit (not before ``run_at``); not at all without the commit."""
        ...

    def changed(self, interview_id: str) -> None:
        """Tell every process that the interview changed, after the commit."""
        ...

    async def purge(self, before: datetime) -> None:
        """Delete request ids, expired sign-ins, receipts of finished jobs that are older."""
        ...


class Store(Protocol):
    """The database."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that only reads, and sees everything as at one moment."""
        ...


class Signal(Protocol):
    """Tells that something changed since the last ``wait``; changes close together count as one."""

    async def wait(self) -> None:
        """Return at the next change, or at once if there was one. Raises Draining when this process stops."""
        ...


class Feed(Protocol):
    """Changes of interviews, made by any process."""

    def watch(self, interview_id: str) -> AbstractContextManager[Signal]:
        """A signal for one interview; also raised after the feed was broken, when nobody knows what was missed."""
        ...


class Reasoner(Protocol):
    """The reasoning service. Every method raises ReasonerAway (retry helps) or ReasonerFailed (it hardly does)."""

    async def plan(
        self,
        settings: InterviewSettings,
        asked_source_ids: Sequence[str],
        seed: int,
        timeout_s: float,
        resume: Resume | None = None,
    ) -> Plan:
        """Plan an interview, about this résumé if there is one; the same seed gives the same plan."""
        ...

    def stream_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange], timeout_s: float
    ) -> AsyncGenerator[Question, None]:
        """A follow-up as far as it is written, ever longer, at last whole; nothing if there is none. Close it."""
        ...

    async def evaluate(
        self, language: Language, exchange: Exchange, quality: QualityTier, timeout_s: float
    ) -> Evaluation:
        """Judge an answer."""
        ...

    async def write_report(
        self, language: Language, role: str, exchanges: Sequence[EvaluatedExchange], timeout_s: float
    ) -> Prose:
        """Write the prose of a report."""
        ...


class Passwords(Protocol):
    """Password hashing, off the event loop. Raises Busy when too many wait."""

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        ...

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password; without a hash False, after the same time."""
        ...


class TokenIssuer(Protocol):
    """Makes and reads tokens."""

    refresh_ttl: timedelta

    def issue(self, account: Account, token_id: str) -> Tokens:
        """Tokens for the account; ``token_id`` is the refresh token's."""
        ...

    def read_refresh(self, token: str) -> RefreshClaims:
        """Check a refresh token's signature and time. Raises RefreshTokenInvalid."""
        ...
