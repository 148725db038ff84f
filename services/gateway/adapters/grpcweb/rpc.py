"""One gRPC-web RPC, from its headers to its trailers.

The handler runs in a task of its own; beside it wait the things that may end it early: the browser leaving, the
deadline, `end_early`. So a `receive` event never touches a `send`, a handler never outlives its caller, and a status
follows the messages whatever happened.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from services.gateway.adapters.grpcweb import wire
from services.gateway.adapters.grpcweb.answer import Answer
from services.gateway.adapters.grpcweb.body import client_left, read_messages
from services.gateway.adapters.grpcweb.context import GrpcWebContext
from services.gateway.domain.errors import (
    ClientGone,
    DeadlinePassed,
    MalformedRequest,
    MethodUnknown,
    WrongMessageCount,
)
from services.gateway.domain.status import OK, Metadata, RpcStatus
from services.kit.ids import new_id

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"  # generic for type checkers only
StatusOf = Callable[[Exception], RpcStatus]

REQUEST_ID = "x-request-id"
_REQUEST_ID_FORM = re.compile(r"[0-9A-Za-z._-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class RpcLimits:
    """Bounds of one RPC. Sizes in bytes, times in seconds.

    `body_timeout_s`: for the request to arrive. `unary_timeout_s`, `stream_timeout_s`: for the answer, from the arrived
    request on; a caller's grpc-timeout counts from its first byte, and the earlier end holds. `finish_timeout_s`: how
    long a browser that stopped reading may hold back the trailers before its connection is closed.
    """

    max_body_bytes: int
    body_timeout_s: float
    unary_timeout_s: float
    stream_timeout_s: float
    finish_timeout_s: float = 10.0


@dataclass(frozen=True)
class RpcRecord:
    """One finished RPC, for the log. `code`: a google.rpc.Code number. `known`: whether `path` names an RPC."""

    path: str
    known: bool
    code: int
    duration_s: float
    request_id: str


class Rpc:
    """One call of `handler` (None: no such RPC) by one HTTP request."""

    def __init__(
        self, handler: Handler | None, scope: Scope, send: Send, limits: RpcLimits, status_of: StatusOf
    ) -> None:
        self._handler = handler
        self._scope = scope
        self._headers = Headers(scope=scope)
        self._limits = limits
        self._status_of = status_of
        self._started = time.monotonic()
        self._ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self._content_type = self._headers["content-type"]
        self._request_id = _request_id(self._headers)
        text = wire.answers_in_text(self._content_type, self._headers.get("accept", ""))
        self._answer = Answer(send, text=text, headers=((REQUEST_ID, self._request_id),))
        self._context: GrpcWebContext | None = None
        self._reply: bytes | None = None

    @property
    def is_stream(self) -> bool:
        """Whether it answers with a stream."""
        return self._handler is not None and bool(self._handler.response_streaming)

    def end_early(self, reason: Exception) -> None:
        """Stops the handler; the browser gets the status of `reason`. The first reason counts."""
        if not self._ended.done():
            self._ended.set_result(reason)

    async def serve(self, receive: Receive) -> RpcRecord:
        """Runs the handler and sends the answer. Raises nothing of the handler's."""
        error: Exception | None = None
        status = RpcStatus()
        try:
            status = await self._run(receive)
        except Exception as raised:  # noqa: BLE001  # every fault becomes a status; the record carries it to the log
            error, status = raised, self._status_of(raised)
        if not isinstance(error, ClientGone):
            await self._finish(status)
        if self._context:
            self._context.finish(cancelled=isinstance(error, ClientGone))
        known = self._handler is not None
        duration_s = time.monotonic() - self._started
        return RpcRecord(self._scope["path"], known, status.code, duration_s, self._request_id)

    async def _finish(self, status: RpcStatus) -> None:
        reply = self._reply if status.code == OK else None
        initial = self._context.initial_metadata() if self._context else ()
        try:
            async with asyncio.timeout(self._limits.finish_timeout_s):
                await self._answer.finish(status, initial, reply)
        except TimeoutError:
            pass  # the browser reads no more: an answer left unfinished makes the server close the connection

    async def _run(self, receive: Receive) -> RpcStatus:
        if self._handler is None:
            raise MethodUnknown(self._scope["path"])
        stated = self._headers.get("grpc-timeout")
        stated_s = wire.parse_timeout(stated.encode("latin-1")) if stated is not None else float("inf")
        messages = await read_messages(
            receive,
            text=wire.is_text(self._content_type),
            declared_bytes=_content_length(self._headers),
            limit_bytes=self._limits.max_body_bytes,
            timeout_s=min(stated_s, self._limits.body_timeout_s),
        )
        own_s = self._limits.stream_timeout_s if self.is_stream else self._limits.unary_timeout_s
        deadline = min(self._started + stated_s, time.monotonic() + own_s)
        self._context = GrpcWebContext(self._metadata(), _peer(self._scope), deadline)
        return await self._call(self._handler, self._context, messages, receive)

    def _metadata(self) -> Metadata:
        stated = wire.request_metadata(self._scope["headers"])
        return (*(entry for entry in stated if entry[0] != REQUEST_ID), (REQUEST_ID, self._request_id))

    async def _call(
        self, handler: Handler, context: GrpcWebContext, messages: list[bytes], receive: Receive
    ) -> RpcStatus:
        """Runs the handler until it is done or something ends it; then nothing of it is left running."""
        work = asyncio.create_task(self._work(handler, context, messages))
        gone = asyncio.create_task(client_left(receive))
        limit_s = context.time_remaining()
        try:
            ends: set[asyncio.Future[Any]] = {work, gone, self._ended}
            await asyncio.wait(ends, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            finished, left = work.done(), gone.done()
        finally:
            work.cancel()
            gone.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)
        if finished:
            return _outcome(work, context)
        if self._ended.done():
            raise self._ended.result()
        raise ClientGone if left else DeadlinePassed(limit_s)

    async def _work(self, handler: Handler, context: GrpcWebContext, messages: list[bytes]) -> None:
        request = _request(handler, messages)
        result = _behaviour(handler)(request, context)
        if handler.response_streaming:
            await self._send_stream(handler, context, _stream(result))
        else:
            reply = await _awaitable(result)
            if context.code() is grpc.StatusCode.OK:
                self._reply = _serialise(handler, reply)

    async def _send_stream(self, handler: Handler, context: GrpcWebContext, replies: AsyncIterator[Any]) -> None:
        try:
            async for reply in replies:
                await self._answer.message(_serialise(handler, reply), context.initial_metadata())
        finally:
            close = getattr(replies, "aclose", None)
            if close is not None:
                await close()


