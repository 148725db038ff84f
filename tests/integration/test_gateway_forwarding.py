"""From a browser's bytes through the gateway to a real kit server and back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from parley.media.v1 import media_service_pb2
from parley.session.v1 import account_service_pb2

from services.kit.errors import FailedPrecondition, ServiceError, decode
from services.kit.rpc import Context
from tests.support.gateway_mesh import MEDIA, Accounts, MediaNode, Mesh, candidate, mesh
from tests.support.gateway_wire import WAIT_S, Reply

Code = grpc.StatusCode
SIGN_IN = account_service_pb2.SignInRequest(email="candidate@example.org", password="correct horse")
EXPORT = account_service_pb2.ExportMeRequest()


def typed(reply: Reply) -> ServiceError:
    """The typed error in an answer's details."""
    return decode(reply.code, status_pb2.Status.FromString(reply.binary_trailer("grpc-status-details-bin")))


async def test_a_unary_rpc_is_answered_by_its_service() -> None:
    async with mesh() as running:
        reply = await running.call("SignIn", SIGN_IN)
    assert reply.code is Code.OK
    assert account_service_pb2.SignInResponse.FromString(reply.messages[0]).account.email == SIGN_IN.email


async def test_a_server_stream_is_answered_message_by_message() -> None:
    async def export(context: Context) -> AsyncIterator[bytes]:
        for piece in (b"one", b"", b"three"):
            yield piece

    async with mesh(Accounts(export=export)) as running:
        reply = await running.call("ExportMe", EXPORT, authorization=candidate())
    assert reply.code is Code.OK
    pieces = [account_service_pb2.ExportMeResponse.FromString(message).data for message in reply.messages]
    assert pieces == [b"one", b"", b"three"]


async def test_the_first_message_of_a_stream_does_not_wait_for_the_second() -> None:
    more = asyncio.Event()

    async def export(context: Context) -> AsyncIterator[bytes]:
        yield b"one"
        await more.wait()
        yield b"two"

    async with (
        mesh(Accounts(export=export)) as running,
        running.streaming("ExportMe", EXPORT, authorization=candidate()) as exchange,
    ):
        await exchange.read_message()
        more.set()
        await exchange.read_message()
        assert (await exchange.read_all()).code is Code.OK


async def test_the_callers_own_token_and_nothing_more_goes_along() -> None:
    accounts = Accounts()
    async with mesh(accounts) as running:
        await running.call("SignIn", SIGN_IN, x_request_id="req-1", x_other="stays outside", cookie="a=b")
        reply = await running.call("GetMe", account_service_pb2.GetMeRequest(), authorization=candidate())
    anonymous, signed_in = accounts.seen
    assert anonymous.principal == "anonymous:"
    assert {"authorization", "x-other", "cookie"}.isdisjoint(anonymous.metadata)
    assert anonymous.metadata["x-request-id"] == "req-1"
    assert signed_in.principal == "candidate:account-1"
    assert signed_in.metadata["x-request-id"] == reply.headers["x-request-id"]
    assert len(signed_in.metadata["x-request-id"]) == 36


async def test_without_a_token_a_candidates_rpc_is_refused_by_its_service() -> None:
    async with mesh() as running:
        reply = await running.call("GetMe", account_service_pb2.GetMeRequest())
    assert (reply.code, typed(reply).reason) == (Code.UNAUTHENTICATED, "TOKEN_MISSING")


async def test_field_violations_reach_the_browser() -> None:
    async with mesh() as running:
        reply = await running.call("SignIn", account_service_pb2.SignInRequest(password="x"))
    assert reply.code is Code.INVALID_ARGUMENT
    assert [field for field, _ in typed(reply).violations] == ["email"]


async def test_a_services_error_reaches_the_browser_with_details_and_trailers() -> None:
    async def sign_in(context: Context) -> None:
        details = status_pb2.Status(code=9, message="잠금")
        details.details.add().Pack(error_details_pb2.ErrorInfo(reason="LOCKED"))
        trailing = (
            ("grpc-status-details-bin", details.SerializeToString()),
            ("x-attempts", "5"),
            ("x-key-bin", b"\xff"),
        )
        await context.abort(Code.FAILED_PRECONDITION, "잠금", trailing)

    async with mesh(Accounts(sign_in=sign_in)) as running:
        reply = await running.call("SignIn", SIGN_IN)
    assert (reply.code, reply.message, reply.messages) == (Code.FAILED_PRECONDITION, "잠금", [])
    assert typed(reply).reason == "LOCKED"
    assert (reply.trailers["x-attempts"], reply.binary_trailer("x-key-bin")) == ("5", b"\xff")


