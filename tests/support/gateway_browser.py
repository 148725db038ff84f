"""Headless Debian Chromium with a page that runs an ES module's `seen()`, its npm packages found by an import map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

_CHROMIUM = Path("/usr/bin/chromium")
_CHROMEDRIVER = Path("/usr/bin/chromedriver")
needs_chromium = pytest.mark.skipif(
    not (_CHROMIUM.exists() and _CHROMEDRIVER.exists()), reason="needs Debian's chromium and chromium-driver"
)
# As root in a closed network: no sandbox, and none of Chromium's own calls home.
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PAGE = """<!doctype html><meta charset="utf-8"><title>a page of another origin</title>
<script type="importmap">{imports}</script>
<script type="module">
import {{ seen }} from "/cases/{module}";
const commonjs = {{ exports: {{}} }};
const source = await (await fetch("/packages/grpc-web/index.js")).text();
new Function("module", "exports", source)(commonjs, commonjs.exports);
window.run = (baseUrl, descriptorSet, token, brokenToken) =>
  seen({{ baseUrl, descriptorSet: new Uint8Array(descriptorSet), token, brokenToken, grpcWeb: commonjs.exports }});
dispatchEvent(new Event("ready"));
</script>
"""
_WAIT_UNTIL_READY = """
const done = arguments[0];
window.run ? done() : addEventListener("ready", () => done());
"""
_RUN = """
const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);
window.run(...given).then((answers) => done({ answers }), (error) => done({ crash: String(error) }));
"""


def page_that_runs(module: Path, packages: Path) -> ASGIApp:
    """A site whose only page can run `module`; `packages` is its node_modules."""
    page = _PAGE.format(imports=json.dumps({"imports": dict(_imports(packages))}), module=module.name)

    async def index(_: Request) -> HTMLResponse:
        return HTMLResponse(page)

    cases = Mount("/cases", StaticFiles(directory=module.parent))
    return Starlette(routes=[Route("/", index), cases, Mount("/packages", StaticFiles(directory=packages))])


def _imports(packages: Path) -> Iterator[tuple[str, str]]:
    """Bare module names → URLs, from the `exports` of each scoped package."""
    for manifest in packages.glob("@*/*/package.json"):
        package = json.loads(manifest.read_text("utf-8"))
        for subpath, target in package.get("exports", {}).items():
            url = target.get("import") if isinstance(target, dict) else None
            if isinstance(url, dict):
                url = url.get("default")
            if isinstance(url, str):
                folder = manifest.parent.relative_to(packages).as_posix()
                yield package["name"] + subpath.removeprefix("."), f"/packages/{folder}/{url.removeprefix('./')}"


def run_in_chromium(urls: Sequence[str], profile: Path, timeout_s: float, *arguments: Any) -> list[dict[str, Any]]:
    """What `seen()` answered in the page at each of `urls`. Blocks: call it in a thread. `profile`: an empty folder."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(_CHROMIUM)
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(str(_CHROMEDRIVER)))
    try:
        driver.set_script_timeout(timeout_s)
        return [_run(driver, url, arguments) for url in urls]
    finally:
        driver.quit()


def _run(driver: webdriver.Chrome, url: str, arguments: Sequence[Any]) -> dict[str, Any]:
    driver.get(url)
    driver.execute_async_script(_WAIT_UNTIL_READY)
    result = driver.execute_async_script(_RUN, *arguments)
    assert "answers" in result, result
    return dict(result["answers"])
