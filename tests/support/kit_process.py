"""A kit service as a process of its own; run by tests as ``python -m tests.support.kit_process``.

It writes what happens to it on stderr's log, like any service. ECHO_* variables choose its misbehaviour.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from services.kit.rpc import Context
from services.kit.server import ServiceSpec, run
from services.kit.settings import CommonSettings, load, setting
from tests.support.kit_contract import Echo
from tests.support.kit_mesh import Echoes, spec

logger = logging.getLogger("parley.echo")


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """One setting of its own, and one of a type that can be wrong."""

    listen: str = setting("PARLEY_ECHO_LISTEN", "127.0.0.1:0", help="address to listen on")
    threads: int = setting("PARLEY_ECHO_THREADS", 1, help="number of threads")


class Draining(Echoes):
    """A stream that says goodbye when the service drains, unless it is told to hang."""

    def __init__(self) -> None:
        self.draining = asyncio.Event()

    async def UnaryStream(self, request: Any, context: Context) -> AsyncIterator[Any]:
        yield Echo(text="hello")
        await self.draining.wait()
        yield Echo(text="goodbye")

    async def on_drain(self) -> None:
        logger.info("drain hook")
        if "ECHO_HANGS" not in os.environ:
            self.draining.set()

    async def on_close(self) -> None:
        logger.info("close hook")


async def build() -> ServiceSpec:
    """The composition root."""
    settings = load(Settings, "echo")
    servicer = Draining()
    return spec(
        servicer, listen=settings.listen, on_start=_start, on_drain=servicer.on_drain, on_close=servicer.on_close
    )


async def _start() -> None:
    if "ECHO_LOADS_FOREVER" in os.environ:
        await asyncio.Event().wait()
    if "ECHO_FORGETS" in os.environ:
        asyncio.get_running_loop().call_soon(_forgotten)
    if "ECHO_FAILS" in os.environ:
        raise RuntimeError("the model file is broken")


def _forgotten() -> None:
    raise RuntimeError(os.environ["ECHO_FORGETS"])


if __name__ == "__main__":
    sys.exit(run("echo", build))
