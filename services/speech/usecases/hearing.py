"""The listening side of a stream: audio, gate, utterances, turns; what needs text goes to the writing side in order."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np

from services.kit.streams import BoundedQueue
from services.speech.domain.audio import FRAME_SAMPLES, FULL_SCALE, RATE_HZ, Pcm, Span, in_samples
from services.speech.domain.context import SpokenBefore
from services.speech.domain.errors import StreamAlreadyConfigured
from services.speech.domain.events import (
    Audio,
    ChangeTurnState,
    Event,
    FinishUtterance,
    Message,
    Progress,
    SpeechEnded,
    SpeechStarted,
    StreamConfig,
)
from services.speech.domain.finishing import Closed
from services.speech.domain.hallucination import LEAST_STRENGTH
from services.speech.domain.history import AudioHistory
from services.speech.domain.intake import AudioIntake, Frames
from services.speech.domain.segmenter import EndSuspected, GateEvent, Segmenter, SpeechBegan, UtteranceClosed
from services.speech.domain.transcript import Utterance, utterance_id
from services.speech.domain.turn import CONFIRMING_PATIENCE_S, TurnOver
from services.speech.ports import Priority
from services.speech.usecases.listening import Listening
from services.speech.usecases.turn_taking import TurnTaking

_PROGRESS_SAMPLES = RATE_HZ
_PARTIAL_SHARE = 1 / 2
"""Of the time, at most so much is spent on one stream's partials."""


@dataclass(frozen=True, slots=True)
class ReadSoFar:
    """Asks for the text of an utterance that is not complete."""

    utterance_id: str
    start: int
    audio: Span
    samples: Pcm
    suspected_end: bool
    """Whether the gate suspects that this is all of it."""


@dataclass(frozen=True, slots=True)
class ReadFinal:
    """Asks for the text of a complete utterance."""

    closed: Closed
    at: float
    """Monotonic time of the closing."""
    before: Pcm
    """Speech just before, where the recogniser wants it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Stands where a FinishUtterance took effect."""

    mark: str
    end: int


Work = ReadSoFar | ReadFinal | TurnOver | Mark