async def test_an_error_after_the_first_message_of_a_stream_reaches_the_browser() -> None:
    async def export(context: Context) -> AsyncIterator[bytes]:
        yield b"one"
        raise FailedPrecondition("the export was taken back", reason="EXPORT_GONE")

    async with mesh(Accounts(export=export)) as running:
        reply = await running.call("ExportMe", EXPORT, authorization=candidate())
    assert (reply.code, len(reply.messages), typed(reply).reason) == (Code.FAILED_PRECONDITION, 1, "EXPORT_GONE")


async def test_the_callers_deadline_goes_along_and_is_kept() -> None:
    ended = asyncio.Event()

    async def sign_in(context: Context) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    accounts = Accounts(sign_in=sign_in)
    async with mesh(accounts) as running:
        reply = await running.call("SignIn", SIGN_IN, grpc_timeout="300m")
        async with asyncio.timeout(WAIT_S):
            await ended.wait()
    assert reply.code is Code.DEADLINE_EXCEEDED
    assert 0 < accounts.seen[0].time_left_s <= 0.3


async def test_without_a_deadline_the_gateways_own_holds() -> None:
    accounts = Accounts()
    async with mesh(accounts, unary_timeout_s=7.0) as running:
        await running.call("SignIn", SIGN_IN)
    assert 0 < accounts.seen[0].time_left_s <= 7.0


@pytest.mark.parametrize("streams", [False, True])
async def test_the_services_work_is_cancelled_when_the_browser_leaves(streams: bool) -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def wait(context: Context) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def export(context: Context) -> AsyncIterator[bytes]:
        yield b"one"
        await wait(context)

    async with mesh(Accounts(sign_in=wait, export=export)) as running:
        method, message = ("ExportMe", EXPORT) if streams else ("SignIn", SIGN_IN)
        async with running.streaming(method, message, authorization=candidate()), asyncio.timeout(WAIT_S):
            await started.wait()
        async with asyncio.timeout(WAIT_S):
            await cancelled.wait()


async def _stalled(moved: asyncio.Event) -> None:
    """Returns when nothing has moved for a while."""
    with contextlib.suppress(TimeoutError):
        while True:
            moved.clear()
            async with asyncio.timeout(0.3):
                await moved.wait()


async def test_a_browser_that_does_not_read_holds_its_service_back() -> None:
    """The service's writes must block: a gateway that reads on would buffer a whole export for every stalled tab."""
    pieces, sent, moved = 2000, 0, asyncio.Event()

    async def export(context: Context) -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(pieces):
            sent += 1
            moved.set()
            yield b"." * 32768

    async with mesh(Accounts(export=export)) as running:
        async with running.streaming("ExportMe", EXPORT, authorization=candidate()) as exchange:
            await exchange.read_message()
            await _stalled(moved)
        assert sent < pieces


async def test_a_service_that_is_away_is_unavailable_and_says_to_retry() -> None:
    async with mesh() as running:
        await running.session.stop(0)
        reply = await running.call("SignIn", SIGN_IN)
    error = typed(reply)
    assert (reply.code, error.reason, error.retryable) == (Code.UNAVAILABLE, "UPSTREAM_UNREACHABLE", True)
    assert "127.0.0.1" not in reply.message


async def test_a_service_that_goes_away_under_a_stream_ends_it_with_a_status() -> None:
    async def export(context: Context) -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.Event().wait()

    async with (
        mesh(Accounts(export=export)) as running,
        running.streaming("ExportMe", EXPORT, authorization=candidate()) as exchange,
    ):
        await exchange.read_message()
        await running.session.stop(0)
        reply = await exchange.read_all()
    assert (reply.complete, reply.code, typed(reply).retryable) == (True, Code.UNAVAILABLE, True)


@pytest.mark.parametrize(
    "path",
    [
        "/parley.session.v1.RecorderService/Record",
        "/parley.speech.v1.SpeechService/GetCapabilities",
        "/grpc.health.v1.Health/Check",
    ],
)
async def test_what_is_not_for_browsers_is_not_there(path: str) -> None:
    async with mesh() as running:
        reply = await running.call(path, account_service_pb2.GetMeRequest(), authorization=candidate())
    assert (reply.code, typed(reply).reason) == (Code.UNIMPLEMENTED, "METHOD_UNKNOWN")


async def test_later_calls_of_a_media_peer_go_to_its_node() -> None:
    nodes = [MediaNode(), MediaNode()]
    peers = ["node-1.a", "node-0.b", "node-1.c", "gone.d", "no-node"]
    async with mesh(nodes=nodes) as running:
        for peer in peers:
            await _hang_up(running, peer)
    assert nodes[1].peers == ["node-1.a", "node-1.c"]
    assert nodes[0].peers == ["node-0.b", "gone.d", "no-node"]


async def _hang_up(running: Mesh, peer: str) -> None:
    request = media_service_pb2.HangupRequest(peer_id=peer)
    reply = await running.call(f"{MEDIA}/Hangup", request, authorization=candidate())
    assert reply.code is Code.OK
