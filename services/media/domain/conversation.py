"""Whose turn it is and what belongs to which answer: events in, effects out, no clock and no I/O of its own.

Rules:
1. An utterance belongs to the answer that was open when it began, or to none. Once everything of an answer is recorded,
   nothing is added to it: a cut through running speech is exact to a frame of the recogniser only.
2. What is heard wholly while the interviewer's voice sounds belongs to nobody and is dropped, unless it interrupted the
   voice. What begins while it sounds, ends with its echo at the latest and reads like what was said is echo: dropped.
3. Speech of at least 0.5 s over the voice pauses it. Words, or 1.5 s, make it an interruption; a cough or an echo is a
   false alarm, and the voice goes on where it stopped.
4. Turn state: off while the voice sounds or no answer is open; thinking until the answer's first speech, after speech
   without words, and while the candidate holds the turn (by the button, or by saying "give me a second"); else
   answering.
5. An answer starts with the first utterance that has words. A turn ends only in an answer that has words, once until
   more are said, and only where the question's turn taking is automatic.
6. An utterance is taken once, by its id: a replay after a break changes nothing.
"""

from dataclasses import dataclass

from services.media.domain.commands import CurrentQuestion
from services.media.domain.effects import DropVoice, Effect, PauseVoice, Record, ResumeVoice, SetTurnState, Show
from services.media.domain.entries import AnswerStart, TurnEnd, UtteranceHeard
from services.media.domain.events import Caption, QuestionShown, SpeechActivity
from services.media.domain.holding import holds_turn
from services.media.domain.interruption import Interruption, Verdict
from services.media.domain.playback import PlaybackLog
from services.media.domain.recent import RecentIds
from services.media.domain.timeline import AnswerTimeline
from services.media.domain.values import Partial, TurnState, Utterance


@dataclass(slots=True)
class _Answer:
    answer_id: str
    automatic: bool
    speaking: bool = False  # somebody spoke since the question, perhaps without words
    words: bool = False
    unended_words: bool = False  # words since the last turn end


