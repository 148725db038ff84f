"""No service contacts an internet address that is not in its settings: proved for the whole mesh during a rehearsal."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fixtures import ROOT, SHARED, needs_shared
from tests.support.mesh import WHISPER
from tests.support.rehearsal import rehearse

CALLS_HOME = """
import socket
for port in (443, 80):
    with socket.socket() as caller:
        caller.settimeout(0.2)
        caller.connect_ex(("198.51.100.7", port))
"""
_NAME_SPACES = (("unshare", "--net"), ("unshare", "--map-root-user", "--net"))


def _name_space() -> tuple[str, ...]:
    """How this machine lets us have a network of our own; skips the test where it does not."""
    if shutil.which("ip") is None:
        pytest.skip("needs the ip command (Debian: apt-get install iproute2) to make a network that leads nowhere")
    for command in _NAME_SPACES:
        try:
            if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
                return command
        except FileNotFoundError:
            break
    pytest.skip("this machine allows no network name space (unshare --net), which the proof needs")


def _offline(out: Path) -> tuple[str, ...]:
    return (*_name_space(), "env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "tests.support.offline", str(out))


def test_the_net_catches_a_program_that_calls_home(tmp_path: Path) -> None:
    """Without this, the proof below could not fail."""
    out = tmp_path / "seen.json"
    subprocess.run([*_offline(out), sys.executable, "-c", CALLS_HOME], check=True)
    assert json.loads(out.read_text(encoding="utf-8")) == ["198.51.100.7:443", "198.51.100.7:80"]


@needs_shared
async def test_a_whole_rehearsal_reaches_nobody(tmp_path: Path) -> None:
    out = tmp_path / "seen.json"
    outcome = await rehearse(
        [SHARED / "clips" / "en02-clean.flac"],
        *("--video", str(SHARED / "video" / "face.webm"), "--language", "en", "--questions", "1"),
        env={**WHISPER, "PARLEY_DATA_DIR": str(tmp_path / "data")},
        prefix=_offline(out),
    )
    outcome.succeeded()
    assert json.loads(out.read_text(encoding="utf-8")) == []
