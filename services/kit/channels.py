"""One way to call a service: ``open_channel`` gives a channel whose every call has a deadline and credentials.

It wraps multicallables instead of using ``grpc.aio``'s client interceptors, which run each call through extra tasks and
each stream message through extra generators. A call returns grpc.aio's own call object.

Deadline of a call = the least of: its own ``timeout`` or the channel's default; what is left of the RPC being served.
A stream that a task of its own opens is not cut to the RPC that started the task: it usually outlives it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self, TypeVar

import grpc

from services.kit.auth import InternalTokens
from services.kit.clock import Clock, SystemClock
from services.kit.early_status import keep_early_status
from services.kit.ids import new_id
from services.kit.rpc import Rpc, current_rpc, detached, remaining_s
from services.kit.telemetry import trace_headers, tracing
from services.kit.transport import DEFAULT_KEEPALIVE, Keepalive, client_options

__all__ = ["Channel", "Credentials", "closing", "detached", "forwarding", "open_channel", "remaining_s"]

Credentials = Literal["internal", "forward", "none"]
Metadata = Sequence[tuple[str, str | bytes]]
CallT = TypeVar("CallT", bound="_Cancellable")

_MIN_TIMEOUT_S: Final = 0.001  # zero would mean "already over" before the call could say so
_forwarded: ContextVar[tuple[tuple[str, str], ...] | None] = ContextVar("parley_forwarded", default=None)


keep_early_status()


class _Cancellable(Protocol):
    def cancel(self) -> bool: ...


def service_config(retries: bool) -> str:
    """gRPC's service config: spread calls over all addresses, skip unhealthy ones, retry what was not answered."""
    method: dict[str, Any] = {"name": [{}]}
    if retries:
        method["retryPolicy"] = {
            "maxAttempts": 4,
            "initialBackoff": "0.1s",
            "maxBackoff": "1s",
            "backoffMultiplier": 2,
            "retryableStatusCodes": ["UNAVAILABLE"],
        }
    config = {
        "loadBalancingConfig": [{"round_robin": {}}],
        "healthCheckConfig": {"serviceName": ""},
        "methodConfig": [method],
    }
    return json.dumps(config)


def open_channel(
    address: str,
    *,
    identity: str,
    internal_secret: str = "",
    timeout_s: float = 5.0,
    credentials: Credentials = "internal",
    retries: bool = True,
    keepalive: Keepalive = DEFAULT_KEEPALIVE,
    clock: Clock | None = None,
) -> "Channel":
    """A channel to ``address`` (``dns:///host:port``) for generated stubs; opens no connection before the first call.

    ``credentials``: ``internal`` signs as service ``identity``; ``forward`` sends what ``forwarding`` was given, or the
    header of the RPC being served; ``none`` sends nothing. ``retries`` assumes that a call may be repeated when it was
    not answered (UNAVAILABLE): our mutating RPCs carry request ids. Give False for a target that is not idempotent.
    ``timeout_s`` is the default deadline; long-lived streams pass ``timeout`` themselves.
    """
    if credentials == "internal" and not internal_secret:
        raise ValueError("a channel with internal credentials needs the internal secret")
    options = client_options(service_config(retries), keepalive)
    tokens = InternalTokens(identity, internal_secret, clock or SystemClock()) if credentials == "internal" else None
    return Channel(grpc.aio.insecure_channel(address, options=options), tokens, credentials, timeout_s)


@contextmanager
def forwarding(authorization: str | None, request_id: str | None = None) -> Iterator[None]:
    """Inside, channels with ``credentials="forward"`` send this ``authorization`` header: for a gateway."""
    headers = [("authorization", authorization)] if authorization else []
    token = _forwarded.set((*headers, ("x-request-id", request_id or new_id())))
    try:
        yield
    finally:
        _forwarded.reset(token)


@asynccontextmanager
async def closing(call: CallT) -> AsyncIterator[CallT]:
    """``async with closing(stub.Transcribe(timeout=…)) as call:`` cancels the call on leaving, whatever happened.

    An abandoned stream is never collected. Cancelling a call that has ended does nothing.
    """
    try:
        yield call
    finally:
        call.cancel()


