"""`parley rehearse` as a test runs it: the real command in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PARLEY = Path(sys.executable).parent / "parley"
TIMEOUT_S = 240.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the command ended; ``result`` is the JSON object of its last line, None if it printed none."""

    code: int
    result: dict[str, Any] | None
    stderr: str

    def succeeded(self) -> dict[str, Any]:
        """The result; fails the test with the command's own words otherwise."""
        assert self.code == 0, self.stderr
        assert self.result is not None, self.stderr
        return self.result


async def rehearse(
    audio: Sequence[Path],
    *arguments: str,
    env: Mapping[str, str],
    prefix: Sequence[str] = (),
) -> Outcome:
    """Runs it with ``--json``; ``prefix`` is put before the command (a name-space changer, say)."""
    command = [*prefix, str(PARLEY), "rehearse", "--json", *(part for path in audio for part in ("--audio", str(path)))]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    process = await asyncio.create_subprocess_exec(
        *command,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**clean, **env},
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            stdout, stderr = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    lines = stdout.decode().strip().splitlines()
    result = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None
    return Outcome(process.returncode or 0, result, stderr.decode())
