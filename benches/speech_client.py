"""The speech service as a process of its own, and a client that speaks to it at the pace of real time."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

import av
import numpy as np
import numpy.typing as npt
import psutil
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import language_pb2
from parley.speech.v1 import speech_service_pb2, speech_service_pb2_grpc, transcription_pb2

from services.kit.channels import closing, open_channel
from services.kit.errors import service_errors

SHARED: Final = Path(__file__).resolve().parents[2] / "shared" / "fixtures"
MODEL: Final = SHARED / "models" / "whisper-fixture"
RATE_HZ: Final = 16_000
CHUNK_S: Final = 0.04  # as media sends it
JFK: Final = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
DEADLINE_S: Final = 4000.0
START_TIMEOUT_S: Final = 120.0
_SECRET: Final = "b" * 40  # for the services of these benchmarks only
_LANGUAGES: Final = {"ko": language_pb2.LANGUAGE_KOREAN, "en": language_pb2.LANGUAGE_ENGLISH}

Pcm = npt.NDArray[np.int16]
Request = speech_service_pb2.TranscribeRequest
Response = speech_service_pb2.TranscribeResponse


@dataclass(frozen=True)
class Answer:
    """A spoken answer of the fixtures."""

    clip: str
    language: str
    utterances: tuple[tuple[str, float, float], ...]
    """Text, start and end in seconds from the clip's first sample."""

    @property
    def samples(self) -> Pcm:
        """16 kHz mono."""
        return decoded(SHARED / "clips" / self.clip)


@dataclass(frozen=True)
class Heard:
    """A response with the time of its arrival, in seconds after the stream's first sample was sent."""

    at_s: float
    response: Response


@dataclass(frozen=True)
class ServiceProcess:
    """A running speech service."""

    stub: Any
    process: psutil.Process
    metrics_port: int

    def cpu_s(self) -> float:
        """CPU seconds used so far, its children's too."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in family)

    def rss_mib(self) -> float:
        """Resident memory of the process itself."""
        return float(self.process.memory_info().rss) / 2**20

    async def free_streams(self) -> int:
        """How many more streams it would take now."""
        found = await self.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=START_TIMEOUT_S)
        return int(found.max_streams - found.active_streams)

    def threads(self) -> Counter[str]:
        """Its threads by the name that the system knows: `python` if the thread gave itself none."""
        folder = Path(f"/proc/{self.process.pid}/task")
        return Counter((task / "comm").read_text(encoding="utf-8").strip() for task in folder.iterdir())

    def tasks(self) -> int:
        """Tasks of its event loop."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=10) as response:
            lines = response.read().decode().splitlines()
        (value,) = [line.split()[1] for line in lines if line.startswith("parley_event_loop_tasks ")]
        return int(float(value))


@cache
def answers() -> tuple[Answer, ...]:
    """The six answers, three a language."""
    rows = json.loads((SHARED / "clips" / "answers.json").read_text(encoding="utf-8"))
    return tuple(
        Answer(
            row["clip"],
            row["language"],
            tuple((each["text"], each["start_s"], each["end_s"]) for each in row["utterances"]),
        )
        for row in rows
    )


@cache
def decoded(path: Path) -> Pcm:
    """Any recording as 16 kHz mono."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    with av.open(str(path)) as container:
        frames = [*container.decode(audio=0), None]
        return np.concatenate([part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)])


@asynccontextmanager
async def speech_process(**settings: str) -> AsyncIterator[ServiceProcess]:
    """Starts the service; ``settings`` without their prefix, in lower case (``engine="none"``)."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    metrics_port = _free_port()
    env |= {"PARLEY_INTERNAL_SECRET": _SECRET, "PARLEY_TOKEN_SECRET": _SECRET, "PARLEY_LOG_LEVEL": "error"}
    env |= {"PARLEY_SPEECH_LISTEN": "127.0.0.1:0", "PARLEY_SPEECH_METRICS_LISTEN": f"127.0.0.1:{metrics_port}"}
    env |= {f"PARLEY_SPEECH_{name.upper()}": value for name, value in settings.items()}
    with _child(env) as child:
        channel = open_channel(f"dns:///{await _address(child)}", identity="bench", internal_secret=_SECRET)
        try:
            await asyncio.wait_for(channel.channel_ready(), START_TIMEOUT_S)
            stub = speech_service_pb2_grpc.SpeechServiceStub(channel)
            await stub.GetCapabilities(
                speech_service_pb2.GetCapabilitiesRequest(), timeout=START_TIMEOUT_S, wait_for_ready=True
            )
            yield ServiceProcess(stub, psutil.Process(child.pid), metrics_port)
        finally:
            await channel.close()


