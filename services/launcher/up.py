"""`parley up`: the whole mesh on this machine until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import time

from rich.console import Console

from services.launcher import state
from services.launcher.console import engine_lines, event_line
from services.launcher.engines import engines_of
from services.launcher.mesh import MeshOptions, running
from services.launcher.models.offer import offer
from services.launcher.settings import Folders, Settings, process_environment


class AlreadyUp(Exception):
    """A mesh is up already with this data folder."""


async def run_until_interrupted(settings: Settings, console: Console) -> None:
    """Starts everything, says where it is, waits for SIGINT or SIGTERM, drains.

    Raises AlreadyUp, StartFailed or NotReady.
    """
    folders = Folders(settings.data_dir)
    folders.data.mkdir(parents=True, exist_ok=True)
    mesh = state.read(folders.state)
    if mesh is not None:
        raise AlreadyUp(
            f"a mesh is up already (process {mesh.pid}, http://{mesh.addresses['gateway']}): "
            "stop it, or set PARLEY_DATA_DIR and the PARLEY_*_LISTEN ports for a second one"
        )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await _run(settings, folders, stop, console)


async def _run(settings: Settings, folders: Folders, stop: asyncio.Event, console: Console) -> None:
    console.print("Starting Parley")
    started = time.monotonic()
    options = MeshOptions(
        settings.data_dir,
        process_environment(),
        ready_timeout_s=settings.ready_timeout_s,
        on_event=lambda event: console.print(event_line(event), soft_wrap=True),
    )
    async with running(options, stop) as mesh:
        if stop.is_set():
            return
        state.write(folders.state, mesh.addresses)
        try:
            for line in engine_lines(await engines_of(mesh.addresses, mesh.internal_secret)):
                console.print(line, soft_wrap=True)
            if offered := offer(settings.model_dir):
                console.print(f"\n[dim]{offered}[/]", soft_wrap=True)
            took = time.monotonic() - started
            console.print(f"\nReady after {took:.1f} s: [bold]{mesh.gateway_url}[/]")
            console.print(f"[dim]logs: {folders.logs} · Ctrl-C stops[/]", soft_wrap=True)
            await mesh.wait(stop)
            console.print("\nDraining …")
        finally:
            state.clear(folders.state)
    console.print("Stopped.")
