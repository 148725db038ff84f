"""The candidate's audio to the recogniser, and what it hears back: across its failures, without losing a sample."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final, Protocol

from services.kit import telemetry
from services.kit.clock import Clock
from services.kit.errors import ServiceError
from services.media.domain.clock import RATE_HZ, to_samples, to_seconds
from services.media.domain.replay import Chunk, ReplayBuffer
from services.media.domain.values import Language, TurnState, Utterance
from services.media.ports.speech import FinishDone, HearingConfig, HearingEvent, HearingStream, Progress, SpeechService
from services.media.usecases.backoff import Backoff, status_of

logger = logging.getLogger("parley.media.hearing")

LIVE_SAMPLES: Final = RATE_HZ * 40 // 1000  # two 20 ms packets a message
CATCH_UP_SAMPLES: Final = RATE_HZ // 2  # at most so much a message when behind


class HearingListener(Protocol):
    """Whom hearing tells."""

    def on_heard(self, event: HearingEvent) -> None:
        """The recogniser says something; Progress is not passed on."""
        ...

    def on_speech_available(self, available: bool) -> None:
        """Its stream has broken, or gives results again."""
        ...


@dataclass(slots=True)
class _Sent:
    """How far one stream has been served."""

    position: int
    state: TurnState
    sequence: int = 0
    marks: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Close:
    """Nothing more to send."""


@dataclass(frozen=True, slots=True)
class _Finish:
    mark: str


_Step = Chunk | TurnState | _Finish | _Close


class Hearing:
    """Owns the Transcribe stream of one interview; run ``run`` as a task."""

    def __init__(
        self,
        speech: SpeechService,
        clock: Clock,
        listener: HearingListener,
        *,
        stream_id: str,
        language: Language,
        start: int,
        keep_samples: int,
    ) -> None:
        self._speech = speech
        self._clock = clock
        self._listener = listener
        self._stream_id = stream_id
        self._language = language
        self._buffer = ReplayBuffer(keep_samples)
        self._resume_at = start
        self._state = TurnState.LISTENING_OFF
        self._marks: dict[str, int] = {}
        self._closing = False
        self._available: bool | None = None  # None: not known yet
        self._changed = asyncio.Event()

    def append(self, offset: int, pcm: bytes) -> None:
        """Audio that arrived, and its place in samples."""
        lost_before = self._buffer.dropped
        self._buffer.append(offset, pcm)
        if self._buffer.dropped and not lost_before:
            telemetry.log(logger, logging.ERROR, "audio dropped: speech is away for too long", stream=self._stream_id)
        self._changed.set()

    def set_turn_state(self, state: TurnState) -> None:
        """How patient to be from now on."""
        self._state = state
        self._changed.set()

    def finish(self, mark: str, offset: int) -> None:
        """End the open utterance at this place; ``FinishDone`` with the mark follows, after a replay if need be."""
        if self._available is False and self._buffer.end is None:
            # Nothing was said since the last replay point: there is nothing to wait for.
            self._listener.on_heard(FinishDone(mark, to_seconds(offset)))
            return
        self._marks[mark] = offset
        self._changed.set()

    def close(self) -> None:
        """No more audio comes; ``run`` returns when the last final is here."""
        self._closing = True
        self._changed.set()

    async def run(self) -> None:
        """Keep a stream open until ``close``; after a break open a new one and replay."""
        backoff = Backoff()
        while True:
            failure: ServiceError | None = None
            try:
                await self._serve_one(backoff)
            except* ServiceError as failures:
                failure = status_of(failures)
            if failure is None and self._closing:
                return
            self._set_available(False)
            delay = backoff.delay_s(failure)
            reason = failure.reason if failure is not None else "ENDED"
            telemetry.log(logger, logging.WARNING, "transcription interrupted", stream=self._stream_id, reason=reason)
            await self._clock.sleep(delay)

    async def _serve_one(self, backoff: Backoff) -> None:
        config = HearingConfig(self._stream_id, self._language, to_seconds(self._resume_at), self._state)
        async with self._speech.transcribe(config) as stream, asyncio.TaskGroup() as group:
            sender = group.create_task(self._send(stream, _Sent(self._resume_at, self._state)), name="hearing-send")
            async for event in stream.events():
                backoff.reset()
                self._set_available(True)
                self._take(event)
            sender.cancel()

    def _take(self, event: HearingEvent) -> None:
        if isinstance(event, Progress):
            self._advance(to_samples(event.replay_from_s))
            return
        if isinstance(event, Utterance):
            # What is final need not be heard again, even if the stream breaks before it says so.
            self._advance(to_samples(event.end_s))
        if isinstance(event, FinishDone):
            self._marks.pop(event.mark, None)
        self._listener.on_heard(event)

    def _advance(self, to: int) -> None:
        self._resume_at = max(self._resume_at, to)
        self._buffer.release(self._resume_at)

    async def _send(self, stream: HearingStream, sent: _Sent) -> None:
        try:
            while True:
                step = self._next(sent)
                if step is None:
                    self._changed.clear()
                    await self._changed.wait()
                    continue
                await self._do(stream, sent, step)
                if isinstance(step, _Close):
                    return
        except ServiceError:
            return  # the stream is broken; whoever reads it learns why

    def _next(self, sent: _Sent) -> _Step | None:
        """What to send now; None: nothing until something changes."""
        if sent.state is not self._state:
            return self._state
        mark, limit = self._next_mark(sent)
        chunk = self._buffer.read(sent.position, min(CATCH_UP_SAMPLES, limit))
        if mark and (limit <= 0 or chunk is None or chunk.offset >= self._marks[mark]):
            return _Finish(mark)
        if chunk is None:
            return _Close() if self._closing else None
        few = chunk.end - chunk.offset < min(LIVE_SAMPLES, limit)
        if few and chunk.end == self._buffer.end and not self._closing:
            return None  # a fuller message follows in 20 ms
        return chunk

    def _next_mark(self, sent: _Sent) -> tuple[str, int]:
        """The next mark that this stream has not been told, and the samples up to it."""
        waiting = [(offset, mark) for mark, offset in self._marks.items() if mark not in sent.marks]
        if not waiting:
            return "", CATCH_UP_SAMPLES
        offset, mark = min(waiting)
        return mark, offset - sent.position

    async def _do(self, stream: HearingStream, sent: _Sent, step: _Step) -> None:
        match step:
            case Chunk():
                sent.sequence += 1
                sent.position = step.end
                await stream.audio(sent.sequence, to_seconds(step.offset), step.pcm)
            case _Finish():
                sent.marks.add(step.mark)
                await stream.finish(step.mark)
            case TurnState():
                sent.state = step
                await stream.turn_state(step)
            case _Close():
                await stream.half_close()

    def _set_available(self, available: bool) -> None:
        if self._available is not available and (self._available is not None or not available):
            self._listener.on_speech_available(available)
        self._available = available
