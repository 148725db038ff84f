"""The embedded PostgreSQL as a process: ``python -m services.session.embedded_postgres``.

Prints one JSON line when it answers, ``{"event": "listening", "service": "database", "address": "postgresql://…"}``,
and stays until SIGTERM, SIGINT, or (PARLEY_SUPERVISED=1) the end of standard input. Exit code 0 after a stop, 1 if
PostgreSQL ended by itself, 2 with a clear line for wrong settings or a folder that cannot be used. No event loop and no
gRPC here: the process only waits, and should weigh nothing.
"""

import json
import os
import select
import signal
import sys
from collections.abc import Callable

from services.kit import settings
from services.session.adapters.embedded_postgres import DatabaseError, EmbeddedPostgres
from services.session.settings import DatabaseProcessSettings

_POLL_S = 1.0


def main() -> int:
    """Run it; the exit code is described at the top of this file."""
    stopping, waker = _watch_signals()
    try:
        config = DatabaseProcessSettings.from_env()
        cluster = EmbeddedPostgres(config.data_dir / "postgres")
        cluster.start()
    except (settings.SettingsError, DatabaseError, OSError) as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    sys.stdout.write(json.dumps({"event": "listening", "service": "database", "address": cluster.url}) + "\n")
    sys.stdout.flush()
    ended = _wait(cluster, waker, stopping, config.supervised)
    cluster.stop()
    return ended


def _watch_signals() -> tuple[Callable[[], bool], int]:
    """Whether a stop was asked for, and a file that becomes readable then."""
    asked: list[int] = []
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: asked.append(received))
    return (lambda: bool(asked)), reader


def _wait(cluster: EmbeddedPostgres, waker: int, stopping: Callable[[], bool], supervised: bool) -> int:
    files = [waker, sys.stdin.fileno()] if supervised else [waker]
    while not stopping():
        readable, _, _ = select.select(files, [], [], _POLL_S)
        if supervised and sys.stdin.fileno() in readable and not os.read(sys.stdin.fileno(), 4096):
            return 0
        if cluster.poll() is not None:
            sys.stderr.write(f"PostgreSQL ended by itself with code {cluster.poll()}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
