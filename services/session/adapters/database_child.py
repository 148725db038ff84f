"""The embedded PostgreSQL for a session that was given no PARLEY_DATABASE_URL: its process, kept alive by us.

It is the process that the launcher would run. Its standard input is our pipe: when we end, however we end, it stops.
"""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Final

from services.kit import telemetry
from services.kit.clock import Clock
from services.kit.tasks import cancel_and_wait

logger = logging.getLogger("parley.session")

_MODULE: Final = "services.session.embedded_postgres"
_RESTART_S: Final = 0.5
_STOP_S: Final = 15.0


class DatabaseChildError(Exception):
    """The embedded PostgreSQL did not start; its own message is on stderr."""


class DatabaseChild:
    """Runs the process and starts it anew when it ends."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Start it; its URL, which stays the same over restarts. Raises DatabaseChildError."""
        url = await self._spawn()
        self._task = asyncio.create_task(self._keep(), name="session-database")
        return url

    async def close(self) -> None:
        """Stop PostgreSQL and wait for it."""
        if self._task is not None:
            await cancel_and_wait(self._task)
        if self._process is not None and self._process.returncode is None:
            assert self._process.stdin is not None  # noqa: S101  # it was started with a pipe
            self._process.stdin.close()
            async with asyncio.timeout(_STOP_S):
                await self._process.wait()

    async def _spawn(self) -> str:
        environment = {**os.environ, "PARLEY_DATA_DIR": str(self._data_dir), "PARLEY_SUPERVISED": "1"}
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", _MODULE, stdin=pipe, stdout=pipe, env=environment, start_new_session=True
        )
        assert self._process.stdout is not None  # noqa: S101
        line = await self._process.stdout.readline()
        if not line:
            raise DatabaseChildError("the embedded PostgreSQL did not start; see above, or set PARLEY_DATABASE_URL")
        return str(json.loads(line)["address"])

    async def _keep(self) -> None:
        while True:
            if self._process is not None:
                code = await self._process.wait()
                telemetry.log(logger, logging.ERROR, "the embedded PostgreSQL ended; starting it again", code=code)
            await self._clock.sleep(_RESTART_S)
            try:
                await self._spawn()
            except DatabaseChildError as exc:
                telemetry.log(logger, logging.ERROR, str(exc))
