"""The built web client over real HTTP: types, caching, routes, security headers; and a page where there is none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.gateway.adapters.edge import pages
from services.gateway.usecases import Readiness
from tests.support.gateway_wire import Reply, Wire, served


async def _readiness() -> Readiness:
    return Readiness(True, {})


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A client as Vite writes it, and a file beside it that nobody may read."""
    client = tmp_path / "dist"
    (client / "assets").mkdir(parents=True)
    (client / "index.html").write_text("<!doctype html><title>Parley</title>", "utf-8")
    for name in (
        "assets/index-DZ3x_1aB.js",
        "assets/index-B1c2D3e4.css",
        "assets/pretendard-Ab12Cd34.woff2",
        "model.wasm",
    ):
        (client / name).write_bytes(b"content of " + name.encode())
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    return client


@pytest_asyncio.fixture
async def wire(built: Path) -> AsyncIterator[Wire]:
    async with served(pages(built, _readiness)) as serving:
        yield serving


async def get(wire: Wire, path: str, method: str = "GET", **headers: str) -> Reply:
    """One request; the body is in `rest`."""
    async with wire.exchange() as exchange:
        await exchange.start(path, {key.replace("_", "-"): value for key, value in headers.items()}, method)
        await exchange.body(b"")
        return await exchange.read_all()


@pytest.mark.parametrize("path", ["/", "/index.html", "/interviews/0198-ab/report", "/sign-in?next=%2F"])
async def test_every_route_of_the_client_is_its_page(wire: Wire, path: str) -> None:
    reply = await get(wire, path)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<title>Parley" in reply.rest
    assert reply.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/assets/index-DZ3x_1aB.js", "text/javascript; charset=utf-8"),
        ("/assets/index-B1c2D3e4.css", "text/css; charset=utf-8"),
        ("/assets/pretendard-Ab12Cd34.woff2", "font/woff2"),
    ],
)
async def test_files_named_by_their_content_are_kept_for_ever(wire: Wire, path: str, media_type: str) -> None:
    reply = await get(wire, path)
    assert (reply.status, reply.headers["content-type"]) == (200, media_type)
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_other_files_are_asked_for_again_and_cheaply(wire: Wire) -> None:
    first = await get(wire, "/model.wasm")
    again = await get(wire, "/model.wasm", if_none_match=first.headers["etag"])
    assert (first.headers["content-type"], first.headers["cache-control"]) == ("application/wasm", "no-cache")
    assert (again.status, again.rest) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-00000000.js",
        "/favicon.ico",
        "/parley.session.v1.Gone/Gone",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
    ],
)
async def test_a_missing_file_is_not_found_and_nothing_outside_is_there(wire: Wire, path: str) -> None:
    reply = await get(wire, path)
    assert reply.status == 404
    assert b"secret" not in reply.rest


async def test_pages_are_only_read(wire: Wire) -> None:
    assert (await get(wire, "/", "POST")).status == 405


@pytest.mark.parametrize("path", ["/", "/assets/index-DZ3x_1aB.js", "/gone.js", "/healthz"])
async def test_security_headers_are_on_every_answer(wire: Wire, path: str) -> None:
    headers = (await get(wire, path)).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=(self), microphone=(self)" in headers["permissions-policy"]
    assert headers["referrer-policy"] == "no-referrer"


async def test_without_a_client_a_page_says_how_to_build_it() -> None:
    async with served(pages(None, _readiness)) as serving:
        reply = await get(serving, "/anything")
    assert (reply.status, reply.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert b"make setup" in reply.rest
