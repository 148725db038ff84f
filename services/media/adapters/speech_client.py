"""The speech service over gRPC."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import grpc
from parley.speech.v1 import speech_service_pb2, speech_service_pb2_grpc

from services.kit.channels import closing
from services.media.adapters.calls import STREAM_S, BidirectionalCall, typed
from services.media.convert import common
from services.media.convert import speech as convert
from services.media.domain.values import Engine, Language, TurnState
from services.media.ports.speech import HearingConfig, HearingEvent, HearingStream, VoicePiece

_ENGINES_S: Final = 1.0
_SYNTHESIS_S: Final = 600.0  # a speech is at most 5,000 characters long, and synthesis waits for its playback


class _Hearing:
    """See HearingStream."""

    def __init__(self, call: BidirectionalCall) -> None:
        self._call = call

    async def audio(self, sequence: int, offset_s: float, pcm: bytes) -> None:
        await self._call.write(convert.audio(sequence, offset_s, pcm))

    async def finish(self, mark: str) -> None:
        await self._call.write(convert.finish(mark))

    async def turn_state(self, state: TurnState) -> None:
        await self._call.write(convert.turn_state(state))

    async def half_close(self) -> None:
        await self._call.half_close()

    async def events(self) -> AsyncIterator[HearingEvent]:
        async for message in self._call.messages():
            event = convert.event(message)
            if event is not None:
                yield event


class SpeechClient:
    """See SpeechService."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: Any = speech_service_pb2_grpc.SpeechServiceStub(channel)

    @asynccontextmanager
    async def transcribe(self, config: HearingConfig) -> AsyncIterator[HearingStream]:
        """Open a stream and configure it."""
        async with closing(self._stub.Transcribe(timeout=STREAM_S)) as raw:
            call = BidirectionalCall(raw, "speech")
            await call.write(convert.config(config))
            yield _Hearing(call)

    async def synthesize(self, text: str, language: Language) -> AsyncIterator[VoicePiece]:
        """Speak a text."""
        async with closing(self._stub.Synthesize(convert.synthesize(text, language), timeout=_SYNTHESIS_S)) as call:
            try:
                async for message in call:
                    yield convert.voice_piece(message)
            except grpc.aio.AioRpcError as error:
                raise typed(error, "speech") from error

    async def engines(self) -> Sequence[Engine]:
        """Ask for the engines in use."""
        try:
            request = speech_service_pb2.GetCapabilitiesRequest()
            response = await self._stub.GetCapabilities(request, timeout=_ENGINES_S)
        except grpc.aio.AioRpcError as error:
            raise typed(error, "speech") from error
        return [common.engine(engine) for engine in response.engines]
