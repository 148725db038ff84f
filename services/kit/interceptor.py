"""What happens around every RPC, written once for all four shapes: ``on_start`` and ``on_end``.

It wraps handlers when they are registered, not when they are called (``grpc.aio.ServerInterceptor``): nothing is looked
up per RPC, and a method without an audience, or with a handler that would run in a thread, stops the server at start.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
from opentelemetry.trace import Span, StatusCode
from protovalidate import Validator

from services.kit import errors, rpc, telemetry
from services.kit.auth import TokenVerifier
from services.kit.ids import new_id
from services.kit.methods import Method, MisdeclaredMethod, describe
from services.kit.rpc import Context

logger = logging.getLogger("parley.rpc")

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Respond = Callable[[Any, Context], Awaitable[Any]]
REQUEST_ID_KEY = "x-request-id"
_MAX_REQUEST_ID_CHARS = 64


@dataclass(slots=True, eq=False)
class _Started:
    """What ``on_start`` leaves for ``on_end``."""

    current: rpc.Rpc
    started: float
    span: Span | None
    code: str = "OK"


class Interceptor:
    """Wraps the handlers of one server."""

    def __init__(self, error_map: errors.ErrorMap, verifier: TokenVerifier, unary_timeout_s: float) -> None:
        self._errors = error_map
        self._verifier = verifier
        self._unary_timeout_s = unary_timeout_s
        self._validator = Validator()
        self._tracing = telemetry.tracing()
        self._active = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.open = False  # False until the service's own start is done: what is not loaded cannot answer

    def wrap(self, service: str, name: str, handler: Handler) -> Handler:
        """The handler to register for method ``name`` of ``service``. Raises MisdeclaredMethod."""
        method = describe(f"{service}.{name}", self._validator)
        serve = self._serve(method, _responder(method, handler))
        if method.request_streaming:
            # Streams are decoded and checked as they are read, inside the handler, in either style of reading.
            return _handler(handler, serve, _stream_decoder(method), _encoder(handler, method))
        # A single request is decoded after its caller is known, where errors get a status.
        return _handler(handler, serve, None, _encoder(handler, method))

    async def idle(self) -> None:
        """Return once no handler runs. ``grpc.aio``'s stop returns when calls have ended, not their handlers."""
        await self._idle.wait()

    def _serve(self, method: Method, respond: Respond) -> Respond:
        async def serve(request: Any, context: Context) -> Any:
            started = self._on_start(method, context)
            try:
                self._admit(method, started.current)
                if not method.request_streaming:
                    request = method.decode(request)
                if method.streaming or started.current.deadline is not None:
                    return await respond(request, context)
                return await self._within_default(respond, request, context, started.current)
            except grpc.aio.AbortError:
                started.code = _name(context.code())
                raise
            except asyncio.CancelledError:
                await self._on_cancelled(method, started, context)
                raise
            except Exception as exc:  # noqa: BLE001  # the one place that turns exceptions into statuses
                await self._abort(method, started, context, exc)
            finally:
                self._on_end(method, started)

        return serve

    def _on_start(self, method: Method, context: Context) -> _Started:
        headers: dict[str, Any] = dict(context.invocation_metadata() or ())
        left_s = context.time_remaining()
        now = time.monotonic()
        traced = self._tracing or "traceparent" in headers
        current = rpc.Rpc(
            rpc.ANONYMOUS,
            headers.get("authorization", ""),
            headers.get(REQUEST_ID_KEY, "")[:_MAX_REQUEST_ID_CHARS] or new_id(),
            None if left_s is None else now + left_s,
            asyncio.current_task(),
            traced,
        )
        rpc.enter(current)
        method.metrics.in_flight += 1
        self._active += 1
        self._idle.clear()
        return _Started(current, now, telemetry.start_span(method.path, headers) if traced else None)

    def _admit(self, method: Method, current: rpc.Rpc) -> None:
        if not self.open:
            raise errors.Unavailable("the service is starting; try again", reason="STARTING")
        try:
            current.principal = self._verifier.verify(current.authorization)
        except errors.Unauthenticated:
            if not method.public:  # signing in again must work with a stale token still in the header
                raise
        if method.public or current.principal.kind in method.kinds:
            return
        allowed = " or ".join(sorted(method.kinds))
        if current.principal.kind == "anonymous":
            raise errors.Unauthenticated(f"this call needs a token ({allowed})", reason="TOKEN_MISSING")
        raise errors.PermissionDenied(f"this call is open to: {allowed}", reason="WRONG_AUDIENCE")

    async def _within_default(self, respond: Respond, request: Any, context: Context, current: rpc.Rpc) -> Any:
        """Serve a call whose caller set no deadline as if it had set the server's."""
        current.deadline = time.monotonic() + self._unary_timeout_s
        limit = asyncio.timeout(self._unary_timeout_s)
        try:
            async with limit:
                return await respond(request, context)
        except TimeoutError:
            if not limit.expired():
                raise
            text = f"not done within the server's {self._unary_timeout_s:g} s; set a deadline to wait longer"
            raise errors.DeadlineExceeded(text) from None

    async def _on_cancelled(self, method: Method, started: _Started, context: Context) -> None:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            left = started.current.deadline
            started.code = "DEADLINE_EXCEEDED" if left is not None and time.monotonic() >= left else "CANCELLED"
            return
        # Nobody cancelled this RPC: the handler awaited something that was cancelled. grpc.aio would send nothing
        # and the client would hang until its deadline.
        await self._abort(method, started, context, asyncio.CancelledError())

    async def _abort(self, method: Method, started: _Started, context: Context, exc: BaseException) -> None:
        error = errors.resolve(exc, self._errors)
        started.code = error.code.name
        if isinstance(error, errors.Internal):
            _log_fault(method, started.current, error, exc)
        details = errors.encode(error).SerializeToString()
        await context.abort(error.code, error.message, ((errors.DETAILS_KEY, details),))

    def _on_end(self, method: Method, started: _Started) -> None:
        current = started.current
        current.ended = True
        self._active -= 1
        if not self._active:
            self._idle.set()
        seconds = time.monotonic() - started.started
        method.metrics.in_flight -= 1
        method.metrics.ended(started.code, seconds)
        if started.span is not None:
            _end_span(started.span, started.code)
        telemetry.log(
            logger,
            logging.INFO,
            "rpc",
            method=method.path,
            code=started.code,
            ms=round(seconds * 1000, 1),
            principal=current.principal.kind,
            request_id=current.request_id,
        )


