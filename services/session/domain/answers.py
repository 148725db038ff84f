"""Parts of an interview: its questions, answers, state changes and speeches."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.session.domain.recording import PlaybackOutcome
from services.session.domain.state import Intent, NextAction, Stage
from services.session.domain.values import Evaluation, Question, Scenario


@dataclass(kw_only=True, eq=False)
class InterviewQuestion:
    """A question of this interview; ``index`` is None until it is asked, ``plan_index`` None for a follow-up.

    ``speech_id`` is given when it is asked; ``speech_outcome`` is None until media has played it, or need not any more.
    ``unfinished``: it was asked before its text was whole; the rest comes by ``Interview.grow_question``.
    """

    question_id: str
    question: Question
    plan_index: int | None = None
    index: int | None = None
    follows_question_id: str | None = None
    speech_id: str | None = None
    speech_outcome: PlaybackOutcome | None = None
    spoken_duration: timedelta | None = None
    unfinished: bool = False

    @property
    def heard(self) -> bool:
        """Whether its voice is over: what was not said then is not said any more. One that failed was shown."""
        return self.speech_outcome not in (None, PlaybackOutcome.FAILED)

    def played(self, outcome: PlaybackOutcome, start: timedelta | None, end: timedelta | None) -> None:
        """Its voice is over."""
        self.speech_outcome = outcome
        if start is not None and end is not None:
            self.spoken_duration = end - start

    def grow(self, text: str, *, unfinished: bool) -> None:
        """Its text so far, which begins with what it was."""
        self.question = replace(self.question, text=text)
        self.unfinished = unfinished


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up to be asked under this id; ``unfinished``: more of its text is being written."""

    question_id: str
    question: Question
    unfinished: bool = False

    def following(self, root_question_id: str) -> InterviewQuestion:
        """It as a question of the interview."""
        return InterviewQuestion(
            question_id=self.question_id,
            question=self.question,
            follows_question_id=root_question_id,
            unfinished=self.unfinished,
        )


class AnswerStatus(StrEnum):
    """Where an answer stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    EVALUATING = "evaluating"
    EVALUATED = "evaluated"
    FAILED = "failed"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"
    NOT_SCORED = "not_scored"


UNSETTLED: Final = frozenset({AnswerStatus.OPEN, AnswerStatus.SUBMITTED, AnswerStatus.EVALUATING})
NOT_COUNTED: Final = frozenset({AnswerStatus.SKIPPED, AnswerStatus.SUPERSEDED})


class AnswerOrigin(StrEnum):
    """How an answer was given."""

    SPOKEN = "spoken"
    TYPED = "typed"


@dataclass(kw_only=True, eq=False)
class Answer:
    """One attempt at a question.

    ``transcript_version`` counts up whenever the text changes after completion, so that an evaluation of an older text
    is never stored. ``corrected_text`` replaces what was typed or heard. ``asked_offset`` is where the question had
    been asked in full; None for a retry, and where it was not spoken.
    """

    answer_id: str
    question_id: str
    attempt: int
    status: AnswerStatus = AnswerStatus.OPEN
    origin: AnswerOrigin | None = None
    typed_text: str | None = None
    corrected_text: str | None = None
    transcript_version: int = 0
    asked_offset: timedelta | None = None
    start_offset: timedelta | None = None
    end_offset: timedelta | None = None
    submit_time: datetime | None = None
    evaluation: Evaluation | None = None
    failure_message: str = ""

    def complete(self, *, scored: bool) -> bool:
        """All of it is there: wait for the evaluation, or stay unscored. Whether an evaluation is now due."""
        self.status = AnswerStatus.EVALUATING if scored else AnswerStatus.NOT_SCORED
        self.evaluation = None
        self.failure_message = ""
        return scored

    def text_changed(self, *, scored: bool) -> bool:
        """The text of a completed answer is another one now. Whether an evaluation is due."""
        self.transcript_version += 1
        return self.complete(scored=scored)


@dataclass(kw_only=True, eq=False)
class StateChange:
    """One state change; see the contract."""

    revision: int
    stage: Stage
    intent: Intent
    next_action: NextAction
    question_id: str
    retry_count: int
    change_time: datetime
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class TurnState:
    """The interview's ``turn_intent`` and the answer's status; read often, so nothing else is."""

    intent: Intent | None
    status: AnswerStatus
