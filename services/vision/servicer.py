"""VisionService on the wire: decode → use case → encode."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from parley.vision.v1 import vision_service_pb2, vision_service_pb2_grpc

from services.kit.rpc import Context
from services.vision import convert
from services.vision.domain.stream import Request
from services.vision.usecases.analyze import AnalyzeStreams


class VisionServicer(vision_service_pb2_grpc.VisionServiceServicer):
    """Observable behaviour from video; see the contract for order, loss and ends of a stream."""

    def __init__(self, streams: AnalyzeStreams) -> None:
        self._streams = streams

    async def Analyze(
        self, request_iterator: AsyncIterator[vision_service_pb2.AnalyzeRequest], context: Context
    ) -> AsyncIterator[vision_service_pb2.AnalyzeResponse]:
        """Config, frames and calibrations in; observations, problems, windows and calibrations out, in order."""
        async with (
            aclosing(_requests(request_iterator)) as requests,
            aclosing(self._streams.analyze(requests)) as events,
        ):
            async for event in events:
                yield convert.response(event)

    async def GetCapabilities(
        self, request: vision_service_pb2.GetCapabilitiesRequest, context: Context
    ) -> vision_service_pb2.GetCapabilitiesResponse:
        """The engine in use, and how many streams are open and possible."""
        return convert.capabilities(self._streams.capabilities())


async def _requests(messages: AsyncIterator[vision_service_pb2.AnalyzeRequest]) -> AsyncGenerator[Request, None]:
    async for message in messages:
        yield convert.request(message)
