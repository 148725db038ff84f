"""The report: written once the last evaluation is in, put together whenever it is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.kit.clock import Clock
from services.session.domain.account import Allowed
from services.session.domain.answers import NOT_COUNTED, AnswerOrigin, AnswerStatus
from services.session.domain.behaviour import AnswerBehaviour, Circumstances, average, face_states, table
from services.session.domain.delivery import over_interview
from services.session.domain.interview import Interview
from services.session.domain.notices import Notice, text
from services.session.domain.report import ReportStatus, StoredReport, overall_score, summarise
from services.session.domain.report_notices import notices
from services.session.domain.state import Stage
from services.session.domain.values import EngineInfo, EvaluatedExchange, Exchange, Prose
from services.session.domain.views import (
    AnswerView,
    BehaviourReport,
    Heard,
    QuestionReport,
    ReportView,
    view_answer,
    view_questions,
)
from services.session.domain.windows import BehaviourWindow
from services.session.ports import Reasoner, Store, Transaction
from services.session.usecases.answering import owned

_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Material:
    """All that a report is made of."""

    interview: Interview
    questions: tuple[QuestionReport, ...]
    windows: Sequence[BehaviourWindow]
    vision_down: tuple[timedelta, ...]
    engines: tuple[EngineInfo, ...]
    permitted: Allowed


@dataclass(frozen=True, slots=True)
class Reports:
    """Writes and reads reports."""

    store: Store
    reasoner: Reasoner
    clock: Clock

    async def write(self, interview_id: str) -> None:
        """Write the report if the interview is settled. Raises ReasonerAway or ReasonerFailed."""
        async with self.store.snapshot() as tx:
            interview = await tx.interviews.get(interview_id)
            if interview is None or not interview.settled():
                return
            material = await _material(tx, interview)
        prose = await self._prose(material)
        report = self._report(material, prose)
        async with self.store.transaction() as tx:
            interview = await tx.interviews.resume(interview)
            if interview is None or not interview.settled():
                return  # an answer is being evaluated again: the last evaluation has the report written anew
            await tx.reports.put(report)
            interview.report_ready(self.clock.now())
            tx.changed(interview_id)

    async def give_up(self, interview_id: str) -> None:
        """The report failed for good."""
        async with self.store.transaction() as tx:
            interview = await tx.interviews.get(interview_id, lock=True)
            if interview is not None and interview.stage is Stage.EVALUATION:
                message = text(Notice.REPORT_FAILURE_MESSAGE, interview.settings.language)
                interview.fail(message, self.clock.now())
                tx.changed(interview_id)

    async def get(self, account_id: str, interview_id: str) -> ReportView:
        """The report, or how far it is. Raises InterviewNotFound."""
        async with self.store.snapshot() as tx:
            interview = await owned(tx, interview_id, account_id)
            material = await _material(tx, interview)
            stored = await tx.reports.get(interview_id)
        return _view(material, stored)

    async def _prose(self, material: _Material) -> Prose:
        """The reasoner's, from answers that may be judged; a fixed sentence where there is none."""
        interview = material.interview
        exchanges = [
            EvaluatedExchange(Exchange(entry.question.question, entry.answer.transcript), entry.answer.evaluation)
            for entry in material.questions
            if entry.answer is not None and entry.answer.status in (AnswerStatus.EVALUATED, AnswerStatus.FAILED)
        ]
        language = interview.settings.language
        if not exchanges:
            unscored = any(
                entry.answer is not None and entry.answer.status is AnswerStatus.NOT_SCORED
                for entry in material.questions
            )
            return Prose((text(Notice.NOT_SCORED if unscored else Notice.NOTHING_ANSWERED, language),), (), None)
        return await self.reasoner.write_report(language, interview.settings.role, exchanges, _TIMEOUT_S)

    def _report(self, material: _Material, prose: Prose) -> StoredReport:
        interview = material.interview
        rows = table(material.windows, _behaviours(material.questions), _circumstances(material))
        began = interview.start_time
        ended = interview.end_time
        return StoredReport(
            interview_id=interview.interview_id,
            status=ReportStatus.READY,
            summary=list(prose.summary),
            practice_points=list(prose.practice_points),
            writer=prose.writer,
            notices=notices(
                interview.settings.language,
                [entry.answer for entry in material.questions if entry.answer is not None],
                material.engines,
                material.windows,
                _circumstances(material),
            ),
            rows=rows,
            average=average(rows),
            duration=ended - began if began is not None and ended is not None else timedelta(),
            question_count=len(material.questions),
            create_time=self.clock.now(),
        )


