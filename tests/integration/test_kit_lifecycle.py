"""Start and drain, with real servers in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from services.kit import errors
from services.kit.channels import closing
from services.kit.health import NOT_SERVING, SERVING
from services.kit.rpc import Context
from services.kit.server import ListenError, RunningServer, start
from tests.support.kit_contract import Echo, EchoStub
from tests.support.kit_health import watch
from tests.support.kit_mesh import Echoes, channel, running, spec

WAIT_S = 10.0


async def test_rpcs_before_the_start_is_done_are_told_to_come_back() -> None:
    loading, loaded = asyncio.Event(), asyncio.Event()
    bound: asyncio.Queue[RunningServer] = asyncio.Queue()

    async def load() -> None:
        loading.set()
        await loaded.wait()

    starting = asyncio.create_task(start(spec(Echoes(), on_start=load), on_bound=bound.put_nowait))
    server = await asyncio.wait_for(bound.get(), WAIT_S)
    await loading.wait()
    async with channel(server, retries=False) as open_to:
        stub = EchoStub(open_to)
        with pytest.raises(errors.Unavailable) as caught, errors.service_errors():
            await stub.Inside(Echo(), wait_for_ready=False)
        assert not server.serving
        loaded.set()
        await starting
        assert (await stub.Inside(Echo(text="now"), wait_for_ready=True)).text == "now"
    await server.stop(0)
    assert caught.value.retryable


async def test_a_port_in_use_is_an_error_that_says_so() -> None:
    """With gRPC's default a second server would share the first one's callers."""
    closed = asyncio.Event()

    async def close() -> None:
        closed.set()

    async with running(Echoes()) as server:
        with pytest.raises(ListenError) as caught:
            await start(spec(Echoes(), listen=server.address, on_close=close))
    assert str(caught.value) == (
        f"echo cannot listen on {server.address} (Address already in use): "
        "stop what uses it or set PARLEY_ECHO_LISTEN to another address"
    )
    assert closed.is_set()


@pytest.mark.parametrize("listen", ["203.0.113.1:0", "nonsense", "127.0.0.1:70000"])
async def test_an_address_that_cannot_be_is_an_error_that_names_it(listen: str) -> None:
    with pytest.raises(ListenError, match=listen):
        await start(spec(Echoes(), listen=listen))


async def test_a_failing_start_closes_what_was_opened() -> None:
    closed = asyncio.Event()

    async def load() -> None:
        raise RuntimeError("no model")

    async def close() -> None:
        closed.set()

    with pytest.raises(RuntimeError, match="no model"):
        await start(spec(Echoes(), on_start=load, on_close=close))
    assert closed.is_set()


class Draining(Echoes):
    """Ends its streams with a last message when told to drain, and notes the order of what happens."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.draining = asyncio.Event()
        self.server: RunningServer | None = None

    async def UnaryStream(self, request: Any, context: Context) -> AsyncIterator[Any]:
        yield Echo(text="hello")
        await self.draining.wait()
        yield Echo(text="goodbye")
        self.order.append("stream ended")

    async def on_drain(self) -> None:
        assert self.server is not None
        self.order.append(f"drain, serving: {self.server.serving}")
        self.draining.set()

    async def on_close(self) -> None:
        self.order.append("close")


async def test_the_drain_order() -> None:
    """NOT_SERVING → notice in band → streams end by themselves → close; a health watcher does not delay it."""
    servicer = Draining()
    async with running(servicer, on_drain=servicer.on_drain, on_close=servicer.on_close) as server:
        servicer.server = server
        seen = watch(server, "")
        assert await anext(seen) == SERVING
        async with channel(server) as open_to:
            call = EchoStub(open_to).UnaryStream(Echo(), timeout=WAIT_S)
            assert (await call.read()).text == "hello"
            stopping = asyncio.create_task(server.stop(3600))
            assert await anext(seen) == NOT_SERVING
            assert (await call.read()).text == "goodbye"
            assert await call.read() is grpc.aio.EOF
            await asyncio.wait_for(stopping, WAIT_S)
            with pytest.raises(errors.Unavailable), errors.service_errors():
                await EchoStub(open_to).UnaryUnary(Echo())
        await seen.aclose()  # type: ignore[attr-defined]
    assert servicer.order == ["drain, serving: False", "stream ended", "close"]


async def test_a_stream_that_does_not_end_is_cut_after_the_grace() -> None:
    ended = asyncio.Event()

    class Endless(Echoes):
        async def UnaryStream(self, request: Any, context: Context) -> AsyncIterator[Any]:
            try:
                yield Echo()
                await asyncio.Event().wait()
            finally:
                ended.set()

    async with running(Endless()) as server, channel(server) as open_to:
        call = EchoStub(open_to).UnaryStream(Echo(), timeout=3600)
        await call.read()
        await asyncio.wait_for(server.stop(0.05), WAIT_S)
        assert ended.is_set()
        call.cancel()


async def test_a_generator_cut_while_it_sends_is_closed_before_the_service_is() -> None:
    order: list[str] = []

    class Flood(Echoes):
        async def UnaryStream(self, request: Any, context: Context) -> AsyncIterator[Any]:
            try:
                while True:
                    yield Echo(parts=[Echo(text="12345678")] * 1000)
            finally:
                await asyncio.sleep(0.01)  # closing takes a while, as flushing would
                order.append("generator closed")

    async def close() -> None:
        order.append("service closed")

    async with (
        running(Flood(), on_close=close) as server,
        channel(server) as open_to,
        closing(EchoStub(open_to).UnaryStream(Echo(), timeout=3600)) as call,
    ):
        await call.read()
        await asyncio.wait_for(server.stop(0), WAIT_S)
    assert order == ["generator closed", "service closed"]


async def test_a_drain_hook_that_fails_or_hangs_does_not_stop_the_rest() -> None:
    closed: list[str] = []

    async def fails() -> None:
        raise ValueError("hook")

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def close() -> None:
        closed.append("closed")

    for hook in (fails, hangs):
        server = await start(spec(Echoes(), on_drain=hook, on_close=close))
        await asyncio.wait_for(server.stop(0.05), WAIT_S)
    assert closed == ["closed", "closed"]
