"""Keeps the mesh running: starts processes when what they need is there, restarts what dies, stops in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.kit.clock import Clock, SystemClock
from services.launcher.child import Child, LogFile
from services.launcher.processes import ProcessSpec

EXIT_MISCONFIGURED: Final = 2
FIRST_BACKOFF_S: Final = 0.1
LONGEST_BACKOFF_S: Final = 5.0
STEADY_AFTER_S: Final = 30.0
START_ATTEMPTS: Final = 3


class StartFailed(Exception):
    """A process could not be started; the message has its own last words."""

    def __init__(self, name: str, code: int, last_lines: Sequence[str], log: Path) -> None:
        words = "\n".join(f"    {line}" for line in last_lines if line.strip()) or "    (it printed nothing)"
        super().__init__(f"{name} did not start (exit code {code}):\n{words}\n  its log: {log}")
        self.name = name
        self.code = code


@dataclass(frozen=True, slots=True)
class Died:
    """A process ended without being asked to; it is started again after ``restart_in_s``."""

    name: str
    code: int
    restart_in_s: float


@dataclass(frozen=True, slots=True)
class Listening:
    """A process has bound its port. ``restarts`` counts how often it was started again."""

    name: str
    address: str
    pid: int
    restarts: int


Event = Died | Listening


class Backoff:
    """Delay before a restart: 0.1 s, doubled to at most 5 s; from the start again after 30 steady seconds."""

    def __init__(self) -> None:
        self._next_s = FIRST_BACKOFF_S

    def after(self, uptime_s: float) -> float:
        """The delay after a run of ``uptime_s`` seconds."""
        if uptime_s >= STEADY_AFTER_S:
            self._next_s = FIRST_BACKOFF_S
        delay, self._next_s = self._next_s, min(self._next_s * 2, LONGEST_BACKOFF_S)
        return delay


class Supervisor:
    """Runs ``specs`` with environment ``env``; ``addresses`` already known (an own database, say) are not started."""

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        env: Mapping[str, str],
        log_dir: Path,
        on_event: Callable[[Event], None],
        clock: Clock | None = None,
    ) -> None:
        self._specs = tuple(specs)
        self._env = dict(env)
        self._logs = {spec.name: LogFile(log_dir / f"{spec.name}.log") for spec in specs}
        self._on_event = on_event
        self._clock = clock or SystemClock()
        self._children: dict[str, Child] = {}
        self._restarts = {spec.name: -1 for spec in specs}
        self._listening = {spec.name: asyncio.Event() for spec in specs}
        self._stopping = asyncio.Event()
        self.addresses: dict[str, str] = {}

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name, of what runs now."""
        return {name: child.pid for name, child in self._children.items()}

    async def run(self) -> None:
        """Runs until ``stop``; raises StartFailed if a process cannot be started at all."""
        try:
            async with asyncio.TaskGroup() as group:
                for spec in self._specs:
                    group.create_task(self._keep(spec), name=f"keep-{spec.name}")
        except ExceptionGroup as group_of:
            # Not `except*`: what is raised inside one comes out wrapped in a group again (seen on Python 3.11.2).
            failed = group_of.subgroup(StartFailed)
            if failed is None:
                raise
            raise failed.exceptions[0] from None
        finally:
            for log in self._logs.values():
                log.close()

    async def all_listening(self) -> None:
        """Returns when every process has bound its port once."""
        for event in self._listening.values():
            await event.wait()

    async def stop(self) -> None:
        """Drains in reverse order of need: first who calls, then who is called."""
        self._stopping.set()
        for spec in reversed(self._specs):
            child = self._children.get(spec.name)
            if child is not None:
                await child.stop()

    async def _keep(self, spec: ProcessSpec) -> None:
        for need in spec.needs:
            if need in self._listening:
                await self._or_stopping(self._listening[need])
        backoff = Backoff()
        attempts = 0
        while not self._stopping.is_set():
            attempts += 1
            started = self._clock.monotonic()
            code = await self._run_once(spec)
            if self._stopping.is_set():
                return
            if not self._listening[spec.name].is_set() and (code == EXIT_MISCONFIGURED or attempts >= START_ATTEMPTS):
                log = self._logs[spec.name]
                raise StartFailed(spec.name, code, list(log.last), log.path)
            delay = backoff.after(self._clock.monotonic() - started)
            self._on_event(Died(spec.name, code, delay))
            await self._clock.sleep(delay)

    async def _run_once(self, spec: ProcessSpec) -> int:
        self._restarts[spec.name] += 1
        child = await Child.start(
            spec.module, self._environment(spec), lambda address: self._bound(spec, address), self._logs[spec.name]
        )
        self._children[spec.name] = child
        if self._stopping.is_set():  # stop() passed by while the process was being made
            await child.stop()
        try:
            return await child.wait()
        finally:
            await child.stop()  # also when cancelled because another process failed: nothing is left behind
            self._children.pop(spec.name, None)

    def _environment(self, spec: ProcessSpec) -> dict[str, str]:
        env = {**self._env, "PARLEY_SUPERVISED": "1"}
        by_name = {row.name: row for row in self._specs}
        for name, address in self.addresses.items():
            row = by_name[name]
            if row.address_setting:
                env[row.address_setting] = row.target.format(address=address)
        if spec.listen_setting and spec.name in self.addresses:  # a restart: everyone knows it under this address
            env[spec.listen_setting] = self.addresses[spec.name]
        return env

    def _bound(self, spec: ProcessSpec, address: str) -> None:
        self.addresses[spec.name] = address
        self._listening[spec.name].set()
        child = self._children.get(spec.name)
        self._on_event(Listening(spec.name, address, child.pid if child else 0, self._restarts[spec.name]))

    async def _or_stopping(self, event: asyncio.Event) -> None:
        waits = [asyncio.create_task(event.wait()), asyncio.create_task(self._stopping.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
