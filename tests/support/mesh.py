"""A whole private mesh for end-to-end tests: real processes, a real database, free ports."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from services.launcher.mesh import Mesh, private
from services.launcher.settings import Settings
from tests.support.fixtures import SHARED

START_TIMEOUT_S = 120.0  # a busy machine of two cores
WHISPER = {"PARLEY_SPEECH_ENGINE": "whisper", "PARLEY_SPEECH_MODEL": str(SHARED / "models" / "whisper-fixture")}
POCKETSPHINX = {"PARLEY_SPEECH_ENGINE": "pocketsphinx"}


@asynccontextmanager
async def mesh(env: Mapping[str, str]) -> AsyncIterator[Mesh]:
    """A mesh whose processes get ``env`` on top of this process's environment."""
    settings = Settings.from_env({"PARLEY_LAUNCHER_READY_TIMEOUT": str(START_TIMEOUT_S)})
    async with private({**_inherited(), **env}, settings) as launched:
        yield launched


@contextmanager
def running_mesh(env: Mapping[str, str]) -> Iterator[Mesh]:
    """The same for synchronous tests and fixtures: the mesh is kept by a thread with an event loop of its own.

    Only its properties may be used from outside that loop.
    """
    ready = threading.Event()
    leave: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    result: list[Mesh | BaseException] = []

    async def keep() -> None:
        stop = asyncio.Event()
        leave.append((asyncio.get_running_loop(), stop))
        try:
            async with mesh(env) as launched:
                result.append(launched)
                ready.set()
                await stop.wait()
        except BaseException as exc:
            result.append(exc)
            raise
        finally:
            ready.set()

    thread = threading.Thread(target=lambda: _run_quietly(keep), name="mesh", daemon=True)
    thread.start()
    ready.wait(START_TIMEOUT_S + 30)
    try:
        outcome = result[0]
        if isinstance(outcome, BaseException):
            raise outcome
        yield outcome
    finally:
        loop, stop = leave[0]
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
        thread.join(60)


def _run_quietly(keep: object) -> None:
    try:
        asyncio.run(keep())  # type: ignore[operator]  # an async function
    except Exception:  # noqa: BLE001  # the test raises what was put into the result
        return


def _inherited() -> dict[str, str]:
    """The environment without settings that a developer may have set for a mesh of their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
