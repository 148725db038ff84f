"""The turn: from a submitted answer to the next question.

submit ─▶ media records the answer's end (at most ``answer_end_s``) ─▶ follow-up? (at most ``follow_up_s``) ─▶ next

The follow-up was prepared before (``preparing``), or is while media flushes the last words, on those that are there;
more words end its writing. If none come on top, the next question is asked in the very transaction that stores the
answer's end (``Recorded``); else it is asked for anew.

Where media speaks, a follow-up is asked as soon as its first sentence is there. The rest is stored as it comes, until
it is whole, or the candidate interrupts or answers: then its writing ends, and the text stays what was said.

Each turn is one task of its own, whoever waits for it, and so is the rest of a follow-up: a caller that goes away does
not stop them. A job takes over if the process dies.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.kit import telemetry
from services.kit.clock import Clock
from services.session.domain.answers import AnswerStatus, FollowUp
from services.session.domain.errors import Draining
from services.session.domain.interview import Interview
from services.session.domain.notices import completed
from services.session.domain.state import Intent
from services.session.domain.values import Exchange
from services.session.ports import Feed, Reasoner, Signal, Store
from services.session.usecases.answering import Answering, Patience
from services.session.usecases.exchanges import exchanges, open_material, quotable
from services.session.usecases.preparing import Preparations
from services.session.usecases.writing import Writing

logger = logging.getLogger("parley.session")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What to ask next: a follow-up that is being written, or None for the planned question."""

    writing: Writing | None

    @property
    def follow_up(self) -> FollowUp | None:
        """It, as far as it is written now."""
        return self.writing.follow_up if self.writing is not None else None


@dataclass(frozen=True, slots=True)
class _Preparation:
    """The interview and its exchanges at one moment, whether the answer was complete then, and what to ask after it."""

    interview: Interview
    complete: bool
    exchanges: list[Exchange]
    next: Prepared


