"""`parley transcribe`: a recording as text with times, through the speech service that is up or one of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import engine_pb2, language_pb2, transcript_pb2
from parley.speech.v1 import recording_pb2, speech_service_pb2, speech_service_pb2_grpc

from services.kit.channels import closing, open_channel
from services.kit.errors import service_errors
from services.kit.ids import new_id
from services.launcher import secrets, state
from services.launcher.mesh import IDENTITY
from services.launcher.settings import Folders, Settings, process_environment
from services.launcher.single import Single, alone

_CHUNK_BYTES: Final = 256 * 1024
_DEADLINE_S: Final = 2 * 3600.0
_ASKING_S: Final = 10.0
_LANGUAGES: Final[Mapping[str, language_pb2.Language]] = {
    "ko": language_pb2.LANGUAGE_KOREAN,
    "en": language_pb2.LANGUAGE_ENGLISH,
}
_NO_TEXT: Final = "NO_TEXT_REASON_"
Transcript = dict[str, Any]


class UnreadableFile(Exception):
    """The file cannot be opened; the message says why."""


@dataclass(frozen=True, slots=True)
class TranscriptionRequest:
    """What was asked for on the command line."""

    file: Path
    language: str


async def transcribe_file(
    settings: Settings,
    request: TranscriptionRequest,
    on_note: Callable[[str], None],
    on_utterance: Callable[[Transcript], None],
) -> Transcript:
    """Transcribes one file; ``on_utterance`` gets each utterance as soon as it is there.

    Raises UnreadableFile, ServiceError, StartFailed or NotReady.
    """
    size = await asyncio.to_thread(_size, request.file)  # before a service is started for nothing
    async with _speech(settings, on_note) as speech:
        target = f"dns:///{speech.address}"
        async with open_channel(target, identity=IDENTITY, internal_secret=speech.internal_secret) as channel:
            stub = speech_service_pb2_grpc.SpeechServiceStub(channel)
            with service_errors():
                engine = await _engine(stub)
                return {**engine, **await _transcribe(stub, request, size, on_utterance)}


@asynccontextmanager
async def _speech(settings: Settings, on_note: Callable[[str], None]) -> AsyncIterator[Single]:
    folders = Folders(settings.data_dir)
    mesh = state.read(folders.state)
    if mesh is not None:
        secret = settings.internal_secret or secrets.load_or_create(folders.secrets).internal
        on_note(f"using the mesh that is up (http://{mesh.addresses['gateway']})")
        yield Single(mesh.addresses["speech"], secret)
        return
    on_note("no mesh is up: starting speech alone")
    async with alone("speech", {"PARLEY_SPEECH_VOICE": "none", **process_environment()}, settings) as own:
        yield own


async def _engine(stub: speech_service_pb2_grpc.SpeechServiceAsyncStub) -> Transcript:
    found = await stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=_ASKING_S)
    engine = next(each for each in found.engines if each.capability == "transcription")
    quality = engine_pb2.QualityTier.Name(engine.quality).removeprefix("QUALITY_TIER_").lower()
    return {"engine": engine.name, "quality": quality, "upgrade_hint": engine.upgrade_hint}


async def _transcribe(
    stub: speech_service_pb2_grpc.SpeechServiceAsyncStub,
    request: TranscriptionRequest,
    size: int,
    on_utterance: Callable[[Transcript], None],
) -> Transcript:
    utterances = []
    result: Transcript = {}
    async with closing(stub.TranscribeRecording(_requests(request, size), timeout=_DEADLINE_S)) as call:
        async for response in call:
            if response.HasField("summary"):
                result = _summary(response.summary)
                continue
            utterances.append(_utterance(response.final.utterance))
            on_utterance(utterances[-1])
    return {"language": request.language, **result, "utterances": utterances}


async def _requests(
    request: TranscriptionRequest, size: int
) -> AsyncIterator[speech_service_pb2.TranscribeRecordingRequest]:
    config = recording_pb2.RecordingConfig(stream_id=new_id(), language=_LANGUAGES[request.language], size_bytes=size)
    yield speech_service_pb2.TranscribeRecordingRequest(config=config)
    with await asyncio.to_thread(request.file.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
            yield speech_service_pb2.TranscribeRecordingRequest(chunk=chunk)


def _size(file: Path) -> int:
    try:
        with file.open("rb"):
            return file.stat().st_size
    except OSError as error:
        raise UnreadableFile(f"{file}: {error.strerror}") from error


def _summary(summary: recording_pb2.RecordingSummary) -> Transcript:
    return {
        "duration_s": _seconds(summary.duration),
        "container": summary.container,
        "codec": summary.codec,
        "sample_rate_hz": summary.sample_rate_hz,
        "channels": summary.channel_count,
        "truncated": summary.truncated,
    }


def _utterance(utterance: transcript_pb2.Utterance) -> Transcript:
    reason = transcript_pb2.NoTextReason.Name(utterance.no_text_reason).removeprefix(_NO_TEXT).lower()
    return {
        "start_s": _seconds(utterance.start_offset),
        "end_s": _seconds(utterance.end_offset),
        "text": utterance.text,
        "no_text_reason": None if reason == "unspecified" else reason,
        "words": [
            {"text": word.text, "start_s": _seconds(word.start_offset), "end_s": _seconds(word.end_offset)}
            for word in utterance.words
        ],
    }


def _seconds(place: Duration) -> float:
    return round(place.seconds + place.nanos / 1e9, 3)


def clock_text(seconds: float) -> str:
    """A place in a recording for people: "1:02:03.4", "2:03.4"."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{head}:{rest / 10:04.1f}"
