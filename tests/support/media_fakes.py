"""Speech, vision and session as media sees them: what the fakes have in common.

They are real kit servers that implement the contracts, with scripts, and can be killed and started again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from google.protobuf.duration_pb2 import Duration

from services.kit.auth import TokenVerifier
from services.kit.clock import SystemClock
from services.kit.server import RunningServer, ServiceSpec, start

INTERNAL_SECRET = "internal-secret-of-the-tests-0123456789"
TOKEN_SECRET = "token-secret-of-the-tests-0123456789abc"
RATE = 16_000


def duration(samples: int) -> Duration:
    """A place in 16 kHz samples."""
    message = Duration()
    message.FromNanoseconds(samples * 62_500)
    return message


def samples(message: Duration) -> int:
    """The same the other way."""
    return round(message.ToNanoseconds() / 62_500)


class Awaited:
    """Lets tests wait for what a fake has seen."""

    def __init__(self) -> None:
        self._changed: asyncio.Event | None = None

    def changed(self) -> None:
        """Something was seen."""
        if self._changed is not None:
            self._changed.set()

    async def until(self, condition: Callable[[], Any], timeout_s: float = 10.0) -> Any:
        """The condition's value, as soon as it is true."""
        async with asyncio.timeout(timeout_s):
            while not (value := condition()):
                self._changed = asyncio.Event()
                await self._changed.wait()
        return value


class Process:
    """A fake as a server that can be killed and started again on its port."""

    def __init__(self, name: str, add: Callable[[Any, Any], None], servicer: object) -> None:
        self._name = name
        self._add = add
        self._servicer = servicer
        self._port = 0
        self._running: RunningServer | None = None

    @property
    def address(self) -> str:
        """gRPC target."""
        return f"dns:///127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen, on the same port as before."""
        spec = ServiceSpec(
            name=self._name,
            listen=f"127.0.0.1:{self._port}",
            servicers=[(self._add, self._servicer)],
            verifier=TokenVerifier(TOKEN_SECRET, INTERNAL_SECRET, SystemClock()),
        )
        self._running = await start(spec)
        self._port = self._running.port

    async def kill(self) -> None:
        """Stop at once; streams break."""
        if self._running is not None:
            await self._running.stop(0)
            self._running = None