class Channel(grpc.aio.Channel):
    """A ``grpc.aio.Channel`` for generated stubs that adds deadline, credentials and request id to each call."""

    def __init__(
        self, channel: grpc.aio.Channel, tokens: InternalTokens | None, credentials: Credentials, timeout_s: float
    ) -> None:
        self._channel = channel
        self._tokens = tokens
        self._credentials = credentials
        self._timeout_s = timeout_s
        self._tracing = tracing()

    def headers(self, extra: Metadata | None) -> tuple[tuple[str, str | bytes], ...]:
        """The metadata of a call made now. An ``authorization`` in ``extra`` replaces the channel's own."""
        current = current_rpc()
        request_id = ("x-request-id", current.request_id if current is not None else new_id())
        authorized = extra is not None and any(key == "authorization" for key, _ in extra)
        head = (request_id,) if authorized else self._credential_headers(current, request_id)
        if self._tracing or (current is not None and current.traced):
            head = (*head, *trace_headers())
        return (*head, *extra) if extra else head

    def _credential_headers(self, current: Rpc | None, request_id: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        if self._credentials == "none":
            return (request_id,)
        if self._tokens is not None:
            return (("authorization", self._tokens.authorization()), request_id)
        forwarded = _forwarded.get()
        if forwarded is not None:
            return forwarded
        if current is not None and current.authorization:
            return (("authorization", current.authorization), request_id)
        return (request_id,)

    def timeout(self, explicit_s: float | None, stream: bool) -> float:
        """Seconds for a call made now, by the rule at the top of this file."""
        wanted = self._timeout_s if explicit_s is None else explicit_s
        current = current_rpc()
        if current is None or current.deadline is None:
            return wanted
        if stream and explicit_s is not None and current.task is not asyncio.current_task():
            return wanted
        return max(min(wanted, remaining_s() or 0.0), _MIN_TIMEOUT_S)

    def unary_unary(self, method: str, *serializers: Any, **options: Any) -> Any:
        """A callable for a method with one request and one response."""
        return _single(self, self._channel.unary_unary(method, *serializers, **options), stream=False)

    def unary_stream(self, method: str, *serializers: Any, **options: Any) -> Any:
        """A callable for a method with one request and a stream of responses."""
        return _single(self, self._channel.unary_stream(method, *serializers, **options), stream=True)

    def stream_unary(self, method: str, *serializers: Any, **options: Any) -> Any:
        """A callable for a method with a stream of requests and one response."""
        return _streaming(self, self._channel.stream_unary(method, *serializers, **options))

    def stream_stream(self, method: str, *serializers: Any, **options: Any) -> Any:
        """A callable for a method with two streams."""
        return _streaming(self, self._channel.stream_stream(method, *serializers, **options))

    async def close(self, grace: float | None = None) -> None:
        """Close it; calls still running after ``grace`` seconds are cancelled."""
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """The connection's state; optionally start connecting."""
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Return once the state is another one."""
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Return once a serving peer is connected; put a timeout around it."""
        await self._channel.channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        await self.close()


def _single(channel: Channel, multicallable: Any, *, stream: bool) -> Callable[..., Any]:
    def call(
        request: Any,
        *,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        wait_for_ready: bool | None = None,
    ) -> Any:
        return multicallable(
            request,
            timeout=channel.timeout(timeout, stream),
            metadata=channel.headers(metadata),
            wait_for_ready=wait_for_ready,
        )

    return call


def _streaming(channel: Channel, multicallable: Any) -> Callable[..., Any]:
    def call(
        request_iterator: Any = None,
        *,
        timeout: float | None = None,
        metadata: Metadata | None = None,
        wait_for_ready: bool | None = None,
    ) -> Any:
        return multicallable(
            request_iterator,
            timeout=channel.timeout(timeout, True),
            metadata=channel.headers(metadata),
            wait_for_ready=wait_for_ready,
        )

    return call
