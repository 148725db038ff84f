"""A database that goes away and comes back in mid-interview: typed errors meanwhile, nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from parley.session.v1 import interview_pb2 as ip
from parley.session.v1 import interview_service_pb2 as pb
from parley.session.v1 import interview_service_pb2_grpc

from services.kit.errors import Unavailable
from services.session.adapters.embedded_postgres import EmbeddedPostgres
from tests.support.session_candidate import Candidate, candidate_of
from tests.support.session_media import ScriptedMedia
from tests.support.session_service import SessionUnderTest, error_of, eventually, request_id, running_session


@pytest.fixture
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A cluster that this test may stop."""
    with tempfile.TemporaryDirectory(prefix="parley-postgres-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder), {"full_page_writes": "off"})
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()


async def test_an_interview_survives_the_database_s_restart(own_postgres: EmbeddedPostgres) -> None:
    async with running_session(own_postgres.url) as session, candidate_of(session) as candidate:
        await candidate.create(question_count=2, max_follow_ups=0)
        watching = asyncio.create_task(candidate.watch_until(lambda seen: len(seen.questions) == 2))
        await candidate.start()
        media = ScriptedMedia(session, candidate)
        async with media.connected():
            await media.next("speak")
            await media.say("before", 1)
            await media.stored()
            await asyncio.to_thread(own_postgres.stop)
            await eventually(_says_so(session, serving=False))
            await _is_refused_with_advice(session, candidate)
            await media.say("while the database was away", 3)
            await asyncio.to_thread(own_postgres.start)
            await eventually(_says_so(session, serving=True))
            await media.stored()
            await media.say("after", 9)
            await media.stored()
            submitting = asyncio.create_task(candidate.submit())
            answer_id = (await media.next("finish_answer")).finish_answer.answer_id
            await media.answer_end(answer_id, 12)
            await submitting
            assert (await media.next("speak")).speak.text == "Question 2?"
            await media.stored()
        await watching
        await candidate.submit("Typed at the end.")
        complete = await candidate.until_complete()
        assert complete.answers[0].transcript == "before while the database was away after"
        assert {answer.status for answer in complete.answers} == {ip.ANSWER_STATUS_EVALUATED}


def _says_so(session: SessionUnderTest, *, serving: bool) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return session.server.serving is serving

    return asked


async def _is_refused_with_advice(session: SessionUnderTest, candidate: Candidate) -> None:
    """Asked over a bare channel: kit's would not even call a server whose health says no."""
    async with grpc.aio.insecure_channel(session.server.address) as channel:
        stub: Any = interview_service_pb2_grpc.InterviewServiceStub(channel)
        question_id = candidate.interview.current_question_id
        chosen = {"interview_id": candidate.interview_id}
        submit = pb.SubmitAnswerRequest(**chosen, request_id=request_id(), question_id=question_id, typed_text="typed")
        for method, request in (
            (stub.GetInterview, pb.GetInterviewRequest(**chosen)),
            (stub.GetReport, pb.GetReportRequest(**chosen)),
            (stub.SubmitAnswer, submit),
        ):
            error = await error_of(candidate.call(method, request, timeout=10))
            assert isinstance(error, Unavailable)
            assert error.reason == "DATABASE_UNAVAILABLE"
            assert error.retry_after_s is not None
