"""What the launcher keeps on disk."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from services.kit.settings import MIN_SECRET_CHARS
from services.launcher import secrets, state


def test_secrets_are_made_once_and_only_the_owner_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secrets.json"
    made = secrets.load_or_create(path)
    again = secrets.load_or_create(path)
    assert (made.internal, made.token) == (again.internal, again.token)
    assert made.internal != made.token
    assert min(len(made.internal), len(made.token)) >= MIN_SECRET_CHARS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert made.internal not in repr(made)


def test_state_names_the_mesh_that_is_up_without_the_databases_password(tmp_path: Path) -> None:
    path = tmp_path / "mesh.json"
    assert state.read(path) is None
    state.write(path, {"gateway": "127.0.0.1:1", "database": "postgresql://u:secret@h/d"})
    mesh = state.read(path)
    assert mesh is not None
    assert mesh.pid == os.getpid()
    assert mesh.addresses == {"gateway": "127.0.0.1:1"}
    assert "secret" not in path.read_text(encoding="utf-8")
    state.clear(path)
    assert state.read(path) is None


def test_state_of_a_launcher_that_was_killed_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "mesh.json"
    state.write(path, {"gateway": "127.0.0.1:1"})
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**kept, "created": kept["created"] - 1000}), encoding="utf-8")  # the id was given anew
    assert state.read(path) is None
    path.write_text("{", encoding="utf-8")
    assert state.read(path) is None
