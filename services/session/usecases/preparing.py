"""The follow-up is prepared while the candidate still speaks.

An utterance's text is stored as soon as its pause is long enough to be one (0.6 s); the turn ends after a longer one.
In between a follow-up is written on the words so far. More words end its writing, and it begins anew; a turn that finds
the very words takes it over as it is. Until then nobody sees it: it is in no database and in no log.

It is an optimisation: whatever goes wrong here, the turn does what it does without it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from dataclasses import dataclass
from enum import StrEnum

from services.kit import telemetry
from services.kit.tasks import cancel_and_wait
from services.session.domain.errors import Conflict, StorageAway
from services.session.domain.values import Exchange
from services.session.ports import Reasoner
from services.session.usecases.exchanges import Material
from services.session.usecases.writing import Writing

logger = logging.getLogger("parley.session")

Read = Callable[[str], Awaitable[Material | None]]


class Fate(StrEnum):
    """What became of a prepared follow-up."""

    USED = "used"
    MORE_WORDS = "more_words"  # the candidate went on
    OTHER_WORDS = "other_words"  # the turn ended with other words than those it was written on
    NOT_WANTED = "not_wanted"  # skipped, tried again, ended, or media went away
    LOST = "lost"  # reasoning failed


@dataclass(frozen=True, slots=True)
class _Standing:
    """A follow-up that is being written, or is whole, and what it was written on."""

    material: Material
    writing: Writing


class Preparing:
    """Prepares for one interview, one follow-up at a time. ``run`` is its task; all else returns at once."""

    def __init__(self, interview_id: str, read: Read, reasoner: Reasoner, total_s: float) -> None:
        self._interview_id = interview_id
        self._read = read
        self._reasoner = reasoner
        self._total_s = total_s
        self._wanted = False
        self._changed = asyncio.Event()
        self._standing: _Standing | None = None
        self._dropped: list[Writing] = []
        self._fates = telemetry.counter(
            "parley_session_prepared_follow_ups",
            "follow-ups prepared while the candidate spoke, by what became of them",
            ("fate",),
        )

    def words(self) -> None:
        """More words of the answer are stored: what was prepared on fewer is void, and one is written on these."""
        self._drop(Fate.MORE_WORDS)
        self._wanted = True
        self._changed.set()

    def situation(self, question_id: str, answer_id: str) -> None:
        """The current question and its open answer; a question without one: its answer is being handed in."""
        if self._standing is None:
            return
        prepared = self._standing.material
        handed_in = not answer_id and question_id == prepared.question_id
        if answer_id != prepared.answer_id and not handed_in:
            self.stop()

    def stop(self) -> None:
        """Nothing is wanted until there are more words."""
        self._wanted = False
        self._drop(Fate.NOT_WANTED)

    def take(self, exchanges: Sequence[Exchange]) -> Writing | None:
        """The turn has come: what was prepared on exactly this, which from now on the caller has to close; else None.

        One that failed is not taken: nothing of it was said, so the turn may as well ask again.
        """
        self._wanted = False
        standing = self._standing
        if standing is None:
            return None
        if standing.material.exchanges != exchanges or standing.writing.broken:
            self._drop(Fate.OTHER_WORDS)
            return None
        self._standing = None
        self._fates.labels(Fate.USED).inc()
        return standing.writing

    async def run(self) -> None:
        """Write what is wanted, until cancelled."""
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await self._close_dropped()
                if self._wanted:
                    await self._begin()
        finally:
            self.stop()
            await self._close_dropped()

    async def _begin(self) -> None:
        try:
            material = await self._read(self._interview_id)
        except (StorageAway, Conflict):
            material = None  # the turn reads it itself
        if not self._wanted or self._changed.is_set():
            return  # meanwhile a turn began, or there are more words
        self._wanted = False
        if material is not None:
            first, *earlier = material.exchanges
            parts = self._reasoner.stream_follow_up(material.language, first, earlier, self._total_s)
            self._standing = _Standing(material, Writing(parts, material.language))

    def _drop(self, fate: Fate) -> None:
        standing, self._standing = self._standing, None
        if standing is not None:
            self._fates.labels(Fate.LOST if standing.writing.broken else fate).inc()
            standing.writing.give_up()
            self._dropped.append(standing.writing)
            self._changed.set()

    async def _close_dropped(self) -> None:
        while self._dropped:
            await self._dropped[0].close()
            del self._dropped[0]


class Preparations:
    """Those of all interviews whose media has a Record stream here. ``total_s``: how long writing one may take."""

    def __init__(self, read: Read, reasoner: Reasoner, total_s: float, *, enabled: bool = True) -> None:
        self._read = read
        self._reasoner = reasoner
        self._total_s = total_s
        self._enabled = enabled
        self._open: dict[str, Preparing] = {}

    @asynccontextmanager
    async def during(self, interview_id: str) -> AsyncIterator[Preparing]:
        """Inside, follow-ups of this interview are prepared; a newer stream's take the place of an older one's."""
        preparing = Preparing(interview_id, self._read, self._reasoner, self._total_s)
        if not self._enabled:
            yield preparing  # nothing runs: it never has anything to take
            return
        older = self._open.get(interview_id)
        if older is not None:
            older.stop()
        self._open[interview_id] = preparing
        # In a context of its own: what a turn takes over must not have the stream's deadline.
        task = asyncio.create_task(preparing.run(), name="record-prepare", context=Context())
        task.add_done_callback(_tell_failure)
        preparing.words()  # those that are stored already: media may have come back in mid-answer
        try:
            yield preparing
        finally:
            if self._open.get(interview_id) is preparing:
                del self._open[interview_id]
            await cancel_and_wait(task)

    def take(self, interview_id: str, exchanges: Sequence[Exchange]) -> Writing | None:
        """See Preparing.take."""
        preparing = self._open.get(interview_id)
        return preparing.take(exchanges) if preparing is not None else None


def _tell_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        telemetry.log(logger, logging.WARNING, "follow-ups are not prepared", error=type(error).__name__)
