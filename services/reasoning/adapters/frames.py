"""Frames on a pipe: four bytes of length (big endian), then JSON. What the Korean analyser's two processes speak.

Pipes are tried first and waited for only when they are not ready: an answer to a follow-up mostly passes in one write.
"""

from __future__ import annotations

import json
import os
import select
import struct
from typing import Any, Final

HEADER: Final = struct.Struct(">I")


class Silent(OSError):
    """The other end took or sent nothing for too long."""


def read_frame(source: int, timeout_s: float | None) -> Any:
    """The next frame from file descriptor ``source``, which must not block; None if the other end closed it.

    Raises Silent if nothing comes for ``timeout_s`` seconds (None: waits as long as it takes).
    """
    header = _read_exactly(source, HEADER.size, timeout_s)
    if header is None:
        return None
    body = _read_exactly(source, HEADER.unpack(header)[0], timeout_s)
    return None if body is None else json.loads(body)


def write_frame(sink: int, message: Any, timeout_s: float | None = None) -> None:
    """Write one frame to file descriptor ``sink``, which must not block.

    Raises BrokenPipeError if the other end is gone, Silent if it takes nothing for ``timeout_s`` seconds.
    """
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    rest = memoryview(HEADER.pack(len(body)) + body)
    while rest:
        try:
            rest = rest[os.write(sink, rest) :]
        except BlockingIOError:
            _wait(sink, select.POLLOUT, timeout_s)


def _read_exactly(source: int, size: int, timeout_s: float | None) -> bytes | None:
    """``size`` bytes, or None if the other end closed first."""
    received = b""
    while len(received) < size:
        try:
            piece = os.read(source, size - len(received))
        except BlockingIOError:
            _wait(source, select.POLLIN, timeout_s)
            continue
        if not piece:
            return None
        received += piece
    return received


def _wait(descriptor: int, event: int, timeout_s: float | None) -> None:
    """Until ``descriptor`` is ready. poll, not select: a busy service has descriptors above select's 1024."""
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(None if timeout_s is None else timeout_s * 1000):
        raise Silent(f"nothing for {timeout_s} s")
