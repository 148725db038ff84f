"""The gRPC face of speech: decode, call the use case, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from parley.speech.v1 import speech_service_pb2 as service_pb2
from parley.speech.v1 import speech_service_pb2_grpc as service_pb2_grpc

from services.kit.rpc import Context
from services.speech import convert
from services.speech.domain.events import Message
from services.speech.domain.recording import RecordingMessage
from services.speech.ports import Recordings
from services.speech.usecases.capabilities import capabilities
from services.speech.usecases.listening import Listening, OpenStreams
from services.speech.usecases.recording import transcribe_recording
from services.speech.usecases.synthesize import Speaking
from services.speech.usecases.transcribe import transcribe


class SpeechServicer(service_pb2_grpc.SpeechServiceServicer):
    """parley.speech.v1.SpeechService; the contract is in the proto's comments."""

    def __init__(self, streams: OpenStreams) -> None:
        self._streams = streams
        self._listening: Listening
        self._speaking: Speaking
        self._recordings: Recordings

    def equip(self, listening: Listening, speaking: Speaking, recordings: Recordings) -> None:
        """Gives the engines, once they are loaded; kit lets no RPC in before."""
        self._listening = listening
        self._speaking = speaking
        self._recordings = recordings

    async def Transcribe(
        self, request_iterator: AsyncIterator[service_pb2.TranscribeRequest], context: Context
    ) -> AsyncIterator[service_pb2.TranscribeResponse]:
        """Transcribes speech as it arrives."""
        async with aclosing(transcribe(_messages(request_iterator), self._listening, self._streams)) as events:
            async for event in events:
                yield convert.response(event)

    async def TranscribeRecording(
        self, request_iterator: AsyncIterator[service_pb2.TranscribeRecordingRequest], context: Context
    ) -> AsyncIterator[service_pb2.TranscribeRecordingResponse]:
        """Transcribes a whole file."""
        found = transcribe_recording(
            _recording_messages(request_iterator), self._listening, self._streams, self._recordings
        )
        async with aclosing(found) as events:
            async for event in events:
                yield convert.recording_response(event)

    async def Synthesize(
        self, request: service_pb2.SynthesizeRequest, context: Context
    ) -> AsyncIterator[service_pb2.SynthesizeResponse]:
        """Speaks a text."""
        wanted = convert.speech_request(request)
        async with aclosing(self._speaking.speak(wanted)) as pieces:
            async for piece in pieces:
                yield convert.piece(piece, wanted.rate_hz)

    async def GetCapabilities(
        self, request: service_pb2.GetCapabilitiesRequest, context: Context
    ) -> service_pb2.GetCapabilitiesResponse:
        """Says which engines are in use."""
        return convert.capabilities(capabilities(self._listening, self._speaking, self._streams))


async def _messages(requests: AsyncIterator[service_pb2.TranscribeRequest]) -> AsyncIterator[Message]:
    async for request in requests:
        yield convert.message(request)


async def _recording_messages(
    requests: AsyncIterator[service_pb2.TranscribeRecordingRequest],
) -> AsyncIterator[RecordingMessage]:
    async for request in requests:
        yield convert.recording_message(request)
