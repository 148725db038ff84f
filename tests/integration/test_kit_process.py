"""A service as a process: the listening line, signals, exit codes, and what it says when it cannot start."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import pytest

from tests.support.fixtures import ROOT
from tests.support.kit_contract import Echo, EchoStub
from tests.support.kit_mesh import INTERNAL_SECRET, TOKEN_SECRET, Echoes, bearer, running

WAIT_S = 30.0
SECRETS = {"PARLEY_INTERNAL_SECRET": INTERNAL_SECRET, "PARLEY_TOKEN_SECRET": TOKEN_SECRET}


@asynccontextmanager
async def launched(**variables: str) -> AsyncIterator[Process]:
    """The echo service with exactly these variables besides the machine's own; killed at the end."""
    machine = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.kit_process"),
        cwd=ROOT,
        env={**machine, **SECRETS, **variables},
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        async with asyncio.timeout(WAIT_S):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def address_of(process: Process) -> str:
    """The address in the listening line."""
    assert process.stdout is not None
    line = json.loads(await process.stdout.readline())
    assert (line["event"], line["service"]) == ("listening", "echo")
    return str(line["address"])


async def ended(process: Process) -> tuple[int | None, str, str]:
    """Exit code, rest of standard output, standard error."""
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_and_exits_with_0(number: signal.Signals) -> None:
    async with launched(PARLEY_LOG_FORMAT="json") as process:
        async with grpc.aio.insecure_channel(await address_of(process)) as plain:
            call = EchoStub(plain).UnaryStream(Echo(), metadata=bearer(), wait_for_ready=True)
            assert (await call.read()).text == "hello"
            process.send_signal(number)
            assert (await call.read()).text == "goodbye"
            assert await call.read() is grpc.aio.EOF
        code, out, err = await ended(process)
    assert (code, out) == (0, "")
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["event"] for line in lines] == ["ready", "draining", "drain hook", "rpc", "close hook"]
    assert {line["service"] for line in lines} == {"echo"}


async def test_a_second_signal_exits_at_once() -> None:
    async with (
        launched(ECHO_HANGS="1") as process,
        grpc.aio.insecure_channel(await address_of(process)) as plain,
    ):
        call = EchoStub(plain).UnaryStream(Echo(), metadata=bearer(), wait_for_ready=True)
        await call.read()
        process.terminate()
        assert process.stderr is not None
        while b"drain hook" not in await process.stderr.readline():
            pass
        process.terminate()
        assert await process.wait() == 128 + signal.SIGTERM
        call.cancel()


async def test_a_signal_while_loading_closes_and_exits() -> None:
    async with launched(ECHO_LOADS_FOREVER="1") as process:
        await address_of(process)
        process.terminate()
        code, _, err = await ended(process)
    assert code == 0
    assert "close hook" in err


async def test_a_supervised_service_does_not_outlive_its_launcher() -> None:
    async with launched(PARLEY_SUPERVISED="1") as process:
        await address_of(process)
        assert process.stdin is not None
        process.stdin.close()
        code, _, err = await ended(process)
    assert code == 0
    assert "the supervisor is gone" in err


async def test_an_unsupervised_service_does_not_mind_a_closed_stdin() -> None:
    async with launched() as process:
        address = await address_of(process)
        assert process.stdin is not None
        process.stdin.close()
        async with grpc.aio.insecure_channel(address) as plain:
            answer = await EchoStub(plain).Public(Echo(text="here"), wait_for_ready=True)
        assert answer.text == "here"


async def test_wrong_settings_are_all_named_and_exit_with_2() -> None:
    wrong = {"PARLEY_ECHO_LISTN": "127.0.0.1:1", "PARLEY_ECHO_THREADS": "two", "PARLEY_TOKEN_SECRET": "short"}
    async with launched(**wrong) as process:
        code, out, err = await ended(process)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "echo: 3 problem(s) with the settings:",
        "  - PARLEY_ECHO_LISTN is not a setting; the nearest is PARLEY_ECHO_LISTEN",
        "  - PARLEY_TOKEN_SECRET: expected a random string of at least 32 characters",
        "  - PARLEY_ECHO_THREADS: expected a whole number (it is 'two')",
    ]


async def test_a_port_in_use_is_one_line_and_exits_with_2() -> None:
    async with running(Echoes()) as other, launched(PARLEY_ECHO_LISTEN=other.address) as process:
        code, _, err = await ended(process)
    lines = [line for line in err.splitlines() if "close hook" not in line]
    assert code == 2
    assert len(lines) == 1
    assert lines[0].startswith(f"echo cannot listen on {other.address} (Address already in use)")


async def test_a_failing_start_exits_with_1_and_says_why() -> None:
    async with launched(ECHO_FAILS="1") as process:
        await address_of(process)
        code, _, err = await ended(process)
    assert code == 1
    assert "the model file is broken" in err


async def test_an_error_outside_of_any_call_is_logged_without_its_text() -> None:
    async with launched(ECHO_FORGETS="what the candidate said", PARLEY_LOG_FORMAT="json") as process:
        await address_of(process)
        assert process.stderr is not None
        lines = [json.loads(await process.stderr.readline())]
        process.terminate()
        code, _, err = await ended(process)
    lines += [json.loads(line) for line in err.splitlines()]
    faults = [line for line in lines if line["event"] == "error outside of any call"]
    assert (code, len(faults)) == (0, 1)
    assert faults[0]["exception"] == "RuntimeError"
    assert "_forgotten" in faults[0]["at"]
    assert "what the candidate said" not in str(lines)
