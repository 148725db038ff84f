"""The gateway as a process: what it prints, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.support.fixtures import ROOT
from tests.support.gateway_wire import WAIT_S, Wire
from tests.support.kit_mesh import INTERNAL_SECRET, TOKEN_SECRET

START_S = 30.0  # a Python process on a busy machine
ENVIRONMENT = {
    "PARLEY_INTERNAL_SECRET": INTERNAL_SECRET,
    "PARLEY_TOKEN_SECRET": TOKEN_SECRET,
    "PARLEY_GATEWAY_LISTEN": "127.0.0.1:0",
    "PARLEY_SESSION_ADDRESS": "dns:///127.0.0.1:1",
    "PARLEY_MEDIA_ADDRESS": "dns:///127.0.0.1:1",
}


@asynccontextmanager
async def process(environment: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The gateway, started with these settings only; killed if it is still there at the end."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.gateway",
        cwd=ROOT,
        env={**own, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(START_S):
            yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def address_of(started: asyncio.subprocess.Process) -> str:
    assert started.stdout is not None
    line = json.loads(await started.stdout.readline())
    assert (line["event"], line["service"]) == ("listening", "gateway")
    return str(line["address"])


async def test_it_says_where_it_listens_serves_and_drains_on_sigterm() -> None:
    async with process(ENVIRONMENT) as started:
        wire = Wire(await address_of(started), WAIT_S)
        reply = await wire.call("", path="/parley.session.v1.AccountService/SignIn", x_request_id="seen-in-the-log")
        started.send_signal(signal.SIGTERM)
        out, err = await started.communicate()
    assert (started.returncode, out) == (0, b"")
    log = err.decode()
    assert f"code={reply.code.name}" in log
    assert "request_id=seen-in-the-log" in log
    assert "127.0.0.1" not in log.split(" rpc ")[1].splitlines()[0]


async def test_wrong_settings_end_it_with_2_and_the_nearest_name() -> None:
    async with process({**ENVIRONMENT, "PARLEY_GATEWAY_ORIGIN": "https://app.example.org"}) as started:
        _, err = await started.communicate()
    assert started.returncode == 2
    assert "PARLEY_GATEWAY_ORIGINS" in err.decode()


async def test_a_port_in_use_ends_it_with_2_and_one_clear_line() -> None:
    async with process(ENVIRONMENT) as first:
        address = await address_of(first)
        async with process({**ENVIRONMENT, "PARLEY_GATEWAY_LISTEN": address}) as second:
            out, err = await second.communicate()
    assert (second.returncode, out) == (2, b"")
    assert err.decode().count("\n") == 1
    assert address in err.decode()
    assert "PARLEY_GATEWAY_LISTEN" in err.decode()
