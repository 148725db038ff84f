"""Turning and watching a server's readiness."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.kit.channels import closing
from services.kit.server import Readiness, RunningServer


class Switch:
    """A readiness that tests turn."""

    def __init__(self) -> None:
        self.answer: Readiness | Exception = Readiness(True, "all there", {"voice": "a"})

    async def ready(self) -> Readiness:
        """The answer as it is now."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def watch(server: RunningServer, service: str) -> AsyncIterator[int]:
    """The statuses that health's Watch tells of a service."""
    async with grpc.aio.insecure_channel(server.address) as plain:
        stub = health_pb2_grpc.HealthStub(plain)
        async with closing(stub.Watch(health_pb2.HealthCheckRequest(service=service))) as call:
            async for response in call:
                yield response.status
