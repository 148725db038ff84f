"""Résumé files read in child processes, one for each file: they come from strangers, and their parsers are native code.

The child gets no environment and no open files of the service; limits on its memory and time are its
own (worker.py) and, should it ignore them, this side's deadline ends it.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from services.reasoning.adapters.resumes.refusals import Reason
from services.reasoning.adapters.resumes.wire import from_json
from services.reasoning.adapters.workers import Priority, PriorityWorkers
from services.reasoning.domain.errors import (
    ResumeEmpty,
    ResumeEncrypted,
    ResumeFormatUnsupported,
    ResumeRefused,
    ResumeScanned,
    ResumeTooLarge,
    ResumeUnreadable,
)
from services.reasoning.domain.resume import Resume

ROOT: Final = Path(__file__).resolve().parents[4]
WORKER: Final = "services.reasoning.adapters.resumes.worker"
CPU_S: Final = 10  # seen: 0.4 s for three pages
DEADLINE_S: Final = 25.0  # of wall time, on a machine that is busy with interviews

_REFUSALS: Final[Mapping[str, type[ResumeRefused]]] = {
    Reason.ENCRYPTED: ResumeEncrypted,
    Reason.SCANNED: ResumeScanned,
    Reason.EMPTY: ResumeEmpty,
    Reason.UNREADABLE: ResumeUnreadable,
    Reason.UNSUPPORTED: ResumeFormatUnsupported,
    Reason.TOO_LARGE: ResumeTooLarge,
}


class ResumeProcesses:
    """See ResumeReader. Owns ``workers``: each of its threads waits for one child at a time."""

    def __init__(self, workers: PriorityWorkers, *, deadline_s: float = DEADLINE_S, worker: str = WORKER) -> None:
        self._workers = workers
        self._deadline_s = deadline_s
        self._worker = worker

    async def read(self, data: bytes) -> Resume:
        """See ResumeReader. Cancelled, it ends its child."""
        child = _Child(self._worker, data, self._deadline_s)
        try:
            said = await self._workers.run(Priority.QUESTION, child.run)
        except asyncio.CancelledError:
            child.stop()
            raise
        if "refused" in said:
            raise _REFUSALS.get(said["refused"], ResumeUnreadable)(said["hint"])
        return from_json(said)

    async def close(self) -> None:
        """End the threads; what runs ends within its deadline."""
        await self._workers.close()


class _Child:
    """One child process, for one file. Started by ``subprocess`` in a thread, which uses vfork (decision 0013)."""

    def __init__(self, worker: str, data: bytes, deadline_s: float) -> None:
        self._worker = worker
        self._data = data
        self._deadline_s = deadline_s
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._changing = threading.Lock()

    def run(self) -> Mapping[str, Any]:
        """What the child says. Blocking. Raises ResumeTooLarge or ResumeUnreadable where it says nothing."""
        with self._changing:
            if self._stopped:
                return {"refused": Reason.UNREADABLE, "hint": "the caller went away"}
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", self._worker, str(CPU_S)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # parsers quote what they stumble over
                cwd=ROOT,
                env={"LANG": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C in a terminal reaches the service, which then ends it
            )
        try:
            output, _ = process.communicate(self._data, timeout=self._deadline_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise ResumeTooLarge(
                f"reading it took longer than {self._deadline_s:.0f} s; upload the résumé alone, without drawings"
            ) from None
        try:
            said: Mapping[str, Any] = json.loads(output)
        except ValueError:
            raise ResumeUnreadable("no reader gets through this file; export it again and upload that") from None
        return said

    def stop(self) -> None:
        """End it, if it has not ended; ``run`` returns soon after."""
        with self._changing:
            self._stopped = True
            if self._process is not None:
                self._process.kill()