async def _material(tx: Transaction, interview: Interview) -> _Material:
    heard = await tx.recordings.heard(interview.interview_id)
    recording = await tx.recordings.get(interview.interview_id)
    health = await tx.recordings.health(interview.interview_id)
    questions = _questions(interview, heard)
    evaluated = [entry.answer.evaluation for entry in questions if entry.answer and entry.answer.evaluation]
    engines = [*(recording.engines if recording else ()), interview.planner, *(entry.engine for entry in evaluated)]
    return _Material(
        interview=interview,
        questions=questions,
        windows=await tx.recordings.windows(interview.interview_id),
        vision_down=tuple(entry.offset for entry in health if entry.video_flowing and not entry.vision_available),
        engines=_distinct(engines),
        permitted=await tx.consents.allowed(interview.account_id),
    )


def _questions(interview: Interview, heard: Heard) -> tuple[QuestionReport, ...]:
    reports = []
    for question in view_questions(interview):
        answer = interview.counting_answer(question.question_id)
        view = None if answer is None else view_answer(answer, heard, interview.settings.language)
        reports.append(QuestionReport(question, view))
    return tuple(reports)


def _distinct(engines: Iterable[EngineInfo | None]) -> tuple[EngineInfo, ...]:
    return tuple({(e.capability, e.name, e.version): e for e in engines if e is not None}.values())


def _behaviours(questions: Sequence[QuestionReport]) -> list[AnswerBehaviour]:
    return [_behaviour(entry.answer, entry.question.question_id) for entry in questions]


def _behaviour(answer: AnswerView | None, question_id: str) -> AnswerBehaviour:
    if answer is None:
        return AnswerBehaviour(question_id, typed=False, span=None, delivery=None)
    start, end = answer.start_offset, answer.end_offset
    span = (start, end) if start is not None and end is not None else None
    return AnswerBehaviour(question_id, answer.origin is AnswerOrigin.TYPED, span, answer.delivery)


def _circumstances(material: _Material) -> Circumstances:
    return Circumstances(material.permitted.video, material.permitted.recording, material.vision_down)


def _view(material: _Material, stored: StoredReport | None) -> ReportView:
    interview = material.interview
    counted = [entry.answer for entry in material.questions if entry.answer and entry.answer.status not in NOT_COUNTED]
    criteria = summarise([answer.evaluation for answer in counted if answer.evaluation is not None])
    deliveries = [answer.delivery for answer in counted if answer.delivery is not None]
    writer = stored.writer if stored is not None else None
    return ReportView(
        interview_id=interview.interview_id,
        status=_status(interview, stored),
        summary=tuple(stored.summary) if stored else (),
        practice_points=tuple(stored.practice_points) if stored else (),
        criteria=tuple(criteria),
        overall_score=overall_score(criteria),
        questions=material.questions,
        behaviour=_behaviour_report(material, stored),
        delivery=over_interview(deliveries, interview.settings.language),
        engines=_distinct([*material.engines, writer]),
        notices=tuple(stored.notices) if stored else (),
        duration=stored.duration if stored else None,
        create_time=stored.create_time if stored else None,
        failure_message=interview.failure_message,
    )


def _status(interview: Interview, stored: StoredReport | None) -> ReportStatus:
    if interview.stage is Stage.FAILED:
        return ReportStatus.FAILED
    return ReportStatus.PENDING if stored is None else stored.status


def _behaviour_report(material: _Material, stored: StoredReport | None) -> BehaviourReport | None:
    if not material.windows and not (material.permitted.video and stored is not None):
        return None
    rows = stored.rows if stored is not None else ()
    return BehaviourReport(
        windows=tuple(material.windows),
        face_states=face_states(material.windows),
        rows=rows,
        average=stored.average if stored is not None else None,
    )