def people() -> Iterator[tuple[Pcm, str]]:
    """The recordings of people: samples and what is said, in lower case."""
    folder = SHARED / "speech"
    yield decoded(folder / "jfk.flac"), JFK
    for text in sorted(folder.glob("*.txt")):
        yield decoded(text.with_suffix(".wav")), text.read_text(encoding="utf-8").lower()


async def heard_at_once(stub: Any, language: str, samples: Pcm) -> list[Heard]:
    """Sends ``samples`` as fast as they are taken; times mean nothing. Raises ServiceError."""
    return await _talk(stub, language, samples, "at-once", pace=False)


async def paced(stub: Any, language: str, samples: Pcm, stream_id: str) -> list[Heard]:
    """Sends ``samples`` at 1.0× in pieces of 40 ms with partials on; everything that came back. Raises ServiceError."""
    return await _talk(stub, language, samples, stream_id, pace=True)


async def _talk(stub: Any, language: str, samples: Pcm, stream_id: str, *, pace: bool) -> list[Heard]:
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def requests() -> AsyncIterator[Request]:
        yield _config(language, stream_id)
        step = round(CHUNK_S * RATE_HZ)
        for number, at in enumerate(range(0, len(samples), step), start=1):
            piece = samples[at : at + step]
            if pace:  # a microphone gives a piece when it is over, not when it begins
                await asyncio.sleep(max(0.0, began + (at + len(piece)) / RATE_HZ - loop.time()))
            offset = _duration(at / RATE_HZ)
            yield Request(audio=transcription_pb2.AudioChunk(sequence=number, offset=offset, samples=piece.tobytes()))

    with service_errors():
        async with closing(stub.Transcribe(requests(), timeout=DEADLINE_S)) as call:
            return [Heard(loop.time() - began, response) async for response in call]


def seconds(place: Duration) -> float:
    """A place on the session clock."""
    return place.ToNanoseconds() / 1e9


def figure(name: str, value: float, unit: str, *, most: float | None = None) -> dict[str, Any]:
    """One figure; it holds if it is at most ``most``."""
    holds = None if most is None else value <= most
    return {"figure": name, "value": round(value, 4), "unit": unit, "bar": most, "holds": holds}


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` (0..1) of the values lie, linearly interpolated."""
    return float(np.quantile(np.array(values), share))


def load_average() -> dict[str, Any]:
    """How busy the machine was in the last minute: figures taken beside other work are not those of a quiet machine."""
    return figure("speech: load average of the machine", os.getloadavg()[0], "processes")


def _config(language: str, stream_id: str) -> Request:
    return Request(
        config=transcription_pb2.TranscribeConfig(
            stream_id=stream_id,
            language=_LANGUAGES[language],
            encoding=transcription_pb2.AUDIO_ENCODING_PCM_S16LE,
            sample_rate_hz=RATE_HZ,
            channel_count=1,
            partials=True,
        )
    )


def _duration(seconds_: float) -> Duration:
    place = Duration()
    place.FromNanoseconds(round(seconds_ * 1e9))
    return place


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _child(env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "services.speech"], env=env, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        _output(child).close()


async def _address(child: subprocess.Popen[str]) -> str:
    line = await asyncio.wait_for(asyncio.to_thread(_output(child).readline), START_TIMEOUT_S)
    if not line:
        raise RuntimeError(f"the speech service ended with code {child.wait()} before it listened")
    return str(json.loads(line)["address"])


def _output(child: subprocess.Popen[str]) -> IO[str]:
    if child.stdout is None:
        raise RuntimeError("the child was started without a pipe")
    return child.stdout
