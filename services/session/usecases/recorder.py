"""Record: what media hears and sees is stored exactly once; what stands for media is told until it is done.

One stream has four tasks: one reads (``inbox``), one stores what is queued in one transaction and acknowledges, one
tells commands whenever the interview changes, one prepares follow-ups (``preparing``). All state is in the database: a
stream may go on in another process.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from services.kit.clock import Clock
from services.kit.streams import BoundedQueue, QueueClosed, read_into
from services.session.domain.account import Allowed
from services.session.domain.commands import Situation, Told, standing
from services.session.domain.errors import (
    Conflict,
    InterviewNotFound,
    NotYourInterview,
    RecorderReplaced,
    RecorderRestart,
    StorageAway,
)
from services.session.domain.recording import (
    Acknowledgement,
    NumberedEntry,
    RecordedUtterance,
    RecordHello,
    RecordMessage,
    Welcome,
)
from services.session.domain.windows import BehaviourWindow
from services.session.ports import Feed, Store
from services.session.usecases.preparing import Preparing
from services.session.usecases.recorded import Applied, Recorded
from services.session.usecases.turns import Turns

T = TypeVar("T")

INBOX: Final = 256  # entries; full: the stream is not read, and media keeps them
OUTBOX: Final = 64
BATCH: Final = 64
_RETRY_S: Final = 0.2
_MAX_RETRY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Stream:
    """One Record stream: only the one with the recording's latest epoch may store."""

    interview_id: str
    account_id: str
    epoch: int
    permitted: Allowed


