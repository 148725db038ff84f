"""Planning: inside CreateInterview if it is fast, as a job if it is not."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.kit.clock import Clock
from services.session.domain.errors import ReasonerFailed, ResumeConsentRequired, ResumeNotFound
from services.session.domain.interview import Interview
from services.session.domain.notices import Notice, text
from services.session.domain.resumes import Resume
from services.session.domain.state import Stage
from services.session.ports import Reasoner, Store, Transaction
from services.session.usecases.resumes import usable_resume

_JOB_TIMEOUT_S: Final = 30.0
_SEED_BITS: Final = 63


@dataclass(frozen=True, slots=True)
class Planning:
    """Plans interviews."""

    store: Store
    reasoner: Reasoner
    clock: Clock

    async def plan(self, interview_id: str, timeout_s: float = _JOB_TIMEOUT_S) -> None:
        """Plan it unless that has happened. Raises ReasonerAway or ReasonerFailed."""
        async with self.store.snapshot() as tx:
            interview = await tx.interviews.get(interview_id)
            if interview is None or interview.stage is not Stage.PLANNING:
                return
            asked = await tx.interviews.asked_source_ids(interview.account_id)
            resume = await _resume(tx, interview)
        # The seed comes from the id: asked again after a loss, the plan is the same.
        seed = UUID(interview_id).int & ((1 << _SEED_BITS) - 1)
        plan = await self.reasoner.plan(interview.settings, asked, seed, timeout_s, resume)
        if not plan.questions:
            raise ReasonerFailed("the plan has no questions")
        async with self.store.transaction() as tx:
            interview = await tx.interviews.resume(interview)
            if interview is not None and interview.stage is Stage.PLANNING:
                interview.plan(list(plan.questions), plan.planner, self.clock.now())
                tx.changed(interview_id)

    async def give_up(self, interview_id: str) -> None:
        """Planning failed for good: the interview says so."""
        async with self.store.transaction() as tx:
            interview = await tx.interviews.get(interview_id, lock=True)
            if interview is not None and interview.stage is Stage.PLANNING:
                message = text(Notice.PLANNING_FAILURE_MESSAGE, interview.settings.language)
                interview.fail(message, self.clock.now())
                tx.changed(interview_id)


async def _resume(tx: Transaction, interview: Interview) -> Resume | None:
    """What to ask about; nothing once the résumé is deleted or its consent withdrawn: the interview goes on."""
    if not interview.settings.resume_id:
        return None
    try:
        return (await usable_resume(tx, interview.account_id, interview.settings.resume_id)).content
    except (ResumeNotFound, ResumeConsentRequired):
        return None
