"""The interview's life cycle, as its owner drives it. Every call is idempotent by its request id."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.kit.clock import Clock
from services.session.domain.answers import AnswerStatus
from services.session.domain.errors import (
    AnswerNotComplete,
    InterviewNotFound,
    NothingToCorrect,
    ReasonerAway,
    ReasonerFailed,
    StorageAway,
)
from services.session.domain.interview import Interview
from services.session.domain.interview_settings import InterviewSettings
from services.session.domain.state import Intent, Stage
from services.session.domain.views import AnswerView, InterviewView, view_answer, view_interview, view_summary
from services.session.ports import Feed, Store, Transaction
from services.session.usecases.answering import Answering, owned, report_if_settled
from services.session.usecases.planning import Planning
from services.session.usecases.resumes import usable_resume
from services.session.usecases.tasks import plan_job
from services.session.usecases.turns import Turns

_OVER: Final = frozenset({Stage.COMPLETE, Stage.FAILED})
_RETRY_S: Final = 0.3

Change = Callable[[Transaction, Interview, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Call:
    """A mutating call: who makes it, about what, under which request id."""

    account_id: str
    request_id: str
    method: str
    interview_id: str


@dataclass(frozen=True, slots=True)
class Interviews:
    """Interviews, for their owners."""

    store: Store
    feed: Feed
    planning: Planning
    turns: Turns
    clock: Clock
    planning_wait_s: float
    answering: Answering

    async def create(self, account_id: str, request_id: str, settings: InterviewSettings) -> InterviewView:
        """Create and plan. Where planning takes longer than ``planning_wait_s`` the interview comes back unplanned."""
        now = self.clock.now()
        interview = Interview.create(account_id, settings, now)
        async with self.store.transaction() as tx:
            earlier = await tx.first_time(account_id, request_id, "CreateInterview", interview.interview_id)
            if earlier is None:
                if settings.resume_id:
                    await usable_resume(tx, account_id, settings.resume_id)
                tx.interviews.add(interview)
                # Deferred first: should this process die while it plans, another one will.
                tx.defer(plan_job(interview.interview_id), now + timedelta(seconds=self.planning_wait_s + 1))
        if earlier is None:
            await self._plan(interview.interview_id)
        return await self.get(account_id, earlier or interview.interview_id)

    async def _plan(self, interview_id: str) -> None:
        try:
            await self.planning.plan(interview_id, self.planning_wait_s)
        except (ReasonerAway, ReasonerFailed):
            async with self.store.transaction() as tx:
                tx.defer(plan_job(interview_id))

    async def get(self, account_id: str, interview_id: str) -> InterviewView:
        """The interview. Raises InterviewNotFound."""
        async with self.store.snapshot() as tx:
            interview = await tx.interviews.read(interview_id)
            if interview is None or interview.account_id != account_id:
                raise InterviewNotFound("there is no such interview of yours")
            return view_interview(interview, await tx.recordings.heard(interview_id))

    async def page(self, account_id: str, before_id: str | None, size: int) -> tuple[list[InterviewView], str | None]:
        """At most ``size`` of the account's interviews, newest first, and the id to go on before, if there are more."""
        async with self.store.snapshot() as tx:
            found = await tx.interviews.page(account_id, before_id, size + 1)
        shown = found[:size]
        return [view_summary(interview) for interview in shown], shown[-1].interview_id if len(found) > size else None

    async def start(self, account_id: str, request_id: str, interview_id: str) -> InterviewView:
        """Ask the first question."""

        async def change(_: Transaction, interview: Interview, now: datetime) -> None:
            interview.start(now)

        return await self._changed(Call(account_id, request_id, "StartInterview", interview_id), change)

    async def submit(
        self, account_id: str, request_id: str, interview_id: str, question_id: str, typed_text: str | None
    ) -> InterviewView:
        """Submit the current answer; None: what was spoken. Comes back with the next question."""

        async def change(tx: Transaction, interview: Interview, now: datetime) -> None:
            ended_itself = interview.turn_intent is not None and interview.current_question_id == question_id
            if not ended_itself or typed_text is not None:  # a button pressed as the turn ends by itself means the same
                await self.answering.submit(tx, interview, question_id, Intent.SUBMIT, typed_text)

        return await self._changed(Call(account_id, request_id, "SubmitAnswer", interview_id), change)

    async def request_follow_up(
        self, account_id: str, request_id: str, interview_id: str, question_id: str
    ) -> InterviewView:
        """Submit the current answer and ask for a follow-up to it."""

        async def change(tx: Transaction, interview: Interview, now: datetime) -> None:
            await self.answering.submit(tx, interview, question_id, Intent.FOLLOW_UP, None)

        return await self._changed(Call(account_id, request_id, "RequestFollowUp", interview_id), change)

    async def retry(self, account_id: str, request_id: str, interview_id: str, question_id: str) -> InterviewView:
        """Open a new attempt at the current question."""

        async def change(_: Transaction, interview: Interview, now: datetime) -> None:
            interview.retry(question_id, now)

        return await self._changed(Call(account_id, request_id, "RetryAnswer", interview_id), change)

    async def skip(self, account_id: str, request_id: str, interview_id: str, question_id: str) -> InterviewView:
        """Leave the current question unanswered."""

        async def change(tx: Transaction, interview: Interview, now: datetime) -> None:
            interview.skip(question_id, now)
            report_if_settled(tx, interview)

        return await self._changed(Call(account_id, request_id, "SkipQuestion", interview_id), change)

    async def end(self, account_id: str, request_id: str, interview_id: str) -> InterviewView:
        """End early; what was answered is evaluated and reported."""

        async def change(tx: Transaction, interview: Interview, now: datetime) -> None:
            answer = interview.end(now)
            if answer is not None:
                await self.answering.handed_in(tx, interview, answer)
            report_if_settled(tx, interview)

        return await self._changed(Call(account_id, request_id, "EndInterview", interview_id), change)

    async def correct(
        self, account_id: str, request_id: str, interview_id: str, answer_id: str, transcript: str
    ) -> AnswerView:
        """Replace an answer's transcript and have it evaluated again. Raises AnswerNotFound, AnswerNotComplete."""

        async def change(tx: Transaction, interview: Interview, now: datetime) -> None:
            answer = interview.answer(answer_id)
            if answer.status in (AnswerStatus.OPEN, AnswerStatus.SUBMITTED):
                raise AnswerNotComplete("the answer is still being given; correct it when it is complete")
            if answer.status in (AnswerStatus.SKIPPED, AnswerStatus.SUPERSEDED):
                raise NothingToCorrect("this attempt does not count, so there is nothing to correct")
            answer.corrected_text = transcript
            await self.answering.text_changed(tx, interview, answer)

        call = Call(account_id, request_id, "CorrectTranscript", interview_id)
        await self._changed(call, change)
        async with self.store.snapshot() as tx:
            interview = await owned(tx, interview_id, account_id)
            heard = await tx.recordings.heard(interview_id, [answer_id])
            return view_answer(interview.answer(answer_id), heard, interview.settings.language)

    async def watch(self, account_id: str, interview_id: str, after_revision: int) -> AsyncIterator[InterviewView]:
        """The interview now, unless ``after_revision`` is current, then after each change, until it is over."""
        with self.feed.watch(interview_id) as signal:
            view = await self.get(account_id, interview_id)
            seen = after_revision
            while True:
                if view.revision != seen:
                    seen = view.revision
                    yield view
                if view.stage in _OVER:
                    return
                await signal.wait()
                view = await self._get_patiently(account_id, interview_id)

    async def _get_patiently(self, account_id: str, interview_id: str) -> InterviewView:
        """A stream outlives a database that goes away and comes back."""
        while True:
            try:
                return await self.get(account_id, interview_id)
            except StorageAway:
                await self.clock.sleep(_RETRY_S)

    async def _changed(self, call: Call, change: Change) -> InterviewView:
        """Make a change once, wait for the turn that it began if it did, and show the interview."""
        async with self.store.transaction() as tx:
            interview = await owned(tx, call.interview_id, call.account_id, lock=True)
            if await tx.first_time(call.account_id, call.request_id, call.method, call.interview_id) is None:
                await change(tx, interview, self.clock.now())
                tx.changed(call.interview_id)
        if interview.turn_intent is not None and interview.current_answer_id is not None:
            await self.turns.finish(call.interview_id, interview.current_answer_id)
        return await self.get(call.account_id, call.interview_id)
