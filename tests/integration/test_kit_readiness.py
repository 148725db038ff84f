"""What a server tells of itself: health, reflection, metrics."""

from __future__ import annotations

import asyncio
import logging
import urllib.request
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from services.kit.channels import closing
from services.kit.health import NOT_SERVING, SERVICE_UNKNOWN, SERVING
from services.kit.server import Readiness, RunningServer
from tests.support.kit_contract import SERVICE, Echo, EchoStub
from tests.support.kit_health import Switch, watch
from tests.support.kit_mesh import Echoes, channel, running

WAIT_S = 10.0


@pytest.mark.parametrize("service", ["", SERVICE])
async def test_health_follows_readiness(service: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each change reaches watchers and is logged once, with its detail; an exception counts as not ready."""
    caplog.set_level(logging.INFO, "parley.server")
    switch = Switch()
    async with running(Echoes(), ready=switch.ready, ready_interval_s=0.01) as server, asyncio.timeout(WAIT_S):
        seen = watch(server, service)
        assert await anext(seen) == SERVING
        switch.answer = Readiness(False, "the model is gone")
        assert await anext(seen) == NOT_SERVING
        switch.answer = Readiness(True, "", {"voice": "b"})
        assert await anext(seen) == SERVING
        switch.answer = ConnectionRefusedError("port 5432")
        assert await anext(seen) == NOT_SERVING
        await seen.aclose()  # type: ignore[attr-defined]  # it is a generator
    lines = [(record.message, vars(record)["fields"]) for record in caplog.records]
    assert lines == [
        ("ready", {"detail": "all there", "voice": "a"}),
        ("not ready", {"detail": "the model is gone"}),
        ("ready", {"detail": "", "voice": "b"}),
        ("not ready", {"detail": "ConnectionRefusedError: port 5432"}),
    ]


async def test_every_watcher_hears_after_another_has_left() -> None:
    """grpcio-health-checking forgets them all."""
    switch = Switch()
    async with running(Echoes(), ready=switch.ready, ready_interval_s=0.01) as server, asyncio.timeout(WAIT_S):
        stays, leaves = watch(server, ""), watch(server, "")
        assert (await anext(stays), await anext(leaves)) == (SERVING, SERVING)
        await leaves.aclose()  # type: ignore[attr-defined]
        switch.answer = Readiness(False)
        assert await anext(stays) == NOT_SERVING
        await stays.aclose()  # type: ignore[attr-defined]


async def test_a_readiness_check_that_hangs_is_not_ready() -> None:
    async def hangs() -> Readiness:
        await asyncio.Event().wait()
        return Readiness(True)

    async with running(Echoes(), ready=hangs, ready_timeout_s=0.01) as server:
        assert not server.serving


async def test_health_of_a_service_that_is_not_here() -> None:
    async with running(Echoes()) as server, grpc.aio.insecure_channel(server.address) as plain:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await health_pb2_grpc.HealthStub(plain).Check(health_pb2.HealthCheckRequest(service="other"))
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
        seen = watch(server, "other")
        assert await asyncio.wait_for(anext(seen), WAIT_S) == SERVICE_UNKNOWN
        await seen.aclose()  # type: ignore[attr-defined]


async def test_reflection_lists_the_services() -> None:
    async def ask() -> AsyncIterator[Any]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")

    async with running(Echoes()) as server, grpc.aio.insecure_channel(server.address) as plain:
        stub = reflection_pb2_grpc.ServerReflectionStub(plain)
        answers = [answer async for answer in stub.ServerReflectionInfo(ask())]
    names = {service.name for service in answers[0].list_services_response.service}
    assert names == {SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


async def test_the_metrics_endpoint_counts_rpcs_messages_and_engines() -> None:
    switch = Switch()
    async with (
        running(Echoes(), ready=switch.ready, metrics_listen="127.0.0.1:0") as server,
        channel(server) as open_to,
    ):
        before = await _metrics(server)
        async with closing(EchoStub(open_to).StreamStream(timeout=WAIT_S)) as call:
            for _ in range(3):
                await call.write(Echo())
                await call.read()
            during = await _metrics(server)
        method = f'method="/{SERVICE}/StreamStream"'
        key = f"parley_rpc_in_flight{{{method}}}"
        assert during[key] - before.get(key, 0) == 1
        for direction in ("received", "sent"):
            key = f'parley_rpc_messages_total{{direction="{direction}",{method}}}'
            assert during[key] - before.get(key, 0) == 3
        assert during['parley_engine{capability="voice",engine="a"}'] == 1
        assert during["parley_event_loop_tasks"] > before["parley_event_loop_tasks"]


async def _metrics(server: RunningServer) -> dict[str, float]:
    def fetch() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.metrics_port}/metrics") as response:
            return str(response.read().decode())

    lines = [line for line in (await asyncio.to_thread(fetch)).splitlines() if not line.startswith("#")]
    return {key: float(value) for key, _, value in (line.rpartition(" ") for line in lines)}
