"""Which RPCs a browser may reach, and what the gateway must know of each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

# Everything else, internal and "not stated" above all, stays inside.
_BROWSER_AUDIENCES: Final = frozenset({"public", "candidate", "recruiter"})

# Guessing passwords and making accounts in bulk start here: limited per client address.
ATTEMPTS: Final = frozenset({"/parley.session.v1.AccountService/SignIn", "/parley.session.v1.AccountService/SignUp"})


@dataclass(frozen=True, kw_only=True)
class ExposedMethod:
    """One RPC offered to browsers.

    `path`: '/package.Service/Method'. `upstream`: the name of the service behind it. `streams`: whether it answers with
    a stream. `peer_id_of`: reads the media peer that a request is about ('' if none, also for bytes that are no such
    request); None for RPCs that are not about peers.
    """

    path: str
    upstream: str
    streams: bool = False
    peer_id_of: Callable[[bytes], str] | None = None

    @property
    def is_attempt(self) -> bool:
        """Whether calls count against the sign-in limit."""
        return self.path in ATTEMPTS


def is_exposed(audiences: Collection[str], *, client_streaming: bool) -> bool:
    """Whether browsers may reach an RPC: by its audience option, and because gRPC-web cannot stream requests."""
    return not client_streaming and not _BROWSER_AUDIENCES.isdisjoint(audiences)
