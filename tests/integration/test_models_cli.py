"""`parley models` as people and programs use it, against a real HTTP server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.launcher.cli import app
from tests.support.fixtures import ROOT
from tests.support.model_server import Fault, Files, entry, model_server, write_manifest

WEIGHTS = bytes(range(256)) * 2_000
CONTENT = {"m/weights.onnx": WEIGHTS, "m/config.json": b"{}"}
PARLEY = Path(sys.executable).with_name("parley")
LIMIT_S = 90.0


@pytest.fixture
def server() -> Iterator[Files]:
    with model_server() as files:
        files.content.update({f"/{path}": content for path, content in CONTENT.items()})
        yield files


class Installation:
    """A folder of models, a manifest, and the command."""

    def __init__(self, folder: Path, server: Files) -> None:
        self.models = folder / "models"
        self.extra = entry("extra", {"e/more.onnx": b"more"}, server.url, default=False)
        self.model = entry("m", CONTENT, server.url, hint="nothing to set")
        self.manifest = write_manifest(folder / "manifest.json", self.model, self.extra)

    @property
    def env(self) -> dict[str, str]:
        return {"PARLEY_MODEL_DIR": str(self.models), "COLUMNS": "200"}

    def run(self, command: str, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        """The command in this process."""
        whole = ["models", command, *arguments, "--manifest", str(self.manifest)]
        return CliRunner().invoke(app, whole, env={**self.env, **(env or {})})

    def start(self, command: str) -> subprocess.Popen[str]:
        """The command in a process of its own."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
        whole = [str(PARLEY), "models", command, "--manifest", str(self.manifest)]
        pipe = subprocess.PIPE
        return subprocess.Popen(whole, env={**clean, **self.env}, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)

    def states(self) -> dict[str, str]:
        """What list says, by model."""
        listed = json.loads(self.run("list", "--json").stdout)
        return {row["name"]: row["state"] for row in listed["models"]}


@pytest.fixture
def installation(tmp_path: Path, server: Files) -> Installation:
    return Installation(tmp_path, server)


def test_pull_fetches_the_default_set_and_list_and_verify_agree(installation: Installation, server: Files) -> None:
    assert installation.states() == {"m": "absent", "extra": "absent"}
    result = installation.run("pull")
    assert result.exit_code == 0, result.stderr
    assert "m: the m of tests" in result.stdout
    assert "nothing to set" in result.stdout
    assert "licence: MIT" in result.stdout
    assert "m/weights.onnx: pulled" in result.stderr
    assert installation.states() == {"m": "present", "extra": "absent"}
    verified = installation.run("verify")
    assert (verified.exit_code, "m: present" in verified.stdout) == (0, True)
    assert {path for path, _ in server.asked} == {"/m/weights.onnx", "/m/config.json"}


def test_a_second_pull_fetches_nothing(installation: Installation, server: Files) -> None:
    installation.run("pull")
    server.asked.clear()
    rows = _files(installation.run("pull", "--json"))
    assert {row["what"] for row in rows} == {"was there"}
    assert server.asked == []


def test_list_and_verify_never_reach_out(installation: Installation, server: Files) -> None:
    installation.run("list")
    installation.run("verify")
    assert server.asked == []


def test_damage_is_found_named_and_mended(installation: Installation, server: Files) -> None:
    installation.run("pull")
    weights = installation.models / "m" / "weights.onnx"
    weights.write_bytes(bytes(len(WEIGHTS)))
    assert installation.states()["m"] == "present"  # the size is right: only reading tells
    result = installation.run("verify")
    assert result.exit_code == 1
    assert "m/weights.onnx: damaged" in result.stdout
    assert "fix: parley models pull m" in result.stderr
    told = json.loads(installation.run("verify", "--json").stdout)
    assert (told["ok"], told["models"]["m"]["m/weights.onnx"]) == (False, "damaged")
    weights.write_bytes(b"short")
    assert installation.states()["m"] == "damaged"
    assert {row["path"]: row["what"] for row in _files(installation.run("pull", "m", "--json"))} == {
        "m/config.json": "was there",
        "m/weights.onnx": "pulled",
    }
    assert installation.run("verify").exit_code == 0


