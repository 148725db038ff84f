"""Calls when servers are busy, unready, many, draining or away for a while."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.kit import errors
from services.kit.channels import open_channel
from services.kit.rpc import Context
from services.kit.server import Readiness
from tests.support.kit_contract import Echo, EchoStub
from tests.support.kit_health import Switch
from tests.support.kit_mesh import INTERNAL_SECRET, Echoes, channel, running

WAIT_S = 10.0


async def test_a_call_is_repeated_when_its_server_was_not_there_yet() -> None:
    """The retry policy: what was not answered (UNAVAILABLE) is sent again, unless the channel opts out."""
    busy = Busy(failures=2)
    async with running(busy) as server, channel(server) as patient, channel(server, retries=False) as curt:
        assert (await EchoStub(patient).UnaryUnary(Echo(text="at last"))).text == "at last"
        busy.failures = 1
        with pytest.raises(errors.Unavailable), errors.service_errors():
            await EchoStub(curt).UnaryUnary(Echo())


class Busy(Echoes):
    """Refuses as often as it is told to."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        if self.failures:
            self.failures -= 1
            raise errors.Unavailable("busy")
        return request


async def test_an_unready_server_gets_no_calls() -> None:
    """healthCheckConfig: the balancer leaves out addresses that say NOT_SERVING."""
    switch = Switch()
    switch.answer = Readiness(False, "loading")
    async with (
        running(Echoes(), ready=switch.ready, ready_interval_s=0.01) as server,
        channel(server, retries=False) as open_to,
    ):
        stub = EchoStub(open_to)
        with pytest.raises(errors.Unavailable), errors.service_errors():
            await stub.UnaryUnary(Echo())
        switch.answer = Readiness(True)
        assert (await stub.UnaryUnary(Echo(text="ok"), timeout=WAIT_S, wait_for_ready=True)).text == "ok"


class Named(Echoes):
    """Answers with its own name."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        return Echo(text=self._name)


async def test_calls_spread_over_replicas_and_leave_one_that_drains_without_an_error() -> None:
    async with running(Named("a")) as first, running(Named("b")) as second:
        target = f"ipv4:{first.address},{second.address}"
        async with open_channel(target, identity="tester", internal_secret=INTERNAL_SECRET) as open_to:
            stub = EchoStub(open_to)
            async with asyncio.timeout(WAIT_S):
                seen: set[str] = set()
                while seen != {"a", "b"}:
                    seen.add((await stub.UnaryUnary(Echo())).text)
                await first.stop(1)
                assert {(await stub.UnaryUnary(Echo())).text for _ in range(20)} == {"b"}


async def test_a_server_that_comes_back_on_its_port_is_found_again() -> None:
    async with running(Named("old")) as server, channel(server) as open_to:
        stub = EchoStub(open_to)
        assert (await stub.UnaryUnary(Echo())).text == "old"
        await server.stop(0)
        async with running(Named("new"), listen=server.address):
            answer = await stub.UnaryUnary(Echo(), timeout=WAIT_S, wait_for_ready=True)
    assert answer.text == "new"
