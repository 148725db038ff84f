"""Accounts, consents, interviews and reports in PostgreSQL. One object of each per transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from services.session.adapters import tables
from services.session.domain.account import Account, Allowed, Consent, Deletion, RefreshToken
from services.session.domain.answers import TurnState
from services.session.domain.interview import Interview
from services.session.domain.report import StoredReport
from services.session.domain.state import Stage

_MAX_ASKED = 2000  # the contract's limit of PlanInterviewRequest.asked_source_ids


def _load(name: str) -> Any:
    """An eager load of one of the interview's collections, whose attribute the mapper adds at run time."""
    return selectinload(cast(QueryableAttribute[Any], getattr(Interview, name)))


class SqlAccounts:
    """``ports.Accounts``."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, account_id: str) -> Account | None:
        """The account with this id."""
        return await self._session.get(Account, account_id)

    async def by_email(self, email: str) -> Account | None:
        """The account with this address."""
        return (await self._session.scalars(select(Account).where(tables.accounts.c.email == email))).one_or_none()

    async def add(self, account: Account) -> bool:
        """Add it; False if the address is taken."""
        columns = tables.accounts.columns.keys()
        row = insert(tables.accounts).values({name: getattr(account, name) for name in columns})
        done = await self._session.execute(row.on_conflict_do_nothing(index_elements=["email"]))
        return cast(CursorResult[Any], done).rowcount == 1

    async def delete(self, account_id: str) -> int:
        """Delete the account; the database deletes what refers to it. The number of its interviews."""
        count = await self._session.scalar(
            select(func.count()).select_from(tables.interviews).where(tables.interviews.c.account_id == account_id)
        )
        await self._session.execute(delete(tables.accounts).where(tables.accounts.c.account_id == account_id))
        return count or 0

    def add_token(self, token: RefreshToken) -> None:
        """Add a refresh token."""
        self._session.add(token)

    async def token(self, token_id: str) -> RefreshToken | None:
        """The refresh token, locked."""
        return await self._session.get(RefreshToken, token_id, with_for_update=True)

    async def revoke_family(self, family_id: str) -> None:
        """Delete all refresh tokens of a sign-in."""
        await self._session.execute(delete(tables.refresh_tokens).where(tables.refresh_tokens.c.family_id == family_id))

    def add_deletion(self, deletion: Deletion) -> None:
        """Keep a receipt."""
        self._session.add(deletion)

    async def deletion(self, request_id: str) -> Deletion | None:
        """The receipt of a deletion."""
        return await self._session.get(Deletion, request_id)


class SqlConsents:
    """``ports.Consents``."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, account_id: str, *, lock: bool = False) -> Sequence[Consent]:
        """All of an account, newest first. The lock is on the account: there may be no consent yet."""
        if lock:
            owner = select(tables.accounts.c.account_id).where(tables.accounts.c.account_id == account_id)
            await self._session.execute(owner.with_for_update(key_share=True))
        found = select(Consent).where(tables.consents.c.account_id == account_id)
        return (await self._session.scalars(found.order_by(tables.consents.c.consent_id.desc()))).all()

    async def allowed(self, account_id: str) -> Allowed:
        """What those that stand allow."""
        consents = tables.consents.c
        found = select(consents.purpose).where(consents.account_id == account_id, consents.withdraw_time.is_(None))
        return Allowed.by(set(await self._session.scalars(found)))

    def add(self, consent: Consent) -> None:
        """Add one."""
        self._session.add(consent)


class SqlInterviews:
    """``ports.Interviews``."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, interview: Interview) -> None:
        """Add one."""
        self._session.add(interview)

    async def get(self, interview_id: str, *, lock: bool = False) -> Interview | None:
        """One interview; new history can be added to it, the old one is not there."""
        found = select(Interview).where(tables.interviews.c.interview_id == interview_id)
        found = found.options(_load("questions"), _load("answers"))
        if lock:  # what this session read before it had the lock is read again
            found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
        interview = (await self._session.scalars(found)).one_or_none()
        if interview is not None:
            set_committed_value(interview, "history", [])  # as if loaded: what is appended is inserted
        return interview

    async def resume(self, interview: Interview) -> Interview | None:
        """Lock it. Unchanged, the object that was read before joins this transaction, and nothing is read again."""
        columns = tables.interviews.c
        revision = select(columns.revision).where(columns.interview_id == interview.interview_id)
        if await self._session.scalar(revision.with_for_update(key_share=True)) == interview.revision:
            self._session.add(interview)
            return interview
        return await self.get(interview.interview_id, lock=True)

    async def turn(self, answer_id: str) -> TurnState | None:
        """How far the turn after this answer is."""
        interviews, answers = tables.interviews, tables.answers
        found = (
            select(interviews.c.turn_intent, answers.c.status)
            .join(interviews, interviews.c.interview_id == answers.c.interview_id)
            .where(answers.c.answer_id == answer_id)
        )
        row = (await self._session.execute(found)).one_or_none()
        return None if row is None else TurnState(row.turn_intent, row.status)

    async def read(self, interview_id: str) -> Interview | None:
        """One interview with its history."""
        found = select(Interview).where(tables.interviews.c.interview_id == interview_id)
        found = found.options(_load("questions"), _load("answers"), _load("history"))
        return (await self._session.scalars(found)).one_or_none()

    async def page(self, account_id: str, before_id: str | None, size: int) -> Sequence[Interview]:
        """At most ``size`` interviews older than ``before_id``: ids are UUIDv7, so their order is that of time."""
        found = select(Interview).where(tables.interviews.c.account_id == account_id)
        if before_id is not None:
            found = found.where(tables.interviews.c.interview_id < before_id)
        found = found.order_by(tables.interviews.c.interview_id.desc()).limit(size).options(_load("questions"))
        return (await self._session.scalars(found)).all()

    async def live_ids(self, account_id: str) -> Sequence[str]:
        """The account's interviews that are going on."""
        over = (Stage.COMPLETE, Stage.FAILED)
        found = select(tables.interviews.c.interview_id).where(tables.interviews.c.account_id == account_id)
        return (await self._session.scalars(found.where(tables.interviews.c.stage.not_in(over)))).all()

    async def asked_source_ids(self, account_id: str) -> Sequence[str]:
        """source_id of every question that the account was asked, newest first."""
        asked = tables.questions.c
        found = (
            select(func.jsonb_extract_path_text(asked.question, "source_id"))
            .join(tables.interviews, tables.interviews.c.interview_id == asked.interview_id)
            .where(tables.interviews.c.account_id == account_id, asked.index.is_not(None))
            .order_by(asked.question_id.desc())
            .limit(_MAX_ASKED)
        )
        return (await self._session.scalars(found)).all()

    async def delete_before(self, time: datetime) -> int:
        """Delete interviews that were made before ``time``; how many."""
        done = await self._session.execute(delete(tables.interviews).where(tables.interviews.c.create_time < time))
        return cast(CursorResult[Any], done).rowcount


class SqlReports:
    """``ports.Reports``."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, interview_id: str) -> StoredReport | None:
        """The stored report."""
        return await self._session.get(StoredReport, interview_id)

    async def put(self, report: StoredReport) -> None:
        """Store it in place of an earlier one."""
        await self._session.merge(report)
