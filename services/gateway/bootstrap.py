"""Puts the gateway together and runs it: the one place that names concrete adapters."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from services.gateway import convert
from services.gateway.adapters.edge import pages, with_cors
from services.gateway.adapters.exposure import exposed_methods
from services.gateway.adapters.grpcweb.application import GrpcWebApplication
from services.gateway.adapters.grpcweb.rpc import RpcLimits
from services.gateway.adapters.http_server import HttpServer, bind
from services.gateway.adapters.rpc_log import RpcLog
from services.gateway.adapters.upstream import GrpcUpstream
from services.gateway.domain.limits import AttemptLimit, StreamLimit
from services.gateway.servicer import GatewayServicer
from services.gateway.settings import Settings
from services.gateway.usecases import CheckReadiness, Forward, Upstreams
from services.kit.channels import open_channel
from services.kit.server import ListenError
from services.kit.telemetry import MetricsEndpoint, log

NAME: Final = "gateway"
# Accounts and interviews are there: without it nothing works. Without the others, something still does.
_REQUIRED: Final = frozenset({"session"})
_READINESS_AGE_S: Final = 1.0

logger = logging.getLogger("parley.gateway")


class Gateway:
    """The gateway of one process: `start`, then `stop`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        methods = exposed_methods()
        self._nodes = {name: _upstream("media", address) for name, address in settings.media_nodes.items()}
        self._services = {name: _upstream(name, _address(settings, name)) for name in {m.upstream for m in methods}}
        self._check = CheckReadiness(self._services, _REQUIRED, time.monotonic, _READINESS_AGE_S)
        forward = Forward(
            Upstreams(by_name=self._services, media_nodes=self._nodes),
            AttemptLimit(settings.sign_ins_per_minute),
            StreamLimit(settings.streams_per_address),
            time.monotonic,
        )
        rpc_log = RpcLog((method.path for method in methods), convert.code_name)
        self._rpcs = GrpcWebApplication(
            pages(settings.web_dir, self._check),
            limits=_limits(settings),
            status_of=partial(convert.status_of, on_fault=rpc_log.fault),
            on_finished=rpc_log.finished,
        )
        self._rpcs.add_generic_rpc_handlers((GatewayServicer(methods, forward),))
        self._server: HttpServer | None = None
        self._metrics: MetricsEndpoint | None = None

    async def start(self) -> str:
        """Accepts connections; returns the address, host:port. Raises ListenError, with nothing left open."""
        settings = self._settings
        try:
            bound = _bound(settings.listen)
            self._server = HttpServer(with_cors(self._rpcs, settings.origins), bound, settings.trusted_proxies)
            self._metrics = _metrics(settings.metrics_listen)
            await self._server.start()
        except BaseException:
            await self.stop(0)
            raise
        web = str(settings.web_dir) if settings.web_dir else "not built"
        log(logger, logging.INFO, "serving", web_client=web, upstreams=",".join(sorted(self._services)))
        return self._server.address

    async def stop(self, grace_s: float | None = None) -> None:
        """Drains and closes. `grace_s`: for unary RPCs in hand; None: PARLEY_DRAIN_GRACE."""
        # 1. /readyz says no: balancers send browsers elsewhere.
        self._check.drain()
        # 2. New RPCs and open streams are told to call again, unary RPCs may end; all of them get a status.
        await self._rpcs.drain(self._settings.drain_grace_s if grace_s is None else grace_s)
        # 3. The socket and kept-alive connections close; page loads in hand get a second.
        if self._server is not None:
            await self._server.stop()
        # 4. Nothing calls upstream any more.
        await asyncio.gather(*(upstream.close() for upstream in (*self._services.values(), *self._nodes.values())))
        if self._metrics is not None:
            await asyncio.to_thread(self._metrics.close)


async def start(announce: Callable[[str], None]) -> Gateway:
    """A started gateway with settings from the environment: what kit runs. Raises SettingsError, ListenError."""
    gateway = Gateway(Settings.from_env())
    announce(await gateway.start())
    return gateway


def _upstream(name: str, address: str) -> GrpcUpstream:
    return GrpcUpstream(name, open_channel(address, identity=NAME, internal_secret="", credentials="forward"))


def _address(settings: Settings, service: str) -> str:
    addresses: Mapping[str, str] = {
        "session": settings.session_address,
        "media": settings.media_address,
        "speech": settings.speech_address,
        "vision": settings.vision_address,
        "reasoning": settings.reasoning_address,
    }
    return addresses[service]


def _limits(settings: Settings) -> RpcLimits:
    return RpcLimits(
        max_body_bytes=settings.max_body_bytes,
        body_timeout_s=settings.body_timeout_s,
        unary_timeout_s=settings.unary_timeout_s,
        stream_timeout_s=settings.stream_timeout_s,
    )


def _bound(listen: str) -> socket.socket:
    try:
        return bind(listen)
    except (OSError, ValueError) as error:
        raise ListenError(NAME, listen, _why(error)) from error


def _metrics(listen: str) -> MetricsEndpoint | None:
    try:
        return MetricsEndpoint(listen) if listen else None
    except (OSError, ValueError) as error:
        raise ListenError(f"{NAME}_metrics", listen, _why(error)) from error


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
