"""The real vision service in this process, on any engine, and a client that speaks its contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import behaviour_pb2
from parley.vision.v1 import analysis_pb2, vision_service_pb2, vision_service_pb2_grpc

from services.kit.channels import closing, open_channel
from services.kit.server import RunningServer, start
from services.vision import bootstrap
from services.vision.adapters.threads import ThreadWorkers
from services.vision.domain.face import Picture
from services.vision.ports import LandmarkEngine
from services.vision.settings import Settings
from tests.support.vision_pictures import jpeg

SECRETS = {"PARLEY_INTERNAL_SECRET": "i" * 40, "PARLEY_TOKEN_SECRET": "t" * 40}
DEADLINE_S = 120.0

Request = vision_service_pb2.AnalyzeRequest
Response = vision_service_pb2.AnalyzeResponse


@dataclass(frozen=True)
class Vision:
    """A started service and a stub that calls it as another service of the mesh."""

    server: RunningServer
    stub: vision_service_pb2_grpc.VisionServiceAsyncStub

    def analyze(self) -> Any:
        """An Analyze stream; leave it through ``kit.channels.closing``."""
        return self.stub.Analyze(timeout=DEADLINE_S)

    async def answers(self, requests: Iterable[Request]) -> list[Response]:
        """All answers of a stream in which each frame is sent once the one before it was answered."""
        found: list[Response] = []
        async with closing(self.analyze()) as call:
            for request in requests:
                await call.write(request)
                if request.HasField("frame"):
                    found += await until_answered(call, request.frame.sequence)
            await call.done_writing()
            return [*found, *await rest(call)]


@asynccontextmanager
async def serving(engine: LandmarkEngine, **settings: str) -> AsyncIterator[Vision]:
    """The vision service on ``engine``, which it closes when it stops."""
    names = {f"PARLEY_VISION_{name.upper()}": value for name, value in settings.items()}
    known = Settings.from_env({**SECRETS, "PARLEY_VISION_LISTEN": "127.0.0.1:0", "PARLEY_VISION_WORKERS": "2", **names})
    server = await start(bootstrap.spec(known, engine, ThreadWorkers(known.workers)))
    secret = known.internal_secret
    try:
        async with open_channel(f"dns:///{server.address}", identity="media", internal_secret=secret) as channel:
            yield Vision(server, vision_service_pb2_grpc.VisionServiceStub(channel))
    finally:
        await server.stop(0)


async def rest(call: Any) -> list[Response]:
    """The answers that are still to come; raises the stream's error."""
    found: list[Response] = []
    while (response := await call.read()) is not grpc.aio.EOF:
        found.append(response)
    return found


async def until_answered(call: Any, sequence: int) -> list[Response]:
    """Answers up to and with the one to frame ``sequence``."""
    found: list[Response] = []
    while (response := await call.read()) is not grpc.aio.EOF:
        found.append(response)
        if sequence in (response.observation.sequence, response.frame_problem.sequence):
            return found
    raise AssertionError(f"the stream ended before frame {sequence} was answered")


def duration(seconds: float) -> Duration:
    """A protobuf duration."""
    made = Duration()
    made.FromNanoseconds(round(seconds * 1e9))
    return made


def config(**fields: Any) -> Request:
    """A stream's first message."""
    return Request(config=analysis_pb2.AnalyzeConfig(**{"stream_id": "interview-1", **fields}))


def calibration(seconds: float) -> Request:
    """The command that starts a calibration."""
    return Request(start_calibration=analysis_pb2.StartCalibration(duration=duration(seconds)))


def raw_frame(sequence: int, offset_s: float, data: bytes, **fields: Any) -> Request:
    """A frame of these bytes, said to be JPEG."""
    stated = {"encoding": analysis_pb2.FRAME_ENCODING_JPEG, **fields}
    return Request(frame=analysis_pb2.Frame(sequence=sequence, offset=duration(offset_s), data=data, **stated))


def jpeg_frame(sequence: int, offset_s: float, picture: Picture) -> Request:
    """A frame as media sends it."""
    return raw_frame(sequence, offset_s, jpeg(picture))


def rgb_frame(sequence: int, offset_s: float, picture: Picture) -> Request:
    """A frame without loss."""
    height, width = picture.shape[:2]
    fields = {"encoding": analysis_pb2.FRAME_ENCODING_RGB24, "width": width, "height": height}
    return raw_frame(sequence, offset_s, picture.tobytes(), **fields)


def observations(answers: Iterable[Response]) -> list[analysis_pb2.Observation]:
    """The observations among ``answers``."""
    return [answer.observation for answer in answers if answer.HasField("observation")]


def windows(answers: Iterable[Response]) -> list[behaviour_pb2.BehaviourWindow]:
    """The windows among ``answers``."""
    return [answer.window for answer in answers if answer.HasField("window")]


def problems(answers: Iterable[Response]) -> list[tuple[int, str]]:
    """Sequence and reason of each frame problem among ``answers``."""
    prefix = "FRAME_PROBLEM_REASON_"
    return [
        (
            answer.frame_problem.sequence,
            analysis_pb2.FrameProblemReason.Name(answer.frame_problem.reason)[len(prefix) :],
        )
        for answer in answers
        if answer.HasField("frame_problem")
    ]


def states(answers: Sequence[Response]) -> list[str]:
    """The face state of each observation among ``answers``."""
    return [behaviour_pb2.FaceState.Name(seen.face_state)[len("FACE_STATE_") :] for seen in observations(answers)]