def _responder(method: Method, handler: Handler) -> Respond:
    """The service's own code, as one coroutine function for all shapes and styles."""
    shape = "stream" if method.request_streaming else "unary", "stream" if method.response_streaming else "unary"
    inner = getattr(handler, "_".join(shape))
    if inspect.isasyncgenfunction(inner):
        return _pump(inner)
    if inspect.iscoroutinefunction(inner):
        return inner  # type: ignore[no-any-return]
    if inner.__module__.endswith("_pb2_grpc"):  # the base class's: the service does not have it yet
        return _unimplemented(method)
    raise MisdeclaredMethod(f"{method.path}: its handler is not 'async def'; it would run in a thread")


def _pump(generate: Callable[[Any, Context], AsyncIterator[Any]]) -> Respond:
    async def respond(request: Any, context: Context) -> None:
        # Closed here: a generator that is cancelled between two messages would otherwise wait for the collector.
        async with aclosing(generate(request, context)) as responses:  # type: ignore[type-var]
            async for response in responses:
                await context.write(response)

    return respond


def _unimplemented(method: Method) -> Respond:
    async def respond(request: Any, context: Context) -> Any:
        raise errors.Unimplemented(f"{method.path} is not in this version")

    return respond


def _handler(inner: Handler, serve: Respond, deserializer: Any, serializer: Any) -> Handler:
    shapes: dict[tuple[bool, bool], Any] = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    make = shapes[bool(inner.request_streaming), bool(inner.response_streaming)]
    return make(serve, deserializer, serializer)  # type: ignore[no-any-return]


def _stream_decoder(method: Method) -> Callable[[bytes], Any]:
    """Decodes and counts the messages of a request stream, whichever way the handler reads them."""
    metrics, decode = method.metrics, method.decode

    def decoded(data: bytes) -> Any:
        metrics.received += 1
        return decode(data)

    return decoded


def _encoder(inner: Handler, method: Method) -> Callable[[Any], bytes]:
    """Encodes responses, and counts those of a stream, whichever way the handler writes them."""
    encode: Callable[[Any], bytes] = inner.response_serializer  # type: ignore[assignment]
    if not method.response_streaming:
        return encode
    metrics = method.metrics

    def encoded(message: Any) -> bytes:
        metrics.sent += 1
        return encode(message)

    return encoded


def _end_span(span: Span, code: str) -> None:
    if code != "OK":
        span.set_status(StatusCode.ERROR, code)
    span.end()


def _name(code: grpc.StatusCode | None) -> str:
    return grpc.StatusCode.UNKNOWN.name if code is None else code.name


def _log_fault(method: Method, current: rpc.Rpc, error: errors.ServiceError, exc: BaseException) -> None:
    """Where it happened and of what type; the exception's own text may hold what a person said."""
    telemetry.log(
        logger,
        logging.ERROR,
        "unexpected exception",
        method=method.path,
        error_id=error.metadata.get("error_id", ""),
        exception=", ".join(type(each).__qualname__ for each in errors.leaves(exc)),
        request_id=current.request_id,
        at="".join(map(telemetry.frames, errors.leaves(exc))),
    )
