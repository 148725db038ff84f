"""How an RPC ended, without gRPC's own types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Metadata = tuple[tuple[str, str | bytes], ...]

OK: Final = 0
DETAILS_KEY: Final = "grpc-status-details-bin"


@dataclass(frozen=True)
class RpcStatus:
    """A status as the browser will see it.

    `code`: a google.rpc.Code number. `message`: for people, any Unicode. `trailing`: trailing metadata, lower-case
    keys, bytes for `-bin` keys; the serialised google.rpc.Status, if any, is in it under `grpc-status-details-bin`.
    """

    code: int = OK
    message: str = ""
    trailing: Metadata = ()
