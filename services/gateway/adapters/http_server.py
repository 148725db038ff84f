"""uvicorn as a part of this process: one listening socket, no signal handling, no access log, no idle polling."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.types import ASGIApp

# Browsers reuse a connection for as long as the server keeps it; closing late avoids their racing our close.
_KEEP_ALIVE_S = 75
# A laptop that went to sleep answers no probes: its idle stream ends after about this long.
_DEAD_PEER_S = 120
_PROBE_AFTER_S = 30
_BACKLOG = 2048
_MAX_PORT = 65535


def bind(listen: str) -> socket.socket:
    """A socket that listens on 'host:port' ('[::1]:port' for IPv6; port 0 takes a free one).

    Raises OSError if it cannot, ValueError if `listen` is not of this form.
    """
    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or int(port) > _MAX_PORT:
        raise ValueError("expected host:port")
    family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted connections inherit these: they end connections whose other end is gone or never reads.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _PROBE_AFTER_S)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAD_PEER_S * 1000)
        bound.bind(address)
        # Now and not later: without it, a second process could bind the same port and fail only afterwards.
        bound.listen(_BACKLOG)
    except BaseException:
        bound.close()
        raise
    return bound


class HttpServer:
    """Serves an ASGI application until `stop`."""

    def __init__(self, app: ASGIApp, bound: socket.socket, trusted_proxies: Sequence[str] = ()) -> None:
        """`trusted_proxies`: addresses or networks whose X-Forwarded-For is believed; none by default."""
        self._socket = bound
        host, port = bound.getsockname()[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=list(trusted_proxies),
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=1,
                # Without it, a request on a kept-alive connection inherits the context of the one before.
                reset_contextvars=True,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when connections are accepted."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        accepting = asyncio.create_task(self._server.accepting.wait())
        await asyncio.wait({self._serving, accepting}, return_when=asyncio.FIRST_COMPLETED)
        accepting.cancel()
        if self._serving.done():
            await self._serving

    async def stop(self) -> None:
        """Closes the socket and the idle connections; requests still running get a second, then are cancelled."""
        self._server.leave()
        if self._serving is not None:
            await self._serving
        self._socket.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepting = asyncio.Event()
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        self.should_exit = True
        self._leaving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # signals belong to the process's runner

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepting.set()

    async def main_loop(self) -> None:
        # uvicorn looks ten times a second whether to leave; here one tick a second keeps the date header right.
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._leaving.wait()
