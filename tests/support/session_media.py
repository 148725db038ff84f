"""A scripted media: speaks Record as the contract says, one step at a time, and resends what was not acknowledged."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from parley.common.v1 import behaviour_pb2, delivery_pb2, engine_pb2, transcript_pb2
from parley.session.v1 import recorder_pb2, recorder_service_pb2_grpc
from parley.session.v1 import recorder_service_pb2 as pb

from services.kit.channels import closing
from services.kit.errors import ServiceError, service_errors
from services.kit.streams import BoundedQueue, QueueClosed, read_into
from tests.support.session_candidate import Candidate
from tests.support.session_service import PATIENCE_S, Reachable, SessionUnderTest

WHISPER = engine_pb2.EngineInfo(
    capability="transcription", name="whisper", version="fixture", quality=engine_pb2.QUALITY_TIER_HIGH
)
SPHINX = engine_pb2.EngineInfo(
    capability="transcription", name="pocketsphinx", version="5", quality=engine_pb2.QUALITY_TIER_LOW
)


class ScriptedMedia:
    """One media process's view of an interview; ``connect`` again after a break resends by itself."""

    def __init__(
        self, session: SessionUnderTest | Reachable, candidate: Candidate, *engines: engine_pb2.EngineInfo
    ) -> None:
        self._session = session
        self._hello = recorder_pb2.RecordHello(
            interview_id=candidate.interview_id,
            account_id=candidate.account.account_id,
            peer_id="peer-1",
            engines=engines or (WHISPER,),
        )
        self._kept: dict[int, pb.RecordRequest] = {}
        self._next_number = 1
        self._ids = itertools.count(1)
        self._call: Any = None
        self._inbox: BoundedQueue[Any] = BoundedQueue(1, "block", "unused")
        self.acknowledged = 0
        self.welcome = recorder_pb2.RecordWelcome()
        self.current = recorder_pb2.CurrentQuestion()
        self.received: list[pb.RecordResponse] = []

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[ScriptedMedia]:
        """A Record stream: hello, welcome, and what was not acknowledged sent again."""
        async with self._session.channel() as channel:
            stub: Any = recorder_service_pb2_grpc.RecorderServiceStub(channel)
            async with closing(stub.Record(timeout=60, wait_for_ready=True)) as call:
                self._call = call
                self._inbox = BoundedQueue(256, "block", "scripted-media")
                reading = asyncio.create_task(read_into(call, self._inbox))
                try:
                    await call.write(pb.RecordRequest(hello=self._hello))
                    self.welcome = (await self.next("welcome")).welcome
                    await self._resend()
                    yield self
                finally:
                    call.cancel()
                    reading.cancel()
                    await asyncio.wait([reading])

    async def _resend(self) -> None:
        self._acknowledge(self.welcome.acknowledged_up_to)
        if not self._kept:
            self._next_number = self.welcome.next_number
        for number in sorted(self._kept):
            await self._call.write(self._kept[number])

    async def next(self, name: str, wanted: Callable[[Any], bool] = lambda _: True) -> pb.RecordResponse:
        """The next message of this kind; others before it are noted. Raises the stream's error if it ends."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with service_errors():
                    response: pb.RecordResponse = await self._inbox.get()
                self.received.append(response)
                self._note(response)
                if response.WhichOneof("message") == name and wanted(getattr(response, name)):
                    return response

    def _note(self, response: pb.RecordResponse) -> None:
        if response.HasField("acknowledgement"):
            self._acknowledge(response.acknowledgement.up_to)
        elif response.HasField("current_question"):
            self.current = response.current_question

    def _acknowledge(self, up_to: int) -> None:
        self.acknowledged = max(self.acknowledged, up_to)
        self._kept = {number: kept for number, kept in self._kept.items() if number > up_to}

    async def error(self) -> ServiceError:
        """The error that the stream ends in."""
        try:
            await self.next("nothing")
        except ServiceError as error:
            return error
        except QueueClosed:
            raise AssertionError("the stream ended with OK") from None
        raise AssertionError("unreachable")

    async def ended(self) -> None:
        """Half-close and wait for the stream to end with OK."""
        await self._call.done_writing()
        try:
            await self.next("nothing")
        except QueueClosed:
            return

    async def put(self, **entry: Any) -> int:
        """Number an entry, keep it and send it; its number."""
        number, self._next_number = self._next_number, self._next_number + 1
        self._kept[number] = pb.RecordRequest(number=number, **entry)
        if not self._call.done():
            await self._call.write(self._kept[number])
        return number

    async def send_raw(self, request: pb.RecordRequest) -> None:
        """Send a request as it is."""
        await self._call.write(request)

    async def stored(self, number: int | None = None) -> None:
        """Wait until everything (or up to ``number``) is acknowledged."""
        up_to = self._next_number - 1 if number is None else number
        while self.acknowledged < up_to:
            await self.next("acknowledgement")

    async def say(self, text: str, start_s: float, answer_id: str | None = None, **fields: Any) -> int:
        """Record an utterance of one second a word; belongs to the open answer unless told."""
        belongs = self.current.answer_id if answer_id is None else answer_id
        utterance = utterance_of(text, start_s, fields.pop("utterance_id", f"u{next(self._ids)}"), **fields)
        delivery = delivery_of(utterance)
        return await self.put(
            utterance=recorder_pb2.RecordedUtterance(utterance=utterance, delivery=delivery, answer_id=belongs)
        )

    async def begin(self, start_s: float) -> int:
        """The candidate began to speak."""
        entry = recorder_pb2.RecordedAnswerStart(answer_id=self.current.answer_id)
        entry.start_offset.FromTimedelta(timedelta(seconds=start_s))
        return await self.put(answer_start=entry)

    async def turn_end(self, end_s: float) -> int:
        """The speaker's turn is over."""
        entry = recorder_pb2.RecordedTurnEnd(answer_id=self.current.answer_id)
        entry.end_offset.FromTimedelta(timedelta(seconds=end_s))
        return await self.put(turn_end=entry)

    async def answer_end(self, answer_id: str, end_s: float) -> int:
        """All of an answer is recorded."""
        entry = recorder_pb2.RecordedAnswerEnd(answer_id=answer_id)
        entry.end_offset.FromTimedelta(timedelta(seconds=end_s))
        return await self.put(answer_end=entry)

    async def played(self, speech_id: str, start_s: float, end_s: float, outcome: str = "COMPLETED") -> int:
        """A speech was played."""
        entry = recorder_pb2.RecordedPlayback(speech_id=speech_id, outcome=f"PLAYBACK_OUTCOME_{outcome}")
        entry.start_offset.FromTimedelta(timedelta(seconds=start_s))
        entry.end_offset.FromTimedelta(timedelta(seconds=end_s))
        return await self.put(playback=entry)

    async def window(self, start_s: float, **metrics: float) -> int:
        """A behaviour window of five seconds, with these metrics or without a face."""
        return await self.put(behaviour_window=window_of(start_s, **metrics))


