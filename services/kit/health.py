"""grpc.health.v1 with true readiness.

Ours and not grpcio-health-checking's servicer: that one forgets all watchers of a service when one of them leaves, and
its Watch streams never end, so that a server with a watching client would always drain for the whole grace period.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.kit.rpc import Context

Status = health_pb2.HealthCheckResponse.ServingStatus

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class Health(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # the package has no type stubs
    """One status for the server ("") and each of its services: they share their dependencies."""

    def __init__(self, services: Iterable[str]) -> None:
        self._services = frozenset(["", *services])
        self._status = NOT_SERVING
        self._closed = False
        self._changed = asyncio.Event()

    @property
    def serving(self) -> bool:
        """Whether the status is SERVING."""
        return bool(self._status == SERVING)

    def set(self, serving: bool) -> None:
        """Change the status and tell the watchers."""
        self._status = SERVING if serving else NOT_SERVING
        self._announce()

    def close(self) -> None:
        """End every Watch stream, now and from now on, so that draining does not wait for them."""
        self._closed = True
        self._announce()

    async def Check(self, request: health_pb2.HealthCheckRequest, context: Context) -> health_pb2.HealthCheckResponse:
        """The status now; NOT_FOUND for a service that is not here."""
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such service here")
        return health_pb2.HealthCheckResponse(status=self._status)

    async def Watch(
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """The status now and after each change, until the server drains."""
        sent = None
        while True:
            changed = self._changed
            status = self._status if request.service in self._services else SERVICE_UNKNOWN
            if status != sent:
                sent = status
                yield health_pb2.HealthCheckResponse(status=status)
                continue  # the status may have changed while this one was sent
            if self._closed:
                return
            await changed.wait()

    def _announce(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
