"""What a candidate sees: interviews and reports put together for reading. Field names are the contract's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.session.domain.answers import Answer, AnswerOrigin, AnswerStatus, StateChange
from services.session.domain.delivery import over_answer
from services.session.domain.delivery_metrics import DeliveryMetrics
from services.session.domain.interview import Interview
from services.session.domain.interview_settings import InterviewSettings
from services.session.domain.quotes import transcript
from services.session.domain.recording import RecordedUtterance
from services.session.domain.report import BehaviourRow, CriterionSummary, ReportStatus
from services.session.domain.state import NextAction, Stage
from services.session.domain.values import EngineInfo, Evaluation, Language, NoTextReason, Question, Utterance
from services.session.domain.windows import BehaviourWindow, FaceStateShare

_NO_SPEECH = frozenset({NoTextReason.NOT_SPEECH, NoTextReason.SUPPRESSED})
Heard = Mapping[str, Sequence[RecordedUtterance]]  # answer_id → its utterances, in order


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question that was asked."""

    question_id: str
    index: int
    question: Question
    follows_question_id: str
    spoken_duration: timedelta | None


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One attempt, with what was heard."""

    answer_id: str
    question_id: str
    attempt: int
    status: AnswerStatus
    origin: AnswerOrigin | None
    transcript: str
    utterances: tuple[Utterance, ...]
    delivery: DeliveryMetrics | None
    evaluation: Evaluation | None
    failure_message: str
    start_offset: timedelta | None
    end_offset: timedelta | None
    submit_time: datetime | None


@dataclass(frozen=True, slots=True)
class InterviewView:
    """An interview as its owner sees it: planned questions only from when they are asked."""

    interview_id: str
    settings: InterviewSettings
    stage: Stage
    next_action: NextAction
    revision: int
    questions: tuple[QuestionView, ...]
    answers: tuple[AnswerView, ...]
    current_question_id: str
    total_questions: int
    done_questions: int
    create_time: datetime
    start_time: datetime | None
    end_time: datetime | None
    failure_message: str
    history: tuple[StateChange, ...]


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """A question with the answer that counts."""

    question: QuestionView
    answer: AnswerView | None


@dataclass(frozen=True, slots=True)
class BehaviourReport:
    """Observable behaviour over the interview."""

    windows: tuple[BehaviourWindow, ...]
    face_states: tuple[FaceStateShare, ...]
    rows: tuple[BehaviourRow, ...]
    average: BehaviourRow | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as its owner sees it."""

    interview_id: str
    status: ReportStatus
    summary: tuple[str, ...]
    practice_points: tuple[str, ...]
    criteria: tuple[CriterionSummary, ...]
    overall_score: float | None
    questions: tuple[QuestionReport, ...]
    behaviour: BehaviourReport | None
    delivery: DeliveryMetrics | None
    engines: tuple[EngineInfo, ...]
    notices: tuple[str, ...]
    duration: timedelta | None
    create_time: datetime | None
    failure_message: str


def view_answer(answer: Answer, heard: Heard, language: Language) -> AnswerView:
    """One attempt; a typed one shows nothing of what was said beside it."""
    spoken = answer.origin is not AnswerOrigin.TYPED
    recorded = heard.get(answer.answer_id, ()) if spoken else ()
    utterances = tuple(entry.utterance for entry in recorded)
    return AnswerView(
        answer_id=answer.answer_id,
        question_id=answer.question_id,
        attempt=answer.attempt,
        status=answer.status,
        origin=answer.origin,
        transcript=transcript(answer, utterances),
        utterances=utterances,
        delivery=over_answer(_spoken(recorded), language, answer.asked_offset),
        evaluation=answer.evaluation if answer.status is AnswerStatus.EVALUATED else None,
        failure_message=answer.failure_message,
        start_offset=answer.start_offset,
        end_offset=answer.end_offset,
        submit_time=answer.submit_time,
    )


def _spoken(recorded: Sequence[RecordedUtterance]) -> list[DeliveryMetrics]:
    """The delivery of what was speech: a cough neither begins an answer nor ends it."""
    return [
        entry.delivery
        for entry in recorded
        if entry.delivery is not None and entry.utterance.no_text_reason not in _NO_SPEECH
    ]


def view_interview(interview: Interview, heard: Heard) -> InterviewView:
    """The interview with questions, answers and history."""
    place = {question.question_id: question.index or 0 for question in interview.asked()}
    answers = sorted(interview.answers, key=lambda answer: (place[answer.question_id], answer.attempt))
    return _view(
        interview,
        questions=view_questions(interview),
        answers=tuple(view_answer(answer, heard, interview.settings.language) for answer in answers),
        history=tuple(sorted(interview.history, key=lambda change: change.revision)),
    )


def view_summary(interview: Interview) -> InterviewView:
    """The interview as a list shows it: without questions, answers and history."""
    return _view(interview, questions=(), answers=(), history=())


def view_questions(interview: Interview) -> tuple[QuestionView, ...]:
    """The questions that were asked, in order."""
    return tuple(
        QuestionView(
            question_id=question.question_id,
            index=question.index or 0,
            question=question.question,
            follows_question_id=question.follows_question_id or "",
            spoken_duration=question.spoken_duration,
        )
        for question in interview.asked()
    )


def _view(
    interview: Interview,
    questions: tuple[QuestionView, ...],
    answers: tuple[AnswerView, ...],
    history: tuple[StateChange, ...],
) -> InterviewView:
    return InterviewView(
        interview_id=interview.interview_id,
        settings=interview.settings,
        stage=interview.stage,
        next_action=interview.next_action,
        revision=interview.revision,
        questions=questions,
        answers=answers,
        current_question_id=interview.current_question_id or "",
        total_questions=interview.total_questions(),
        done_questions=interview.done_questions(),
        create_time=interview.create_time,
        start_time=interview.start_time,
        end_time=interview.end_time,
        failure_message=interview.failure_message,
        history=history,
    )
