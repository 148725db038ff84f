"""The turn: from a submitted answer to the next question.

submit ─▶ media records the answer's end (at most ``answer_end_s``) ─▶ follow-up? (at most ``follow_up_s``) ─▶ next

While media flushes the last words, the follow-up is prepared on those that are there. If none come on top, the next
question is asked in the very transaction that stores the answer's end (``Recorded``); else it is asked for anew.

Each turn is one task of its own, whoever waits for it: a caller that goes away does not stop it. A job takes over if
the process dies.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from functools import partial

from services.kit import telemetry
from services.kit.clock import Clock
from services.session.domain.answers import Answer, AnswerStatus
from services.session.domain.errors import Draining, ReasonerAway, ReasonerFailed
from services.session.domain.interview import Interview
from services.session.domain.quotes import transcript
from services.session.domain.recording import RecordedUtterance
from services.session.domain.state import Intent
from services.session.domain.values import Exchange, Question
from services.session.ports import Feed, Reasoner, Store, Transaction
from services.session.usecases.answering import Patience, report_if_settled

logger = logging.getLogger("parley.session")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What to ask next: a follow-up, or None for the planned question."""

    follow_up: Question | None


@dataclass(frozen=True, slots=True)
class _Preparation:
    """The interview and its exchanges at one moment, whether the answer was complete then, and what to ask after it."""

    interview: Interview
    complete: bool
    exchanges: list[Exchange]
    question: Question | None


class Turns:
    """Runs turns, one task each."""

    def __init__(self, store: Store, feed: Feed, reasoner: Reasoner, clock: Clock, patience: Patience) -> None:
        self._store = store
        self._feed = feed
        self._reasoner = reasoner
        self._clock = clock
        self._patience = patience
        self._running: dict[str, asyncio.Task[None]] = {}
        self._prepared: dict[str, Prepared] = {}

    def begin(self, interview_id: str, answer_id: str) -> "asyncio.Task[None]":
        """Start the turn after this answer unless it is running."""
        running = self._running.get(answer_id)
        if running is None:
            # In a context of its own: the turn has neither the deadline nor the caller of the RPC that began it.
            running = asyncio.create_task(self._run(interview_id, answer_id), name="turn", context=Context())
            self._running[answer_id] = running
            running.add_done_callback(partial(self._ended, answer_id))
        return running

    def _ended(self, answer_id: str, task: "asyncio.Task[None]") -> None:
        del self._running[answer_id]
        if not task.cancelled() and (error := task.exception()) is not None:  # the job will run it
            telemetry.log(logger, logging.WARNING, "a turn failed", error=type(error).__name__)

    async def finish(self, interview_id: str, answer_id: str) -> None:
        """Start the turn after this answer unless it is running, and wait for it."""
        await asyncio.shield(self.begin(interview_id, answer_id))

    async def close(self) -> None:
        """Stop what runs; the jobs take over."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def prepared(self, answer_id: str) -> "Prepared | None":
        """What to ask after this answer if its words so far are all of them; None if that is not known here."""
        return self._prepared.get(answer_id)

    def outdate(self, answer_id: str) -> None:
        """More words of the answer have come: what was prepared on fewer is void."""
        self._prepared.pop(answer_id, None)

    async def _run(self, interview_id: str, answer_id: str) -> None:
        began = asyncio.get_running_loop().time()
        preparation = await self._prepare(interview_id, answer_id, None)
        if preparation is not None and not preparation.complete:
            self._prepared[answer_id] = Prepared(preparation.question)
            try:
                waiting = await self._wait_for_end(interview_id, answer_id, began)
            finally:
                self.outdate(answer_id)
            preparation = await self._prepare(interview_id, answer_id, preparation) if waiting else None
        if preparation is None:
            return
        question = preparation.question if preparation.complete else None
        async with self._store.transaction() as tx:
            interview = await tx.interviews.resume(preparation.interview)
            if interview is not None and interview.advance(answer_id, question, self._clock.now()):
                report_if_settled(tx, interview)
                tx.changed(interview_id)

    async def _prepare(
        self, interview_id: str, answer_id: str, earlier: "_Preparation | None"
    ) -> "_Preparation | None":
        """What to ask after the words that are stored now; None if the next question is asked already."""
        async with self._store.snapshot() as tx:
            interview = await tx.interviews.get(interview_id)
            intent = interview.turn_intent if interview is not None else None
            if interview is None or intent is None or interview.current_answer_id != answer_id:
                return None
            exchanges = await _exchanges(tx, interview, intent)
        complete = interview.answer(answer_id).status is not AnswerStatus.SUBMITTED
        if earlier is not None and (earlier.exchanges == exchanges or not complete):
            return _Preparation(interview, complete, exchanges, earlier.question)
        return _Preparation(interview, complete, exchanges, await self._follow_up(interview, intent, exchanges))

    async def _wait_for_end(self, interview_id: str, answer_id: str, began: float) -> bool:
        """Wait until the answer is complete or the time is up; False if the next question is asked already."""
        with self._feed.watch(interview_id) as signal:
            while True:
                async with self._store.snapshot() as tx:
                    state = await tx.interviews.turn(answer_id)
                if state is None or state.intent is None:
                    return False
                if state.status is not AnswerStatus.SUBMITTED:
                    return True
                try:
                    async with asyncio.timeout_at(began + self._patience.for_answer_end(state.intent)):
                        await signal.wait()
                except (TimeoutError, Draining):
                    return True

    async def _follow_up(self, interview: Interview, intent: Intent, exchanges: Sequence[Exchange]) -> Question | None:
        if not exchanges or not exchanges[-1].transcript.strip():
            return None  # nothing that could be quoted
        language = interview.settings.language
        try:
            timeout_s = self._patience.for_follow_up(intent)
            return await self._reasoner.follow_up(language, exchanges[0], exchanges[1:], timeout_s)
        except (ReasonerAway, ReasonerFailed):
            return None  # the planned question is always there

    async def recover(self, interview_id: str, answer_id: str) -> None:
        """The job: run the turn if it has not happened."""
        await self.finish(interview_id, answer_id)


async def _exchanges(tx: Transaction, interview: Interview, intent: Intent) -> list[Exchange]:
    """The planned question with its answer, then its follow-ups with theirs; nothing where none may be asked."""
    if not interview.wants_follow_up(intent):
        return []
    root = interview.root(interview.current_question_id or "")
    asked = [root, *interview.follow_ups(root.question_id)]
    answers = [interview.counting_answer(question.question_id) for question in asked]
    heard = await tx.recordings.heard(interview.interview_id, [entry.answer_id for entry in answers if entry])
    return [
        Exchange(question.question, _transcript(entry, heard)) for question, entry in zip(asked, answers, strict=True)
    ]


def _transcript(answer: Answer | None, heard: Mapping[str, Sequence[RecordedUtterance]]) -> str:
    if answer is None:
        return ""
    return transcript(answer, [entry.utterance for entry in heard.get(answer.answer_id, ())])
