"""Korean morphology in a process of its own, started when the first Korean text comes.

Loading Kiwi holds Python's interpreter lock for two seconds and keeps 210 MB: in the service it would stop every RPC,
and cost every installation that memory whether it interviews in Korean or not. In a process it stops nobody, gives
the memory back when idle, and a crash of native code costs one retry.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from services.reasoning.adapters.frames import read_frame, write_frame
from services.reasoning.adapters.korean_morphemes import Morpheme, morphemes_of
from services.reasoning.domain.errors import AnalyserUnavailable

ROOT: Final = Path(__file__).resolve().parents[3]
WORKER: Final = "services.reasoning.adapters.korean_worker"
LOAD_TIMEOUT_S: Final = 60.0  # seen: 2 s; a busy small machine with a cold disk needs more
ANSWER_TIMEOUT_S: Final = 20.0  # seen: 5 ms for a long answer
EXIT_TIMEOUT_S: Final = 5.0
# The model is 200 MB that every text is looked up in all over: with pages of 2 MiB, analysing takes a tenth less time.
# Known to glibc from 2.35 on, where the kernel gives them to who asks; ignored elsewhere.
HUGE_PAGES: Final = "glibc.malloc.hugetlb=1"


class KoreanProcess:
    """A Morphology. Safe in several threads: one text batch is in the process at a time. Blocks: call it in a worker
    thread.
    """

    def __init__(
        self,
        words: Sequence[str],
        idle_s: float,
        *,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        worker: str = WORKER,
    ) -> None:
        self._worker = worker
        self._answer_timeout_s = answer_timeout_s
        self._greeting = {"words": list(words), "idle_s": idle_s}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def morphemes(self, texts: Sequence[str]) -> list[list[Morpheme]]:
        """See Morphology. A process that ended (idle, or crashed) is started again once; then AnalyserUnavailable."""
        with self._lock:
            try:
                found = self._ask(texts)
            except _Gone:
                found = self._ask_again(texts)
        return [morphemes_of(columns) for columns in found]

    def process_id(self) -> int | None:
        """Id of the process that holds the model; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def close(self) -> None:
        """End the process; it ends by itself when its input does."""
        with self._lock:
            self._discard()

    def _ask_again(self, texts: Sequence[str]) -> Any:
        self._discard(patience_s=0)
        try:
            return self._ask(texts)
        except _Gone as exc:
            self._discard(patience_s=0)
            raise AnalyserUnavailable(
                "the Korean language analyser does not run; check that the package kiwipiepy is installed (make setup)"
            ) from exc

    def _ask(self, texts: Sequence[str]) -> Any:
        process = self._process or self._start()
        return _exchange(process, list(texts), self._answer_timeout_s)

    def _start(self) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C in a terminal reaches the service, which then closes this process in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._worker],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=_with_huge_pages(os.environ),
            bufsize=0,
            start_new_session=True,
        )
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        _exchange(self._process, self._greeting, LOAD_TIMEOUT_S)
        return self._process

    def _discard(self, patience_s: float = EXIT_TIMEOUT_S) -> None:
        """End the process: it has ``patience_s`` seconds to end by itself."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _with_huge_pages(environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` for a process whose C heap is of huge pages; other tunables that it sets stay."""
    tunables = [each for each in (environment.get("GLIBC_TUNABLES"), HUGE_PAGES) if each]
    return {**environment, "GLIBC_TUNABLES": ":".join(tunables)}


class _Gone(Exception):
    """The process ended or does not answer."""


def _exchange(process: subprocess.Popen[bytes], message: Any, timeout_s: float) -> Any:
    if process.stdin is None or process.stdout is None:
        raise _Gone
    try:
        write_frame(process.stdin.fileno(), message, timeout_s)
        answer = read_frame(process.stdout.fileno(), timeout_s)
    except (OSError, ValueError) as exc:
        raise _Gone from exc
    if answer is None:
        raise _Gone
    return answer
