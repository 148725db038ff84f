"""Where what was heard and seen is kept."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from services.media.domain.commands import SessionCommand, Welcome
from services.media.domain.entries import Entry
from services.media.domain.values import Engine


@dataclass(frozen=True, slots=True)
class Hello:
    """First message of a Record stream."""

    interview_id: str
    account_id: str
    peer_id: str
    engines: tuple[Engine, ...] = ()


class RecordStream(Protocol):
    """One Record stream; methods raise as those of HearingStream."""

    welcome: Welcome

    async def send(self, number: int, entry: Entry) -> None:
        """Send an entry."""
        ...

    async def half_close(self) -> None:
        """Nothing more comes; the service ends the stream when all is stored."""
        ...

    def commands(self) -> AsyncIterator[SessionCommand]:
        """What session says, to the end of the stream."""
        ...


class SessionService(Protocol):
    """Keeps what media hears and sees."""

    def record(self, hello: Hello) -> AbstractAsyncContextManager[RecordStream]:
        """Open a stream; entering waits for the welcome. Raises what session answers: PermissionDenied, NotFound, …"""
        ...
