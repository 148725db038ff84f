"""Accounts, tokens and consents through the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from parley.common.v1 import language_pb2
from parley.session.v1 import account_service_pb2 as pb
from parley.session.v1 import account_service_pb2_grpc, consent_pb2, consent_service_pb2

from services.kit.clock import VirtualClock
from services.kit.errors import AlreadyExists, InvalidArgument, NotFound, Unauthenticated, service_errors
from tests.support.session_candidate import PASSWORD, Candidate, sign_up, signed_up
from tests.support.session_service import SessionUnderTest, error_of, request_id, running_session

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]


@pytest.fixture
async def candidate(session: SessionUnderTest) -> AsyncIterator[Candidate]:
    """A candidate who came in through the front door."""
    async with signed_up(session) as made:
        yield made


async def public(candidate: Candidate, method: str, request: Any) -> Any:
    """A call without a token."""
    with service_errors():
        return await getattr(account_service_pb2_grpc.AccountServiceStub(candidate.channel), method)(request)


def sign_up_request(email: str, **changes: str) -> pb.SignUpRequest:
    values = {"request_id": request_id(), "email": email, "password": PASSWORD, "display_name": "Kim", **changes}
    return pb.SignUpRequest(**values)


async def test_the_same_sign_up_again_gives_the_same_account(candidate: Candidate) -> None:
    request = sign_up_request("Someone@Example.com")
    first = await public(candidate, "SignUp", request)
    again = await public(candidate, "SignUp", request)
    assert first.account == again.account
    assert first.account.email == "someone@example.com"
    assert first.account.language == language_pb2.LANGUAGE_ENGLISH
    assert again.tokens.refresh_token != first.tokens.refresh_token


@pytest.mark.parametrize("changes", [{}, {"password": "another password"}])
async def test_a_taken_address_is_refused(candidate: Candidate, changes: dict[str, str]) -> None:
    request = sign_up_request("taken@example.com")
    await public(candidate, "SignUp", request)
    # Neither a new request nor a guessed request id with a wrong password gets in.
    other = sign_up_request("TAKEN@example.com", **changes)
    if changes:
        other.request_id = request.request_id
    error = await error_of(public(candidate, "SignUp", other))
    assert isinstance(error, AlreadyExists)
    assert error.reason == "EMAIL_TAKEN"


async def test_two_sign_ups_at_once_make_one_account(candidate: Candidate) -> None:
    request = sign_up_request("race@example.com")
    answers = await asyncio.gather(*(public(candidate, "SignUp", request) for _ in range(4)))
    assert len({answer.account.account_id for answer in answers}) == 1


async def test_signing_in_needs_both_address_and_password(candidate: Candidate) -> None:
    signed_in = await public(candidate, "SignIn", pb.SignInRequest(email=candidate.email.upper(), password=PASSWORD))
    assert signed_in.account == candidate.account
    for email, password in ((candidate.email, "wrong password"), ("nobody@example.com", PASSWORD)):
        error = await error_of(public(candidate, "SignIn", pb.SignInRequest(email=email, password=password)))
        assert isinstance(error, Unauthenticated)
        assert error.reason == "WRONG_CREDENTIALS"


async def test_a_refresh_token_works_once_and_its_reuse_signs_the_device_out(candidate: Candidate) -> None:
    first = candidate.tokens.refresh_token
    second = (await public(candidate, "RefreshToken", pb.RefreshTokenRequest(refresh_token=first))).tokens
    candidate.tokens.CopyFrom(second)
    await candidate.call(candidate.accounts.GetMe, pb.GetMeRequest())
    error = await error_of(public(candidate, "RefreshToken", pb.RefreshTokenRequest(refresh_token=first)))
    assert error.reason == "REFRESH_TOKEN_USED"
    # The thief's token and the owner's are both dead now.
    error = await error_of(
        public(candidate, "RefreshToken", pb.RefreshTokenRequest(refresh_token=second.refresh_token))
    )
    assert error.reason == "REFRESH_TOKEN_INVALID"


async def test_a_refresh_token_is_exchanged_by_one_of_two_at_once(candidate: Candidate) -> None:
    request = pb.RefreshTokenRequest(refresh_token=candidate.tokens.refresh_token)
    results = await asyncio.gather(
        *(public(candidate, "RefreshToken", request) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(result, Unauthenticated) for result in results) == 1


async def test_signing_out_ends_one_device_only(candidate: Candidate) -> None:
    other = (await public(candidate, "SignIn", pb.SignInRequest(email=candidate.email, password=PASSWORD))).tokens
    out = pb.SignOutRequest(refresh_token=candidate.tokens.refresh_token)
    await public(candidate, "SignOut", out)
    await public(candidate, "SignOut", out)
    error = await error_of(
        public(candidate, "RefreshToken", pb.RefreshTokenRequest(refresh_token=candidate.tokens.refresh_token))
    )
    assert error.reason == "REFRESH_TOKEN_INVALID"
    await public(candidate, "RefreshToken", pb.RefreshTokenRequest(refresh_token=other.refresh_token))


async def test_an_access_token_is_no_refresh_token(candidate: Candidate) -> None:
    request = pb.RefreshTokenRequest(refresh_token=candidate.tokens.access_token)
    assert (await error_of(public(candidate, "RefreshToken", request))).reason == "REFRESH_TOKEN_INVALID"


async def test_tokens_expire(database_url: str) -> None:
    clock = VirtualClock()
    async with (
        running_session(database_url, clock=clock, run_jobs=False) as session,
        signed_up(session) as candidate,
    ):
        await candidate.call(candidate.accounts.GetMe, pb.GetMeRequest())
        await clock.advance(901)
        error = await error_of(candidate.call(candidate.accounts.GetMe, pb.GetMeRequest()))
        assert (error.reason, type(error)) == ("TOKEN_EXPIRED", Unauthenticated)
        refresh = pb.RefreshTokenRequest(refresh_token=candidate.tokens.refresh_token)
        candidate.tokens.CopyFrom((await public(candidate, "RefreshToken", refresh)).tokens)
        await candidate.call(candidate.accounts.GetMe, pb.GetMeRequest())
        await clock.advance(31 * 86400)
        refresh.refresh_token = candidate.tokens.refresh_token
        assert (await error_of(public(candidate, "RefreshToken", refresh))).reason == "REFRESH_TOKEN_INVALID"


async def test_an_update_happens_once_per_request_id(candidate: Candidate) -> None:
    rename = pb.UpdateMeRequest(request_id=request_id(), display_name="Lee", language=language_pb2.LANGUAGE_KOREAN)
    renamed = (await candidate.call(candidate.accounts.UpdateMe, rename)).account
    assert (renamed.display_name, renamed.language) == ("Lee", language_pb2.LANGUAGE_KOREAN)
    later = pb.UpdateMeRequest(request_id=request_id(), display_name="Park")
    await candidate.call(candidate.accounts.UpdateMe, later)
    replayed = (await candidate.call(candidate.accounts.UpdateMe, rename)).account
    assert (replayed.display_name, replayed.language) == ("Park", language_pb2.LANGUAGE_KOREAN)


async def test_a_request_id_is_for_one_call_only(candidate: Candidate) -> None:
    used = request_id()
    await candidate.call(candidate.accounts.UpdateMe, pb.UpdateMeRequest(request_id=used, display_name="Lee"))
    grant = consent_service_pb2.GrantRequest(
        request_id=used, purpose=consent_pb2.CONSENT_PURPOSE_SHARING, text_version="1", shared_with="x@example.com"
    )
    error = await error_of(candidate.call(candidate.consents.Grant, grant))
    assert (error.reason, type(error)) == ("REQUEST_ID_REUSED", AlreadyExists)


async def test_deletion_takes_everything_and_gives_a_receipt(candidate: Candidate) -> None:
    await candidate.create()
    await candidate.start()
    await candidate.submit("Typed before it all goes.")
    wrong = pb.DeleteMeRequest(request_id=request_id(), password="not the password")
    assert (await error_of(candidate.call(candidate.accounts.DeleteMe, wrong))).reason == "WRONG_CREDENTIALS"
    delete = pb.DeleteMeRequest(request_id=request_id(), password=PASSWORD)
    receipt = await candidate.call(candidate.accounts.DeleteMe, delete)
    assert (receipt.interview_count, receipt.resume_count) == (1, 0)
    assert await candidate.call(candidate.accounts.DeleteMe, delete) == receipt
    error = await error_of(candidate.call(candidate.accounts.GetMe, pb.GetMeRequest()))
    assert (error.reason, type(error)) == ("ACCOUNT_DELETED", Unauthenticated)
    again = await public(candidate, "SignUp", sign_up_request(candidate.email))
    assert again.account.account_id != candidate.account.account_id


async def test_a_consent_that_stands_comes_back_unchanged(session: SessionUnderTest) -> None:
    candidate = await sign_up(session)
    recording = consent_pb2.CONSENT_PURPOSE_RECORDING
    first, again = await candidate.grant(recording, recording)
    assert first == again
    newer = consent_service_pb2.GrantRequest(request_id=request_id(), purpose=recording, text_version="2027-01")
    replaced = (await candidate.call(candidate.consents.Grant, newer)).consent
    listed = (await candidate.call(candidate.consents.List, consent_service_pb2.ListRequest())).consents
    assert [entry.consent_id for entry in listed] == [replaced.consent_id, first.consent_id]
    assert [entry.HasField("withdraw_time") for entry in listed] == [False, True]
    await candidate.channel.close()


async def test_a_consent_is_withdrawn_once(candidate: Candidate) -> None:
    consent = (await candidate.grant(consent_pb2.CONSENT_PURPOSE_RECORDING))[0]
    request = consent_service_pb2.WithdrawRequest(request_id=request_id(), consent_id=consent.consent_id)
    withdrawn = (await candidate.call(candidate.consents.Withdraw, request)).consent
    assert withdrawn.HasField("withdraw_time")
    request.request_id = request_id()
    assert (await candidate.call(candidate.consents.Withdraw, request)).consent == withdrawn


async def test_another_person_s_consent_is_not_there(session: SessionUnderTest, candidate: Candidate) -> None:
    async with signed_up(session) as other:
        consent = (await other.grant(consent_pb2.CONSENT_PURPOSE_RECORDING))[0]
        request = consent_service_pb2.WithdrawRequest(request_id=request_id(), consent_id=consent.consent_id)
        error = await error_of(candidate.call(candidate.consents.Withdraw, request))
        assert (error.reason, type(error)) == ("CONSENT_NOT_FOUND", NotFound)


@pytest.mark.parametrize(
    ("purpose", "shared_with"),
    [(consent_pb2.CONSENT_PURPOSE_SHARING, ""), (consent_pb2.CONSENT_PURPOSE_RECORDING, "x@example.com")],
)
async def test_only_sharing_names_somebody(candidate: Candidate, purpose: Any, shared_with: str) -> None:
    request = consent_service_pb2.GrantRequest(
        request_id=request_id(), purpose=purpose, text_version="1", shared_with=shared_with
    )
    error = await error_of(candidate.call(candidate.consents.Grant, request))
    assert isinstance(error, InvalidArgument)
    assert error.violations[0][0] == "shared_with"
