"""What the clients of other services share: one bidirectional call, with typed errors."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import grpc

from services.kit.errors import ServiceError, Unavailable, from_rpc_error

STREAM_S: Final = 4 * 3600.0  # a stream lives no longer than an interview can


def typed(error: grpc.aio.AioRpcError, service: str) -> ServiceError:
    """A call's error; where the service was not reached there are no details, and gRPC's own text names addresses."""
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        told = from_rpc_error(error)
        if told.reason == Unavailable.reason:
            return Unavailable(
                f"the {service} service cannot be reached; try again", reason=f"{service.upper()}_UNAVAILABLE"
            )
        return told
    return from_rpc_error(error)


class BidirectionalCall:
    """A stream-stream call in read/write style; every method raises ServiceError once the call is over."""

    def __init__(self, call: Any, service: str) -> None:
        self._call = call
        self._service = service

    async def write(self, message: Any) -> None:
        """Send a message; waits while the peer's window is full."""
        try:
            await self._call.write(message)
        except grpc.aio.AioRpcError as error:
            raise typed(error, self._service) from error
        except asyncio.InvalidStateError:
            raise Unavailable("the stream is over", reason="STREAM_OVER") from None

    async def half_close(self) -> None:
        """Nothing more is sent."""
        try:
            await self._call.done_writing()
        except grpc.aio.AioRpcError as error:
            raise typed(error, self._service) from error
        except asyncio.InvalidStateError:
            raise Unavailable("the stream is over", reason="STREAM_OVER") from None

    async def read(self) -> Any | None:
        """The next message; None at the end."""
        try:
            message = await self._call.read()
        except grpc.aio.AioRpcError as error:
            raise typed(error, self._service) from error
        if message is not grpc.aio.EOF:
            return message
        if await self._call.code() is not grpc.StatusCode.OK:
            raise typed(await _error(self._call), self._service)
        return None

    async def messages(self) -> AsyncIterator[Any]:
        """All messages to the end."""
        while (message := await self.read()) is not None:
            yield message


async def _error(call: Any) -> grpc.aio.AioRpcError:
    """The error that a finished call ended with."""
    return grpc.aio.AioRpcError(
        await call.code(),
        await call.initial_metadata(),
        await call.trailing_metadata(),
        details=await call.details(),
    )
