"""MESH.md's traps of long streams, each with the way round it that kit takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from services.kit.channels import closing
from services.kit.errors import ResourceExhausted, service_errors
from services.kit.rpc import Context
from services.kit.streams import BoundedQueue, read_into
from services.kit.transport import Keepalive
from tests.support.kit_contract import Echo, EchoStub
from tests.support.kit_mesh import Echoes, channel, running, served

WAIT_S = 10.0
CHUNK = [Echo(text="12345678")] * 50  # 500 bytes: about a 20 ms audio message


class Watched(Echoes):
    """Streams that tell when they begin and end, and only then."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()

    async def StreamStream(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        self.begun.set()
        try:
            async for request in requests:
                yield request
        finally:
            self.ended.set()


async def test_a_stream_left_with_an_exception_ends_at_the_server() -> None:
    """An abandoned stream is never collected by grpc.aio."""
    servicer = Watched()
    async with served(servicer) as stub:
        with pytest.raises(RuntimeError, match="user code"):
            await _fail_inside(stub)
        await asyncio.wait_for(servicer.ended.wait(), WAIT_S)


async def test_waiting_for_a_message_with_a_timeout_leaves_the_stream_alive() -> None:
    """A timeout around a stream's own read kills the RPC; around the queue's get it does not."""
    async with served(Echoes()) as stub, closing(stub.StreamStream(timeout=3600)) as call:
        queue: BoundedQueue[Any] = BoundedQueue(4, "block", "responses")
        reader = asyncio.create_task(read_into(call, queue))
        for text in ("a", "b"):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(queue.get(), 0.01)
            await call.write(Echo(text=text))
            assert (await asyncio.wait_for(queue.get(), WAIT_S)).text == text
        await call.done_writing()
        await asyncio.wait_for(reader, WAIT_S)
        assert queue.closed


async def test_a_stalled_reader_stops_its_writer_after_tens_of_kilobytes() -> None:
    """Without kit's options this is 4 MiB, more than two minutes of audio."""
    unread = Unread()
    async with served(unread) as stub, closing(stub.StreamStream(timeout=3600)) as call:
        written = await _write_until_stalled(call)
        assert written < 256 * 1024


async def test_a_stalled_client_stops_the_server_after_tens_of_kilobytes() -> None:
    flood = Flood()
    async with served(flood) as stub, closing(stub.UnaryStream(Echo(), timeout=3600)) as call:
        await call.read()
        written = await _until_stalled(lambda: flood.written)
        assert written < 256 * 1024
        assert not flood.ended


async def _fail_inside(stub: EchoStub) -> None:
    async with closing(stub.StreamStream(timeout=3600)) as call:
        await _echo(call)
        raise RuntimeError("user code")


class Unread(Echoes):
    """Accepts a stream and reads nothing."""

    async def StreamStream(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        yield Echo()
        await asyncio.Event().wait()


class Flood(Echoes):
    """Answers without end."""

    written = 0
    ended = False

    async def UnaryStream(self, request: Any, context: Context) -> AsyncIterator[Any]:
        message = Echo(parts=CHUNK)
        while self.written < 16 * 1024 * 1024:
            yield message
            self.written += message.ByteSize()
        self.ended = True


async def _write_until_stalled(call: Any) -> int:
    written = 0

    async def write() -> None:
        nonlocal written
        message = Echo(parts=CHUNK)
        while written < 16 * 1024 * 1024:
            await call.write(message)
            written += message.ByteSize()

    await call.read()
    writer = asyncio.create_task(write())
    stalled = await _until_stalled(lambda: written)
    writer.cancel()
    await asyncio.wait([writer])
    return stalled


async def _until_stalled(count: Any) -> int:
    """The count once it has not moved for half a second."""
    before = -1
    while (now := count()) != before:
        before = now
        await asyncio.sleep(0.5)  # the absence of progress is what is observed; no event could tell it
    return int(now)


PINGS = Keepalive(interval_s=1.0, timeout_s=10)  # as often as the core sends any


async def test_keepalive_on_an_idle_stream_does_not_end_it() -> None:
    """The pair of client and server options, scaled down twenty times.

    A stream to a server that tolerates only fewer pings is the clock: it is killed, which shows that pings are sent and
    that this can fail, and by then the stream to a server with the right half of the pair has had as many.
    """
    async with (
        running(Watched(), keepalive=PINGS) as kind,
        running(Watched()) as strict,
        channel(kind, keepalive=PINGS) as to_kind,
        channel(strict, keepalive=PINGS) as to_strict,
        closing(EchoStub(to_kind).StreamStream(timeout=3600)) as lives,
        closing(EchoStub(to_strict).StreamStream(timeout=3600)) as dies,
    ):
        await _echo(lives)
        await _echo(dies)
        with pytest.raises(grpc.aio.AioRpcError, match="Too many pings"):
            await asyncio.wait_for(dies.read(), 60)
        await _echo(lives)


class Peers(Echoes):
    """Answers with the client's address: one for each connection."""

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        return Echo(text=context.peer()[-8:])


async def test_a_stream_outlives_the_age_of_its_connection() -> None:
    """Balancing moves new calls to new connections; running streams go on."""
    async with running(Peers(), max_connection_age_s=0.2) as server, channel(server) as open_to:
        stub = EchoStub(open_to)
        async with closing(stub.StreamStream(timeout=3600)) as call, asyncio.timeout(WAIT_S):
            await _echo(call)
            connections: set[str] = set()
            while len(connections) < 4:  # the stream's own, and three ages later
                connections.add((await stub.UnaryUnary(Echo())).text)
            await _echo(call)


async def _echo(call: Any) -> None:
    await call.write(Echo(text="still"))
    assert (await asyncio.wait_for(call.read(), WAIT_S)).text == "still"


class Full(Echoes):
    """Refuses a stream before it has read anything of it."""

    async def StreamStream(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        raise ResourceExhausted("too many streams", retry_after_s=2.0)
        yield  # pragma: no cover  # makes it a generator


async def test_a_stream_that_is_refused_while_it_is_written_says_why() -> None:
    """Half of the time ``grpc.aio`` would say INTERNAL (grpc/grpc#36066), so it is asked forty times."""
    async with served(Full()) as stub:
        for _ in range(40):
            with pytest.raises(ResourceExhausted) as caught, service_errors():
                await _upload(stub)
            assert caught.value.retry_after_s == 2.0


async def _upload(stub: EchoStub) -> None:
    async def requests() -> AsyncIterator[Any]:
        for _ in range(8):
            yield Echo(text="x" * 200_000)

    async with closing(stub.StreamStream(requests(), timeout=WAIT_S)) as call:
        async for _ in call:
            pass
