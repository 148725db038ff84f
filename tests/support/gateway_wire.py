"""A gRPC-web client that speaks raw HTTP/1.1 over a socket, and a real uvicorn to speak to.

Raw on purpose: what is tested is which bytes come back, also for requests that no client library would send.
"""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote

import grpc
import h11
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from services.gateway import convert
from services.gateway.adapters.grpcweb.application import GrpcWebApplication
from services.gateway.adapters.grpcweb.rpc import RpcLimits, RpcRecord
from services.gateway.adapters.http_server import HttpServer, bind

WAIT_S = 5.0
SERVICE = "test.v1.EchoService"
BINARY = "application/grpc-web+proto"


def frame(payload: bytes, flags: int = 0) -> bytes:
    """One gRPC-web frame."""
    return struct.pack(">BI", flags, len(payload)) + payload


def text_frame(payload: bytes) -> bytes:
    """One frame in text mode."""
    return base64.b64encode(frame(payload))


def handlers(**methods: grpc.RpcMethodHandler[Any, Any]) -> grpc.GenericRpcHandler:
    """A generic handler for methods of SERVICE."""
    return grpc.method_handlers_generic_handler(SERVICE, methods)


def unary(behaviour: Callable[..., Any]) -> grpc.RpcMethodHandler[Any, Any]:
    """A unary handler over bytes."""
    return grpc.unary_unary_rpc_method_handler(behaviour, bytes, bytes)


def stream(behaviour: Callable[..., Any]) -> grpc.RpcMethodHandler[Any, Any]:
    """A server-streaming handler over bytes."""
    return grpc.unary_stream_rpc_method_handler(behaviour, bytes, bytes)


@dataclass
class Reply:
    """One HTTP answer, taken apart as gRPC-web. `complete`: the body ended as HTTP says it must."""

    status: int
    headers: Mapping[str, str]
    messages: list[bytes] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    rest: bytes = b""

    @property
    def code(self) -> grpc.StatusCode:
        """The gRPC status, from the trailers or, as a trailers-only answer, from the headers."""
        # sonora's own b'grpc-status': b'0' is read too, so that each test sees its own fault and not only this one.
        sent = self.trailers.get("grpc-status") or self.trailers.get("b'grpc-status'") or self.headers["grpc-status"]
        return next(code for code in grpc.StatusCode if code.value[0] == int(sent.strip("b'")))

    @property
    def message(self) -> str:
        """The status message."""
        return unquote(self.trailers.get("grpc-message", self.headers.get("grpc-message", "")))

    def binary_trailer(self, key: str) -> bytes:
        """A `-bin` trailer's bytes."""
        value = self.trailers[key]
        return base64.b64decode(value + "=" * (-len(value) % 4))


