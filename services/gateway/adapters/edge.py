"""What one HTTP request meets, from the outside in: CORS → gRPC-web → security headers → health, web client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from services.gateway.adapters.web_client import SecureAnswers, web_client

# What gRPC-web clients send and read beyond what every page may. Trailers come in the body; the status headers are
# exposed for the sake of proxies in front that answer in headers alone.
_ALLOWED_HEADERS: Final = (
    "authorization",
    "content-type",
    "grpc-timeout",
    "x-grpc-web",
    "x-user-agent",
    "x-request-id",
)
_EXPOSED_HEADERS: Final = ("grpc-status", "grpc-message", "grpc-status-details-bin", "x-request-id")
_PREFLIGHT_LIFE_S: Final = 7200


class Readiness(Protocol):
    """What /readyz tells; usecases.Readiness is one."""

    @property
    def ready(self) -> bool:
        """Whether browsers may be sent here."""
        ...

    @property
    def upstreams(self) -> Mapping[str, bool]:
        """Service → whether it serves."""
        ...


def pages(folder: Path | None, readiness: Callable[[], Awaitable[Readiness]]) -> ASGIApp:
    """Everything that is no RPC: /healthz (this process lives), /readyz (200 or 503), the web client in `folder`."""

    async def live(_: Request) -> Response:
        return JSONResponse({"live": True}, headers={"cache-control": "no-store"})

    async def ready(_: Request) -> Response:
        now = await readiness()
        body = {"ready": now.ready, "upstreams": dict(now.upstreams)}
        return JSONResponse(body, 200 if now.ready else 503, {"cache-control": "no-store"})

    routes = [Route("/healthz", live), Route("/readyz", ready), Mount("/", web_client(folder))]
    return SecureAnswers(Starlette(routes=routes))


def with_cors(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """`app` for pages of `origins` too; with none, only for its own. There are no cookies, so no credentials."""
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=("POST",),
        allow_headers=_ALLOWED_HEADERS,
        expose_headers=_EXPOSED_HEADERS,
        max_age=_PREFLIGHT_LIFE_S,
    )
