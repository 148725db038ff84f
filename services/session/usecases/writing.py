"""A follow-up that reasoning writes, in a task of its own: read while it grows, ended when nobody wants it any more."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from services.kit import telemetry
from services.kit.ids import new_id
from services.session.domain.answers import FollowUp
from services.session.domain.errors import ReasonerAway, ReasonerFailed
from services.session.domain.notices import completed
from services.session.domain.values import Language, Question

logger = logging.getLogger("parley.session")


class Writing:
    """Reads ``parts``, each the follow-up so far, into ``follow_up``. What was read stays: if reasoning is lost behind
    a first sentence, a sentence of our own asks. Whoever makes one ends it with ``close``.
    """

    def __init__(self, parts: AsyncGenerator[Question, None], language: Language) -> None:
        self.question_id = new_id()
        self._language = language
        self._question: Question | None = None
        self._over = False
        self._given_up = False
        self._broken = False
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._read(parts), name="follow-up")
        self._task.add_done_callback(self._ended)

    @property
    def follow_up(self) -> FollowUp | None:
        """What may be asked now; None if nothing was written, or it was given up."""
        if self._question is None or self._given_up:
            return None
        return FollowUp(self.question_id, self._question, unfinished=not self._over)

    @property
    def broken(self) -> bool:
        """Whether reasoning was lost before all of it was there."""
        return self._broken

    def give_up(self) -> None:
        """It is not wanted: end the writing."""
        self._given_up = True
        self._task.cancel()

    async def close(self) -> None:
        """Give it up unless it is over, and return when its call has ended."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def first(self) -> None:
        """Return when there is something to ask, or there will be nothing."""
        while self._question is None and not self._over:
            await self._wait()

    async def whole(self) -> None:
        """Return when all of it is there."""
        while not self._over:
            await self._wait()

    async def more(self, than: FollowUp) -> None:
        """Return when there is more than this, or nothing more will come."""
        while self.follow_up == than and not self._over:
            await self._wait()

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _read(self, parts: AsyncGenerator[Question, None]) -> None:
        try:
            async with aclosing(parts):
                async for part in parts:
                    self._question = part
                    self._changed.set()
        except (ReasonerAway, ReasonerFailed) as failure:
            self._broken = True
            if self._question is None:
                return  # the planned question is always there
            telemetry.log(logger, logging.WARNING, "a follow-up broke off and was completed", error=str(failure))
            text = completed(self._question.text, self._language)
            self._question = replace(self._question, text=text)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._given_up = self._given_up or task.cancelled()
        self._over = True
        self._changed.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._given_up = self._broken = True
            telemetry.log(logger, logging.WARNING, "a follow-up failed", error=type(error).__name__)
