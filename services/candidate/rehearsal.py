"""A whole interview from sign-up to report, as a person would sit it: hears the question, speaks, presses submit."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from parley.common.v1 import language_pb2, question_pb2
from parley.media.v1 import live_pb2
from parley.session.v1 import consent_pb2, interview_pb2, report_pb2

from services.candidate.adapters.api import Api
from services.candidate.adapters.peer import Peer, now, ping
from services.candidate.adapters.recordings import read_audio
from services.candidate.adapters.tracks import Camera, Ear, Microphone
from services.candidate.domain.latency import CaptionHistory
from services.candidate.plan import Findings, RehearsalFailed, RehearsalPlan

T = TypeVar("T")
Next = interview_pb2.InterviewQuestion | Literal["over"]

PING_EVERY_S = 2.0
_LANGUAGES = {"ko": language_pb2.LANGUAGE_KOREAN, "en": language_pb2.LANGUAGE_ENGLISH}
_PLANNING = (interview_pb2.INTERVIEW_STAGE_UNSPECIFIED, interview_pb2.INTERVIEW_STAGE_PLANNING)
_ASKING = (interview_pb2.INTERVIEW_STAGE_QUESTION, interview_pb2.INTERVIEW_STAGE_ANSWER)
_OVER = (interview_pb2.INTERVIEW_STAGE_EVALUATION, interview_pb2.INTERVIEW_STAGE_COMPLETE)


class Rehearsal:
    """One candidate, one interview."""

    def __init__(self, plan: RehearsalPlan) -> None:
        self._plan = plan
        self._say = plan.on_progress
        self._api = Api(plan.session_address, plan.media_address)
        self._microphone = Microphone()
        self._ear = Ear()
        self._changed = asyncio.Event()
        self._voice_over: set[str] = set()
        self._pings: dict[int, float] = {}
        self._watch_failure: BaseException | None = None
        self.findings = Findings()

    async def run(self) -> Findings:
        """Runs it; raises RehearsalFailed, ConnectionFailed, UnreadableRecording or a ServiceError."""
        recordings = [await asyncio.to_thread(read_audio, path) for path in self._plan.audio]
        try:
            await self._prepare()
            async with _background(self._watch()):
                async with self._connected() as peer, _background(self._ping(peer)):
                    await self._api.start(self.findings.interview_id)
                    await self._answer_all(recordings)
                await self._finish()
        finally:
            await self._api.close()
        return self.findings

    async def _prepare(self) -> None:
        self._say("signing up")
        await self._api.sign_up(f"rehearsal-{secrets.token_hex(8)}@example.com", secrets.token_urlsafe(24), "Rehearsal")
        await self._api.grant(consent_pb2.CONSENT_PURPOSE_RECORDING)
        await self._api.grant(consent_pb2.CONSENT_PURPOSE_TRANSCRIPT_SCORING)
        if self._plan.video is not None:
            await self._api.grant(consent_pb2.CONSENT_PURPOSE_VIDEO_METRICS)
        self._say("creating the interview")
        settings = interview_pb2.InterviewSettings(
            language=_LANGUAGES[self._plan.language],
            role=self._plan.role,
            scenario=question_pb2.SCENARIO_COMBINED,
            question_count=self._plan.questions,
            turn_taking=interview_pb2.TURN_TAKING_MANUAL,
        )
        self.findings.interview = await self._api.create(settings)
        self.findings.interview_id = self.findings.interview.interview_id

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Peer]:
        await self._until(lambda: True if self._stage() not in _PLANNING else None, "the plan of questions")
        self._say("connecting audio and video" if self._plan.video else "connecting audio")
        camera = Camera(self._plan.video) if self._plan.video is not None else None
        peer = Peer(self._microphone, camera, self._ear, self._on_event, await self._api.ice_servers())
        peer_id = ""

        async def negotiate(sdp: str) -> str:
            nonlocal peer_id
            peer_id, answer = await self._api.negotiate(self.findings.interview_id, sdp)
            return answer

        try:
            await peer.connect(negotiate)
            yield peer
        finally:
            if peer_id:
                await self._api.hangup(peer_id)
            await peer.close()
            if camera is not None:
                camera.stop()

    async def _answer_all(self, recordings: list[NDArray[np.int16]]) -> None:
        following: Next = await self._question_after("")
        for number, samples in enumerate(recordings, start=1):
            if following == "over":
                self._say("the interviewer has no more questions")
                return
            self._say(f"question {number}: {following.question.text}")
            await self._heard_out(following.question_id)
            await self._microphone.speak(samples)
            following = await self._submit(following.question_id)
        if following != "over":
            self._say("no recording is left: ending the interview")
            await self._api.end(self.findings.interview_id)

    async def _submit(self, question_id: str) -> Next:
        heard, pressed = self._ear.listen(), now()
        self.findings.answered.append(question_id)
        await self._api.submit(self.findings.interview_id, question_id)
        following = await self._question_after(question_id)
        if following == "over":
            self._say("answered; it was the last question")
            return following
        try:
            async with asyncio.timeout(self._plan.patience_s):
                delay = await heard - pressed
        except TimeoutError:
            raise RehearsalFailed(f"no voice within {self._plan.patience_s:g} s of an answer's end") from None
        self.findings.answer_end_to_voice_s.append(delay)
        self._say(f"answered; the next question was heard after {delay * 1000:.0f} ms")
        return following

    async def _finish(self) -> None:
        self._say("waiting for the evaluations and the report")
        complete = interview_pb2.INTERVIEW_STAGE_COMPLETE
        await self._until(lambda: True if self._stage() == complete else None, "the report")
        report = await self._api.report(self.findings.interview_id)
        if report.status != report_pb2.REPORT_STATUS_READY:
            raise RehearsalFailed(f"there is no report: {report.failure_message or 'it is still being made'}")
        self.findings.report = report

    # What arrives.

    async def _watch(self) -> None:
        try:
            async for interview in self._api.watch(self.findings.interview_id):
                self.findings.interview = interview
                self._notify()
        except Exception as exc:  # noqa: BLE001  # whoever waits raises it
            self._watch_failure = exc
            self._notify()

    async def _ping(self, peer: Peer) -> None:
        token = 0
        while True:
            token += 1
            self._pings[token] = now()
            peer.send(ping(token))
            await asyncio.sleep(PING_EVERY_S)

    def _on_event(self, event: live_pb2.LiveEvent) -> None:
        kind = event.WhichOneof("event")
        if kind == "caption":
            history = self.findings.captions.setdefault(event.caption.utterance_id, CaptionHistory())
            history.add(now(), event.caption.text, event.caption.final)
            self._plan.on_caption()
        elif kind == "voice" and event.voice.state != live_pb2.VOICE_STATE_SPEAKING:
            self._voice_over.add(event.voice.question_id)
        elif kind == "pong" and event.pong.token in self._pings:
            offset = event.pong.offset.ToNanoseconds() / 1e9
            self.findings.clock.add(self._pings.pop(event.pong.token), now(), offset)
        elif kind == "notice":
            self.findings.notices.append(live_pb2.NoticeKind.Name(event.notice.kind))
        self._notify()

    # What is waited for.

    async def _question_after(self, question_id: str) -> Next:
        def get() -> Next | None:
            interview = self.findings.interview
            if interview is None or self._stage() in _OVER:
                return "over" if interview is not None else None
            if self._stage() not in _ASKING or interview.current_question_id in ("", question_id):
                return None
            return next(row for row in interview.questions if row.question_id == interview.current_question_id)

        return await self._until(get, "the next question")

    async def _heard_out(self, question_id: str) -> None:
        await self._until(lambda: question_id in self._voice_over or None, "the end of the spoken question")

    async def _until(self, get: Callable[[], T | None], what: str) -> T:
        """What ``get`` returns as soon as it is not None; asked again whenever something arrives."""
        try:
            async with asyncio.timeout(self._plan.patience_s):
                while (value := get()) is None:
                    self._raise_if_failed()
                    changed = self._changed
                    await changed.wait()
                return value
        except TimeoutError:
            raise RehearsalFailed(f"waited {self._plan.patience_s:g} s in vain for {what}") from None

    def _raise_if_failed(self) -> None:
        if self._watch_failure is not None:
            raise self._watch_failure
        if self._stage() == interview_pb2.INTERVIEW_STAGE_FAILED and self.findings.interview is not None:
            raise RehearsalFailed(f"the interview failed: {self.findings.interview.failure_message}")

    def _stage(self) -> int:
        return self.findings.interview.stage if self.findings.interview is not None else 0

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


@asynccontextmanager
async def _background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs ``work`` beside the body; cancelled and awaited on leaving."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
