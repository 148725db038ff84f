"""The real speech service in this process, and a client that speaks its contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import language_pb2, transcript_pb2
from parley.speech.v1 import speech_service_pb2, speech_service_pb2_grpc, transcription_pb2

from services.kit.channels import closing, open_channel
from services.kit.clock import SystemClock
from services.kit.errors import service_errors
from services.kit.server import RunningServer, start
from services.speech.bootstrap import assemble
from services.speech.settings import Settings
from tests.support.speech_audio import RATE_HZ, Pcm, cut

SECRETS = {"PARLEY_INTERNAL_SECRET": "i" * 40, "PARLEY_TOKEN_SECRET": "t" * 40}
DEADLINE_S = 120.0
LANGUAGES = {"ko": language_pb2.LANGUAGE_KOREAN, "en": language_pb2.LANGUAGE_ENGLISH}
PIECES = (1600,)

Request = speech_service_pb2.TranscribeRequest
Response = speech_service_pb2.TranscribeResponse
Utterance = transcript_pb2.Utterance


@dataclass(frozen=True)
class Speech:
    """A started service and a stub that calls it as another service of the mesh."""

    server: RunningServer
    stub: speech_service_pb2_grpc.SpeechServiceAsyncStub

    def transcribe(self, requests: AsyncIterator[Request] | None = None) -> Any:
        """A Transcribe stream; leave it through ``kit.channels.closing``."""
        return self.stub.Transcribe(requests, timeout=DEADLINE_S)

    async def responses(self, requests: Iterable[Request]) -> list[Response]:
        """All that a stream of these requests, sent as fast as they are taken, gives back. Raises ServiceError."""
        with service_errors():
            async with closing(self.transcribe(_async(requests))) as call:
                return [response async for response in call]


@asynccontextmanager
async def speech_service(model_dir: Path | None = None, **settings: str) -> AsyncIterator[Speech]:
    """Starts the service; ``settings`` without their prefix, in lower case (``engine="none"``)."""
    env = {**SECRETS, "PARLEY_SPEECH_LISTEN": "127.0.0.1:0"}
    env |= {f"PARLEY_SPEECH_{name.upper()}": value for name, value in settings.items()}
    if model_dir is not None:
        env["PARLEY_MODEL_DIR"] = str(model_dir)
    server = await start(assemble(Settings.from_env(env), SystemClock()))
    channel = open_channel(
        f"dns:///{server.address}", identity="media", internal_secret=SECRETS["PARLEY_INTERNAL_SECRET"]
    )
    try:
        yield Speech(server, speech_service_pb2_grpc.SpeechServiceStub(channel))
    finally:
        await channel.close()
        await server.stop(0)


def config(spoken: str, **fields: Any) -> Request:
    """The first message of a stream in language ``spoken``; ``fields`` of TranscribeConfig override."""
    values = {
        "stream_id": "interview",
        "language": LANGUAGES[spoken],
        "encoding": transcription_pb2.AUDIO_ENCODING_PCM_S16LE,
        "sample_rate_hz": RATE_HZ,
        "channel_count": 1,
        **fields,
    }
    return Request(config=transcription_pb2.TranscribeConfig(**values))


def audio(offset: int, samples: Pcm, sequence: int = 0) -> Request:
    """Samples at a place."""
    chunk = transcription_pb2.AudioChunk(sequence=sequence, offset=duration(offset), samples=samples.tobytes())
    return Request(audio=chunk)


def pieces(samples: Pcm, sizes: Sequence[int] = PIECES, origin: int = 0) -> Iterator[Request]:
    """Samples that start at ``origin``, divided into pieces of the given sizes."""
    for number, (at, piece) in enumerate(cut(samples, sizes), start=1):
        yield audio(origin + at, piece, number)


def stream(language: str, samples: Pcm, sizes: Sequence[int] = PIECES, **fields: Any) -> list[Request]:
    """A whole stream: config and audio."""
    return [config(language, **fields), *pieces(samples, sizes)]


def finish(mark: str) -> Request:
    """Ends the open utterance."""
    return Request(finish_utterance=transcription_pb2.FinishUtterance(mark=mark))


def turn_state(name: str) -> Request:
    """Changes the turn state, by the enum's name."""
    return Request(set_turn_state=transcription_pb2.SetTurnState(turn_state=name))


def duration(samples: int) -> Duration:
    """A place on the session clock."""
    place = Duration()
    place.FromNanoseconds(samples * 62_500)
    return place


def seconds(place: Duration) -> float:
    """A place on the session clock, in seconds."""
    return place.ToNanoseconds() / 1e9


def finals(responses: Iterable[Response]) -> list[Utterance]:
    """The utterances among the responses."""
    return [each.final.utterance for each in responses if each.HasField("final")]


def kinds(responses: Iterable[Response]) -> list[str]:
    """Names of the events; those that come by the clock, progress and estimates, are left out."""
    names = [str(each.WhichOneof("event")) for each in responses]
    return [name for name in names if name not in ("progress", "turn_end_estimate")]


async def _async(requests: Iterable[Request]) -> AsyncIterator[Request]:
    for request in requests:
        yield request