def _outcome(work: asyncio.Task[None], context: GrpcWebContext) -> RpcStatus:
    """The status of a handler that ended by itself. Raises what it raised, other than by abort()."""
    if work.cancelled():
        raise RuntimeError("the handler raised CancelledError though nobody cancelled it")
    error = work.exception()
    if error is None or isinstance(error, grpc.aio.AbortError):
        return context.status()
    raise error


def _behaviour(handler: Handler) -> Callable[[Any, GrpcWebContext], Any]:
    shape = "stream" if handler.request_streaming else "unary", "stream" if handler.response_streaming else "unary"
    behaviour: Callable[[Any, GrpcWebContext], Any] = getattr(handler, "_".join(shape))
    return behaviour


def _request(handler: Handler, messages: list[bytes]) -> Any:
    """What the handler takes: an async iterator of messages, or the only one. Raises WrongMessageCount."""
    if handler.request_streaming:
        return _requests(handler, messages)
    if len(messages) != 1:
        raise WrongMessageCount(len(messages))
    return _deserialise(handler, messages[0])


async def _requests(handler: Handler, messages: list[bytes]) -> AsyncIterator[Any]:
    for message in messages:
        yield _deserialise(handler, message)


def _deserialise(handler: Handler, message: bytes) -> Any:
    if handler.request_deserializer is None:
        return message
    try:
        return handler.request_deserializer(message)
    except Exception as error:
        raise MalformedRequest("the request is not a message of this RPC's type") from error


def _serialise(handler: Handler, reply: Any) -> bytes:
    return reply if handler.response_serializer is None else handler.response_serializer(reply)


async def _awaitable(result: Any) -> Any:
    # A plain function has already blocked the event loop by now: it is refused so that nobody ships one.
    if not inspect.isawaitable(result):
        raise TypeError("gRPC-web handlers of unary answers are coroutine functions")
    return await result


def _stream(result: Any) -> AsyncIterator[Any]:
    if inspect.iscoroutine(result):
        result.close()  # a handler in read/write style, never started
    if not isinstance(result, AsyncIterator):
        raise TypeError("gRPC-web handlers of streamed answers are async generators")
    return result


def _request_id(headers: Headers) -> str:
    """The caller's, if it is fit for a log line, or a new one."""
    stated = headers.get(REQUEST_ID, "")
    return stated if _REQUEST_ID_FORM.fullmatch(stated) else new_id()


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    if client is None:
        return "unknown"
    host, port = client
    return f"ipv6:[{host}]:{port}" if ":" in host else f"ipv4:{host}:{port}"


def _content_length(headers: Headers) -> int | None:
    value = headers.get("content-length", "")
    return int(value) if value.isdigit() else None
