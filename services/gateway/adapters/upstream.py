"""A service behind the gateway, over a kit channel: bytes in, bytes out, errors as the service sent them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2

from services.gateway.domain.errors import DeadlinePassed, EdgeError, UpstreamFailure, UpstreamUnreachable
from services.gateway.domain.status import DETAILS_KEY, Metadata, RpcStatus
from services.gateway.ports import Call
from services.kit.channels import Channel, closing, forwarding

_HEALTH_CHECK: Final = "/grpc.health.v1.Health/Check"
_HEALTH_TIMEOUT_S: Final = 2.0
# Without details these were not said by one of our services but by the transport: the connection broke, or the server
# went away under the call. Their texts name addresses inside the mesh.
_TRANSPORT_CODES: Final = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED})


class GrpcUpstream:
    """ports.Upstream over a channel with `credentials="forward"`. `name`: for messages to people."""

    def __init__(self, name: str, channel: Channel) -> None:
        self._name = name
        self._channel = channel
        self._callables: dict[str, Any] = {}

    async def unary(self, path: str, request: bytes, call: Call) -> bytes:
        """See ports.Upstream."""
        try:
            async with closing(self._start(path, request, call, stream=False)) as answer:
                return bytes(await answer)
        except grpc.aio.AioRpcError as error:
            raise self._failure(error, call) from None

    async def stream(self, path: str, request: bytes, call: Call) -> AsyncGenerator[bytes, None]:
        """See ports.Upstream."""
        try:
            async with closing(self._start(path, request, call, stream=True)) as answers:
                async for answer in answers:
                    yield answer
        except grpc.aio.AioRpcError as error:
            raise self._failure(error, call) from None

    async def is_serving(self) -> bool:
        """See ports.Upstream: asks grpc.health.v1 for the server as a whole."""
        request = health_pb2.HealthCheckRequest().SerializeToString()
        call = Call(authorization=None, request_id="readiness", time_left_s=_HEALTH_TIMEOUT_S, client="")
        try:
            answer = health_pb2.HealthCheckResponse.FromString(await self.unary(_HEALTH_CHECK, request, call))
        except EdgeError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    async def close(self) -> None:
        """Closes the channel; calls still running are cancelled."""
        await self._channel.close()

    def _start(self, path: str, request: bytes, call: Call, *, stream: bool) -> Any:
        start = self._callables.get(path)
        if start is None:
            start = self._channel.unary_stream(path) if stream else self._channel.unary_unary(path)
            self._callables[path] = start
        with forwarding(call.authorization, call.request_id):
            return start(request, timeout=call.time_left_s)

    def _failure(self, error: grpc.aio.AioRpcError, call: Call) -> EdgeError:
        trailing = _trailing(error)
        if not any(key == DETAILS_KEY for key, _ in trailing):
            if error.code() in _TRANSPORT_CODES:
                return UpstreamUnreachable(self._name)
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                return DeadlinePassed(call.time_left_s)
        return UpstreamFailure(RpcStatus(error.code().value[0], error.details() or "", trailing))


def _trailing(error: grpc.aio.AioRpcError) -> Metadata:
    """Trailing metadata that is the service's own, not the transport's."""
    entries = tuple((str(key), value) for key, value in error.trailing_metadata() or ())
    return tuple(entry for entry in entries if entry[0] == DETAILS_KEY or not entry[0].startswith("grpc-"))