def test_verify_of_a_name_that_is_not_here_fails_and_of_all_does_not(installation: Installation) -> None:
    assert installation.run("verify").exit_code == 0
    assert installation.run("verify", "extra").exit_code == 1


def test_wrong_bytes_fail_with_both_hashes(installation: Installation, server: Files) -> None:
    server.spoil("/m/weights.onnx", Fault(body=bytes(len(WEIGHTS))))
    result = installation.run("pull")
    assert result.exit_code == 1
    assert "expected sha256" in result.stderr
    assert installation.states()["m"] == "absent"


def test_an_unknown_name_and_an_unreadable_manifest_are_misuse(installation: Installation) -> None:
    result = installation.run("pull", "wisper")
    assert (result.exit_code, "there are: m, extra" in result.stderr) == (2, True)
    installation.manifest.write_text("{}", encoding="utf-8")
    assert installation.run("list").exit_code == 2


def test_the_mirror_setting_leads_elsewhere_and_is_checked(installation: Installation, server: Files) -> None:
    server.content |= {f"/copy/{path}": content for path, content in CONTENT.items()}
    result = installation.run("pull", env={"PARLEY_MODEL_MIRROR": f"{server.url}/copy/"})
    assert result.exit_code == 0, result.stderr
    assert {path for path, _ in server.asked} == {"/copy/m/weights.onnx", "/copy/m/config.json"}
    wrong = installation.run("list", env={"PARLEY_MODEL_MIRROR": "mirror.example"})
    assert (wrong.exit_code, "base URL" in wrong.stderr) == (2, True)


def test_an_import_needs_no_network(installation: Installation, server: Files, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "a.bin").write_bytes(WEIGHTS)
    result = installation.run("pull", "--from", str(usb))
    assert (result.exit_code, "m/config.json" in result.stderr) == (1, True)
    assert installation.states()["m"] == "partial"
    (usb / "b.bin").write_bytes(b"{}")
    assert installation.run("pull", "--from", str(usb)).exit_code == 0
    assert installation.states()["m"] == "present"
    assert server.asked == []


def test_files_without_a_hash_need_a_yes_and_print_one(installation: Installation) -> None:
    for row in installation.model["files"]:
        del row["sha256"]
        row["unverified"] = True
    write_manifest(installation.manifest, installation.model)
    refused = installation.run("pull")
    assert (refused.exit_code, "--accept-unverified" in refused.stderr) == (1, True)
    assert not (installation.models / "m").exists()
    rows = _files(installation.run("pull", "--accept-unverified", "--json"))
    assert all(len(row["sha256"]) == 64 and not row["verified"] for row in rows)


def test_an_interrupted_pull_is_resumed_and_one_at_a_time(installation: Installation, server: Files) -> None:
    server.etags["/m/weights.onnx"] = '"one"'
    server.spoil("/m/weights.onnx", Fault(stall_after=200_000))
    # A run in the background of a shell ignores SIGINT, and so would its children.
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    first = installation.start("pull")
    signal.signal(signal.SIGINT, usual)
    try:
        assert server.stalled.wait(LIMIT_S)
        second = installation.run("pull")
        assert (second.exit_code, f"process {first.pid} pulls" in second.stderr) == (1, True)
        _until_some_came(first)
        first.send_signal(signal.SIGINT)
        _, errors = first.communicate(timeout=LIMIT_S)
    finally:
        first.kill()
        first.communicate()
    assert (first.returncode, "pull again to go on" in errors) == (130, True)
    assert installation.states()["m"] == "partial"
    assert installation.run("pull").exit_code == 0
    assert 51_200 <= int(server.ranges()[-2].removeprefix("bytes=").removesuffix("-")) <= 200_000
    assert installation.run("verify", "m").exit_code == 0


def _until_some_came(process: subprocess.Popen[str]) -> None:
    """Reads what the command prints until it has written a tenth of the file."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("m/weights.onnx:") and line.endswith("%\n"):
            return
    pytest.fail("the command ended before the file began")


def _files(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    rows: list[dict[str, Any]] = json.loads(result.stdout)["files"]
    return rows
