"""The vision service over gRPC."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import grpc
from parley.vision.v1 import vision_service_pb2, vision_service_pb2_grpc

from services.kit.channels import closing
from services.media.adapters.calls import STREAM_S, BidirectionalCall, typed
from services.media.convert import common
from services.media.convert import vision as convert
from services.media.domain.values import Engine
from services.media.ports.vision import SeeingConfig, SeeingEvent, SeeingStream

_ENGINES_S: Final = 1.0


class _Seeing:
    """See SeeingStream."""

    def __init__(self, call: BidirectionalCall) -> None:
        self._call = call

    async def frame(self, sequence: int, offset_s: float, jpeg: bytes) -> None:
        await self._call.write(convert.frame(sequence, offset_s, jpeg))

    async def calibrate(self, duration_s: float | None) -> None:
        await self._call.write(convert.start_calibration(duration_s))

    async def half_close(self) -> None:
        await self._call.half_close()

    async def events(self) -> AsyncIterator[SeeingEvent]:
        async for message in self._call.messages():
            event = convert.event(message)
            if event is not None:
                yield event


class VisionClient:
    """See VisionService."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = vision_service_pb2_grpc.VisionServiceStub(channel)

    @asynccontextmanager
    async def analyze(self, config: SeeingConfig) -> AsyncIterator[SeeingStream]:
        """Open a stream and configure it."""
        async with closing(self._stub.Analyze(timeout=STREAM_S)) as raw:
            call = BidirectionalCall(raw, "vision")
            await call.write(convert.config(config))
            yield _Seeing(call)

    async def engines(self) -> Sequence[Engine]:
        """Ask for the engine in use."""
        try:
            request = vision_service_pb2.GetCapabilitiesRequest()
            response = await self._stub.GetCapabilities(request, timeout=_ENGINES_S)
        except grpc.aio.AioRpcError as error:
            raise typed(error, "vision") from error
        return [common.engine(response.engine)]