def utterance_of(text: str, start_s: float, utterance_id: str, **fields: Any) -> transcript_pb2.Utterance:
    """An utterance of one second a word."""
    utterance = transcript_pb2.Utterance(utterance_id=utterance_id, text=text, **fields)
    words = text.split()
    utterance.start_offset.FromTimedelta(timedelta(seconds=start_s))
    utterance.end_offset.FromTimedelta(timedelta(seconds=start_s + max(len(words), 1)))
    for index, word in enumerate(words):
        part = utterance.words.add(text=word, confidence=0.9)
        part.start_offset.FromTimedelta(timedelta(seconds=start_s + index))
        part.end_offset.FromTimedelta(timedelta(seconds=start_s + index + 1))
    return utterance


def delivery_of(utterance: transcript_pb2.Utterance) -> delivery_pb2.DeliveryMetrics:
    """How it was said: always voiced, at -30 dBFS."""
    seconds = max(len(utterance.words), 1)
    metrics = delivery_pb2.DeliveryMetrics(
        start_offset=utterance.start_offset,
        end_offset=utterance.end_offset,
        pace_per_minute=60.0 * len(utterance.words) / seconds,
        articulation_per_minute=60.0 * len(utterance.words) / seconds,
        filler_count=0,
        loudness_dbfs=-30.0,
        loudness_deviation_db=3.0,
        signal_to_noise_db=20.0,
    )
    metrics.voiced_duration.FromTimedelta(timedelta(seconds=seconds))
    return metrics


def window_of(start_s: float, **metrics: float) -> behaviour_pb2.BehaviourWindow:
    """A behaviour window of five seconds with 25 frames."""
    state = behaviour_pb2.FACE_STATE_DETECTED if metrics else behaviour_pb2.FACE_STATE_ABSENT
    window = behaviour_pb2.BehaviourWindow(
        frames_analyzed=25,
        frames_valid=25 if metrics else 0,
        face_states=[behaviour_pb2.FaceStateShare(state=state, share=1.0)],
        metrics=behaviour_pb2.BehaviourMetrics(**metrics) if metrics else None,
        no_metrics_reason=f"NO_METRICS_REASON_{'UNSPECIFIED' if metrics else 'NO_MEASURABLE_FACE'}",
        basis=behaviour_pb2.BASELINE_BASIS_CALIBRATED,
        model_id="test",
    )
    window.start_offset.FromTimedelta(timedelta(seconds=start_s))
    window.end_offset.FromTimedelta(timedelta(seconds=start_s + 5))
    return window


async def begun(session: SessionUnderTest, candidate: Candidate, **settings: object) -> ScriptedMedia:
    """Media for an interview at its first question."""
    await candidate.create(**{"question_count": 2, "max_follow_ups": 0, **settings})
    await candidate.start()
    return ScriptedMedia(session, candidate)
