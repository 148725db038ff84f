"""Keeps native libraries off the service's log.

MediaPipe and TensorFlow Lite write lines of their own to file descriptor 2 for each landmarker that is made, and offer
no switch. A process calls ``divert`` once at start: Python's own log then goes to a copy of the real standard error,
and what native code writes comes as debug records of the logger "parley.native".
"""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
from typing import Final

STDERR: Final = 2

logger = logging.getLogger("parley.native")


def divert() -> None:
    """Separates Python's standard error from native code's. Changes the process: for its composition root only.

    ``sys.stderr`` is another object afterwards: who keeps the old one (a log handler) must be given the new one, or its
    lines go round and round.
    """
    real = os.fdopen(os.dup(STDERR), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    sys.stderr = real
    # What native code says while it dies may not get through the pipe; where Python was then, does.
    faulthandler.enable(file=real)
    reading, writing = os.pipe()
    os.dup2(writing, STDERR)
    os.close(writing)
    threading.Thread(target=_forward, args=(reading,), name="native-stderr", daemon=True).start()


def _forward(reading: int) -> None:
    with os.fdopen(reading, encoding="utf-8", errors="backslashreplace") as lines:
        for line in lines:
            logger.debug("native: %s", line.rstrip())
