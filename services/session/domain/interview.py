"""The interview: the aggregate that is the only place where its state changes.

Every change goes through the table in ``state`` and is kept as history. ``revision`` counts what a client can see.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.kit.ids import new_id
from services.session.domain.answers import (
    UNSETTLED,
    Answer,
    AnswerOrigin,
    AnswerStatus,
    FollowUp,
    InterviewQuestion,
    StateChange,
)
from services.session.domain.errors import AnswerNotFound, AnswerSubmitted, QuestionNotCurrent, RetryNotAllowed
from services.session.domain.interview_settings import InterviewMode, InterviewSettings
from services.session.domain.recording import PlaybackOutcome
from services.session.domain.state import INITIAL, Intent, NextAction, Stage, transition
from services.session.domain.values import EngineInfo, Question

MAX_FOLLOW_UPS: Final = 2  # INTERVIEW.md: at most two per question, whoever asks for them


@dataclass(kw_only=True, eq=False)
class Interview:
    """The aggregate. ``turn_intent`` is set between an answer's submission and the next question.

    ``recorded``: media was connected at least once, so a spoken answer is complete only when media says so.
    """

    interview_id: str
    account_id: str
    settings: InterviewSettings
    create_time: datetime
    stage: Stage = INITIAL.stage
    next_action: NextAction = INITIAL.next_action
    revision: int = 0
    current_question_id: str | None = None
    current_answer_id: str | None = None
    turn_intent: Intent | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    failure_message: str = ""
    planner: EngineInfo | None = None
    recorded: bool = False
    questions: list[InterviewQuestion] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    history: list[StateChange] = field(default_factory=list)

    @classmethod
    def create(cls, account_id: str, settings: InterviewSettings, now: datetime) -> "Interview":
        """A new interview, to be planned."""
        interview = cls(interview_id=new_id(), account_id=account_id, settings=settings, create_time=now)
        interview._record(Intent.CREATE, now)
        return interview

    def question(self, question_id: str) -> InterviewQuestion:
        """The question with this id. KeyError if there is none: ids come from our own rows."""
        for question in self.questions:
            if question.question_id == question_id:
                return question
        raise KeyError(question_id)

    def answer(self, answer_id: str) -> Answer:
        """The answer with this id. Raises AnswerNotFound."""
        for answer in self.answers:
            if answer.answer_id == answer_id:
                return answer
        raise AnswerNotFound("there is no such answer in this interview")

    def asked(self) -> list[InterviewQuestion]:
        """The questions that the candidate knows, in the order in which they were asked."""
        known = [(question.index, question) for question in self.questions if question.index is not None]
        return [question for _, question in sorted(known, key=lambda pair: pair[0])]

    def counting_answer(self, question_id: str) -> Answer | None:
        """The latest attempt at a question."""
        attempts = [answer for answer in self.answers if answer.question_id == question_id]
        return max(attempts, key=lambda answer: answer.attempt, default=None)

    def root(self, question_id: str) -> InterviewQuestion:
        """The planned question that this one is, or follows."""
        question = self.question(question_id)
        return question if question.follows_question_id is None else self.question(question.follows_question_id)

    def follow_ups(self, question_id: str) -> list[InterviewQuestion]:
        """The follow-ups that were asked to a planned question, in order."""
        return [question for question in self.asked() if question.follows_question_id == question_id]

    def total_questions(self) -> int:
        """Planned questions and the follow-ups that were asked."""
        return len(self.questions)

    def done_questions(self) -> int:
        """Asked questions but for the one that is being answered."""
        return len(self.asked()) - (self.stage in (Stage.QUESTION, Stage.ANSWER))

    def settled(self) -> bool:
        """Whether the interview is over and no answer waits for anything any more."""
        over = self.stage in (Stage.EVALUATION, Stage.COMPLETE)
        return over and all(answer.status not in UNSETTLED for answer in self.answers)

    def wants_follow_up(self, intent: Intent) -> bool:
        """Whether a follow-up to the current question may be asked: by own choice, or because it was requested."""
        if self.current_question_id is None:
            return False
        asked = len(self.follow_ups(self.root(self.current_question_id).question_id))
        return asked < (MAX_FOLLOW_UPS if intent is Intent.FOLLOW_UP else self.settings.max_follow_ups)

    def growing(self, question_id: str) -> bool:
        """Whether more of a question's text may come: it is current, unanswered, and its voice was not ended."""
        if question_id != self.current_question_id or self.turn_intent is not None:
            return False
        question = self.question(question_id)
        return question.unfinished and not question.heard

    def touch(self) -> None:
        """Something that a client can see has changed."""
        self.revision += 1

    def plan(self, questions: list[Question], planner: EngineInfo | None, now: datetime) -> None:
        """The plan is there."""
        transition(self.stage, Intent.PLANNED)
        for index, question in enumerate(questions):
            self.questions.append(InterviewQuestion(question_id=new_id(), question=question, plan_index=index))
        self.planner = planner
        self._change(Intent.PLANNED, now)

    def start(self, now: datetime) -> None:
        """Ask the first question."""
        transition(self.stage, Intent.START)
        self.start_time = now
        self._ask(self._next_planned())
        self._change(Intent.START, now)

    def begin_answer(self, answer_id: str, start_offset: timedelta | None, now: datetime) -> None:
        """The question was asked in full, or the candidate began to speak (``start_offset``)."""
        if answer_id != self.current_answer_id or self.turn_intent is not None:
            return
        answer = self.answer(answer_id)
        if start_offset is not None and answer.start_offset is None:
            answer.start_offset = start_offset
            self.touch()
        if self.stage is Stage.QUESTION:
            self._change(Intent.BEGIN_ANSWER, now)

    def question_spoken(self, answer_id: str, end_offset: timedelta | None, now: datetime) -> None:
        """The current question was spoken, up to ``end_offset``: from there on the candidate thinks or answers."""
        if answer_id == self.current_answer_id and self.answer(answer_id).attempt == 1:
            self.answer(answer_id).asked_offset = end_offset
        self.begin_answer(answer_id, None, now)

    def submit(self, question_id: str, intent: Intent, typed_text: str | None, now: datetime) -> Answer:
        """The current answer is given; ``intent`` is submit or follow_up. The next question comes with ``advance``."""
        answer = self._open_answer(question_id, intent)
        self._hand_in(answer, typed_text, now)
        self.turn_intent = intent
        self.next_action = NextAction.WAIT
        self.touch()
        return answer

    def advance(self, answer_id: str, follow_up: FollowUp | None, now: datetime) -> bool:
        """Ask what comes after a submitted answer; False if that has happened already."""
        intent = self.turn_intent
        if intent is None or answer_id != self.current_answer_id or self.current_question_id is None:
            return False
        asked = follow_up.following(self.root(self.current_question_id).question_id) if follow_up is not None else None
        if asked is not None:
            self.questions.append(asked)
        self.turn_intent = None
        self._go_on(asked, intent, now)
        return True

    def grow_question(self, question_id: str, text: str, *, unfinished: bool) -> bool:
        """More of the current question's text is there; False if no more of it is wanted: see ``growing``."""
        wanted = self.growing(question_id)
        if wanted:
            self.question(question_id).grow(text, unfinished=unfinished)
            self.touch()
        return wanted

    def retry(self, question_id: str, now: datetime) -> None:
        """Open a new attempt at the current question."""
        if self.settings.mode is InterviewMode.REALISTIC:
            raise RetryNotAllowed("a realistic interview has no retry; submit the answer and go on")
        answer = self._open_answer(question_id, Intent.RETRY)
        answer.status = AnswerStatus.SUPERSEDED
        self._open(question_id, answer.attempt + 1)
        self._change(Intent.RETRY, now)

    def skip(self, question_id: str, now: datetime) -> None:
        """Leave the current question unanswered."""
        answer = self._open_answer(question_id, Intent.SKIP)
        answer.status = AnswerStatus.SKIPPED
        answer.submit_time = now
        self._go_on(None, Intent.SKIP, now)

    def end(self, now: datetime) -> Answer | None:
        """End early; the answer that this submitted, if something of it was said."""
        transition(self.stage, Intent.END)
        handed_in = None
        if self.current_answer_id is not None:
            answer = self.answer(self.current_answer_id)
            if answer.status is AnswerStatus.OPEN and answer.start_offset is not None:
                self._hand_in(answer, None, now)
                handed_in = answer
            elif answer.status is AnswerStatus.OPEN:
                answer.status = AnswerStatus.SKIPPED
        self.turn_intent = None
        self._finish(now)
        return handed_in

    def played(self, speech_id: str, outcome: PlaybackOutcome, start: timedelta | None, end: timedelta | None) -> str:
        """A speech was played. The question that it asked; empty if the speech is not one of ours."""
        for question in self.questions:
            if question.speech_id == speech_id:
                question.played(outcome, start, end)
                self.touch()
                return question.question_id
        return ""

    def report_ready(self, now: datetime) -> None:
        """The report was written."""
        self._change(Intent.REPORT_READY, now)

    def fail(self, message: str, now: datetime) -> None:
        """Planning or the report failed for good."""
        transition(self.stage, Intent.FAIL)
        self.failure_message = message
        self._change(Intent.FAIL, now)

    def _open_answer(self, question_id: str, intent: Intent) -> Answer:
        transition(self.stage, intent)
        if question_id != self.current_question_id or self.current_answer_id is None:
            raise QuestionNotCurrent("another question is the current one; read the interview again")
        if self.turn_intent is not None:
            raise AnswerSubmitted("this answer is submitted already; the next question is on its way")
        return self.answer(self.current_answer_id)

    def _hand_in(self, answer: Answer, typed_text: str | None, now: datetime) -> None:
        answer.status = AnswerStatus.SUBMITTED
        answer.origin = AnswerOrigin.SPOKEN if typed_text is None else AnswerOrigin.TYPED
        answer.typed_text = typed_text
        answer.submit_time = now

    def _next_planned(self) -> InterviewQuestion | None:
        left = [q for q in self.questions if q.plan_index is not None and q.index is None]
        return min(left, key=lambda question: question.plan_index or 0, default=None)

    def _go_on(self, question: InterviewQuestion | None, intent: Intent, now: datetime) -> None:
        question = question or self._next_planned()
        if question is None:
            self._finish(now)
        else:
            self._ask(question)
            self._change(intent, now)

    def _finish(self, now: datetime) -> None:
        self.end_time = now
        self._change(Intent.END, now)
        self.current_question_id = self.current_answer_id = None

    def _ask(self, question: InterviewQuestion | None) -> None:
        if question is None:  # a plan has at least one question: the use case refuses an empty one
            raise QuestionNotCurrent("the plan has no questions; create a new interview")
        question.index = len(self.asked())
        self.current_question_id = question.question_id
        self._open(question.question_id, 1)
        question.speech_id = new_id()

    def _open(self, question_id: str, attempt: int) -> None:
        answer = Answer(answer_id=new_id(), question_id=question_id, attempt=attempt)
        self.answers.append(answer)
        self.current_answer_id = answer.answer_id

    def _change(self, intent: Intent, now: datetime) -> None:
        outcome = transition(self.stage, intent)
        self.stage, self.next_action = outcome.stage, outcome.next_action
        self._record(intent, now)

    def _record(self, intent: Intent, now: datetime) -> None:
        self.touch()
        current = self.answer(self.current_answer_id) if self.current_answer_id is not None else None
        self.history.append(
            StateChange(
                revision=self.revision,
                stage=self.stage,
                intent=intent,
                next_action=self.next_action,
                question_id=self.current_question_id or "",
                retry_count=0 if current is None else current.attempt - 1,
                change_time=now,
                scenario=self.settings.scenario,
            )
        )
