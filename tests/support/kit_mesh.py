"""Real kit servers and channels on loopback, for tests of kit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc

from services.kit.auth import ISSUER, TokenSigner, TokenVerifier
from services.kit.channels import Channel, open_channel
from services.kit.clock import Clock, SystemClock
from services.kit.rpc import Context
from services.kit.server import RunningServer, ServiceSpec, start
from tests.support.kit_contract import Echo, EchoStub, add_echo_to_server

INTERNAL_SECRET = "internal-secret-of-the-tests-0123456789"
TOKEN_SECRET = "token-secret-of-the-tests-0123456789abc"


def verifier(clock: Clock | None = None) -> TokenVerifier:
    """A verifier of the tests' secrets."""
    return TokenVerifier(TOKEN_SECRET, INTERNAL_SECRET, clock or SystemClock())


def bearer(role: str = "candidate", ttl_s: float = 60.0, secret: str = TOKEN_SECRET) -> tuple[tuple[str, str], ...]:
    """Metadata with an account's access token."""
    token = TokenSigner(secret, ISSUER, SystemClock()).sign("account-1", role, ttl_s)
    return (("authorization", f"Bearer {token}"),)


class Echoes:
    """Iterator-style handlers that send texts back; StreamUnary joins them."""

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        return Echo(text=request.text)

    async def UnaryStream(self, request: Any, context: Context) -> AsyncIterator[Any]:
        for letter in request.text:
            yield Echo(text=letter)

    async def StreamUnary(self, requests: AsyncIterator[Any], context: Context) -> Any:
        return Echo(text="".join([request.text async for request in requests]))

    async def StreamStream(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        async for request in requests:
            yield Echo(text=request.text)

    async def Public(self, request: Any, context: Context) -> Any:
        return Echo(text=request.text)

    async def Inside(self, request: Any, context: Context) -> Any:
        return Echo(text=request.text)


class ReadWriteEchoes(Echoes):
    """The same answers in grpc.aio's read/write style."""

    async def UnaryStream(self, request: Any, context: Context) -> None:  # type: ignore[override]  # another style
        for letter in request.text:
            await context.write(Echo(text=letter))

    async def StreamUnary(self, requests: AsyncIterator[Any], context: Context) -> Any:
        texts = []
        while (request := await context.read()) is not grpc.aio.EOF:
            texts.append(request.text)
        return Echo(text="".join(texts))

    async def StreamStream(self, requests: AsyncIterator[Any], context: Context) -> None:  # type: ignore[override]
        while (request := await context.read()) is not grpc.aio.EOF:
            await context.write(Echo(text=request.text))


def spec(servicer: object, **changes: Any) -> ServiceSpec:
    """A service with this servicer of the test contract, on a free port."""
    defaults: dict[str, Any] = {
        "name": "echo",
        "listen": "127.0.0.1:0",
        "servicers": [(add_echo_to_server, servicer)],
        "verifier": verifier(),
    }
    return ServiceSpec(**{**defaults, **changes})


@asynccontextmanager
async def running(servicer: object, **changes: Any) -> AsyncIterator[RunningServer]:
    """A started service, stopped without grace at the end."""
    server = await start(spec(servicer, **changes))
    try:
        yield server
    finally:
        await server.stop(0)


def channel(server: RunningServer, **options: Any) -> Channel:
    """A kit channel to a server, as service "tester"."""
    options = {"identity": "tester", "internal_secret": INTERNAL_SECRET, **options}
    return open_channel(f"dns:///{server.address}", **options)


@asynccontextmanager
async def served(servicer: object, **changes: Any) -> AsyncIterator[EchoStub]:
    """A started service and a stub that calls it with internal credentials."""
    async with running(servicer, **changes) as server, channel(server) as open_to:
        yield EchoStub(open_to)
