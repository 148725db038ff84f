"""The life of a service: what ``server.run`` does in a process and tests do with ``start(spec)``.

Life: bind → serve health (NOT_SERVING) → ``on_start`` → poll ``ready`` → … → ``stop``, whose order is commented there.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.kit import telemetry
from services.kit.auth import TokenVerifier
from services.kit.errors import ErrorMap
from services.kit.health import Health
from services.kit.interceptor import Interceptor
from services.kit.methods import MisdeclaredMethod
from services.kit.tasks import cancel_and_wait
from services.kit.transport import DEFAULT_KEEPALIVE, MAX_CONNECTION_AGE_S, Keepalive, server_options

logger = logging.getLogger("parley.server")

Hook = Callable[[], Awaitable[None]]
_CLOSE_LIMIT_S: Final = 10.0
_MAX_PORT: Final = 65535
_HEALTH_SERVICE: Final = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name


class ListenError(Exception):
    """``service`` cannot listen on ``address`` (host:port) for ``reason``; the message says what to do."""

    def __init__(self, service: str, address: str, reason: str) -> None:
        advice = f"stop what uses it or set PARLEY_{service.upper()}_LISTEN to another address"
        super().__init__(f"{service} cannot listen on {address} ({reason}): {advice}")


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a service can do its work now; ``engines`` maps capability → engine in use, for people and metrics."""

    ok: bool
    detail: str = ""
    engines: Mapping[str, str] = field(default_factory=dict)


async def _nothing() -> None:
    """The hook of a service that has nothing to do there."""


