"""gRPC-web over ASGI: sonora's application with its known faults put right (MESH.md lists them; each has a test).

Kept of sonora: how handlers are registered and found, its frame and timeout codecs, and that what is no RPC falls
through to the next application. Replaced: the exchange itself, from the request's first byte to the trailers (rpc.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sonora.asgi import grpcASGI
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.adapters.grpcweb import wire
from services.gateway.adapters.grpcweb.rpc import Rpc, RpcLimits, RpcRecord, StatusOf
from services.gateway.domain.errors import Draining

# What an RPC's path answers to anything but a POST of gRPC-web: also to a browser that opens it as a page.
_NOT_GRPC_WEB = PlainTextResponse(
    "This path is an RPC: POST it as application/grpc-web+proto.\n", 415, {"accept-post": wire.BINARY_TYPE}
)


class GrpcWebApplication(grpcASGI):  # type: ignore[misc]  # sonora ships no types
    """Serves registered generic handlers (async, iterator-style) to gRPC-web clients; the rest goes to `application`.

    `status_of` turns whatever a handler or this edge raises into the browser's status. `on_finished` hears of every RPC
    once, when its answer is out.
    """

    def __init__(
        self, application: ASGIApp, *, limits: RpcLimits, status_of: StatusOf, on_finished: Callable[[RpcRecord], None]
    ) -> None:
        super().__init__(application, enable_cors=False)  # Starlette's CORSMiddleware stands in front
        self._limits = limits
        self._status_of = status_of
        self._on_finished = on_finished
        self._running: set[Rpc] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._draining = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request: an RPC if it is a POST of a gRPC-web content type, whatever its path."""
        handler = self._get_rpc_handler(scope["path"]) if scope["type"] == "http" else None
        if scope["type"] != "http" or scope["method"] != "POST" or not _is_grpc_web(scope):
            other = _NOT_GRPC_WEB if handler is not None else self._application
            await other(scope, receive, send)
            return
        rpc = Rpc(handler, scope, send, self._limits, self._status_of)
        self._running.add(rpc)
        self._idle.clear()
        if self._draining:
            rpc.end_early(Draining())
        try:
            self._on_finished(await rpc.serve(receive))
        finally:
            self._running.discard(rpc)
            if not self._running:
                self._idle.set()

    async def drain(self, grace_s: float) -> None:
        """Ends the work in hand, all of it with UNAVAILABLE so that clients call again and reach another gateway.

        New RPCs are refused and streams ended at once; unary RPCs get `grace_s` seconds first.
        """
        self._draining = True
        self._end_running(streams_only=True)
        try:
            async with asyncio.timeout(grace_s):
                await self._idle.wait()
        except TimeoutError:
            self._end_running(streams_only=False)
            await self._idle.wait()

    def _end_running(self, *, streams_only: bool) -> None:
        for rpc in list(self._running):
            if rpc.is_stream or not streams_only:
                rpc.end_early(Draining())


def _is_grpc_web(scope: Scope) -> bool:
    return wire.is_grpc_web(Headers(scope=scope).get("content-type", ""))
