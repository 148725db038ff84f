"""Around the RPCs: CORS, limits per address, health for operators, draining."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.rpc import status_pb2
from parley.session.v1 import account_service_pb2, account_service_pb2_grpc
from sonora.asgi import grpcASGI

from services.gateway.bootstrap import Gateway
from services.kit.errors import ServiceError, decode
from services.kit.rpc import Context
from services.kit.server import ListenError
from tests.support.gateway_mesh import ACCOUNTS, Accounts, candidate, mesh, serve, settings
from tests.support.gateway_wire import SERVICE, WAIT_S, Reply, Wire, handlers, served, unary

Code = grpc.StatusCode
SIGN_IN = account_service_pb2.SignInRequest(email="candidate@example.org", password="correct horse")
EXPORT = account_service_pb2.ExportMeRequest()
ADDRESSES = ("10.0.0.1", "10.0.0.2")
ORIGIN = "https://app.example.org"
_FAULTY = pytest.mark.xfail(strict=True, reason="the fault that Starlette's middleware is there for")


def typed(reply: Reply) -> ServiceError:
    """The typed error in an answer's details."""
    return decode(reply.code, status_pb2.Status.FromString(reply.binary_trailer("grpc-status-details-bin")))


async def get(wire: Wire, path: str, method: str = "GET", **headers: str) -> Reply:
    """One request that is no RPC; the body is in `rest`."""
    async with wire.exchange() as exchange:
        await exchange.start(path, {key.replace("_", "-"): value for key, value in headers.items()}, method)
        await exchange.body(b"")
        return await exchange.read_all()


PREFLIGHT = {
    "access_control_request_method": "POST",
    "access_control_request_headers": "content-type,x-grpc-web,authorization,grpc-timeout",
}


async def test_a_listed_origin_may_call_and_read_the_status() -> None:
    async with mesh(origins=(ORIGIN,)) as running:
        allowed = await get(running.wire, f"{ACCOUNTS}/SignIn", "OPTIONS", origin=ORIGIN, **PREFLIGHT)
        called = await running.call("SignIn", SIGN_IN, origin=ORIGIN)
    assert (allowed.status, allowed.headers["access-control-allow-origin"]) == (200, ORIGIN)
    sent = {name.strip().lower() for name in allowed.headers["access-control-allow-headers"].split(",")}
    assert {"content-type", "x-grpc-web", "authorization", "grpc-timeout"} <= sent
    exposed = {name.strip() for name in called.headers["access-control-expose-headers"].split(",")}
    assert {"grpc-status", "grpc-message", "grpc-status-details-bin"} <= exposed
    assert called.headers["access-control-allow-origin"] == ORIGIN


async def test_other_origins_get_no_permission() -> None:
    async with mesh(origins=(ORIGIN,)) as running:
        refused = await get(running.wire, f"{ACCOUNTS}/SignIn", "OPTIONS", origin="https://evil.example", **PREFLIGHT)
        called = await running.call("SignIn", SIGN_IN, origin="https://evil.example")
    assert refused.status == 400
    assert "access-control-allow-origin" not in refused.headers
    assert "access-control-allow-origin" not in called.headers


@_FAULTY
async def test_sonoras_own_cors_names_the_origin() -> None:
    async def echo(request: bytes, context: Any) -> bytes:
        return request

    app = grpcASGI(None, enable_cors=True)
    app.add_generic_rpc_handlers((handlers(Echo=unary(echo)),))
    async with served(app, wait_s=0.5) as wire:
        allowed = await get(wire, f"/{SERVICE}/Echo", "OPTIONS", origin=ORIGIN, **PREFLIGHT)
    assert (allowed.status, allowed.headers["access-control-allow-origin"]) == (200, ORIGIN)


async def test_sign_ins_are_limited_and_say_when_to_come_back() -> None:
    async with mesh(sign_ins_per_minute=2) as running:
        replies = [await running.call("SignIn", SIGN_IN) for _ in range(3)]
        other = await running.call("GetMe", account_service_pb2.GetMeRequest(), authorization=candidate())
    assert [reply.code for reply in replies] == [Code.OK, Code.OK, Code.RESOURCE_EXHAUSTED]
    error = typed(replies[2])
    assert (error.reason, error.retryable) == ("TOO_MANY_ATTEMPTS", True)
    assert 0 < (error.retry_after_s or 0) <= 30
    assert other.code is Code.OK