class Hearing:
    """One stream's ears. One task calls `listen`; the writing side calls the rest."""

    def __init__(
        self, config: StreamConfig, listening: Listening, events: BoundedQueue[Event], work: BoundedQueue[Work]
    ) -> None:
        self._config = config
        self._listening = listening
        self._events = events
        self._work = work
        self._intake = AudioIntake(config.start)
        self._segmenter = Segmenter(listening.rules, config.start // FRAME_SAMPLES)
        self._detector = listening.new_detector()
        self._early = listening.reads_early(config.language)
        self._history = AudioHistory()
        self._before = SpokenBefore(listening.recogniser.capabilities.context)
        patience_s = config.patience_s or listening.patience_s
        self._turn = TurnTaking(config.turn_state, patience_s, config.language, events)
        self._least_end = min(listening.rules.end, in_samples(min(patience_s, CONFIRMING_PATIENCE_S)) // FRAME_SAMPLES)
        self._replay_points: deque[int] = deque()
        """One for each utterance without a final, oldest first."""
        self._progress_due = config.start + _PROGRESS_SAMPLES
        self._partial_due = 0
        self._partial_asked = 0
        self._partial_waits = False

    async def listen(self, messages: AsyncIterator[Message]) -> None:
        """Takes in messages until they end, then finishes the open utterance. Raises BadAudio and StreamOrder."""
        async for message in messages:
            match message:
                case Audio(offset, samples):
                    for frames in self._intake.accept(offset, samples):
                        await self._hear(frames)
                case FinishUtterance(mark):
                    await self._finish(mark)
                case ChangeTurnState(turn_state):
                    self._turn.change(turn_state, self._segmenter.position)
                case StreamConfig():
                    raise StreamAlreadyConfigured("the config is the first message and the only one of its kind")
        for frames in self._intake.flush():
            await self._hear(frames)
        await self._follow(self._segmenter.finish())

    def is_open(self, an_utterance: str) -> bool:
        """Whether the utterance is being heard."""
        start = self._segmenter.open_start
        return start is not None and utterance_id(self._config.stream_id, start) == an_utterance

    def still_suspects(self, audio: Span) -> bool:
        """Whether nothing was heard since the end of the open utterance was suspected after `audio`."""
        return self._segmenter.suspected_audio == audio

    def final_is_out(self, utterance: Utterance) -> tuple[Progress, list[TurnOver]]:
        """Notes that the oldest final was sent; returns the replay point from then on, and turns that are over."""
        self._replay_points.popleft()
        return self._progress(), self._turn.read(utterance)

    def early_text_is_out(self, audio: Span, text: str) -> None:
        """Notes what the open utterance reads if it has ended after `audio`."""
        if self.still_suspects(audio):
            self._turn.suspect(text)

    def partial_is_done(self, took_s: float) -> None:
        """Notes that the partial that was asked for is read, or given up; `took_s` of wall time sets the pace."""
        self._partial_waits = False
        every_s = max(self._listening.partial_every_s, took_s / _PARTIAL_SHARE)
        self._partial_due = self._partial_asked + in_samples(every_s)

    async def _hear(self, frames: Frames) -> None:
        if frames.first * FRAME_SAMPLES != self._segmenter.position:
            await self._follow(self._segmenter.skip_to(frames.first))
        self._history.add(frames.first * FRAME_SAMPLES, frames.samples.reshape(-1))
        rest = frames.samples
        while len(rest):
            if self._segmenter.starts_afresh:
                self._detector.reset()
                self._segmenter.start_afresh()
            count = self._segmenter.frames_at_once(self._least_end)
            await self._hear_together(rest[:count], frames.missing)
            rest = rest[count:]
        self._history.forget(self._before.needed_from(self._segmenter.needed_from))
        await self._ask_for_partial()
        self._turn.estimate(self._segmenter.position, self._segmenter.silent_since)
        await self._tell_progress()

    async def _hear_together(self, frames: Pcm, missing: bool) -> None:
        for probability, energy in zip(await self._judge(frames, missing), _energies(frames), strict=True):
            await self._follow(self._segmenter.hear(probability, energy, self._end_frames()))
            over = self._turn.hear_silence(self._segmenter.position)
            if over is not None:
                await self._work.put(over)

    async def _judge(self, frames: Pcm, missing: bool) -> Sequence[float]:
        if missing:
            self._detector.reset()
            return [0.0] * len(frames)
        return await self._listening.gate.run(lambda: self._detector(frames), Priority.FINAL)

    async def _follow(self, happened: Sequence[GateEvent]) -> None:
        for event in happened:
            match event:
                case SpeechBegan(start):
                    await self._begin(start)
                case EndSuspected(start, audio):
                    if self._early and self._believes:
                        await self._ask(start, audio, suspected_end=True)
                case UtteranceClosed():
                    await self._close(event)

    async def _begin(self, start: int) -> None:
        name = utterance_id(self._config.stream_id, start)
        self._replay_points.append(self._segmenter.replay_from)
        self._turn.begin(name, start, self._segmenter.position - FRAME_SAMPLES)
        self._partial_due = start + in_samples(self._listening.partial_every_s)
        await self._events.put(SpeechStarted(name, start))

    async def _close(self, shape: UtteranceClosed) -> None:
        name = utterance_id(self._config.stream_id, shape.speech.start)
        self._turn.close(shape)
        closed = Closed(name, shape, self._history.cut(shape.audio), self._config.language)
        before = self._history.cut(self._before.of(shape.audio))
        at = self._listening.clock.monotonic()
        await self._events.put(SpeechEnded(name, shape.speech.end))
        await self._work.put(ReadFinal(closed, at, before))

    async def _finish(self, mark: str) -> None:
        await self._follow(self._segmenter.finish())
        self._turn.drop(self._segmenter.position)
        await self._work.put(Mark(mark, self._intake.position))

    async def _ask_for_partial(self) -> None:
        audio, start = self._segmenter.open_audio, self._segmenter.open_start
        wanted = self._early and self._config.partials and not self._partial_waits
        if not wanted or audio is None or start is None or audio.end < self._partial_due or not self._believes:
            return
        # In a pause the next thing to read is the suspected end, and a partial would be in its way.
        if self._segmenter.hears_voice and self._listening.recogniser.idle:
            self._partial_waits = True
            self._partial_asked = audio.end
            await self._ask(start, audio, suspected_end=False)

    @property
    def _believes(self) -> bool:
        """Whether the open utterance is speech for sure: else it gets no text, and none need be read."""
        return self._segmenter.open_strength >= LEAST_STRENGTH

    async def _ask(self, start: int, audio: Span, *, suspected_end: bool) -> None:
        name = utterance_id(self._config.stream_id, start)
        await self._work.put(ReadSoFar(name, start, audio, self._history.cut(audio), suspected_end))

    async def _tell_progress(self) -> None:
        if self._segmenter.position >= self._progress_due:
            self._progress_due = self._segmenter.position + _PROGRESS_SAMPLES
            await self._events.put(self._progress())

    def _progress(self) -> Progress:
        replay_from = self._replay_points[0] if self._replay_points else self._segmenter.replay_from
        return Progress(self._segmenter.position, replay_from)

    def _end_frames(self) -> int:
        """Silence that closes an utterance: never longer than what ends the turn."""
        patience = self._turn.patience
        end = self._listening.rules.end
        return end if patience is None else min(end, patience // FRAME_SAMPLES)


def _energies(frames: Pcm) -> list[float]:
    scaled = frames / FULL_SCALE
    energies: list[float] = np.mean(np.square(scaled), axis=1).tolist()
    return energies
