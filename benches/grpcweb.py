"""What the browser's edge costs: the same RPCs through the gateway as gRPC-web, and by gRPC straight to the service.

Service and gateway are processes of their own, as they are in the mesh; the client is this one: raw sockets to the
gateway, grpc.aio to the service. Short rounds of both alternate and the best of each counts, so that noise on the
machine hits both alike. No bars: the figures are there to be watched.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any, Final, cast

import grpc
import psutil
import uvloop
from parley.session.v1 import account_pb2, account_service_pb2, account_service_pb2_grpc

from services.kit.auth import ISSUER, TokenSigner, TokenVerifier
from services.kit.clock import SystemClock
from services.kit.rpc import Context
from services.kit.server import ServiceSpec, run

ROUNDS: Final = 10
ROUND_S: Final = 0.5
CALLERS: Final = 16
STREAM_MESSAGES: Final = 1000
STREAM_BYTES: Final = 200  # a state change or a caption
SECRET: Final = "x" * 32  # for the processes of this benchmark only
ROOT: Final = Path(__file__).resolve().parents[1]
SERVICE: Final = "/parley.session.v1.AccountService"

Figure = dict[str, Any]
Load = Callable[[float], Awaitable[int]]
_Servicer: Any = account_service_pb2_grpc.AccountServiceServicer


class Accounts(_Servicer):  # type: ignore[misc]  # the typed base is abstract in the RPCs that are not measured
    """A service that does nothing: what is measured is the way there and back."""

    async def SignIn(
        self, request: account_service_pb2.SignInRequest, context: Context
    ) -> account_service_pb2.SignInResponse:
        """A small answer."""
        return account_service_pb2.SignInResponse(account=account_pb2.Account(email=request.email))

    async def ExportMe(
        self, request: account_service_pb2.ExportMeRequest, context: Context
    ) -> AsyncIterator[account_service_pb2.ExportMeResponse]:
        """STREAM_MESSAGES messages."""
        for _ in range(STREAM_MESSAGES):
            yield account_service_pb2.ExportMeResponse(data=b"." * STREAM_BYTES)


async def _service() -> ServiceSpec:
    add = account_service_pb2_grpc.add_AccountServiceServicer_to_server
    verifier = TokenVerifier(SECRET, SECRET, SystemClock())
    return ServiceSpec(name="session", listen="127.0.0.1:0", servicers=[(add, Accounts())], verifier=verifier)


@contextmanager
def _process(module: str, *arguments: str, **settings: str) -> Iterator[tuple[str, psutil.Process]]:
    """A service in a process: its address, and the process for its CPU time."""
    command = [sys.executable, "-m", module, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    started = subprocess.Popen(
        command, cwd=ROOT, env={**environment, **settings}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        stdout = cast(IO[bytes], started.stdout)
        yield json.loads(stdout.readline())["address"], psutil.Process(started.pid)
    finally:
        started.terminate()
        started.communicate()


@contextmanager
def _mesh() -> Iterator[tuple[str, str, psutil.Process]]:
    """Addresses of service and gateway, and the gateway's process."""
    with ExitStack() as stack:
        service, _ = stack.enter_context(_process("benches.grpcweb", "service"))
        settings = {
            "PARLEY_INTERNAL_SECRET": SECRET,
            "PARLEY_TOKEN_SECRET": SECRET,
            "PARLEY_SESSION_ADDRESS": f"dns:///{service}",
            "PARLEY_GATEWAY_LISTEN": "127.0.0.1:0",
            "PARLEY_GATEWAY_SIGN_INS_PER_MINUTE": "0",
        }
        gateway, process = stack.enter_context(_process("services.gateway", **settings))
        yield service, gateway, process


def _token() -> str:
    return TokenSigner(SECRET, ISSUER, SystemClock()).sign("account-1", "candidate", 3600)


def _request(method: str, message: Any) -> bytes:
    """A gRPC-web request as connect-web sends it, bytes on the wire."""
    body: bytes = message.SerializeToString()
    lines = (
        f"POST {SERVICE}/{method} HTTP/1.1",
        "host: bench",
        "content-type: application/grpc-web+proto",
        "x-grpc-web: 1",
        f"authorization: Bearer {_token()}",
        f"content-length: {len(body) + 5}",
    )
    return "\r\n".join((*lines, "", "")).encode() + struct.pack(">BI", 0, len(body)) + body


