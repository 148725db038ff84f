"""Writes one gRPC-web answer: HTTP 200, message frames, and always a trailer frame that carries the status.

Errors before the first message go out the same way, not as HTTP headers: trailers in the body reach scripts of other
origins with no help from CORS, and there is one path to test.
"""

from __future__ import annotations

from typing import Any

from starlette.types import Send

from services.gateway.adapters.grpcweb import wire
from services.gateway.domain.status import Metadata, RpcStatus


class Answer:
    """The response side of one RPC. `text`: frames go out as base64. `headers`: HTTP headers of every answer."""

    def __init__(self, send: Send, *, text: bool, headers: Metadata = ()) -> None:
        self._send = send
        self._text = text
        self._headers = headers
        self._started = False

    async def message(self, payload: bytes, initial_metadata: Metadata) -> None:
        """Sends one message of a stream; waits while the browser does not read. `initial_metadata`: for the first."""
        if not self._started:
            await self._start(initial_metadata, length=None)
        await self._body(wire.encode_frame(payload, text=self._text), more=True)

    async def finish(self, status: RpcStatus, initial_metadata: Metadata, payload: bytes | None = None) -> None:
        """Sends the status as trailers, after the only message of a unary RPC if `payload` is given."""
        frames = wire.encode_frame(wire.encode_trailers(status), trailers=True, text=self._text)
        if payload is not None:
            frames = wire.encode_frame(payload, text=self._text) + frames
        if not self._started:
            await self._start(initial_metadata, length=len(frames))
        await self._body(frames, more=False)

    async def _start(self, initial_metadata: Metadata, length: int | None) -> None:
        self._started = True
        headers = [("content-type", wire.TEXT_TYPE if self._text else wire.BINARY_TYPE), ("cache-control", "no-store")]
        headers.extend(wire.encode_metadata((*self._headers, *initial_metadata)))
        if length is not None:
            headers.append(("content-length", str(length)))
        encoded = [(key.encode("ascii"), value.encode("ascii")) for key, value in headers]
        await self._send({"type": "http.response.start", "status": 200, "headers": encoded})

    async def _body(self, frames: bytes, *, more: bool) -> None:
        event: dict[str, Any] = {"type": "http.response.body", "body": frames, "more_body": more}
        await self._send(event)
