"""When the gateway says that it is ready."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from services.gateway.ports import Call
from services.gateway.usecases import CheckReadiness


@dataclass
class Service:
    """An upstream that only has health."""

    serving: bool = True
    asked: int = 0

    async def is_serving(self) -> bool:
        self.asked += 1
        await asyncio.sleep(0)
        return self.serving

    async def unary(self, path: str, request: bytes, call: Call) -> bytes:
        raise AssertionError("readiness asks for health only")

    async def stream(self, path: str, request: bytes, call: Call) -> AsyncGenerator[bytes, None]:
        raise AssertionError("readiness asks for health only")
        yield b""


class Machine:
    """A readiness check over two services, on a clock that the test moves."""

    def __init__(self) -> None:
        self.session, self.media = Service(), Service()
        self.now_s = 0.0
        upstreams = {"session": self.session, "media": self.media}
        self.check = CheckReadiness(upstreams, frozenset({"session"}), lambda: self.now_s, max_age_s=1.0)


async def test_a_service_that_is_not_required_is_told_but_does_not_count() -> None:
    machine = Machine()
    machine.media.serving = False
    known = await machine.check()
    assert (known.ready, known.upstreams) == (True, {"session": True, "media": False})


async def test_a_required_service_counts() -> None:
    machine = Machine()
    machine.session.serving = False
    assert not (await machine.check()).ready


async def test_many_askers_are_one_question_a_second() -> None:
    machine = Machine()
    await asyncio.gather(*(machine.check() for _ in range(10)))
    assert machine.session.asked == 1
    machine.session.serving, machine.now_s = False, 1.5
    assert not (await machine.check()).ready
    assert machine.session.asked == 2


async def test_a_draining_gateway_is_not_ready_whatever_its_services_say() -> None:
    machine = Machine()
    assert (await machine.check()).ready
    machine.check.drain()
    assert not (await machine.check()).ready
