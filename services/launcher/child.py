"""One child process: started with a pipe as its lifeline, read line by line, never left behind."""

from __future__ import annotations

import asyncio
import collections
import json
import logging
import logging.handlers
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

LAST_LINES: Final = 12
KILL_AFTER_S: Final = 20.0
_LOG_BYTES: Final = 8 * 1024 * 1024


class LogFile:
    """A child's standard error on disk, rotated at 8 MiB; the last lines stay at hand for a clear failure message."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.last: collections.deque[str] = collections.deque(maxlen=LAST_LINES)
        self._handler = logging.handlers.RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
        self._handler.setFormatter(logging.Formatter("%(message)s"))

    def write(self, line: str) -> None:
        """Append one line."""
        self.last.append(line)
        self._handler.emit(logging.LogRecord("child", logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


class Child:
    """A running child process."""

    def __init__(self, process: asyncio.subprocess.Process, on_listening: Callable[[str], None], log: LogFile) -> None:
        self._process = process
        self._on_listening = on_listening
        self._log = log

    @classmethod
    async def start(
        cls, module: str, env: Mapping[str, str], on_listening: Callable[[str], None], log: LogFile
    ) -> Child:
        """Starts ``python -m module``; ``on_listening`` gets the address that it prints when its port is bound."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(env),
            start_new_session=True,  # Ctrl-C in the terminal reaches the launcher alone, which drains in order
        )
        return cls(process, on_listening, log)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def wait(self) -> int:
        """Reads what the child prints until it ends; returns its exit code (negative: the signal that killed it)."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read_stdout())
            group.create_task(self._read_stderr())
        return await self._process.wait()

    async def stop(self) -> None:
        """Asks the child to drain; kills it if it has not ended in time. The reader in ``wait`` sees the end."""
        if self._process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(KILL_AFTER_S):
                await self._process.wait()
        except TimeoutError:
            self._log.write(f"launcher: killed after {KILL_AFTER_S:g} s without an end")
            self._signal(signal.SIGKILL)
            await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            self._process.send_signal(number)
        except ProcessLookupError:
            pass  # it ended in this moment, which is what was asked for

    async def _read_stdout(self) -> None:
        async for raw in cast(asyncio.StreamReader, self._process.stdout):  # a pipe: see start()
            line = raw.decode("utf-8", "replace").rstrip()
            address = _listening_address(line)
            if address is None:
                self._log.write(line)
            else:
                self._on_listening(address)

    async def _read_stderr(self) -> None:
        stderr = cast(asyncio.StreamReader, self._process.stderr)
        while True:
            try:
                raw = await stderr.readline()
            except ValueError:  # a line longer than the reader's buffer: what is buffered was dropped, go on
                continue
            if not raw:
                return
            self._log.write(raw.decode("utf-8", "replace").rstrip())


def _listening_address(line: str) -> str | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if isinstance(event, dict) and event.get("event") == "listening":
        return str(event["address"])
    return None