class Conversation:
    """The state of one interview's conversation. Every method returns what has to be done, in order."""

    def __init__(self) -> None:
        self._timeline = AnswerTimeline()
        self._playback = PlaybackLog()
        self._interruption = Interruption()
        self._answer: _Answer | None = None
        self._finished = RecentIds()
        self._taken = RecentIds()
        self._open: dict[str, float] = {}  # utterances that have begun and are not final
        self._shown: set[str] = set()  # of these, those with a caption on the page
        self._interrupting: set[str] = set()
        self._held = False
        self._settled_s = 0.0  # what is heard from now on begins after this
        self._state = TurnState.LISTENING_OFF
        self.question = CurrentQuestion()

    @property
    def turn_state(self) -> TurnState:
        """What the recogniser should be set to."""
        return self._state

    @property
    def open_utterance(self) -> str:
        """The utterance that is being spoken; empty for none."""
        return next(reversed(self._open), "")

    @property
    def speaking_over_voice(self) -> bool:
        """Whether ``voiced`` needs to be told of sound."""
        return self._interruption.speaking_over

    @property
    def speaking_over_since_s(self) -> float:
        """From where that sound counts."""
        return self._interruption.since_s

    def set_question(self, question: CurrentQuestion, at_s: float) -> list[Effect]:
        """Session says which question and answer are current."""
        self.question = question
        answer_id = "" if question.answer_id in self._finished else question.answer_id
        if self._answer is None or self._answer.answer_id != answer_id:
            self._answer = _Answer(answer_id, question.automatic_turn_end) if answer_id else None
            self._held = False
        if self._answer is not None:
            self._answer.automatic = question.automatic_turn_end
        self._timeline.open(answer_id, at_s)
        return [Show(QuestionShown(question)), *self._turn()]

    def finish_answer(self, answer_id: str, at_s: float) -> list[Effect]:
        """The answer was submitted: what begins after ``at_s`` does not belong to it."""
        self._finished.add(answer_id)
        if self._timeline.current == answer_id:
            self._timeline.open("", at_s)
        if self._answer is not None and self._answer.answer_id == answer_id:
            self._answer = None
        return self._turn()

    def answer_ended(self, at_s: float) -> None:
        """All that belongs to the answer that ended at this place has been recorded."""
        self._settled_s = max(self._settled_s, at_s)

    def voice_began(self, at_s: float) -> list[Effect]:
        """The interviewer's voice begins to sound, or goes on."""
        if not self._interruption.active:
            self._interruption.voice_began(at_s, self.open_utterance)
        self._playback.begin(at_s)
        return self._turn()

    def voice_says(self, sentence: str) -> None:
        """It begins this sentence."""
        self._playback.sentence(sentence)

    def voice_paused(self, at_s: float) -> list[Effect]:
        """It has stopped sounding and may go on."""
        self._playback.end(at_s)
        return []

    def voice_ended(self, at_s: float) -> list[Effect]:
        """It is over."""
        self._playback.end(at_s)
        self._interruption.voice_ended()
        return self._turn()

    def speech_started(self, utterance_id: str, start_s: float) -> list[Effect]:
        """The recogniser hears somebody begin."""
        if utterance_id in self._taken:
            return []
        self._open[utterance_id] = start_s
        self._interruption.speech_started(utterance_id, start_s)
        if not self._playback.sounding:
            self._spoke()
        return [Show(SpeechActivity(True, start_s)), *self._turn()]

    def voiced(self, voiced_s: float, now_s: float) -> list[Effect]:
        """Seconds of the candidate's voice since ``speaking_over_since_s``."""
        verdict = self._interruption.voiced(voiced_s, now_s)
        if verdict is Verdict.PAUSE:
            self._interrupting.add(self._interruption.utterance_id)
            return [PauseVoice()]
        return [DropVoice()] if verdict is Verdict.INTERRUPTED else []

    def tick(self, now_s: float) -> list[Effect]:
        """Time passes: a paused voice goes on if nothing decides about it."""
        return [ResumeVoice()] if self._interruption.overdue(now_s) else []

    def partial(self, partial: Partial) -> list[Effect]:
        """What an utterance reads so far."""
        utterance_id = partial.utterance_id
        if utterance_id in self._taken or not partial.text:
            return []
        if self._playback.echoes(partial.start_s, partial.end_s, partial.text):
            return self._alarm(utterance_id, echo=True)
        if self._belongs_to_nobody(utterance_id, partial.start_s, partial.end_s):
            return []
        self._shown.add(utterance_id)
        answer_id = self._answer_at(partial.start_s)
        caption = Caption(
            utterance_id, partial.start_s, partial.end_s, partial.text, partial.stable_chars, False, answer_id
        )
        return [Show(caption), *self._words(utterance_id, answer_id, partial.start_s)]

    def speech_ended(self, utterance_id: str, end_s: float) -> list[Effect]:
        """The recogniser hears a pause."""
        if utterance_id not in self._open:
            return []
        self._interruption.speech_over(utterance_id)
        return [Show(SpeechActivity(False, end_s))]

    def final(self, utterance: Utterance) -> list[Effect]:
        """An utterance's text for good."""
        utterance_id = utterance.utterance_id
        self._open.pop(utterance_id, None)
        if not self._taken.add(utterance_id):
            return []
        if self._playback.echoes(utterance.start_s, utterance.end_s, utterance.text):
            effects = [*self._alarm(utterance_id, echo=True), *self._withdraw(utterance)]
        elif self._belongs_to_nobody(utterance_id, utterance.start_s, utterance.end_s):
            effects = self._withdraw(utterance)
        elif utterance.heard_nothing and utterance_id in self._interrupting:
            effects = [*self._alarm(utterance_id), *self._withdraw(utterance)]
        else:
            effects = self._keep(utterance)
        self._shown.discard(utterance_id)
        self._interrupting.discard(utterance_id)
        return [*effects, *self._turn()]

    def turn_ended(self, end_s: float) -> list[Effect]:
        """The recogniser's patience is over."""
        answer = self._answer
        if answer is None or not answer.automatic or not answer.unended_words or self._held:
            return []
        if self._timeline.at(end_s) != answer.answer_id or self._state is not TurnState.ANSWERING:
            return []
        answer.unended_words = False
        return [Record(TurnEnd(answer.answer_id, end_s))]

    def recogniser_lost(self) -> None:
        """Its stream broke: what was open comes again in the replay, perhaps under another id."""
        self._open.clear()

    def hold_on(self) -> list[Effect]:
        """The candidate keeps the turn until speaking again."""
        self._held = self._answer is not None
        return self._turn()

    def _keep(self, utterance: Utterance) -> list[Effect]:
        answer_id = self._answer_at(utterance.start_s)
        effects: list[Effect] = []
        if not utterance.heard_nothing:
            effects += self._words(utterance.utterance_id, answer_id, utterance.start_s)
            self._held = self._answer is not None and holds_turn(utterance.text)
        elif self._answer is not None and not self._answer.words:
            self._answer.speaking = False
        caption = Caption(
            utterance.utterance_id,
            utterance.start_s,
            utterance.end_s,
            utterance.text,
            len(utterance.text),
            True,
            answer_id,
            utterance.delivery,
        )
        return [*effects, Record(UtteranceHeard(utterance, answer_id)), Show(caption)]

    def _withdraw(self, utterance: Utterance) -> list[Effect]:
        """It is not the candidate's: take its caption off the page, if it has one."""
        if utterance.utterance_id not in self._shown:
            return []
        return [Show(Caption(utterance.utterance_id, utterance.start_s, utterance.end_s, "", 0, True))]

    def _words(self, utterance_id: str, answer_id: str, start_s: float) -> list[Effect]:
        """The utterance has words."""
        effects: list[Effect] = [DropVoice()] if self._interruption.words(utterance_id) else []
        answer = self._answer
        if answer is None or answer.answer_id != answer_id:
            return effects
        self._spoke()
        if not answer.words:
            effects.append(Record(AnswerStart(answer_id, start_s)))
        answer.words = answer.unended_words = True
        return [*effects, *self._turn()]

    def _alarm(self, utterance_id: str, echo: bool = False) -> list[Effect]:
        self._interrupting.discard(utterance_id)
        return [ResumeVoice()] if self._interruption.false_alarm(utterance_id, echo) else []

    def _spoke(self) -> None:
        self._held = False
        if self._answer is not None:
            self._answer.speaking = True

    def _answer_at(self, start_s: float) -> str:
        return self._timeline.at(max(start_s, self._settled_s))

    def _belongs_to_nobody(self, utterance_id: str, start_s: float, end_s: float) -> bool:
        return utterance_id not in self._interrupting and self._playback.covers(start_s, end_s)

    def _turn(self) -> list[Effect]:
        """The turn state, if it has changed."""
        if self._interruption.active or self._answer is None:
            state = TurnState.LISTENING_OFF
        elif self._held or not self._answer.speaking:
            state = TurnState.THINKING
        else:
            state = TurnState.ANSWERING
        if state is self._state:
            return []
        self._state = state
        return [SetTurnState(state)]
