"""A real session service in process, on a database of the test's own, beside the fake reasoning service."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.kit.channels import Channel, open_channel
from services.kit.clock import Clock
from services.kit.errors import ServiceError
from services.kit.server import RunningServer, start
from services.session.bootstrap import build
from services.session.settings import Settings
from tests.support.kit_mesh import INTERNAL_SECRET, TOKEN_SECRET
from tests.support.session_reasoning import FakeReasoning, running_reasoning

PATIENCE_S = 15.0


def request_id() -> str:
    """A new request id."""
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Reachable:
    """A session service somewhere."""

    address: str

    def channel(self, authorization: str | None = None) -> Channel:
        """A channel as a candidate with this header, or as media."""
        credentials: Any = "internal" if authorization is None else "none"
        return open_channel(
            f"dns:///{self.address}",
            identity="media",
            internal_secret=INTERNAL_SECRET,
            credentials=credentials,
            timeout_s=10,
        )


@dataclass
class SessionUnderTest:
    """A running session service and what is around it."""

    server: RunningServer
    reasoning: FakeReasoning
    settings: Settings
    clock: Clock | None = None
    restarts: int = 0

    def channel(self, authorization: str | None = None) -> Channel:
        """A channel as a candidate with this header, or as media."""
        return Reachable(self.server.address).channel(authorization)

    async def restart(self) -> None:
        """Stop it and start another one on the same database and port."""
        listen = self.server.address
        await self.server.stop(1)
        self.settings = changed(self.settings, listen=listen)
        self.server = await start(await build(self.settings, self.clock))
        self.restarts += 1


def changed(settings: Settings, **changes: Any) -> Settings:
    """The settings with changes."""
    values = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    return Settings(**{**values, **changes})


def settings_for(database_url: str, reasoning_address: str, **changes: Any) -> Settings:
    """Settings of a session under test."""
    values: dict[str, Any] = {
        "data_dir": Path("unused"),
        "internal_secret": INTERNAL_SECRET,
        "token_secret": TOKEN_SECRET,
        "listen": "127.0.0.1:0",
        "database_url": database_url,
        "reasoning_address": reasoning_address,
        # A busy test machine must not turn a follow-up into a planned question.
        "follow_up_wait_s": 5.0,
        "follow_up_total_s": 60.0,
        "answer_end_wait_s": 5.0,
        "evaluation_delay_s": 0.0,
        "drain_grace_s": 1.0,
    }
    return Settings(**{**values, **changes})


@asynccontextmanager
async def running_session(
    database_url: str, *, clock: Clock | None = None, reasoning: FakeReasoning | None = None, **changes: Any
) -> AsyncIterator[SessionUnderTest]:
    """A session service with a fake reasoning service, both served on free ports."""
    fake = reasoning or FakeReasoning()
    async with running_reasoning(fake) as reasoner:
        settings = settings_for(database_url, f"dns:///{reasoner.address}", **changes)
        session = SessionUnderTest(await start(await build(settings, clock)), fake, settings, clock)
        try:
            yield session
        finally:
            await session.server.stop(0)


async def error_of(work: Awaitable[Any]) -> ServiceError:
    """The typed error that a call ends in."""
    with pytest.raises(ServiceError) as caught:
        await work
    return caught.value


async def eventually(ask: Callable[[], Awaitable[bool]]) -> None:
    """Wait until ``ask`` says yes; for states that nothing announces."""
    async with asyncio.timeout(PATIENCE_S):
        while not await ask():  # noqa: ASYNC110  # what it asks for is in another process or in the database
            await asyncio.sleep(0.02)
