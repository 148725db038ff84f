"""WatchInterview: the state at once, then each change, from any process, until it is over."""

from __future__ import annotations

import asyncio
from typing import Any

from parley.session.v1 import interview_pb2 as ip
from parley.session.v1 import interview_service_pb2 as pb

from services.kit.errors import Unavailable, service_errors
from services.kit.server import start
from services.kit.streams import BoundedQueue, QueueClosed, read_into
from services.session.bootstrap import build
from tests.support.session_candidate import Candidate
from tests.support.session_service import PATIENCE_S, SessionUnderTest, changed, error_of

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]


class Watcher:
    """An open WatchInterview."""

    def __init__(self, candidate: Candidate, after_revision: int = 0) -> None:
        request = pb.WatchInterviewRequest(interview_id=candidate.interview_id, after_revision=after_revision)
        self._call: Any = candidate.interviews.WatchInterview(request, metadata=candidate.metadata, timeout=60)
        self._seen: BoundedQueue[Any] = BoundedQueue(64, "block", "watched")
        self._reading = asyncio.create_task(read_into(self._call, self._seen))

    async def __aenter__(self) -> Watcher:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._call.cancel()
        await asyncio.wait([self._reading])

    async def next(self) -> ip.Interview:
        """The next state."""
        async with asyncio.timeout(PATIENCE_S):
            with service_errors():
                response: pb.WatchInterviewResponse = await self._seen.get()
        return response.interview

    async def until(self, stage: int) -> ip.Interview:
        """The first state at this stage."""
        while (seen := await self.next()).stage != stage:
            pass
        return seen


async def test_the_present_comes_at_once_and_then_each_change(candidate: Candidate) -> None:
    await candidate.create()
    async with Watcher(candidate) as watcher:
        assert (await watcher.next()).stage == ip.INTERVIEW_STAGE_INTRO
        await candidate.start()
        started = await watcher.until(ip.INTERVIEW_STAGE_QUESTION)
        assert started.questions[0].question.text == "Question 1?"
        await candidate.end()
        complete = await watcher.until(ip.INTERVIEW_STAGE_COMPLETE)
        assert complete.revision > started.revision
        with service_errors():
            try:
                await watcher.next()
            except QueueClosed:
                return
        raise AssertionError("the stream goes on after COMPLETE")


async def test_a_revision_that_is_current_is_not_sent_again(candidate: Candidate) -> None:
    created = await candidate.create()
    async with Watcher(candidate, after_revision=created.revision) as watcher:
        started = await candidate.start()
        assert (await watcher.next()).revision == started.revision


async def test_revisions_only_grow(candidate: Candidate) -> None:
    await candidate.create(question_count=3)
    async with Watcher(candidate) as watcher:
        await candidate.start()
        for _ in range(3):
            await candidate.submit("text")
        revisions = [0]
        while True:
            seen = await watcher.next()
            revisions.append(seen.revision)
            if seen.stage == ip.INTERVIEW_STAGE_COMPLETE:
                break
    assert revisions == sorted(set(revisions))


async def test_a_change_by_another_process_is_seen(session: SessionUnderTest, candidate: Candidate) -> None:
    await candidate.create()
    settings = changed(session.settings, listen="127.0.0.1:0")
    replica = await start(await build(settings))
    try:
        here = candidate.channel
        async with Watcher(candidate) as watcher:
            await watcher.next()
            candidate.channel = SessionUnderTest(replica, session.reasoning, settings).channel("")
            await candidate.start()
            await candidate.channel.close()
            candidate.channel = here
            await watcher.until(ip.INTERVIEW_STAGE_QUESTION)
    finally:
        await replica.stop(0)


async def test_many_watch_one_interview(candidate: Candidate) -> None:
    await candidate.create()
    watchers = [Watcher(candidate) for _ in range(10)]
    try:
        await asyncio.gather(*(watcher.next() for watcher in watchers))
        await candidate.start()
        await asyncio.gather(*(watcher.until(ip.INTERVIEW_STAGE_QUESTION) for watcher in watchers))
    finally:
        await asyncio.gather(*(watcher.__aexit__() for watcher in watchers))


async def test_a_draining_server_sends_its_watchers_elsewhere(session: SessionUnderTest, candidate: Candidate) -> None:
    created = await candidate.create()
    async with Watcher(candidate) as watcher:
        await watcher.next()
        await session.restart()
        error = await error_of(watcher.next())
        assert isinstance(error, Unavailable)
        assert (error.reason, error.retryable) == ("DRAINING", True)
    async with Watcher(candidate, created.revision) as watcher:
        await candidate.start()
        await watcher.until(ip.INTERVIEW_STAGE_QUESTION)