class Turns:
    """Runs turns, one task each. With ``prepare``, follow-ups are begun before them, where media has a stream."""

    def __init__(
        self, store: Store, feed: Feed, reasoner: Reasoner, clock: Clock, patience: Patience, *, prepare: bool
    ) -> None:
        self._store = store
        self._feed = feed
        self._reasoner = reasoner
        self._clock = clock
        self._patience = patience
        total_s = patience.for_whole_follow_up(Intent.SUBMIT)
        self.preparations = Preparations(partial(open_material, store), reasoner, total_s, enabled=prepare)
        self._answering = Answering(clock, patience)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._rests: set[asyncio.Task[None]] = set()
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
        _tell_failure(task)

    async def finish(self, interview_id: str, answer_id: str) -> None:
        """Start the turn after this answer unless it is running, and wait for it."""
        await asyncio.shield(self.begin(interview_id, answer_id))

    async def close(self) -> None:
        """Stop what runs; the jobs take over."""
        running = [*self._running.values(), *self._rests]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def prepared(self, answer_id: str) -> "Prepared | None":
        """What to ask after this answer if its words so far are all of them; None if that is not known here."""
        return self._prepared.get(answer_id)

    def outdate(self, answer_id: str) -> None:
        """More words of the answer have come: what was prepared on fewer is void, and its writing ends."""
        prepared = self._prepared.pop(answer_id, None)
        if prepared is not None and prepared.writing is not None:
            prepared.writing.give_up()

    async def _run(self, interview_id: str, answer_id: str) -> None:
        began = asyncio.get_running_loop().time()
        async with AsyncExitStack() as writings:
            preparation = await self._prepare(interview_id, answer_id, None, writings)
            if preparation is None:
                return
            writing = preparation.next.writing
            if not preparation.complete:
                self._prepared[answer_id] = preparation.next
                try:
                    waiting = await self._wait_for_end(interview_id, answer_id, began)
                finally:
                    self._prepared.pop(answer_id, None)
                preparation = await self._prepare(interview_id, answer_id, preparation, writings) if waiting else None
            if preparation is not None:
                writing = preparation.next.writing
                await self._advance(answer_id, preparation)
            # Who asked it, this task or the transaction that stored the answer's end, does not matter.
            asked = await self._unfinished(interview_id, writing)
            if writing is not None and asked is not None:
                self._go_on(writing, self._write_rest(interview_id, writing, asked, writings.pop_all()))

    async def _advance(self, answer_id: str, preparation: _Preparation) -> None:
        async with self._store.transaction() as tx:
            interview = await tx.interviews.resume(preparation.interview)
            follow_up = preparation.next.follow_up if preparation.complete else None
            if interview is not None and self._answering.advance(tx, interview, answer_id, follow_up):
                tx.changed(interview.interview_id)

    async def _prepare(
        self, interview_id: str, answer_id: str, earlier: "_Preparation | None", writings: AsyncExitStack
    ) -> "_Preparation | None":
        """What to ask after the words that are stored now; None if the next question is asked already."""
        async with self._store.snapshot() as tx:
            interview = await tx.interviews.get(interview_id)
            intent = interview.turn_intent if interview is not None else None
            if interview is None or intent is None or interview.current_answer_id != answer_id:
                return None
            found = await exchanges(tx, interview, intent)
        complete = interview.answer(answer_id).status is not AnswerStatus.SUBMITTED
        if earlier is not None and (earlier.exchanges == found or not complete):
            return _Preparation(interview, complete, found, earlier.next)
        if earlier is not None and earlier.next.writing is not None:
            earlier.next.writing.give_up()
        writing = await self._write(interview, intent, found, writings)
        return _Preparation(interview, complete, found, Prepared(writing))

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

    async def _write(
        self, interview: Interview, intent: Intent, found: Sequence[Exchange], writings: AsyncExitStack
    ) -> Writing | None:
        """A follow-up whose first sentence came in time; all of it where nobody speaks it sentence by sentence."""
        if not quotable(found):
            return None
        wait_s = self._patience.for_follow_up(intent, interview.planner)
        writing = self.preparations.take(interview.interview_id, found)
        if writing is not None:
            writings.push_async_callback(writing.close)
            await _first_within(wait_s, writing)
        if writing is None or writing.broken:  # none was prepared, or it failed just now
            language, total_s = interview.settings.language, self._patience.for_whole_follow_up(intent)
            writing = Writing(self._reasoner.stream_follow_up(language, found[0], found[1:], total_s), language)
            writings.push_async_callback(writing.close)
            await _first_within(wait_s, writing)
        if not interview.recorded:
            await writing.whole()  # at most ``total_s``: the call has that deadline
        return writing

    async def _unfinished(self, interview_id: str, writing: Writing | None) -> FollowUp | None:
        """The question that ``writing`` became, if more of it is wanted."""
        if writing is None or writing.follow_up is None:
            return None
        async with self._store.snapshot() as tx:
            interview = await tx.interviews.get(interview_id)
        if interview is None or not interview.growing(writing.question_id):
            return None
        question = interview.question(writing.question_id)
        return FollowUp(question.question_id, question.question, question.unfinished)

    def _go_on(self, writing: Writing, rest: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(rest, name="follow-up-rest")
        self._rests.add(task)
        task.add_done_callback(lambda _: writing.give_up())  # also if it was cancelled before it began
        task.add_done_callback(self._rests.discard)
        task.add_done_callback(_tell_failure)

    async def _write_rest(self, interview_id: str, writing: Writing, asked: FollowUp, writings: AsyncExitStack) -> None:
        """Store more of the question as it comes, until it is whole or not wanted.

        The database is used by this task alone: one that is cancelled while it does may lose a connection.
        """
        async with writings:
            with self._feed.watch(interview_id) as signal:
                while asked.unfinished:
                    if await self._unfinished(interview_id, writing) is None:
                        return
                    await _first_of(writing.more(asked), _changed(signal))
                    grown = writing.follow_up
                    if grown is None or (grown != asked and not await self._grow(interview_id, grown)):
                        return
                    asked = grown

    async def _grow(self, interview_id: str, grown: FollowUp) -> bool:
        async with self._store.transaction() as tx:
            interview = await tx.interviews.get(interview_id, lock=True)
            wanted = interview is not None and interview.grow_question(
                grown.question_id, grown.question.text, unfinished=grown.unfinished
            )
            if wanted:
                tx.changed(interview_id)
        return wanted

    async def complete_question(self, interview_id: str, question_id: str) -> None:
        """The job: end the text of a question that nobody writes any more."""
        async with self._store.transaction() as tx:
            interview = await tx.interviews.get(interview_id, lock=True)
            if interview is None or not interview.growing(question_id):
                return
            said = interview.question(question_id).question.text
            text = completed(said, interview.settings.language)
            interview.grow_question(question_id, text, unfinished=False)
            tx.changed(interview_id)

    async def recover(self, interview_id: str, answer_id: str) -> None:
        """The job: run the turn if it has not happened."""
        await self.finish(interview_id, answer_id)


async def _first_within(wait_s: float, writing: Writing) -> None:
    """Wait for its first sentence; without one it is given up, for the planned question is always there."""
    try:
        async with asyncio.timeout(wait_s):
            await writing.first()
    except TimeoutError:
        writing.give_up()


async def _first_of(*waits: Coroutine[Any, Any, None]) -> None:
    """Return when one of these is over; the others are cancelled."""
    tasks = [asyncio.create_task(wait, name="follow-up-wait") for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _changed(signal: Signal) -> None:
    """Return at the next change; not at all once this process stops: then ``Turns.close`` ends what waits."""
    try:
        await signal.wait()
    except Draining:
        await asyncio.Event().wait()


def _tell_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:  # a job will do it
        telemetry.log(logger, logging.WARNING, "a turn failed", error=type(error).__name__)
