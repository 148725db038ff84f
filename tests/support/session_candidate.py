"""A candidate and the calls that a client makes, for session's tests."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from parley.common.v1 import language_pb2
from parley.session.v1 import (
    account_pb2,
    account_service_pb2,
    account_service_pb2_grpc,
    consent_pb2,
    consent_service_pb2,
    consent_service_pb2_grpc,
    interview_pb2,
    interview_service_pb2_grpc,
    report_pb2,
)
from parley.session.v1 import interview_service_pb2 as pb

from services.kit.auth import ISSUER, TokenSigner
from services.kit.channels import Channel
from services.kit.clock import SystemClock
from services.kit.errors import service_errors
from tests.support.kit_mesh import TOKEN_SECRET
from tests.support.session_service import PATIENCE_S, SessionUnderTest, request_id

PASSWORD = "correct horse battery"
ALL_CONSENTS = (
    consent_pb2.CONSENT_PURPOSE_RECORDING,
    consent_pb2.CONSENT_PURPOSE_TRANSCRIPT_SCORING,
    consent_pb2.CONSENT_PURPOSE_VIDEO_METRICS,
)


@dataclass
class Candidate:
    """A signed-up candidate and the calls that a client makes. Errors are kit's typed ones."""

    channel: Channel
    email: str
    tokens: account_pb2.TokenPair
    account: account_pb2.Account
    interview_id: str = ""
    interview: interview_pb2.Interview = field(default_factory=interview_pb2.Interview)

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Credentials of a call."""
        return (("authorization", f"Bearer {self.tokens.access_token}"),)

    async def call(self, method: Any, request: Any, timeout: float | None = None) -> Any:
        """One call with the candidate's token."""
        with service_errors():
            return await method(request, metadata=self.metadata, timeout=timeout)

    @property
    def accounts(self) -> Any:
        """The account service."""
        return account_service_pb2_grpc.AccountServiceStub(self.channel)

    @property
    def consents(self) -> Any:
        """The consent service."""
        return consent_service_pb2_grpc.ConsentServiceStub(self.channel)

    @property
    def interviews(self) -> Any:
        """The interview service."""
        return interview_service_pb2_grpc.InterviewServiceStub(self.channel)

    async def grant(self, *purposes: Any) -> list[consent_pb2.Consent]:
        """Give consents."""
        given = []
        for purpose in purposes:
            request = consent_service_pb2.GrantRequest(request_id=request_id(), purpose=purpose, text_version="2026-11")
            given.append((await self.call(self.consents.Grant, request)).consent)
        return given

    async def create(self, **settings: Any) -> interview_pb2.Interview:
        """Create an interview and remember it."""
        values = {
            "language": language_pb2.LANGUAGE_ENGLISH,
            "role": "backend_engineer",
            "question_count": 2,
            **settings,
        }
        request = pb.CreateInterviewRequest(request_id=request_id(), settings=interview_pb2.InterviewSettings(**values))
        return self._seen((await self.call(self.interviews.CreateInterview, request)).interview)

    async def start(self) -> interview_pb2.Interview:
        """Start the interview."""
        return await self._act(self.interviews.StartInterview, pb.StartInterviewRequest)

    async def submit(self, typed_text: str | None = None, **more: Any) -> interview_pb2.Interview:
        """Submit the current answer."""
        return await self._about_question(
            self.interviews.SubmitAnswer, pb.SubmitAnswerRequest, typed_text=typed_text, **more
        )

    async def skip(self, **more: Any) -> interview_pb2.Interview:
        """Skip the current question."""
        return await self._about_question(self.interviews.SkipQuestion, pb.SkipQuestionRequest, **more)

    async def retry(self, **more: Any) -> interview_pb2.Interview:
        """Answer the current question again."""
        return await self._about_question(self.interviews.RetryAnswer, pb.RetryAnswerRequest, **more)

    async def follow_up(self, **more: Any) -> interview_pb2.Interview:
        """Submit and ask for a follow-up."""
        return await self._about_question(self.interviews.RequestFollowUp, pb.RequestFollowUpRequest, **more)

    async def end(self) -> interview_pb2.Interview:
        """End the interview."""
        return await self._act(self.interviews.EndInterview, pb.EndInterviewRequest)

    async def get(self) -> interview_pb2.Interview:
        """Read the interview."""
        request = pb.GetInterviewRequest(interview_id=self.interview_id)
        return self._seen((await self.call(self.interviews.GetInterview, request)).interview)

    async def report(self) -> report_pb2.Report:
        """Read the report."""
        request = pb.GetReportRequest(interview_id=self.interview_id)
        response: pb.GetReportResponse = await self.call(self.interviews.GetReport, request)
        return response.report

    async def watch_until(
        self, wanted: Callable[[interview_pb2.Interview], bool], after_revision: int = 0
    ) -> interview_pb2.Interview:
        """Watch the interview until it is as wanted."""
        request = pb.WatchInterviewRequest(interview_id=self.interview_id, after_revision=after_revision)
        call = self.interviews.WatchInterview(request, metadata=self.metadata, timeout=PATIENCE_S)
        try:
            with service_errors():
                async for response in call:
                    if wanted(self._seen(response.interview)):
                        return self.interview
        finally:
            call.cancel()
        raise AssertionError(f"the stream ended at stage {self.interview.stage}")

    async def until_complete(self) -> interview_pb2.Interview:
        """Watch until the report is there."""
        return await self.watch_until(lambda seen: seen.stage == interview_pb2.INTERVIEW_STAGE_COMPLETE)

    async def _act(self, method: Any, kind: Any) -> interview_pb2.Interview:
        request = kind(request_id=request_id(), interview_id=self.interview_id)
        return self._seen((await self.call(method, request)).interview)

    async def _about_question(self, method: Any, kind: Any, **more: Any) -> interview_pb2.Interview:
        values = {
            "request_id": request_id(),
            "interview_id": self.interview_id,
            "question_id": self.interview.current_question_id,
            **more,
        }
        return self._seen((await self.call(method, kind(**values))).interview)

    def _seen(self, interview: interview_pb2.Interview) -> interview_pb2.Interview:
        self.interview_id, self.interview = interview.interview_id, interview
        return interview


