"""Serves the built web client: right types, cache headers, one page for all its routes, strict security headers."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The machine's own MIME table differs from place to place, and with nosniff a wrong type stops a script.
_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".task": "application/octet-stream",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
# What Vite writes: assets/index-DZ3x_1aB.js. The name changes with the content.
_HASHED: Final = re.compile(r"(^|/)assets/[^/]*-[0-9A-Za-z_-]{8,}\.[0-9A-Za-z]+$")
_RPC_PACKAGES: Final = ("parley.", "grpc.")
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_REVALIDATE: Final = "no-cache"

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Parley</title>
<h1>The gateway runs; the web client was not built.</h1>
<p>In a source checkout: <code>make setup</code> builds it into <code>web/dist</code> (or, by hand:
<code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>); then restart. Elsewhere, set
<code>PARLEY_GATEWAY_WEB_DIR</code> to the folder of a built client.</p>
<p>RPCs are served all the same: <code>application/grpc-web+proto</code> on this address.</p>
</html>
"""


def web_client(folder: Path | None) -> ASGIApp:
    """The client in `folder`, or a page that says how to build it."""
    return HTMLResponse(_NOT_BUILT, 503) if folder is None else _ClientFiles(directory=folder)


class _ClientFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or index.html for a route of the client's own: no suffix at its end, no RPC package in front."""
        try:
            return await super().get_response("index.html" if path == "." else path, scope)
        except HTTPException as error:
            if error.status_code != 404 or os.path.splitext(path)[1] or path.startswith(_RPC_PACKAGES):
                raise
            return await super().get_response("index.html", scope)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        name = os.fspath(full_path).replace(os.sep, "/")
        response.headers["cache-control"] = _FOR_EVER if _HASHED.search(name) else _REVALIDATE
        media_type = _TYPES.get(os.path.splitext(name)[1].lower(), "application/octet-stream")
        if "content-type" in response.headers:  # not on a 304
            response.headers["content-type"] = media_type
        return response


class SecureAnswers:
    """Puts SECURITY_HEADERS on every answer of `app`, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, secured)
