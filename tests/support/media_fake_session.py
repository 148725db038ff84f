"""A session service's recorder that stores each number once and says what a test tells it to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from parley.common.v1 import language_pb2
from parley.session.v1 import recorder_pb2, recorder_service_pb2, recorder_service_pb2_grpc

from services.kit.errors import Aborted, FailedPrecondition, NotFound, PermissionDenied
from services.kit.rpc import Context
from tests.support.media_fakes import Awaited, Process, duration


class FakeSession(recorder_service_pb2_grpc.RecorderServiceServicer):
    """Stores each number once, refuses holes, acknowledges, and says what a test tells it to say."""

    def __init__(self, interview_id: str, account_id: str) -> None:
        self.interview_id = interview_id
        self.account_id = account_id
        self.hellos: list[Any] = []
        self.entries: dict[int, Any] = {}
        self.received: list[int] = []  # every number as it came, repeated ones too
        self.standing: list[Any] = []  # commands that are said again after each welcome
        self.language = language_pb2.LANGUAGE_ENGLISH
        self.recording_consented = True
        self.video_consented = True
        self.acknowledging = True
        self.clock = 0
        self.ended = 0  # streams that ended with OK
        self.seen = Awaited()
        self._out: asyncio.Queue[Any] | None = None
        self.process = Process("session", recorder_service_pb2_grpc.add_RecorderServiceServicer_to_server, self)

    def of(self, kind: str) -> list[Any]:
        """All stored entries of a kind, in order."""
        return [getattr(entry, kind) for _, entry in sorted(self.entries.items()) if entry.WhichOneof("entry") == kind]

    def say(self, standing: bool = False, **command: Any) -> None:
        """Send a command; a standing one again after each welcome."""
        message = recorder_service_pb2.RecordResponse(**command)
        if standing:
            self.standing.append(message)
        if self._out is not None:
            self._out.put_nowait(message)

    def ask(self, question_id: str, answer_id: str, *, automatic: bool = False) -> None:
        """Make a question current."""
        question = recorder_pb2.CurrentQuestion(
            question_id=question_id, answer_id=answer_id, text="What is it?", total=3, automatic_turn_end=automatic
        )
        self.say(current_question=question)

    def speak(
        self, speech_id: str, text: str, question_id: str = "", *, standing: bool = False, unfinished: bool = False
    ) -> None:
        """Have a text spoken."""
        speak = recorder_pb2.Speak(
            speech_id=speech_id,
            text=text,
            language=language_pb2.LANGUAGE_ENGLISH,
            question_id=question_id,
            unfinished=unfinished,
        )
        self.say(standing, speak=speak)

    async def Record(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        """See the contract."""
        hello = (await anext(requests)).hello
        if hello.interview_id != self.interview_id:
            raise NotFound("no such interview", reason="INTERVIEW_NOT_FOUND")
        if hello.account_id != self.account_id:
            raise PermissionDenied("not yours", reason="NOT_YOUR_INTERVIEW")
        self.hellos.append(hello)
        out = self._replace()
        yield recorder_service_pb2.RecordResponse(welcome=self._welcome())
        for message in self.standing:
            yield message
        reader = asyncio.create_task(self._read(requests, out))
        try:
            while (message := await out.get()) is not None:
                if isinstance(message, Exception):
                    raise message
                yield message
            self.ended += 1
        finally:
            reader.cancel()
            await asyncio.wait([reader])
            self.seen.changed()

    def _replace(self) -> asyncio.Queue[Any]:
        if self._out is not None:
            self._out.put_nowait(Aborted("a newer recorder", reason="RECORDER_REPLACED"))
        self._out = asyncio.Queue()
        self.seen.changed()
        return self._out

    def _welcome(self) -> Any:
        last = max(self.entries, default=0)
        return recorder_pb2.RecordWelcome(
            acknowledged_up_to=last,
            next_number=last + 1,
            clock_offset=duration(self.clock),
            language=self.language,
            recording_consented=self.recording_consented,
            video_metrics_consented=self.video_consented,
        )

    async def _read(self, requests: AsyncIterator[Any], out: asyncio.Queue[Any]) -> None:
        async for request in requests:
            self.received.append(request.number)
            if request.number > max(self.entries, default=0) + 1:
                out.put_nowait(FailedPrecondition("a hole", reason="RECORD_NUMBER_GAP"))
                return
            self.entries.setdefault(request.number, request)
            if self.acknowledging:
                up_to = recorder_pb2.RecordAcknowledgement(up_to=request.number)
                out.put_nowait(recorder_service_pb2.RecordResponse(acknowledgement=up_to))
            self.seen.changed()
        out.put_nowait(None)
