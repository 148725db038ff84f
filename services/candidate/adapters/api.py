"""The candidate's calls to session and media, retried while a service is being restarted."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import grpc
from parley.media.v1 import media_service_pb2, media_service_pb2_grpc
from parley.session.v1 import (
    account_pb2,
    account_service_pb2,
    account_service_pb2_grpc,
    consent_pb2,
    consent_service_pb2,
    consent_service_pb2_grpc,
    interview_pb2,
    interview_service_pb2,
    interview_service_pb2_grpc,
    report_pb2,
)

from services.candidate.adapters.peer import IceServer
from services.kit.channels import Channel, closing, open_channel
from services.kit.errors import ServiceError, from_rpc_error

ResponseT = TypeVar("ResponseT")

CALL_TIMEOUT_S = 10.0
PATIENCE_S = 60.0  # how long a service may be away before the rehearsal gives up
RETRY_EVERY_S = 0.25
WATCH_TIMEOUT_S = 4 * 3600.0
CONSENT_TEXT_VERSION = "2026-11"


class Api:
    """Signed in as one account; every mutating call carries a request id, so that a retry is harmless."""

    def __init__(self, session_address: str, media_address: str) -> None:
        self._session = _open(session_address)
        self._media = self._session if media_address == session_address else _open(media_address)
        self._authorization = ""
        self._refresh_token = ""
        self.accounts = account_service_pb2_grpc.AccountServiceStub(self._session)
        self.consents = consent_service_pb2_grpc.ConsentServiceStub(self._session)
        self.interviews = interview_service_pb2_grpc.InterviewServiceStub(self._session)
        self.media = media_service_pb2_grpc.MediaServiceStub(self._media)

    async def close(self) -> None:
        """Closes the channels."""
        await self._session.close()
        if self._media is not self._session:
            await self._media.close()

    async def call(self, method: Callable[..., Awaitable[ResponseT]], request: object) -> ResponseT:
        """Calls, and calls again while the service is unavailable; raises the typed ServiceError otherwise."""
        give_up_at = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            try:
                return await method(request, timeout=CALL_TIMEOUT_S, metadata=self._metadata())
            except grpc.aio.AioRpcError as err:
                error = from_rpc_error(err)
                if error.reason == "TOKEN_EXPIRED" and self._refresh_token:
                    await self._refresh()
                    continue
                gone = err.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
                if not gone or asyncio.get_running_loop().time() > give_up_at:
                    raise error from err
            await asyncio.sleep(RETRY_EVERY_S)

    async def sign_up(self, email: str, password: str, display_name: str) -> None:
        """Makes an account and stays signed in as it."""
        request = account_service_pb2.SignUpRequest(
            request_id=new_request_id(), email=email, password=password, display_name=display_name
        )
        response = await self.call(self.accounts.SignUp, request)
        self._keep(response.tokens)

    async def _refresh(self) -> None:
        """Access tokens live for minutes, interviews longer."""
        request = account_service_pb2.RefreshTokenRequest(refresh_token=self._refresh_token)
        response = await self.accounts.RefreshToken(request, timeout=CALL_TIMEOUT_S)
        self._keep(response.tokens)

    def _keep(self, tokens: account_pb2.TokenPair) -> None:
        self._authorization = f"Bearer {tokens.access_token}"
        self._refresh_token = tokens.refresh_token

    async def grant(self, purpose: consent_pb2.ConsentPurpose) -> None:
        """Gives one consent."""
        request = consent_service_pb2.GrantRequest(
            request_id=new_request_id(), purpose=purpose, text_version=CONSENT_TEXT_VERSION
        )
        await self.call(self.consents.Grant, request)

    async def create(self, settings: interview_pb2.InterviewSettings) -> interview_pb2.Interview:
        """Creates an interview."""
        request = interview_service_pb2.CreateInterviewRequest(request_id=new_request_id(), settings=settings)
        return (await self.call(self.interviews.CreateInterview, request)).interview

    async def start(self, interview_id: str) -> None:
        """Starts it."""
        request = interview_service_pb2.StartInterviewRequest(request_id=new_request_id(), interview_id=interview_id)
        await self.call(self.interviews.StartInterview, request)

    async def submit(self, interview_id: str, question_id: str) -> None:
        """Submits what was spoken."""
        request = interview_service_pb2.SubmitAnswerRequest(
            request_id=new_request_id(), interview_id=interview_id, question_id=question_id
        )
        await self.call(self.interviews.SubmitAnswer, request)

    async def end(self, interview_id: str) -> None:
        """Ends it early."""
        request = interview_service_pb2.EndInterviewRequest(request_id=new_request_id(), interview_id=interview_id)
        await self.call(self.interviews.EndInterview, request)

    async def report(self, interview_id: str) -> report_pb2.Report:
        """Gets the report."""
        request = interview_service_pb2.GetReportRequest(interview_id=interview_id)
        return (await self.call(self.interviews.GetReport, request)).report

    async def watch(self, interview_id: str) -> AsyncIterator[interview_pb2.Interview]:
        """Every state of the interview, across restarts of the service, until it is complete or failed."""
        revision, gone_since = 0, None
        while True:
            request = interview_service_pb2.WatchInterviewRequest(interview_id=interview_id, after_revision=revision)
            call = self.interviews.WatchInterview(request, timeout=WATCH_TIMEOUT_S, metadata=self._metadata())
            try:
                async with closing(call):
                    async for response in call:
                        revision, gone_since = response.interview.revision, None
                        yield response.interview
                    return
            except grpc.aio.AioRpcError as err:
                now = asyncio.get_running_loop().time()
                gone_since = gone_since or now
                if from_rpc_error(err).reason == "TOKEN_EXPIRED":
                    await self._refresh()
                    continue
                if err.code() is not grpc.StatusCode.UNAVAILABLE or now - gone_since > PATIENCE_S:
                    raise from_rpc_error(err) from err
            await asyncio.sleep(RETRY_EVERY_S)

    async def ice_servers(self) -> list[IceServer]:
        """STUN and TURN servers to use."""
        response = await self.call(self.media.GetIceServers, media_service_pb2.GetIceServersRequest())
        return [IceServer(tuple(row.urls), row.username, row.credential) for row in response.ice_servers]

    async def negotiate(self, interview_id: str, sdp: str) -> tuple[str, str]:
        """Offers; returns the peer's id and the SDP answer."""
        request = media_service_pb2.NegotiateRequest(request_id=new_request_id(), interview_id=interview_id, sdp=sdp)
        response = await self.call(self.media.Negotiate, request)
        return response.peer_id, response.sdp

    async def hangup(self, peer_id: str) -> None:
        """Hangs up. A peer that is gone already is as good."""
        try:
            await self.call(self.media.Hangup, media_service_pb2.HangupRequest(peer_id=peer_id))
        except ServiceError:
            return

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        return (("authorization", self._authorization),) if self._authorization else ()


def new_request_id() -> str:
    """A client-made request id."""
    return str(uuid.uuid4())


def _open(address: str) -> Channel:
    target = address if "://" in address else f"dns:///{address}"
    return open_channel(target, identity="candidate", internal_secret="", credentials="none", timeout_s=CALL_TIMEOUT_S)
