"""The two secrets of a mesh on one machine: made once, kept readable by the owner alone."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

_BYTES = 48


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """``internal`` signs calls between services; ``token`` signs the tokens of accounts."""

    internal: str
    token: str


def load_or_create(path: Path) -> Secrets:
    """Reads the secrets at ``path``, or makes them. Concurrent first starts agree on one pair."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Secrets(kept["internal"], kept["token"])
    made = Secrets(secrets.token_urlsafe(_BYTES), secrets.token_urlsafe(_BYTES))
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"internal": made.internal, "token": made.token}, file)
    return made
