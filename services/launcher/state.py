"""The mesh that is up on this machine: written by `parley up`, read by `parley rehearse` and `parley doctor`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class RunningMesh:
    """Addresses by process name, and the launcher's process id."""

    pid: int
    addresses: Mapping[str, str]


def write(path: Path, addresses: Mapping[str, str]) -> None:
    """Says that this process runs a mesh at these addresses (the database's is left out: it has a password)."""
    shown = {name: address for name, address in addresses.items() if name != "database"}
    text = json.dumps({"pid": os.getpid(), "created": _created(os.getpid()), "addresses": shown})
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def read(path: Path) -> RunningMesh | None:
    """The mesh that is up; None if none is, or if its launcher was killed."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if _created(kept["pid"]) != kept["created"]:
            return None
        return RunningMesh(kept["pid"], kept["addresses"])
    except (FileNotFoundError, ValueError, KeyError):
        return None


def clear(path: Path) -> None:
    """Says that no mesh is up."""
    path.unlink(missing_ok=True)


def _created(pid: int) -> float | None:
    """When the process started: a process id alone may have been given to another since."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None
