"""Which commands stand for media, and which of them a stream has not heard yet. Any replica may hold the stream."""

from dataclasses import dataclass, field
from typing import Final

from services.session.domain.account import Allowed
from services.session.domain.interview_settings import TurnTaking
from services.session.domain.notices import farewell
from services.session.domain.recording import Command, CurrentQuestion, EndMedia, FinishAnswer, Speak, StopSpeaking
from services.session.domain.state import Stage
from services.session.domain.values import Language, Question

NO_QUESTION: Final = CurrentQuestion()
_OVER: Final = frozenset({Stage.EVALUATION, Stage.COMPLETE, Stage.FAILED})


@dataclass(frozen=True, slots=True)
class Situation:
    """What commands depend on: the interview, as far as media is concerned.

    ``question`` is the current one, None where there is none; ``answer_id`` its open answer, empty where none is;
    ``speech_id`` is empty once its speech was played; ``unfinished`` are submitted answers without a recorded end;
    ``growing``: more of the question's text is being written.
    """

    stage: Stage
    language: Language
    turn_taking: TurnTaking
    question_id: str
    question: Question | None
    index: int
    total: int
    answer_id: str
    speech_id: str
    unfinished: tuple[str, ...]
    growing: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What media should know and do."""

    current: CurrentQuestion
    speak: Speak | None
    finish: tuple[FinishAnswer, ...]
    end: EndMedia | None


def standing(now: Situation) -> Standing:
    """The commands that stand."""
    finish = tuple(FinishAnswer(answer_id) for answer_id in now.unfinished)
    if now.question is None:
        # Hanging up waits for the last words of the last answer.
        over = now.stage in _OVER and not finish
        return Standing(NO_QUESTION, None, finish, EndMedia(farewell(now.language)) if over else None)
    current = CurrentQuestion(
        question_id=now.question_id,
        answer_id=now.answer_id,
        text=now.question.text,
        kind=now.question.kind,
        index=now.index,
        total=now.total,
        automatic_turn_end=now.turn_taking is TurnTaking.AUTOMATIC,
    )
    if not now.speech_id:
        return Standing(current, None, finish, None)
    speak = Speak(now.speech_id, now.question.text, now.language, now.question_id, now.growing)
    return Standing(current, speak, finish, None)


@dataclass(slots=True)
class Told:
    """What one stream was told so far."""

    current: CurrentQuestion | None = None
    speak: Speak | None = None
    speaking: bool = False
    finished: set[str] = field(default_factory=set)
    ended: bool = False

    def tell(self, now: Standing) -> list[Command]:
        """The commands to send for the stream to know ``now``; they count as sent."""
        commands: list[Command] = []
        for finish in now.finish:
            if finish.answer_id not in self.finished:
                self.finished.add(finish.answer_id)
                commands.append(finish)
        commands.extend(self._about_question(now))
        if now.end is not None and not self.ended:
            self.ended = True
            commands.append(now.end)
        return commands

    def _about_question(self, now: Standing) -> list[Command]:
        commands: list[Command] = []
        if now.current != self.current:
            self.current = now.current
            commands.append(now.current)
        if now.speak is not None and now.speak != self.speak:  # another, or more of the same
            self.speak, self.speaking = now.speak, True
            commands.append(now.speak)
        elif now.speak is None and self.speaking:
            self.speaking = False
            if now.current == NO_QUESTION:  # over; while a question is current only a newer speech replaces one
                commands.append(StopSpeaking())
        return commands


@dataclass(frozen=True, slots=True)
class MediaState:
    """What a Record stream must know of its interview, in one piece; read at every change."""

    epoch: int
    allowed: Allowed
    situation: Situation
