"""`parley transcribe` as people use it: with a speech service of its own, and through the mesh that is up."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.launcher import state
from services.launcher.settings import Folders
from services.launcher.transcribe import clock_text
from tests.support.containers import encoded
from tests.support.fixtures import needs_shared
from tests.support.mesh import WHISPER
from tests.support.speech_audio import CLIPS, answers, silence
from tests.support.speech_service import SECRETS, speech_service

PARLEY = Path(sys.executable).with_name("parley")
LIMIT_S = 180.0


async def transcribe(*arguments: str, env: Mapping[str, str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the real command."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        str(PARLEY), "transcribe", *arguments, env={**clean, **env}, stdout=pipe, stderr=pipe
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode(), errors.decode()


@needs_shared
async def test_without_a_mesh_it_starts_speech_alone(tmp_path: Path) -> None:
    expected = answers()[3]
    env = {**WHISPER, "PARLEY_DATA_DIR": str(tmp_path / "data")}
    code, out, errors = await transcribe(str(CLIPS / expected["clip"]), "--language", "ko", "--json", env=env)
    assert code == 0, errors
    result: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert [row["text"] for row in result["utterances"]] == [row["text"] for row in expected["utterances"]]
    assert (result["engine"], result["codec"], result["truncated"]) == ("whisper", "flac", False)
    for row in result["utterances"]:
        edges = [edge for word in row["words"] for edge in (word["start_s"], word["end_s"])]
        assert edges == sorted(edges)
    assert "starting speech alone" in errors


async def test_it_uses_the_mesh_that_is_up_and_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    env = {"PARLEY_DATA_DIR": str(data), "PARLEY_INTERNAL_SECRET": SECRETS["PARLEY_INTERNAL_SECRET"]}
    quiet, noise = tmp_path / "quiet.wav", tmp_path / "noise.mp3"
    quiet.write_bytes(encoded(silence(2), "wav", "pcm_s16le"))
    noise.write_bytes(os.urandom(5_000))
    async with speech_service(engine="none", voice="none") as service:
        state.write(Folders(data).state, {"speech": service.server.address, "gateway": "127.0.0.1:1"})
        code, out, errors = await transcribe(str(quiet), env=env)
        assert (code, out) == (0, "")
        assert "using the mesh that is up" in errors
        assert "low accuracy (none): run `parley models pull`" in errors
        code, _, errors = await transcribe(str(noise), env=env)
        assert (code, "RECORDING_UNREADABLE: not readable as a recording" in errors) == (1, True)
    code, _, errors = await transcribe(str(tmp_path / "absent.wav"), env=env)
    assert (code, "absent.wav: No such file or directory" in errors) == (1, True)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0:00.0"), (59.96, "1:00.0"), (125.5, "2:05.5"), (3_723.4, "1:02:03.4")]
)
def test_times_read_as_people_write_them(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
