"""The servicer context of one gRPC-web RPC: the part of grpc.aio's that a browser's call can have.

sonora's own context aborts without details badly, cannot attach trailing metadata and knows neither peer, cancellation
nor done callbacks; this one replaces it. Read/write-style handlers are refused: streams are async generators here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Never

import grpc

from services.gateway.adapters.grpcweb import wire
from services.gateway.domain.status import Metadata, RpcStatus

_ITERATORS_ONLY = "gRPC-web handlers return or yield their answers: there is no read() or write()"


class GrpcWebContext(grpc.aio.ServicerContext[Any, Any]):
    """What a handler sees of its call.

    `peer`: 'ipv4:1.2.3.4:5', as grpc.aio writes it. `deadline`: monotonic seconds.
    """

    def __init__(self, metadata: Metadata, peer: str, deadline: float) -> None:
        self._metadata = metadata
        self._peer = peer
        self._deadline = deadline
        self._code = grpc.StatusCode.OK
        self._details = ""
        self._initial: Metadata = ()
        self._trailing: Metadata = ()
        self._callbacks: list[Callable[[Any], None]] = []
        self._done = False
        self._cancelled = False

    # What grpc.aio's handlers may ask and say.

    def invocation_metadata(self) -> Any:
        """Request metadata as (key, value) pairs."""
        return self._metadata

    def peer(self) -> str:
        """The client's address."""
        return self._peer

    def time_remaining(self) -> float:
        """Seconds left, never negative. Every call has a deadline: the caller's, or the gateway's own."""
        return max(0.0, self._deadline - time.monotonic())

    async def send_initial_metadata(self, initial_metadata: Any) -> None:
        """Metadata to go out as HTTP headers, with the first message. Raises ValueError if it cannot be sent."""
        self._initial = _checked(initial_metadata)

    def set_trailing_metadata(self, trailing_metadata: Any) -> None:
        """Metadata to go out after the last message. Raises ValueError if it cannot be sent."""
        self._trailing = _checked(trailing_metadata)

    def set_code(self, code: grpc.StatusCode) -> None:
        """The status to end with, if the handler returns."""
        self._code = code

    def set_details(self, details: str) -> None:
        """The message beside the status."""
        self._details = details

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Any = ()) -> Never:
        """Ends the RPC with an error status, before or after messages. Raises AbortError, as grpc.aio's does."""
        if code == grpc.StatusCode.OK:
            raise ValueError("abort() called with StatusCode.OK")
        self._code, self._details = code, details
        if trailing_metadata:
            self._trailing = _checked(trailing_metadata)
        raise grpc.aio.AbortError("the handler aborted")

    async def abort_with_status(self, status: grpc.Status) -> Never:
        """abort() with the code, details and trailing metadata of `status`."""
        await self.abort(status.code, status.details, status.trailing_metadata)

    def code(self) -> Any:
        """The status as set until now."""
        return self._code

    def details(self) -> str:
        """The message as set until now."""
        return self._details

    def trailing_metadata(self) -> Any:
        """The trailing metadata as set until now."""
        return self._trailing

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """`callback(context)` runs when the RPC has ended, however it ended."""
        self._callbacks.append(callback)

    def cancelled(self) -> bool:
        """Whether the RPC ended because its client left."""
        return self._cancelled

    def done(self) -> bool:
        """Whether the RPC has ended."""
        return self._done

    # What the application asks.

    def initial_metadata(self) -> Metadata:
        """Metadata for the HTTP headers of the answer."""
        return self._initial

    def status(self) -> RpcStatus:
        """The status that the handler left."""
        return RpcStatus(self._code.value[0], self._details, self._trailing)

    def finish(self, *, cancelled: bool) -> None:
        """Marks the end and runs the done callbacks. `cancelled`: the client left."""
        self._done, self._cancelled = True, cancelled
        for callback in self._callbacks:
            callback(self)

    # What a browser's call does not have.

    async def read(self) -> Any:
        """Not available: raises UsageError."""
        raise grpc.aio.UsageError(_ITERATORS_ONLY)

    async def write(self, message: Any) -> None:
        """Not available: raises UsageError."""
        raise grpc.aio.UsageError(_ITERATORS_ONLY)

    def set_compression(self, compression: Any) -> None:
        """Without effect: gRPC-web messages go out as they are; a proxy in front may compress the HTTP body."""

    def disable_next_message_compression(self) -> None:
        """Without effect: nothing is compressed."""

    def peer_identities(self) -> Iterable[bytes] | None:
        """None: browsers authenticate by token, not by certificate."""
        return None

    def peer_identity_key(self) -> str | None:
        """None: see peer_identities."""
        return None

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """Empty: see peer_identities."""
        return {}


def _checked(metadata: Any) -> Metadata:
    """Metadata as it will be sent. Raises ValueError inside the handler, where the mistake is."""
    entries = tuple((str(key), value) for key, value in metadata)
    wire.encode_metadata(entries)
    return entries
