"""One service by itself, for commands that need no mesh."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.kit.channels import open_channel
from services.launcher import secrets
from services.launcher.mesh import IDENTITY, NotReady, unless_failed
from services.launcher.processes import spec_of
from services.launcher.settings import Folders, Settings
from services.launcher.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Single:
    """A service that runs: where, and the secret that its callers need."""

    address: str
    internal_secret: str


@contextlib.asynccontextmanager
async def alone(name: str, env: Mapping[str, str], settings: Settings) -> AsyncIterator[Single]:
    """Starts service ``name`` on a free port, with this installation's models; yields when it is ready, then drains it.

    Raises StartFailed or NotReady.
    """
    spec = spec_of(name)
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        folders = Folders(Path(folder))
        pair = secrets.load_or_create(folders.secrets)
        own = {"PARLEY_INTERNAL_SECRET": pair.internal, "PARLEY_TOKEN_SECRET": pair.token}
        place = {"PARLEY_DATA_DIR": folder, spec.listen_setting: "127.0.0.1:0"}
        whole = {"PARLEY_MODEL_DIR": str(settings.model_dir), **env, **own, **place}
        supervisor = Supervisor([spec], whole, folders.logs, lambda event: None)
        keeper = asyncio.create_task(supervisor.run(), name="supervisor")
        try:
            await unless_failed(keeper, _ready(supervisor, name, pair.internal, settings.ready_timeout_s))
            yield Single(supervisor.addresses[name], pair.internal)
        finally:
            await supervisor.stop()
            await asyncio.gather(keeper, return_exceptions=True)


async def _ready(supervisor: Supervisor, name: str, internal_secret: str, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await supervisor.all_listening()
            target = spec_of(name).target.format(address=supervisor.addresses[name])
            async with open_channel(target, identity=IDENTITY, internal_secret=internal_secret) as channel:
                channel.get_state(try_to_connect=True)
                await channel.channel_ready()
    except TimeoutError:
        raise NotReady(
            f"{name} is not ready after {timeout_s:g} s; PARLEY_LAUNCHER_READY_TIMEOUT allows more"
        ) from None
