"""The conversation's rules applied: sound, speech events and session's commands in; voice, records and captions out."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import numpy as np

from services.kit.clock import Clock
from services.media.domain.clock import SessionClock, to_seconds
from services.media.domain.commands import CurrentQuestion, FinishAnswer, SessionCommand, Speak, StopSpeaking
from services.media.domain.conversation import Conversation
from services.media.domain.effects import DropVoice, Effect, PauseVoice, Record, ResumeVoice, SetTurnState, Show
from services.media.domain.entries import AnswerEnd, Entry, Outcome, Playback
from services.media.domain.events import InputLevel, NoticeKind, Voice, VoiceState
from services.media.domain.levels import LevelMeter, VoiceEnergy
from services.media.domain.recent import RecentIds
from services.media.domain.replay import BYTES_PER_SAMPLE
from services.media.domain.values import NoText, Partial, Utterance
from services.media.ports.browser import VoiceEncoders
from services.media.ports.speech import FinishDone, HearingEvent, SpeechBegan, SpeechPaused, SpeechService, TurnOver
from services.media.usecases.condition import Condition
from services.media.usecases.feed import Feed
from services.media.usecases.hearing import Hearing
from services.media.usecases.speaking import Speaking, Speech

Spawn = Callable[[Coroutine[Any, Any, None]], object]

# Audio takes this long from the candidate's mouth to here: the last word may still be on its way at "submit".
TAIL_S: Final = 0.15
_JUST_NOW_S: Final = 0.12
_OVER: Final = {
    Outcome.COMPLETED: VoiceState.FINISHED,
    Outcome.REPLACED: VoiceState.FINISHED,
    Outcome.INTERRUPTED: VoiceState.INTERRUPTED,
    Outcome.FAILED: VoiceState.FAILED,
}
_TYPE_INSTEAD: Final = (NoText.LANGUAGE_UNSUPPORTED, NoText.NO_ENGINE)


class Dialogue:
    """Candidate, interviewer's voice and session. ``hearing`` is None where nothing may be transcribed."""

    def __init__(
        self,
        speech: SpeechService,
        encoders: VoiceEncoders,
        clock: Clock,
        place: SessionClock,
        feed: Feed,
        condition: Condition,
        record: Callable[[Entry], None],
        spawn: Spawn,
    ) -> None:
        self._clock = clock
        self._place = place
        self._feed = feed
        self._condition = condition
        self._record = record
        self._spawn = spawn
        self._conversation = Conversation()
        self._meter = LevelMeter()
        self._energy = VoiceEnergy()
        self._finishing = RecentIds()
        self._ends: dict[str, float] = {}  # answers whose last utterances are awaited, and where they end
        self._completing: dict[str, asyncio.Event] = {}
        self._voice_from_s: float | None = None
        self._voice_to_s: float | None = None  # set while it is paused
        self._told_to_type = False
        self.speaking = Speaking(speech, encoders, clock, self)
        self.hearing: Hearing | None = None

    @property
    def question(self) -> CurrentQuestion:
        """The current question."""
        return self._conversation.question

    def on_audio(self, pcm: bytes, lost: int) -> None:
        """16 kHz mono samples, after ``lost`` that never arrived."""
        count = len(pcm) // BYTES_PER_SAMPLE
        start = self._place.append(count, lost, self._clock.monotonic())
        samples = np.frombuffer(pcm, "<i2").astype(np.float32)
        mean_square = float(np.dot(samples, samples)) / max(count, 1)
        start_s, length_s = to_seconds(start), to_seconds(count)
        self._energy.add(start_s, length_s, mean_square)
        level = self._meter.add(mean_square, length_s)
        if level is not None:
            self._feed.put(InputLevel(level, start_s + length_s))
        if self._conversation.speaking_over_voice:
            voiced_s = self._energy.voiced_s(self._conversation.speaking_over_since_s)
            self._apply(self._conversation.voiced(voiced_s, start_s + length_s))
        if self.hearing is not None:
            self.hearing.append(start, pcm)

    def on_session_command(self, command: SessionCommand) -> None:
        """What session wants, EndMedia excepted."""
        match command:
            case CurrentQuestion():
                self._apply(self._conversation.set_question(command, self._now_s()))
            case Speak():
                self.speaking.speak(command)
            case StopSpeaking():
                self.speaking.stop(Outcome.REPLACED)
            case FinishAnswer() if self._finishing.add(command.answer_id):
                self._spawn(self._finish(command.answer_id))

    def on_heard(self, event: HearingEvent) -> None:
        """What the recogniser says."""
        match event:
            case SpeechBegan():
                self._apply(self._conversation.speech_started(event.utterance_id, event.start_s))
            case SpeechPaused():
                self._apply(self._conversation.speech_ended(event.utterance_id, event.end_s))
            case Partial():
                self._apply(self._conversation.partial(event))
            case Utterance():
                self._apply(self._conversation.final(event))
                self._advise(event)
            case TurnOver():
                self._apply(self._conversation.turn_ended(event.end_s))
            case FinishDone():
                self._finished(event.mark)

    def on_speech_available(self, available: bool) -> None:
        """Transcription broke off or is back."""
        if not available:
            self._conversation.recogniser_lost()
        self._condition.speech_available(available)

    async def complete(self) -> None:
        """End the utterance that is open, if one is, and return when its final is here."""
        if self.hearing is None or not self._conversation.open_utterance:
            return
        mark = f"complete {self._place.end}"
        done = self._completing.setdefault(mark, asyncio.Event())
        self.hearing.finish(mark, self._place.end)
        await done.wait()

    def hold_on(self) -> None:
        """The candidate keeps the turn."""
        self._apply(self._conversation.hold_on())

    def tick(self) -> None:
        """Time passes."""
        self._apply(self._conversation.tick(self._now_s()))

    def type_instead(self) -> None:
        """Say once that answers have to be typed."""
        if not self._told_to_type:
            self._told_to_type = True
            self._condition.notify(NoticeKind.TYPE_ANSWERS)

    def on_voice_began(self, speech: Speech) -> None:
        """The voice sounds."""
        now_s = self._now_s()
        self._voice_to_s = None
        self._apply(self._conversation.voice_began(now_s))
        if self._voice_from_s is None:
            self._voice_from_s = now_s
        else:
            self._tell_voice(speech, VoiceState.SPEAKING, speech.sentence)

    def on_voice_sentence(self, speech: Speech, text: str) -> None:
        """A sentence begins."""
        self._conversation.voice_says(text)
        self._tell_voice(speech, VoiceState.SPEAKING, text)

    def on_voice_paused(self, speech: Speech) -> None:
        """The voice is interrupted, perhaps by mistake."""
        self._voice_to_s = self._now_s()
        self._apply(self._conversation.voice_paused(self._voice_to_s))
        self._tell_voice(speech, VoiceState.INTERRUPTED, at_s=self._voice_to_s)

    def on_voice_over(self, speech: Speech, outcome: Outcome) -> None:
        """The voice is done with a speech."""
        now_s = self._now_s()
        paused, self._voice_to_s = self._voice_to_s, None
        begun, self._voice_from_s = self._voice_from_s, None
        self._apply(self._conversation.voice_ended(now_s))
        if paused is None or outcome is not Outcome.INTERRUPTED:  # a pause has told it already
            text = speech.command.text if outcome is Outcome.FAILED else ""
            self._tell_voice(speech, _OVER[outcome], text)
        if speech.recorded:
            end_s = now_s if paused is None else paused
            start_s = end_s if begun is None else begun
            self._record(Playback(speech.command.speech_id, start_s, end_s, outcome))

    async def _finish(self, answer_id: str) -> None:
        if self._energy.voiced_s(to_seconds(self._place.end) - _JUST_NOW_S) > 0:
            await self._clock.sleep(TAIL_S)
        self._ends[answer_id] = self._now_s()
        self._apply(self._conversation.finish_answer(answer_id, self._ends[answer_id]))
        if self.hearing is None:
            self._finished(answer_id)
        else:
            self.hearing.finish(answer_id, self._place.end)

    def _finished(self, mark: str) -> None:
        done = self._completing.pop(mark, None)
        if done is not None:
            done.set()
        end_s = self._ends.pop(mark, None)
        if end_s is not None:
            self._conversation.answer_ended(end_s)
            self._record(AnswerEnd(mark, end_s))

    def _advise(self, utterance: Utterance) -> None:
        if utterance.no_text in _TYPE_INSTEAD:
            self.type_instead()

    def _tell_voice(self, speech: Speech, state: VoiceState, text: str = "", at_s: float | None = None) -> None:
        said = speech.command
        place_s = self._now_s() if at_s is None else at_s
        self._feed.put(Voice(said.speech_id, state, text, place_s, said.question_id))

    def _now_s(self) -> float:
        return self._place.seconds(self._clock.monotonic())

    def _apply(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Record():
                    self._record(effect.entry)
                case Show():
                    self._feed.put(effect.event)
                case SetTurnState() if self.hearing is not None:
                    self.hearing.set_turn_state(effect.state)
                case PauseVoice():
                    self.speaking.pause()
                case ResumeVoice():
                    self.speaking.resume()
                case DropVoice():
                    self.speaking.stop(Outcome.INTERRUPTED)