async def test_streams_are_limited_per_address_and_given_back() -> None:
    async def export(context: Context) -> AsyncIterator[bytes]:
        yield b"one"
        if len(accounts.seen) == 1:
            await asyncio.Event().wait()

    accounts = Accounts(export=export)
    token = candidate()
    async with mesh(accounts, streams_per_address=1) as running:
        async with running.streaming("ExportMe", EXPORT, authorization=token) as first:
            await first.read_message()
            refused = await running.call("ExportMe", EXPORT, authorization=token)
        async with asyncio.timeout(WAIT_S):
            while (again := await running.call("ExportMe", EXPORT, authorization=token)).code is not Code.OK:
                pass
    assert (refused.code, typed(refused).reason) == (Code.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS")
    assert again.code is Code.OK


async def test_a_body_beyond_the_limit_is_refused_with_the_limit() -> None:
    async with mesh(max_body_bytes=100) as running:
        reply = await running.call("SignIn", account_service_pb2.SignInRequest(email="a" * 200))
    assert (reply.code, typed(reply).reason) == (Code.RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE")
    assert "100 bytes" in reply.message


async def test_a_request_that_does_not_arrive_is_given_up() -> None:
    async with mesh(body_timeout_s=0.2) as running, running.wire.exchange() as exchange:
        headers = {"content-type": "application/grpc-web+proto", "content-length": "100"}
        await exchange.start(f"{ACCOUNTS}/SignIn", headers)
        reply = await exchange.read_all()
    assert (reply.code, typed(reply).reason) == (Code.DEADLINE_EXCEEDED, "REQUEST_TOO_SLOW")


async def test_a_trusted_proxy_names_the_client() -> None:
    async with mesh(sign_ins_per_minute=1, trusted_proxies=("127.0.0.1",)) as running:
        codes = [
            (await running.call("SignIn", SIGN_IN, x_forwarded_for=address)).code
            for address in ("10.0.0.1", "10.0.0.2")
        ]
    assert codes == [Code.OK, Code.OK]


async def test_nobody_else_names_the_client() -> None:
    async with mesh(sign_ins_per_minute=1) as running:
        codes = [
            (await running.call("SignIn", SIGN_IN, x_forwarded_for=address)).code
            for address in ("10.0.0.1", "10.0.0.2")
        ]
    assert codes == [Code.OK, Code.RESOURCE_EXHAUSTED]


async def test_live_and_ready() -> None:
    async with mesh() as running:
        live, ready = await get(running.wire, "/healthz"), await get(running.wire, "/readyz")
    assert (live.status, ready.status) == (200, 200)
    assert json.loads(ready.rest) == {"ready": True, "upstreams": {"session": True, "media": True}}


async def test_not_ready_while_session_is_not() -> None:
    ready = False
    servicer = (account_service_pb2_grpc.add_AccountServiceServicer_to_server, Accounts())
    session = await serve("session", servicer, ready=lambda: ready)
    address = f"dns:///{session.address}"
    gateway = Gateway(settings(session_address=address, media_address="dns:///127.0.0.1:1"))
    wire = Wire(await gateway.start(), WAIT_S)
    try:
        before = await get(wire, "/readyz")
        ready = True
        async with asyncio.timeout(WAIT_S):
            while (after := await get(wire, "/readyz")).status != 200:
                pass
    finally:
        await gateway.stop(0)
        await session.stop(0)
    assert (before.status, json.loads(before.rest)["upstreams"]["session"]) == (503, False)
    assert json.loads(after.rest) == {"ready": True, "upstreams": {"session": True, "media": False}}


async def test_draining_ends_streams_with_a_status_and_lets_unary_calls_finish() -> None:
    go_on, asked = asyncio.Event(), asyncio.Event()

    async def sign_in(context: Context) -> None:
        asked.set()
        await go_on.wait()

    async def export(context: Context) -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.Event().wait()

    async with mesh(Accounts(sign_in=sign_in, export=export)) as running:
        unary_call = asyncio.create_task(running.call("SignIn", SIGN_IN))
        async with running.streaming("ExportMe", EXPORT, authorization=candidate()) as stream, asyncio.timeout(WAIT_S):
            await stream.read_message()
            await asked.wait()
            stopping = asyncio.create_task(running.gateway.stop(WAIT_S))
            ended = await stream.read_all()
            refused, ready = await running.call("SignIn", SIGN_IN), await get(running.wire, "/readyz")
            go_on.set()
            answered = await unary_call
            await stopping
    for reply in (ended, refused):
        assert (reply.code, typed(reply).reason, typed(reply).retryable) == (
            Code.UNAVAILABLE,
            "GATEWAY_RESTARTING",
            True,
        )
    assert (answered.code, ready.status) == (Code.OK, 503)


async def test_draining_ends_unary_calls_when_the_grace_is_over() -> None:
    asked = asyncio.Event()

    async def sign_in(context: Context) -> None:
        asked.set()
        await asyncio.Event().wait()

    async with mesh(Accounts(sign_in=sign_in)) as running, asyncio.timeout(WAIT_S):
        call = asyncio.create_task(running.call("SignIn", SIGN_IN))
        await asked.wait()
        await running.gateway.stop(0.05)
        reply = await call
    assert (reply.complete, reply.code) == (True, Code.UNAVAILABLE)


async def test_a_port_in_use_is_said_so() -> None:
    async with mesh() as running:
        second = Gateway(settings(listen=running.wire.address))
        with pytest.raises(ListenError, match="PARLEY_GATEWAY_LISTEN"):
            await second.start()


async def test_nothing_listens_after_stop() -> None:
    async with mesh() as running:
        await running.call("SignIn", SIGN_IN)
        await running.gateway.stop(0)
        with pytest.raises(ConnectionError):
            await running.call("SignIn", SIGN_IN)
