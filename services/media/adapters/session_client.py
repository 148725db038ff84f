"""The session service's recorder over gRPC."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import grpc
from parley.session.v1 import recorder_service_pb2_grpc

from services.kit.channels import closing
from services.kit.errors import DeadlineExceeded, Unavailable
from services.media.adapters.calls import STREAM_S, BidirectionalCall
from services.media.convert import record as convert
from services.media.domain.commands import SessionCommand, Welcome
from services.media.domain.entries import Entry
from services.media.ports.session import Hello, RecordStream

_WELCOME_S: Final = 5.0


class _Record:
    """See RecordStream."""

    def __init__(self, call: BidirectionalCall, welcome: Welcome) -> None:
        self._call = call
        self.welcome = welcome

    async def send(self, number: int, entry: Entry) -> None:
        await self._call.write(convert.entry(number, entry))

    async def half_close(self) -> None:
        await self._call.half_close()

    async def commands(self) -> AsyncIterator[SessionCommand]:
        async for message in self._call.messages():
            command = convert.command(message)
            if command is not None:
                yield command


class SessionClient:
    """See SessionService."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = recorder_service_pb2_grpc.RecorderServiceStub(channel)

    @asynccontextmanager
    async def record(self, hello: Hello) -> AsyncIterator[RecordStream]:
        """Say hello and wait for the welcome. Raises what session answers; DeadlineExceeded if that is nothing."""
        async with closing(self._stub.Record(timeout=STREAM_S)) as raw:
            call = BidirectionalCall(raw, "session")
            yield _Record(call, await _greet(call, hello))


async def _greet(call: BidirectionalCall, hello: Hello) -> Welcome:
    try:
        async with asyncio.timeout(_WELCOME_S):  # the call is given up then, so a timeout around its read does no harm
            await call.write(convert.hello(hello))
            first = await call.read()
    except TimeoutError:
        raise DeadlineExceeded("session does not answer; try again", reason="SESSION_TOO_SLOW") from None
    if first is None or first.WhichOneof("message") != "welcome":
        raise Unavailable("session did not welcome the recorder; try again", reason="SESSION_UNAVAILABLE")
    return convert.welcome(first.welcome)