async def _unary(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    body = await reader.readexactly(int(length.split(b":")[1]))
    return int(b"grpc-status: 0" in body)


async def _stream(reader: asyncio.StreamReader) -> int:
    end = b""
    while not end.endswith(b"\r\n0\r\n\r\n"):
        end = (end + await reader.read(65536))[-200:]
    return STREAM_MESSAGES if b"grpc-status: 0" in end else 0


def _repeat(open_caller: Callable[[], AbstractAsyncContextManager[Callable[[], Awaitable[int]]]]) -> Load:
    """CALLERS callers, each of which repeats its call; counts what the calls returned."""

    async def caller(until: float) -> int:
        count = 0
        async with open_caller() as call:
            while time.monotonic() < until:
                count += await call()
        return count

    async def load(seconds: float) -> int:
        until = time.monotonic() + seconds
        return sum(await asyncio.gather(*(caller(until) for _ in range(CALLERS))))

    return load


def _web_load(address: str, request: bytes, read: Callable[[asyncio.StreamReader], Awaitable[int]]) -> Load:
    host, _, port = address.rpartition(":")

    @asynccontextmanager
    async def connected() -> AsyncIterator[Callable[[], Awaitable[int]]]:
        reader, writer = await asyncio.open_connection(host, int(port))

        def call() -> Awaitable[int]:
            writer.write(request)
            return read(reader)

        try:
            yield call
        finally:
            writer.close()

    return _repeat(connected)


def _direct_load(call: Callable[[], Awaitable[int]]) -> Load:
    return _repeat(lambda: nullcontext(call))


async def _best(loads: dict[str, Load], gateway: psutil.Process) -> dict[str, float]:
    """The best round of each kind per second, and the gateway's CPU seconds per 1,000."""
    best = {**dict.fromkeys(loads, 0.0), "cpu_s": float("inf")}
    for load in loads.values():
        await load(0.2)  # connections, caches
    for _ in range(ROUNDS):
        for kind, load in loads.items():
            before, began = sum(gateway.cpu_times()[:2]), time.monotonic()
            count = await load(ROUND_S)
            best[kind] = max(best[kind], count / (time.monotonic() - began))
            if kind == "web":
                best["cpu_s"] = min(best["cpu_s"], (sum(gateway.cpu_times()[:2]) - before) / count * 1000)
    return best


async def _measure() -> list[Figure]:
    sign_in = account_service_pb2.SignInRequest(email="candidate@example.org", password=SECRET)
    export = account_service_pb2.ExportMeRequest()
    with _mesh() as (service, gateway, process):
        async with grpc.aio.insecure_channel(service) as channel:
            stub: Any = account_service_pb2_grpc.AccountServiceStub(channel)
            metadata = (("authorization", f"Bearer {_token()}"),)

            async def direct_unary() -> int:
                return int((await stub.SignIn(sign_in, metadata=metadata, timeout=30)).account.email != "")

            async def direct_stream() -> int:
                return len([message async for message in stub.ExportMe(export, metadata=metadata, timeout=30)])

            unary = {
                "web": _web_load(gateway, _request("SignIn", sign_in), _unary),
                "direct": _direct_load(direct_unary),
            }
            stream = {
                "web": _web_load(gateway, _request("ExportMe", export), _stream),
                "direct": _direct_load(direct_stream),
            }
            return [
                *_compared("unary", "RPC", await _best(unary, process)),
                *_compared("stream", "message", await _best(stream, process)),
            ]


def _compared(name: str, what: str, best: dict[str, float]) -> list[Figure]:
    return [
        _figure(f"{name}_gateway_over_direct", best["web"] / best["direct"], "ratio"),
        _figure(f"{name}_gateway_per_s", best["web"], f"{what}/s"),
        _figure(f"{name}_direct_per_s", best["direct"], f"{what}/s"),
        _figure(f"{name}_gateway_cpu", best["cpu_s"], f"CPU s/1000 {what}s"),
    ]


def _figure(name: str, value: float, unit: str) -> Figure:
    return {"figure": f"grpcweb.{name}", "value": round(value, 3), "unit": unit, "bar": None, "holds": None}


def figures() -> list[Figure]:
    """Measures and returns the figures: name, value, unit; bar and holds are None."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure())


def main() -> int:
    """Prints one JSON object per figure."""
    for figure in figures():
        sys.stdout.write(json.dumps(figure) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(run("session", _service) if sys.argv[1:] == ["service"] else main())
