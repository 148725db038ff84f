"""The supervisor over real processes: order, restarts, clear failures, nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from services.launcher.processes import ProcessSpec
from services.launcher.supervisor import Backoff, Died, Event, Listening, StartFailed, Supervisor

TIMEOUT_S = 30.0
# A stand-in for a service: says where it listens, prints its dependency's address, ends when standard input does.
SERVICE = """
import json, os, sys
address = os.environ.get("PARLEY_{upper}_LISTEN") or "127.0.0.1:{port}"
print("sees " + os.environ.get("PARLEY_FIRST_ADDRESS", "nothing"), file=sys.stderr, flush=True)
print(json.dumps({{"event": "listening", "service": "{name}", "address": address}}), flush=True)
sys.stdin.read()
"""
BROKEN = "import sys\nprint('PARLEY_FIRST_LISTEN: expected host:port', file=sys.stderr)\nsys.exit(2)\n"


def _module(folder: Path, name: str, source: str) -> None:
    (folder / f"{name}.py").write_text(source, encoding="utf-8")


def _spec(name: str, *needs: str) -> ProcessSpec:
    upper = name.upper()
    return ProcessSpec(name, f"{name}_module", needs, f"PARLEY_{upper}_LISTEN", f"PARLEY_{upper}_ADDRESS", "")


class Watcher:
    """Events of a supervisor, and a way to wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = asyncio.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, wanted: Callable[[Event], bool]) -> Event:
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                changed = self._changed
                for event in self.events:
                    if wanted(event):
                        return event
                await changed.wait()


@asynccontextmanager
async def _supervised(
    folder: Path, specs: Sequence[ProcessSpec], watcher: Watcher
) -> AsyncIterator[tuple[Supervisor, asyncio.Task[None]]]:
    env = {**os.environ, "PYTHONPATH": str(folder)}
    supervisor = Supervisor(specs, env, folder / "logs", watcher)
    task = asyncio.create_task(supervisor.run())
    try:
        yield supervisor, task
    finally:
        await supervisor.stop()
        await asyncio.gather(task, return_exceptions=True)


async def test_who_needs_another_starts_after_it_and_knows_its_address(tmp_path: Path) -> None:
    _module(tmp_path, "first_module", SERVICE.format(name="first", upper="FIRST", port=7001))
    _module(tmp_path, "second_module", SERVICE.format(name="second", upper="SECOND", port=7002))
    watcher = Watcher()
    async with _supervised(tmp_path, [_spec("second", "first"), _spec("first")], watcher) as (supervisor, _):
        async with asyncio.timeout(TIMEOUT_S):
            await supervisor.all_listening()
        assert [event.name for event in watcher.events] == ["first", "second"]
        assert supervisor.addresses == {"first": "127.0.0.1:7001", "second": "127.0.0.1:7002"}
    assert "sees dns:///127.0.0.1:7001" in (tmp_path / "logs" / "second.log").read_text(encoding="utf-8")


async def test_a_killed_process_comes_back_at_its_old_address(tmp_path: Path) -> None:
    _module(tmp_path, "first_module", SERVICE.format(name="first", upper="FIRST", port=7003))
    watcher = Watcher()
    async with _supervised(tmp_path, [_spec("first")], watcher) as (supervisor, _):
        async with asyncio.timeout(TIMEOUT_S):
            await supervisor.all_listening()
        os.kill(supervisor.pids["first"], signal.SIGKILL)
        died = await watcher.until(lambda event: isinstance(event, Died))
        back = await watcher.until(lambda event: isinstance(event, Listening) and event.restarts == 1)
        assert isinstance(died, Died)
        assert died.code == -signal.SIGKILL
        assert isinstance(back, Listening)
        assert back.address == "127.0.0.1:7003"


async def test_wrong_settings_stop_everything_with_the_processs_own_words(tmp_path: Path) -> None:
    _module(tmp_path, "first_module", SERVICE.format(name="first", upper="FIRST", port=7004))
    _module(tmp_path, "bad_module", BROKEN)
    watcher = Watcher()
    async with _supervised(tmp_path, [_spec("first"), _spec("bad", "first")], watcher) as (supervisor, task):
        async with asyncio.timeout(TIMEOUT_S):
            with pytest.raises(StartFailed, match="PARLEY_FIRST_LISTEN: expected host:port") as failed:
                await task
        assert failed.value.name == "bad"
        assert supervisor.pids == {}


async def test_stopping_leaves_no_process_behind(tmp_path: Path) -> None:
    _module(tmp_path, "first_module", SERVICE.format(name="first", upper="FIRST", port=7005))
    watcher = Watcher()
    async with _supervised(tmp_path, [_spec("first")], watcher) as (supervisor, _):
        async with asyncio.timeout(TIMEOUT_S):
            await supervisor.all_listening()
        pid = supervisor.pids["first"]
    assert not psutil.pid_exists(pid)
    assert not any(isinstance(event, Died) for event in watcher.events)


def test_backoff_doubles_up_to_its_limit_and_forgives_a_steady_run() -> None:
    backoff = Backoff()
    assert [backoff.after(0.0) for _ in range(8)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert backoff.after(31.0) == 0.1
