"""A whole mesh on this machine, as an async context manager: what `up`, `rehearse` and the end-to-end tests share."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.kit.channels import open_channel
from services.launcher import secrets
from services.launcher.processes import DATABASE, GATEWAY, GRPC_SERVICES, PROCESSES, spec_of
from services.launcher.settings import Folders, Settings
from services.launcher.supervisor import Event, Supervisor

IDENTITY = "launcher"
_POLL_S = 0.1


class NotReady(Exception):
    """The mesh runs but did not become ready in time; the message names what is missing."""


@dataclass(frozen=True, slots=True)
class MeshOptions:
    """How to run a mesh.

    ``private``: on free ports, beside any other mesh; else on the usual ports or those that ``env`` sets. ``env`` is
    the whole environment that the processes inherit.
    """

    data_dir: Path
    env: Mapping[str, str]
    private: bool = False
    ready_timeout_s: float = 60.0
    on_event: Callable[[Event], None] = field(default=lambda event: None)


class Mesh:
    """A mesh that runs."""

    def __init__(self, supervisor: Supervisor, keeper: asyncio.Task[None], internal_secret: str) -> None:
        self._supervisor = supervisor
        self._keeper = keeper
        self.internal_secret = internal_secret

    @property
    def addresses(self) -> dict[str, str]:
        """Where each process listens, "host:port"; the database's is its URL."""
        return dict(self._supervisor.addresses)

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return self._supervisor.pids

    @property
    def gateway_url(self) -> str:
        """Where the web client is."""
        return f"http://{self.addresses[GATEWAY]}"

    async def ready(self, timeout_s: float) -> None:
        """Returns when every service says that it is ready; raises NotReady naming those that are not."""
        await _all_ready(self, GRPC_SERVICES, timeout_s)

    async def wait(self, stop: asyncio.Event) -> None:
        """Returns when ``stop`` is set; raises StartFailed if the supervisor gave up before."""
        await unless_failed(self._keeper, stop.wait())


@contextlib.asynccontextmanager
async def running(options: MeshOptions, stop: asyncio.Event | None = None) -> AsyncIterator[Mesh]:
    """Starts a mesh, yields it when it is ready, drains it on leaving. Raises StartFailed or NotReady.

    If ``stop`` is set meanwhile, it is yielded as it is, to be left at once.
    """
    folders = Folders(options.data_dir)
    env = _environment(options, secrets.load_or_create(folders.secrets))
    specs = [spec for spec in PROCESSES if not (spec.name == DATABASE and env.get("PARLEY_DATABASE_URL"))]
    supervisor = Supervisor(specs, env, folders.logs, options.on_event)
    keeper = asyncio.create_task(supervisor.run(), name="supervisor")
    mesh = Mesh(supervisor, keeper, env["PARLEY_INTERNAL_SECRET"])
    stop = stop or asyncio.Event()
    try:
        await unless_failed(keeper, _first_of(_start(supervisor, mesh, options.ready_timeout_s), stop.wait()))
        yield mesh
    finally:
        await supervisor.stop()
        await asyncio.gather(keeper, return_exceptions=True)


@contextlib.asynccontextmanager
async def private(env: Mapping[str, str], settings: Settings) -> AsyncIterator[Mesh]:
    """A mesh of one's own on free ports, with this installation's models; its data is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        env = {"PARLEY_MODEL_DIR": str(settings.model_dir), **env}
        options = MeshOptions(Path(folder), env, private=True, ready_timeout_s=settings.ready_timeout_s)
        async with running(options) as mesh:
            yield mesh


async def _start(supervisor: Supervisor, mesh: Mesh, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await supervisor.all_listening()
    except TimeoutError:
        missing = sorted({spec.name for spec in PROCESSES} - set(supervisor.addresses))
        raise NotReady(f"not started after {timeout_s:g} s: {', '.join(missing)}") from None
    await mesh.ready(timeout_s)


async def _first_of(*work: Coroutine[Any, Any, Any]) -> None:
    """Returns when the first ends, with its exception if it has one; the others are cancelled."""
    tasks = [asyncio.create_task(coroutine) for coroutine in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def unless_failed(keeper: asyncio.Task[None], work: Coroutine[Any, Any, Any]) -> None:
    """Awaits ``work``, unless the supervisor, which ``keeper`` runs, gives up first: its StartFailed counts then."""

    async def given_up() -> None:
        await asyncio.shield(keeper)

    await _first_of(given_up(), work)


def _environment(options: MeshOptions, pair: secrets.Secrets) -> dict[str, str]:
    env = {
        "PARLEY_INTERNAL_SECRET": pair.internal,
        "PARLEY_TOKEN_SECRET": pair.token,
        **options.env,
        "PARLEY_DATA_DIR": str(options.data_dir),
    }
    if options.private:
        for spec in PROCESSES:
            if spec.listen_setting:
                env[spec.listen_setting] = "127.0.0.1:0"
            if spec.name != DATABASE:
                env.pop(spec.address_setting, None)
    return env


async def _all_ready(mesh: Mesh, names: tuple[str, ...], timeout_s: float) -> None:
    waiting = set(names) | {GATEWAY}

    async def until_ready(name: str) -> None:
        await (_gateway_ready(mesh) if name == GATEWAY else _service_ready(mesh, name))
        waiting.discard(name)

    try:
        async with asyncio.timeout(timeout_s), asyncio.TaskGroup() as group:
            for name in sorted(waiting):
                group.create_task(until_ready(name))
    except TimeoutError:
        raise NotReady(f"not ready after {timeout_s:g} s: {', '.join(sorted(waiting))}; their logs say why") from None


async def _service_ready(mesh: Mesh, name: str) -> None:
    """Returns when the service's health says SERVING: a kit channel is READY only then."""
    target = spec_of(name).target.format(address=mesh.addresses[name])
    async with open_channel(target, identity=IDENTITY, internal_secret=mesh.internal_secret) as channel:
        channel.get_state(try_to_connect=True)
        await channel.channel_ready()


async def _gateway_ready(mesh: Mesh) -> None:
    def ask() -> bool:
        try:
            with urllib.request.urlopen(f"{mesh.gateway_url}/readyz", timeout=2.0) as reply:  # noqa: S310  # our own
                return bool(reply.status == 200)
        except OSError:
            return False

    while not await asyncio.to_thread(ask):  # noqa: ASYNC110  # another process: there is no event to wait for
        await asyncio.sleep(_POLL_S)