async def _always_ready() -> Readiness:
    return Readiness(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """What ``start`` needs: a service's bootstrap returns one.

    ``servicers``: pairs of a generated ``add_XServicer_to_server`` and the servicer. ``ready`` is polled every
    ``ready_interval_s`` and is cheap; an exception in it counts as not ready. ``on_start`` loads what RPCs need: until
    it returns they are answered UNAVAILABLE. ``on_drain`` tells open streams to end; ``on_close`` flushes and closes.
    ``unary_timeout_s`` is the deadline of unary RPCs whose caller set none.
    """

    name: str
    listen: str
    servicers: Sequence[tuple[Callable[[Any, Any], None], object]]
    verifier: TokenVerifier
    errors: ErrorMap = field(default_factory=dict)
    ready: Callable[[], Awaitable[Readiness]] = _always_ready
    on_start: Hook = _nothing
    on_drain: Hook = _nothing
    on_close: Hook = _nothing
    drain_grace_s: float = 10.0
    metrics_listen: str = ""
    unary_timeout_s: float = 30.0
    ready_interval_s: float = 1.0
    ready_timeout_s: float = 5.0
    keepalive: Keepalive = DEFAULT_KEEPALIVE
    max_connection_age_s: float = MAX_CONNECTION_AGE_S


class _Registrar:
    """Stands in for the server in ``add_XServicer_to_server`` and registers wrapped handlers.

    Only generic handlers are registered: for each "registered" method grpc.aio keeps a pending accept, and waits on all
    of them anew for every RPC.
    """

    def __init__(self, server: grpc.aio.Server, interceptor: Interceptor) -> None:
        self._server = server
        self._interceptor = interceptor
        self.services: list[str] = []

    def add_generic_rpc_handlers(self, handlers: object) -> None:
        """The same handlers come with ``add_registered_method_handlers``, with their names."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        """Register the wrapped handlers of one service."""
        wrapped = {name: self._interceptor.wrap(service, name, handler) for name, handler in handlers.items()}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, wrapped),))
        self.services.append(service)


class RunningServer:
    """A started service."""

    def __init__(
        self, spec: ServiceSpec, server: grpc.aio.Server, port: int, health: Health, gate: Interceptor
    ) -> None:
        host = spec.listen.rpartition(":")[0] or "127.0.0.1"
        self.port = port
        self.address = f"{host}:{port}"
        self._spec = spec
        self._server = server
        self._health = health
        self._gate = gate
        self._metrics = _metrics(spec)
        self._polling: asyncio.Task[None] | None = None
        self._stopped: asyncio.Task[None] | None = None
        self._last: Readiness | None = None

    @property
    def metrics_port(self) -> int | None:
        """The port of the metrics endpoint; None when it is off."""
        return self._metrics.port if self._metrics else None

    @property
    def serving(self) -> bool:
        """Whether health says SERVING."""
        return self._health.serving

    async def open(self, on_bound: Callable[["RunningServer"], None] | None) -> None:
        """Serve health, load (``on_start``), let RPCs in and poll readiness; returns after the first poll."""
        await self._server.start()
        if on_bound is not None:
            on_bound(self)
        await self._spec.on_start()
        self._gate.open = True
        await self._poll_once()
        self._polling = asyncio.create_task(self._poll(), name=f"{self._spec.name}-readiness")

    async def stop(self, grace_s: float | None = None) -> None:
        """Drain and stop; ``grace_s`` (default: the spec's) bounds both the drain hook and the RPCs in flight.

        Safe to call more than once: later calls wait for the first.
        """
        if self._stopped is None:
            grace = self._spec.drain_grace_s if grace_s is None else grace_s
            self._stopped = asyncio.create_task(self._drain(grace), name=f"{self._spec.name}-drain")
        await asyncio.shield(self._stopped)

    async def _drain(self, grace_s: float) -> None:
        # 1. NOT_SERVING: balancers take us out within 0.2 s; nothing is refused yet.
        await self._stop_polling()
        self._health.set(False)
        # 2. Notices in band: open streams tell their peers to finish and reconnect elsewhere, and end by themselves.
        await _guarded("on_drain", self._spec.on_drain, grace_s)
        # 3. Watchers of our health have heard; their streams would otherwise use up the whole grace period.
        self._health.close()
        # 4. No new calls; those in flight may end within the grace period, then they are cancelled.
        await self._server.stop(grace_s)
        # 5. Handlers that were cancelled clean up; the server did not wait for them.
        await _guarded("handlers", self._gate.idle, _CLOSE_LIMIT_S)
        # 6. Nothing runs any more: flush what is buffered, close pools, channels, engines.
        await _guarded("on_close", self._spec.on_close, _CLOSE_LIMIT_S)
        if self._metrics is not None:
            await asyncio.to_thread(self._metrics.close)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(self._spec.ready_interval_s)
            await self._poll_once()

    async def _poll_once(self) -> None:
        readiness = await self._readiness()
        last, self._last = self._last, readiness
        if last == readiness:
            return
        self._health.set(readiness.ok)
        telemetry.publish_engines(readiness.engines)
        level = logging.INFO if readiness.ok else logging.WARNING
        event = "ready" if readiness.ok else "not ready"
        telemetry.log(logger, level, event, detail=readiness.detail, **readiness.engines)

    async def _readiness(self) -> Readiness:
        try:
            async with asyncio.timeout(self._spec.ready_timeout_s):
                return await self._spec.ready()
        except TimeoutError:
            return Readiness(False, f"the readiness check took more than {self._spec.ready_timeout_s:g} s")
        except Exception as exc:  # noqa: BLE001  # whatever it is, the service is not ready; the log line says what
            return Readiness(False, f"{type(exc).__name__}: {exc}")

    async def _stop_polling(self) -> None:
        if self._polling is not None:
            await cancel_and_wait(self._polling)


async def start(spec: ServiceSpec, on_bound: Callable[[RunningServer], None] | None = None) -> RunningServer:
    """Start a service and return once it has loaded and its readiness was asked for the first time.

    ``on_bound`` is called as soon as the port is bound, before loading. Listen on port 0 to get a free one (``.port``).
    Raises ListenError, MisdeclaredMethod, or what ``on_start`` raised; ``on_close`` has run then.
    """
    try:
        running = _assemble(spec)
    except BaseException:
        await _guarded("on_close", spec.on_close, _CLOSE_LIMIT_S)
        raise
    try:
        await running.open(on_bound)
    except BaseException:
        await running.stop(0)
        raise
    return running


def _assemble(spec: ServiceSpec) -> RunningServer:
    server = grpc.aio.server(options=server_options(spec.keepalive, spec.max_connection_age_s))
    interceptor = Interceptor(spec.errors, spec.verifier, spec.unary_timeout_s)
    registrar = _Registrar(server, interceptor)
    for add_servicer, servicer in spec.servicers:
        add_servicer(servicer, registrar)
    if len(registrar.services) != len(spec.servicers):
        raise MisdeclaredMethod("a servicer was added without its method names: regenerate the stubs")
    health = Health(registrar.services)
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    reflection.enable_server_reflection([*registrar.services, _HEALTH_SERVICE, reflection.SERVICE_NAME], server)
    return RunningServer(spec, server, _bind(server, spec), health, interceptor)


async def _guarded(name: str, hook: Hook, limit_s: float) -> None:
    """A hook that fails or hangs must not keep the rest of the shutdown from happening."""
    try:
        async with asyncio.timeout(limit_s):
            await hook()
    except Exception:
        logger.exception("shutdown step failed", extra={"fields": {"step": name}})


def _bind(server: grpc.aio.Server, spec: ServiceSpec) -> int:
    try:
        _try_bind(spec.listen)
        return server.add_insecure_port(spec.listen)
    except (OSError, ValueError, RuntimeError) as exc:
        raise ListenError(spec.name, spec.listen, _why(exc)) from exc


def _metrics(spec: ServiceSpec) -> telemetry.MetricsEndpoint | None:
    if not spec.metrics_listen:
        return None
    try:
        _try_bind(spec.metrics_listen)
        telemetry.watch_event_loop(asyncio.get_running_loop())
        return telemetry.MetricsEndpoint(spec.metrics_listen)
    except (OSError, ValueError) as exc:
        raise ListenError(f"{spec.name}_metrics", spec.metrics_listen, _why(exc)) from exc


def _why(exc: Exception) -> str:
    return getattr(exc, "strerror", None) or str(exc)


def _try_bind(listen: str) -> None:
    """Bind and let go: gRPC's own failure says no reason to us, and writes pages of it to stderr."""
    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or int(port) > _MAX_PORT:
        raise ValueError("expected host:port")
    family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gRPC does: old connections do not count
        probe.bind(address)
