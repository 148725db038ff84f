"""Reads the body of one gRPC-web request: bounded in size and time, all of it before the handler starts.

Browsers send a request body whole, so nothing is gained by handing over its first message early.
"""

from __future__ import annotations

import asyncio

from starlette.types import Receive

from services.gateway.adapters.grpcweb import wire
from services.gateway.domain.errors import BodyTooSlow, ClientGone, RequestTooLarge


async def read_messages(
    receive: Receive, *, text: bool, declared_bytes: int | None, limit_bytes: int, timeout_s: float
) -> list[bytes]:
    """The request's messages. `declared_bytes`: content-length, if stated; `limit_bytes`: for the decoded body.

    Raises RequestTooLarge (before reading, where the length is stated), BodyTooSlow, ClientGone, MalformedRequest,
    CompressedRequest.
    """
    wire_limit = limit_bytes * 4 // 3 + 4 if text else limit_bytes
    if declared_bytes is not None and declared_bytes > wire_limit:
        raise RequestTooLarge(limit_bytes)
    deadline = asyncio.timeout(timeout_s)
    try:
        async with deadline:
            body = await _read(receive, wire_limit, limit_bytes)
    except TimeoutError:
        raise BodyTooSlow(timeout_s) from None
    return wire.split_messages(wire.decode_text_body(body) if text else body)


async def _read(receive: Receive, wire_limit: int, limit_bytes: int) -> bytes:
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientGone
        body += event.get("body", b"")
        if len(body) > wire_limit:
            raise RequestTooLarge(limit_bytes)
        if not event.get("more_body", False):
            return bytes(body)


async def client_left(receive: Receive) -> None:
    """Returns when the client has gone. Whatever else still arrives after the body is of no interest."""
    while (await receive())["type"] != "http.disconnect":
        pass
