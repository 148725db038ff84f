"""One way to be a service. ``run`` is a service as a process; ``start`` (lifecycle.py) is one inside a test."""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import uvloop

from services.kit import settings, telemetry
from services.kit.lifecycle import ListenError, Readiness, RunningServer, ServiceSpec, start
from services.kit.methods import MisdeclaredMethod

__all__ = [
    "ListenError",
    "MisdeclaredMethod",
    "Readiness",
    "Running",
    "RunningServer",
    "ServiceSpec",
    "run",
    "run_until_signal",
    "start",
]

logger = logging.getLogger("parley.process")

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_MISCONFIGURED: Final = 2

Announce = Callable[[str], None]


class Running(Protocol):
    """Something started that can be stopped: a gRPC server, or the gateway's HTTP server."""

    async def stop(self, grace_s: float | None = None) -> None:
        """Drain and stop within ``grace_s`` seconds; None means as long as its settings say."""
        ...


def run(name: str, build: Callable[[], Awaitable[ServiceSpec]]) -> int:
    """Run gRPC service ``name`` from the spec that ``build`` returns; see ``run_until_signal``."""

    async def started(announce: Announce) -> Running:
        return await start(await build(), on_bound=lambda running: announce(running.address))

    return run_until_signal(name, started)


def run_until_signal(name: str, start_service: Callable[[Announce], Awaitable[Running]]) -> int:
    """Run a service on uvloop until SIGTERM or SIGINT, drain it, and return the exit code.

    0 after a drain, 1 if it failed, 2 with a clear line on stderr for wrong settings or a port in use (ListenError).
    ``start_service`` calls what it is given with its address as soon as the port is bound; standard output then gets
    one JSON line: ``{"event": "listening", "service": …, "address": …}``. A second signal exits at once with 128 + its
    number. With PARLEY_SUPERVISED=1 the end of standard input counts as a signal: no service outlives its launcher.
    """
    try:
        process = settings.load_process()
        telemetry.configure_logging(name, process.log_level, process.log_format)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(name, start_service, process.supervised))
    except (settings.SettingsError, ListenError, MisdeclaredMethod) as exc:
        sys.stderr.write(f"{exc}\n")
        return EXIT_MISCONFIGURED
    except Exception:
        logger.exception("the service failed")
        return EXIT_FAILED


async def _serve(name: str, start_service: Callable[[Announce], Awaitable[Running]], supervised: bool) -> int:
    stopping = asyncio.Event()
    # Another thread that runs Python keeps the loop waiting for this long; at the default of 5 ms, stream messages with
    # a median of 0.6 ms took 3.8 ms beside a busy thread, and 1.1 ms with this.
    sys.setswitchinterval(0.0005)
    asyncio.get_running_loop().set_exception_handler(_log_forgotten)
    _watch_signals(stopping)
    if supervised:
        _watch_stdin(stopping)
    starting = asyncio.ensure_future(start_service(lambda address: _announce(name, address)))
    asked = asyncio.create_task(stopping.wait(), name=f"{name}-signals")
    try:
        await asyncio.wait([starting, asked], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():  # asked to stop while loading: start() closes what it has opened
            starting.cancel()
            await asyncio.wait([starting])
            return EXIT_OK
        running = starting.result()
        await asked
        await running.stop()
        return EXIT_OK
    finally:
        asked.cancel()


def _log_forgotten(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio tells nobody else: an error in a callback, or in a task that nobody awaited.

    Without the exception's own text, which may hold what a person said.
    """
    exc = context.get("exception")
    fields = {} if exc is None else {"exception": type(exc).__qualname__, "at": telemetry.frames(exc)}
    telemetry.log(logger, logging.ERROR, "error outside of any call", what=context.get("message", ""), **fields)


def _announce(name: str, address: str) -> None:
    sys.stdout.write(json.dumps({"event": "listening", "service": name, "address": address}) + "\n")
    sys.stdout.flush()


def _watch_signals(stopping: asyncio.Event) -> None:
    def on_signal(number: int) -> None:
        if stopping.is_set():
            telemetry.flush()
            os._exit(128 + number)  # asked twice: whatever hangs, hangs no more
        telemetry.log(logger, logging.INFO, "draining", signal=signal.Signals(number).name)
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)


def _watch_stdin(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    stdin = sys.stdin.fileno()

    def on_readable() -> None:
        if os.read(stdin, 4096):
            return
        loop.remove_reader(stdin)
        telemetry.log(logger, logging.INFO, "draining", reason="the supervisor is gone")
        stopping.set()

    loop.add_reader(stdin, on_readable)
