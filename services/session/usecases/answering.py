"""What happens to answers, inside a transaction that holds the interview's lock: handed in, completed, text changed.

Every job that follows from a state is deferred in the transaction that makes the state.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.kit.clock import Clock
from services.session.domain.answers import Answer, AnswerOrigin, FollowUp
from services.session.domain.errors import InterviewNotFound
from services.session.domain.interview import Interview
from services.session.domain.state import Intent
from services.session.domain.values import EngineInfo
from services.session.ports import Transaction
from services.session.usecases.tasks import (
    advance_job,
    complete_job,
    evaluate_job,
    finish_question_job,
    report_job,
)

# A follow-up that the candidate asked for is worth waiting for.
_REQUESTED_WAIT_S: Final = 2.0
# The recovery job runs this long after what a turn takes at most.
_RECOVERY_MARGIN_S: Final = 1.5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things may take, in seconds.

    A turn waits ``answer_end_s`` for an answer's last words and ``follow_up_s`` for a follow-up's first sentence, or
    ``model_follow_up_s`` if that is longer and a model writes it; all of it has to be there ``follow_up_total_s`` after
    it was asked for. A submitted answer whose end media never records
    is complete after ``stale_answer_s``. While the interview goes on an evaluation starts ``evaluation_delay_s`` after
    its answer, so that the next question comes first.
    """

    answer_end_s: float
    follow_up_s: float
    model_follow_up_s: float
    follow_up_total_s: float
    stale_answer_s: float
    evaluation_delay_s: float

    def for_answer_end(self, intent: Intent) -> float:
        """How long this turn waits for the last words."""
        return _REQUESTED_WAIT_S if intent is Intent.FOLLOW_UP else self.answer_end_s

    def for_follow_up(self, intent: Intent, planner: EngineInfo | None) -> float:
        """How long this turn waits for a follow-up, whose writer is the interview's planner too."""
        if intent is Intent.FOLLOW_UP:
            return _REQUESTED_WAIT_S
        by_model = planner is not None and planner.model_chosen
        return max(self.follow_up_s, self.model_follow_up_s) if by_model else self.follow_up_s

    def for_whole_follow_up(self, intent: Intent) -> float:
        """How long a follow-up may take in all."""
        requested_s = _REQUESTED_WAIT_S if intent is Intent.FOLLOW_UP else 0.0
        return max(self.follow_up_total_s, self.follow_up_s, self.model_follow_up_s, requested_s)

    def for_turn(self, intent: Intent, planner: EngineInfo | None, *, spoken: bool) -> timedelta:
        """After this the turn is over, or its process is gone. Where media speaks, the first sentence is enough."""
        follow_up_s = self.for_follow_up(intent, planner) if spoken else self.for_whole_follow_up(intent)
        return timedelta(seconds=self.for_answer_end(intent) + follow_up_s + _RECOVERY_MARGIN_S)

    def for_rest(self) -> timedelta:
        """After this a question that was asked unfinished is whole, or the process that wrote it is gone."""
        return timedelta(seconds=self.for_whole_follow_up(Intent.FOLLOW_UP) + _RECOVERY_MARGIN_S)


@dataclass(frozen=True, slots=True)
class Answering:
    """Changes answers."""

    clock: Clock
    patience: Patience

    async def submit(
        self, tx: Transaction, interview: Interview, question_id: str, intent: Intent, typed_text: str | None
    ) -> None:
        """Submit the current answer, and ask the next question at once if no follow-up can come of it.

        Else the turn has to be run; a job will if whoever runs it dies.
        """
        now = self.clock.now()
        answer = interview.submit(question_id, intent, typed_text, now)
        await self.handed_in(tx, interview, answer)
        if interview.wants_follow_up(intent):
            recovery = self.patience.for_turn(intent, interview.planner, spoken=interview.recorded)
            tx.defer(advance_job(interview.interview_id, answer.answer_id), now + recovery)
        else:
            self.advance(tx, interview, answer.answer_id, None)

    def advance(self, tx: Transaction, interview: Interview, answer_id: str, follow_up: FollowUp | None) -> bool:
        """Ask what comes after a submitted answer; False if that has happened already."""
        if not interview.advance(answer_id, follow_up, self.clock.now()):
            return False
        if follow_up is not None and follow_up.unfinished:
            job = finish_question_job(interview.interview_id, follow_up.question_id)
            tx.defer(job, self.clock.now() + self.patience.for_rest())
        report_if_settled(tx, interview)
        return True

    async def handed_in(self, tx: Transaction, interview: Interview, answer: Answer) -> None:
        """An answer was submitted: complete now, or once media has recorded its end (a job waits for lost media)."""
        if answer.origin is AnswerOrigin.SPOKEN and interview.recorded:
            stale = self.clock.now() + timedelta(seconds=self.patience.stale_answer_s)
            tx.defer(complete_job(interview.interview_id, answer.answer_id), stale)
        else:
            await self.complete(tx, interview, answer)

    async def complete(self, tx: Transaction, interview: Interview, answer: Answer) -> None:
        """All of the answer is there."""
        permitted = await tx.consents.allowed(interview.account_id)
        if answer.complete(scored=permitted.scoring):
            self._evaluate(tx, interview, answer)
        interview.touch()
        report_if_settled(tx, interview)

    async def text_changed(self, tx: Transaction, interview: Interview, answer: Answer) -> None:
        """The text of a completed answer is another one now."""
        permitted = await tx.consents.allowed(interview.account_id)
        if answer.text_changed(scored=permitted.scoring):
            self._evaluate(tx, interview, answer)
        interview.touch()
        report_if_settled(tx, interview)

    def _evaluate(self, tx: Transaction, interview: Interview, answer: Answer) -> None:
        going_on = interview.current_question_id is not None
        delay = timedelta(seconds=self.patience.evaluation_delay_s)
        job = evaluate_job(interview.interview_id, answer.answer_id)
        tx.defer(job, self.clock.now() + delay if going_on and delay else None)


def report_if_settled(tx: Transaction, interview: Interview) -> None:
    """The last evaluation is in: have the report written."""
    if interview.settled():
        tx.defer(report_job(interview.interview_id))


async def owned(tx: Transaction, interview_id: str, account_id: str, *, lock: bool = False) -> Interview:
    """The account's interview. Raises InterviewNotFound, also for another person's: their ids say nothing."""
    interview = await tx.interviews.get(interview_id, lock=lock)
    if interview is None or interview.account_id != account_id:
        raise InterviewNotFound("there is no such interview of yours")
    return interview