class Exchange:
    """One request whose answer is read piece by piece; each read waits `wait_s` seconds at most."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wait_s: float) -> None:
        self._reader = reader
        self._writer = writer
        self._wait_s = wait_s
        self._http = h11.Connection(h11.CLIENT)
        self._body = b""
        self.reply = Reply(0, {})

    async def send(self, data: bytes) -> None:
        """Bytes as they are, after `start`."""
        self._writer.write(data)
        await self._writer.drain()

    async def start(self, path: str, headers: Mapping[str, str], method: str = "POST") -> None:
        """The request line and headers."""
        lines = [(key, value) for key, value in {"host": "test", **headers}.items()]
        await self.send(self._http.send(h11.Request(method=method, target=path, headers=lines)) or b"")

    async def body(self, data: bytes) -> None:
        """All of the request body."""
        await self.send((self._http.send(h11.Data(data=data)) or b"") + (self._http.send(h11.EndOfMessage()) or b""))

    async def read_message(self) -> bytes:
        """The next message of the answer; AssertionError if the answer ends before it."""
        before = len(self.reply.messages)
        while len(self.reply.messages) == before:
            assert await self._step(), f"the answer ended without a message: {self.reply}"
        return self.reply.messages[-1]

    async def read_all(self) -> Reply:
        """The whole answer, however it ended."""
        while await self._step():
            pass
        self.reply.rest = self._body
        return self.reply

    async def _step(self) -> bool:
        event = self._http.next_event()
        if event is h11.NEED_DATA:
            async with asyncio.timeout(self._wait_s):
                data = await self._reader.read(65536)
            try:
                self._http.receive_data(data)
                if not data:
                    self._http.next_event()
            except h11.RemoteProtocolError:
                return False
            return bool(data)
        if isinstance(event, h11.Response):
            self.reply.status = event.status_code
            self.reply.headers = {key.decode(): value.decode() for key, value in event.headers}
        elif isinstance(event, h11.Data):
            self._take(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            self.reply.complete = True
            return False
        return not isinstance(event, h11.ConnectionClosed)

    def _take(self, data: bytes) -> None:
        text = "grpc-web-text" in self.reply.headers.get("content-type", "")
        self._body += b"".join(base64.b64decode(piece) for piece in _pieces(data)) if text else data
        while len(self._body) >= 5:
            flags, length = struct.unpack(">BI", self._body[:5])
            if len(self._body) < 5 + length:
                return
            payload, self._body = self._body[5 : 5 + length], self._body[5 + length :]
            if flags & 0x80:
                lines = [line.partition(": ") for line in payload.decode("ascii").split("\r\n") if line]
                self.reply.trailers.update({key: value for key, _, value in lines})
            else:
                self.reply.messages.append(payload)

    def close(self) -> None:
        """Closes the connection at once, as a browser does when its tab goes."""
        self._writer.transport.abort()


def _pieces(data: bytes) -> list[bytes]:
    """Base64 quartets: decoding each alone reads any mixture of separately padded frames."""
    return [data[at : at + 4] for at in range(0, len(data), 4)]


class Wire:
    """A client of one server. `wait_s`: seconds to wait for anything that should happen."""

    def __init__(self, address: str, wait_s: float) -> None:
        self.address = address
        self.wait_s = wait_s

    @asynccontextmanager
    async def exchange(self) -> AsyncIterator[Exchange]:
        """A connection for one request."""
        host, _, port = self.address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        connected = Exchange(reader, writer, self.wait_s)
        try:
            yield connected
        finally:
            connected.close()

    async def call(
        self, method: str, body: bytes | None = None, message: bytes = b"ping", path: str = "", **headers: str
    ) -> Reply:
        """One whole call: `body` as it is, or `message` in a frame. Header names are given with '_' for '-'."""
        sent = frame(message) if body is None else body
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        lines = {"content-type": BINARY, "content-length": str(len(sent)), **named}
        async with self.exchange() as exchange:
            await exchange.start(path or f"/{SERVICE}/{method}", lines)
            await exchange.body(sent)
            return await exchange.read_all()


LIMITS = RpcLimits(
    max_body_bytes=1000, body_timeout_s=WAIT_S, unary_timeout_s=WAIT_S, stream_timeout_s=WAIT_S, finish_timeout_s=WAIT_S
)


def edge(
    handler: grpc.GenericRpcHandler,
    *,
    limits: RpcLimits = LIMITS,
    on_finished: Callable[[RpcRecord], None] = lambda record: None,
) -> GrpcWebApplication:
    """The adapter with `handler`, errors mapped as the gateway maps them; other paths are 404."""
    status_of = partial(convert.status_of, on_fault=lambda error, error_id: None)
    other = PlainTextResponse("nothing here", 404)
    app = GrpcWebApplication(other, limits=limits, status_of=status_of, on_finished=on_finished)
    app.add_generic_rpc_handlers((handler,))
    return app


@asynccontextmanager
async def served(app: ASGIApp, wait_s: float = WAIT_S) -> AsyncIterator[Wire]:
    """`app` under a real uvicorn on a free port of 127.0.0.1."""
    server = HttpServer(app, bind("127.0.0.1:0"))
    await server.start()
    try:
        yield Wire(server.address, wait_s)
    finally:
        await server.stop()
