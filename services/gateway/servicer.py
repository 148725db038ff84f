"""Decode → forward → encode, for every exposed RPC. There is no message to decode: only what goes along with it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from typing import Any

import grpc

from services.gateway import convert
from services.gateway.domain.methods import ExposedMethod
from services.gateway.usecases import Forward
from services.kit.rpc import Context


class GatewayServicer(grpc.GenericRpcHandler):
    """Handlers with identity serialisers for `methods`; any other path has none and is UNIMPLEMENTED."""

    def __init__(self, methods: Iterable[ExposedMethod], forward: Forward) -> None:
        self._forward = forward
        self._handlers = {method.path: self._handler(method) for method in methods}

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        """The handler of one path."""
        return self._handlers.get(handler_call_details.method)

    def _handler(self, method: ExposedMethod) -> grpc.RpcMethodHandler[Any, Any]:
        async def unary(request: bytes, context: Context) -> bytes:
            return await self._forward.unary(method, request, convert.call_of(context))

        def stream(request: bytes, context: Context) -> AsyncGenerator[bytes, None]:
            return self._forward.stream(method, request, convert.call_of(context))

        if method.streams:
            return grpc.unary_stream_rpc_method_handler(stream)
        return grpc.unary_unary_rpc_method_handler(unary)
