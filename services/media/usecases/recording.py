"""What was heard and seen to session: numbered, kept until stored, sent again after a break."""

import asyncio
import logging
from typing import Final, Protocol

from services.kit import telemetry
from services.kit.clock import Clock
from services.kit.errors import (
    Aborted,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ServiceError,
    Unauthenticated,
    Unavailable,
)
from services.media.domain.commands import Acknowledged, SessionCommand, Welcome
from services.media.domain.entries import Entry
from services.media.domain.outbox import Outbox
from services.media.ports.session import Hello, RecordStream, SessionService
from services.media.usecases.backoff import Backoff, status_of

logger = logging.getLogger("parley.media.recording")

REPLACED: Final = "RECORDER_REPLACED"
_FIRST_S: Final = 1.0
# Trying again cannot help: session will say the same.
_REFUSALS: Final = (PermissionDenied, NotFound, FailedPrecondition, InvalidArgument, Unauthenticated)


class RecordingListener(Protocol):
    """Whom recording tells."""

    def on_welcome(self, welcome: Welcome) -> None:
        """The first welcome, before any command."""
        ...

    def on_session_command(self, command: SessionCommand) -> None:
        """Session wants something; acknowledgements are not passed on."""
        ...

    def on_session_available(self, available: bool) -> None:
        """Its stream has broken after the first welcome, or is there again."""
        ...

    def on_session_over(self, reason: str) -> None:
        """Session will take nothing more: another process records the interview now, or it is not to be recorded."""
        ...


class Records(Protocol):
    """Where entries go: Recording, or Unrecorded in a device check."""

    welcomed: "asyncio.Future[Welcome]"

    def add(self, entry: Entry) -> None:
        """Keep an entry until it is stored."""
        ...

    def finish(self) -> None:
        """Nothing more comes."""
        ...

    async def stored(self) -> None:
        """Return when everything is stored."""
        ...

    async def run(self) -> None:
        """Work until ``finish``."""
        ...


class Recording:
    """Owns the Record stream of one interview; run ``run`` as a task. ``welcomed``: the welcome, or the refusal."""

    def __init__(self, session: SessionService, clock: Clock, listener: RecordingListener, hello: Hello) -> None:
        self._session = session
        self._clock = clock
        self._listener = listener
        self._hello = hello
        self._outbox = Outbox()
        self._changed = asyncio.Event()
        self._stored = asyncio.Event()
        self._stored.set()
        self._finishing = False
        self._lost = False
        self.welcomed: asyncio.Future[Welcome] = asyncio.get_running_loop().create_future()

    @property
    def unstored(self) -> int:
        """Entries that session has not acknowledged."""
        return len(self._outbox)

    def add(self, entry: Entry) -> None:
        """Keep an entry until session has it."""
        self._outbox.add(entry)
        self._stored.clear()
        self._changed.set()

    async def stored(self) -> None:
        """Return when session has everything."""
        await self._stored.wait()

    def finish(self) -> None:
        """Nothing more comes; ``run`` returns when session has ended the stream."""
        self._finishing = True
        self._changed.set()

    async def run(self) -> None:
        """Keep a stream open until ``finish`` or a refusal. The first one's failure is the caller's, after a second."""
        backoff = Backoff()
        since_s = self._clock.monotonic()
        while True:
            failure: ServiceError | None = None
            try:
                await self._serve_one(backoff)
            except* ServiceError as failures:
                failure = status_of(failures)
            if not self.welcomed.done():
                if isinstance(failure, Unavailable) and self._clock.monotonic() - since_s < _FIRST_S:
                    await self._clock.sleep(backoff.delay_s(failure))  # perhaps it is just being restarted
                    continue
                self.welcomed.set_exception(failure or _unanswered())
                self.welcomed.exception()  # seen, even if the caller has gone
                return
            if self._finishing and (failure is None or not self._outbox):
                return
            if _is_final(failure):
                self._listener.on_session_over(failure.reason if failure is not None else "ENDED")
                return
            self._interrupted(failure)
            await self._clock.sleep(backoff.delay_s(failure))

    async def _serve_one(self, backoff: Backoff) -> None:
        async with self._session.record(self._hello) as stream, asyncio.TaskGroup() as group:
            self._resume(stream.welcome)
            backoff.reset()
            sender = group.create_task(self._send(stream), name="recording-send")
            async for command in stream.commands():
                if isinstance(command, Acknowledged):
                    self._acknowledge(command.up_to)
                else:
                    self._listener.on_session_command(command)
            sender.cancel()

    def _resume(self, welcome: Welcome) -> None:
        self._outbox.resume(welcome.acknowledged_up_to, welcome.next_number)
        self._acknowledge(welcome.acknowledged_up_to)
        if not self.welcomed.done():
            self._listener.on_welcome(welcome)
            self.welcomed.set_result(welcome)
        elif self._lost:
            self._lost = False
            self._listener.on_session_available(True)

    def _acknowledge(self, up_to: int) -> None:
        self._outbox.acknowledge(up_to)
        self._changed.set()
        if not self._outbox:
            self._stored.set()

    async def _send(self, stream: RecordStream) -> None:
        try:
            while True:
                numbered = self._outbox.take()
                if numbered is not None:
                    await stream.send(*numbered)
                elif self._finishing and not self._outbox:
                    await stream.half_close()
                    return
                else:
                    self._changed.clear()
                    await self._changed.wait()
        except ServiceError:
            return  # the stream is broken; whoever reads it learns why

    def _interrupted(self, failure: ServiceError | None) -> None:
        reason = failure.reason if failure is not None else "ENDED"
        interview = self._hello.interview_id
        telemetry.log(
            logger, logging.WARNING, "recording interrupted", interview=interview, reason=reason, kept=len(self._outbox)
        )
        if not self._lost:
            self._lost = True
            self._listener.on_session_available(False)


def _is_final(failure: ServiceError | None) -> bool:
    if isinstance(failure, Aborted):
        return failure.reason == REPLACED
    return isinstance(failure, _REFUSALS)


def _unanswered() -> ServiceError:
    return ServiceError("session ended the stream without a welcome", reason="SESSION_UNAVAILABLE")


class Unrecorded:
    """Stands in for Recording in a device check: welcomes at once and keeps nothing."""

    def __init__(self, listener: RecordingListener, welcome: Welcome) -> None:
        self._listener = listener
        self._welcome = welcome
        self._finished = asyncio.Event()
        self.welcomed: asyncio.Future[Welcome] = asyncio.get_running_loop().create_future()

    def add(self, entry: Entry) -> None:
        """Forget it."""

    async def stored(self) -> None:
        """There is nothing to store."""

    def finish(self) -> None:
        """Let ``run`` return."""
        self._finished.set()

    async def run(self) -> None:
        """Welcome, then wait for ``finish``."""
        self._listener.on_welcome(self._welcome)
        self.welcomed.set_result(self._welcome)
        await self._finished.wait()