async def sign_up(session: SessionUnderTest, email: str | None = None) -> Candidate:
    """A new candidate without consents."""
    address = email or f"{uuid.uuid4().hex}@example.com"
    request = account_service_pb2.SignUpRequest(
        request_id=request_id(), email=address, password=PASSWORD, display_name="Kim"
    )
    channel = session.channel("")
    with service_errors():
        response = await account_service_pb2_grpc.AccountServiceStub(channel).SignUp(request)
    return Candidate(channel, address, response.tokens, response.account)


@asynccontextmanager
async def candidate_of(session: SessionUnderTest, *purposes: Any) -> AsyncIterator[Candidate]:
    """A new candidate with these consents (default: all but sharing).

    Written into the database: hashing a password and giving consents on the wire costs more than most tests themselves.
    """
    account = account_pb2.Account(account_id=str(uuid.uuid4()), email=f"{uuid.uuid4().hex}@example.com")
    async with await psycopg.AsyncConnection.connect(session.settings.database_url, autocommit=True) as connection:
        await connection.execute(_ACCOUNT, (account.account_id, account.email, request_id()))
        for purpose in purposes or ALL_CONSENTS:
            name = consent_pb2.ConsentPurpose.Name(purpose).removeprefix("CONSENT_PURPOSE_").lower()
            await connection.execute(_CONSENT, (request_id(), account.account_id, name))
    signer = TokenSigner(TOKEN_SECRET, ISSUER, session.clock or SystemClock())
    tokens = account_pb2.TokenPair(access_token=signer.sign(account.account_id, "candidate", 3600))
    channel = session.channel("")
    try:
        yield Candidate(channel, account.email, tokens, account)
    finally:
        await channel.close()


_ACCOUNT = "INSERT INTO accounts VALUES (%s, %s, 'no hash', 'Kim', 'english', 'candidate', now(), %s)"
_CONSENT = "INSERT INTO consents VALUES (%s, %s, %s, '2026-11', '', now(), NULL)"


@asynccontextmanager
async def signed_up(session: SessionUnderTest) -> AsyncIterator[Candidate]:
    """A new candidate with all consents, by the calls that a client makes."""
    candidate = await sign_up(session)
    try:
        await candidate.grant(*ALL_CONSENTS)
        yield candidate
    finally:
        await candidate.channel.close()
