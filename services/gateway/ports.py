"""What the gateway's use cases need of the world."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Call:
    """What goes along with a forwarded request.

    `authorization`: the browser's own header, or None; the gateway has no authority to add. `request_id`: for the logs
    of every service on the way. `time_left_s`: seconds until the caller stops waiting. `client`: the key of the
    browser's address, for limits.
    """

    authorization: str | None
    request_id: str
    time_left_s: float
    client: str


class Upstream(Protocol):
    """One service behind the gateway, or one node of it. Messages are bytes: nobody here looks into them.

    Both calls raise UpstreamFailure with the service's own status, UpstreamUnreachable where no complete answer came,
    and DeadlinePassed; both stop the service's work when they are cancelled.
    """

    async def unary(self, path: str, request: bytes, call: Call) -> bytes:
        """The answer of RPC `path`."""
        ...

    def stream(self, path: str, request: bytes, call: Call) -> AsyncGenerator[bytes, None]:
        """The answers of server-streaming RPC `path`, as they come; the service waits for a slow reader."""
        ...

    async def is_serving(self) -> bool:
        """Whether the service says that it can work. Never raises; answers within two seconds."""
        ...