class Recorder:
    """Serves Record streams."""

    def __init__(self, store: Store, feed: Feed, turns: Turns, recorded: Recorded, clock: Clock) -> None:
        self._store = store
        self._feed = feed
        self._turns = turns
        self._recorded = recorded
        self._clock = clock

    async def record(self, hello: RecordHello, entries: AsyncIterator[NumberedEntry]) -> AsyncIterator[RecordMessage]:
        """Serve one stream: welcome, then acknowledgements and commands.

        Ends when ``entries`` has ended and all of it is stored. Raises InterviewNotFound, NotYourInterview,
        RecordNumberGap, RecorderReplaced, RecorderRestart, Draining.
        """
        stream, welcome = await self._open(hello)
        inbox: BoundedQueue[NumberedEntry] = BoundedQueue(INBOX, "block", "record-inbox")
        outbox: BoundedQueue[RecordMessage] = BoundedQueue(OUTBOX, "block", "record-outbox")
        yield welcome
        async with self._turns.preparations.during(hello.interview_id) as preparing:
            tasks = [
                asyncio.create_task(read_into(entries, inbox), name="record-read"),
                _feeding(outbox, self._storing(stream, inbox, outbox, preparing), "record-store"),
                _feeding(outbox, self._telling(stream, outbox, preparing), "record-tell"),
            ]
            try:
                while True:
                    yield await outbox.get()
            except QueueClosed:
                return
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _open(self, hello: RecordHello) -> tuple[_Stream, Welcome]:
        async with self._store.transaction() as tx:
            interview = await tx.interviews.get(hello.interview_id)
            if interview is None:
                raise InterviewNotFound("there is no such interview")
            if interview.account_id != hello.account_id:
                raise NotYourInterview("this media was negotiated by another account than the interview's owner")
            recording = await tx.recordings.open(hello.interview_id)
            recording.opened(hello)
            if not interview.recorded:  # locked after the recording, as where entries are stored
                locked = await tx.interviews.get(hello.interview_id, lock=True)
                interview = locked or interview
                interview.recorded = True
            permitted = await tx.consents.allowed(interview.account_id)
            tx.changed(hello.interview_id)  # ends the older stream, wherever it is
        stream = _Stream(hello.interview_id, hello.account_id, recording.epoch, permitted)
        welcome = Welcome(
            acknowledged_up_to=recording.acknowledged_up_to,
            next_number=recording.acknowledged_up_to + 1,
            clock_offset=recording.clock_offset,
            language=interview.settings.language,
            recording_consented=permitted.recording,
            video_metrics_consented=permitted.video,
        )
        return stream, welcome

    # --- storing ---

    async def _storing(
        self,
        stream: _Stream,
        inbox: BoundedQueue[NumberedEntry],
        outbox: BoundedQueue[RecordMessage],
        preparing: Preparing,
    ) -> None:
        while True:
            try:
                batch = [await inbox.get()]
            except QueueClosed:
                outbox.close()
                return
            while len(batch) < BATCH and (more := inbox.get_nowait()) is not None:
                batch.append(more)
            up_to, applied = await self._patiently(partial(self._store_batch, stream, batch))
            if applied.turn_after:
                self._turns.begin(stream.interview_id, applied.turn_after)
            elif applied.words:
                preparing.words()
            await outbox.put(Acknowledgement(up_to))

    async def _store_batch(self, stream: _Stream, batch: Sequence[NumberedEntry]) -> tuple[int, Applied]:
        """Store what is new in ``batch``; the acknowledged number, and what follows."""
        async with self._store.transaction() as tx:
            recording = await tx.recordings.get(stream.interview_id, lock=True)
            if recording is None:
                raise InterviewNotFound("the interview was deleted")
            if recording.epoch != stream.epoch:
                raise _replaced()
            fresh = [numbered for numbered in batch if recording.accept(numbered)]
            if not fresh:
                return recording.acknowledged_up_to, Applied()
            if any(isinstance(numbered.entry, RecordedUtterance | BehaviourWindow) for numbered in fresh):
                permitted = await tx.consents.allowed(stream.account_id)
                fresh = [numbered for numbered in fresh if _kept(numbered, permitted)]
            new = await tx.recordings.store(stream.interview_id, fresh)
            return recording.acknowledged_up_to, await self._recorded.apply(tx, stream.interview_id, fresh, new)

    # --- telling ---

    async def _telling(self, stream: _Stream, outbox: BoundedQueue[RecordMessage], preparing: Preparing) -> None:
        told = Told()
        with self._feed.watch(stream.interview_id) as signal:
            while True:
                situation = await self._patiently(partial(self._situation, stream))
                preparing.situation(situation.question_id, situation.answer_id)
                for command in told.tell(standing(situation)):
                    await outbox.put(command)
                await signal.wait()

    async def _situation(self, stream: _Stream) -> Situation:
        async with self._store.snapshot() as tx:
            state = await tx.recordings.media_state(stream.interview_id)
        if state is None:
            raise InterviewNotFound("the interview was deleted")
        if state.epoch != stream.epoch:
            raise _replaced()
        permitted = stream.permitted
        if (state.allowed.recording, state.allowed.video) != (permitted.recording, permitted.video):
            raise RecorderRestart("consents have changed; open a new stream, its welcome says what is allowed")
        return state.situation

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """A stream outlives a database that goes away and comes back: what is not acknowledged waits here."""
        pause_s = _RETRY_S
        while True:
            try:
                return await work()
            except (StorageAway, Conflict):
                await self._clock.sleep(pause_s)
                pause_s = min(pause_s * 2, _MAX_RETRY_S)


def _kept(numbered: NumberedEntry, permitted: Allowed) -> bool:
    """What has no consent is acknowledged, so that media drops it, and not stored."""
    if isinstance(numbered.entry, RecordedUtterance):
        return permitted.recording
    return permitted.video or not isinstance(numbered.entry, BehaviourWindow)


def _replaced() -> RecorderReplaced:
    return RecorderReplaced("a newer stream records this interview; this one is over")


def _feeding(outbox: BoundedQueue[RecordMessage], work: Awaitable[None], name: str) -> "asyncio.Task[None]":
    """A task whose error reaches whoever gets from ``outbox``."""

    async def run() -> None:
        await work

    def ended(task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is not None:
            outbox.close(task.exception())

    task = asyncio.create_task(run(), name=name)
    task.add_done_callback(ended)
    return task
