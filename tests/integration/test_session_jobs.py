"""Jobs: retried until they work or are given up in words, never stuck with a process that died."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from parley.session.v1 import interview_pb2 as ip
from parley.session.v1 import report_pb2

from services.kit.clock import SystemClock
from services.kit.errors import service_errors
from services.kit.server import start
from services.session.adapters.database import SqlStore, open_engine
from services.session.bootstrap import build
from services.session.usecases.retention import Retention
from tests.support.kit_mesh import INTERNAL_SECRET, TOKEN_SECRET
from tests.support.session_candidate import Candidate, candidate_of
from tests.support.session_media import ScriptedMedia
from tests.support.session_reasoning import FakeReasoning, running_reasoning
from tests.support.session_service import (
    Reachable,
    SessionUnderTest,
    changed,
    eventually,
    running_session,
    settings_for,
)

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]


async def answered(candidate: Candidate) -> None:
    """An interview whose only answer waits for its evaluation."""
    await candidate.create(question_count=1)
    await candidate.start()
    await candidate.submit("My whole answer.")


async def rows(session: SessionUnderTest, query: Any) -> list[tuple[Any, ...]]:
    """What is in the database."""
    async with await psycopg.AsyncConnection.connect(session.settings.database_url, autocommit=True) as connection:
        return await (await connection.execute(query)).fetchall()


async def hurried(database_url: str, candidate: Candidate, stage: ip.InterviewStage) -> None:
    """Wait for a stage, with every retry made due at once: five of them take 0.5 + 1 + 2 + 4 s by themselves."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:

        async def there() -> bool:
            await connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
            wake = 'SELECT pg_notify(\'procrastinate_queue_v1#parley\', \'{"type": "job_inserted", "job_id": 0}\')'
            await connection.execute(wake)
            return (await candidate.get()).stage == stage

        await eventually(there)


async def test_an_evaluation_is_tried_again_when_reasoning_comes_back(
    session: SessionUnderTest, candidate: Candidate
) -> None:
    session.reasoning.away.add("EvaluateAnswer")
    await answered(candidate)

    async def tried_twice() -> bool:
        return session.reasoning.calls.count("EvaluateAnswer") >= 2

    await eventually(tried_twice)
    assert (await candidate.get()).answers[0].status == ip.ANSWER_STATUS_EVALUATING
    session.reasoning.away.clear()
    assert (await candidate.until_complete()).answers[0].status == ip.ANSWER_STATUS_EVALUATED


async def test_a_killed_reasoning_costs_seconds(database_url: str) -> None:
    fake = FakeReasoning()
    async with running_reasoning(fake) as reasoner:
        settings = settings_for(database_url, f"dns:///{reasoner.address}")
        session = SessionUnderTest(await start(await build(settings)), fake, settings)
        try:
            async with candidate_of(session) as candidate:
                await candidate.create(question_count=1)
                await candidate.start()
                await reasoner.stop(0)
                await candidate.submit("Said while nobody could judge.")
                async with running_reasoning(fake, reasoner.address):
                    complete = await candidate.until_complete()
                    assert complete.answers[0].status == ip.ANSWER_STATUS_EVALUATED
        finally:
            await session.server.stop(0)


async def test_an_evaluation_that_fails_for_good_is_a_failure_not_a_number(database_url: str) -> None:
    async with running_session(database_url) as session, candidate_of(session) as candidate:
        session.reasoning.broken.add("EvaluateAnswer")
        await answered(candidate)
        await hurried(database_url, candidate, ip.INTERVIEW_STAGE_COMPLETE)
        assert session.reasoning.calls.count("EvaluateAnswer") == 5
        answer = (await candidate.get()).answers[0]
        assert answer.status == ip.ANSWER_STATUS_FAILED
        assert "could not be evaluated" in answer.failure_message
        assert not answer.HasField("evaluation")
        report = await candidate.report()
        assert report.status == report_pb2.REPORT_STATUS_READY
        assert not report.HasField("overall_score")
        assert "could not be evaluated" in report.notices[0]
        assert await rows(session, "SELECT 1 FROM procrastinate_jobs WHERE status = 'failed'") == []


async def test_a_report_that_fails_for_good_fails_the_interview_in_words(
    session: SessionUnderTest, candidate: Candidate, database_url: str
) -> None:
    session.reasoning.broken.add("WriteReport")
    await answered(candidate)
    await hurried(database_url, candidate, ip.INTERVIEW_STAGE_FAILED)
    report = await candidate.report()
    assert report.status == report_pb2.REPORT_STATUS_FAILED
    assert "Your answers" in report.failure_message
    assert report.questions[0].answer.evaluation.criteria[0].level == 3


async def test_a_job_whose_process_died_is_taken_up_at_once(database_url: str) -> None:
    async with running_session(database_url, run_jobs=False) as session, candidate_of(session) as candidate:
        session.reasoning.gate.clear()
        await answered(candidate)
        async with killed_process(session):

            async def evaluating() -> bool:
                return "EvaluateAnswer" in session.reasoning.calls

            await eventually(evaluating)
        session.reasoning.gate.set()
        doing = "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'evaluate_answer'"
        assert await rows(session, doing) == [(1,)]
        session.settings = changed(session.settings, run_jobs=True)
        await session.restart()
        complete = await candidate.until_complete()
        assert complete.answers[0].status == ip.ANSWER_STATUS_EVALUATED


async def test_a_turn_whose_process_died_is_taken_up_by_a_job(database_url: str) -> None:
    """The answer is stored, the next question is not asked yet: then the process is killed."""
    async with running_session(database_url, answer_end_wait_s=0.1) as session, candidate_of(session) as candidate:
        await candidate.create(question_count=2, max_follow_ups=1)
        await candidate.start()
        async with killed_process(session, PARLEY_SESSION_ANSWER_END_WAIT="60") as doomed:
            media = ScriptedMedia(doomed, candidate)
            async with media.connected():
                await media.next("speak")
                await media.say("I was about to", 1)
                await media.turn_end(5)
                await media.next("finish_answer")
        assert (await candidate.get()).next_action == ip.NEXT_ACTION_WAIT
        # The job is due after the longest time that the turn could have taken, which was a minute there.
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
            due = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'advance_turn'"
            await connection.execute(due)
        await candidate.watch_until(lambda seen: len(seen.questions) == 2)


@asynccontextmanager
async def killed_process(session: SessionUnderTest, **environment: str) -> AsyncIterator[Reachable]:
    """A session process of its own on the same database, killed at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.session",
        stdout=asyncio.subprocess.PIPE,
        env={
            "PARLEY_DATABASE_URL": session.settings.database_url,
            "PARLEY_REASONING_ADDRESS": session.settings.reasoning_address,
            "PARLEY_SESSION_LISTEN": "127.0.0.1:0",
            "PARLEY_INTERNAL_SECRET": INTERNAL_SECRET,
            "PARLEY_TOKEN_SECRET": TOKEN_SECRET,
            **environment,
        },
    )
    try:
        assert process.stdout is not None
        address: str = json.loads(await process.stdout.readline())["address"]
        yield Reachable(address)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_interviews_are_deleted_when_their_time_is_over(
    session: SessionUnderTest, candidate: Candidate, database_url: str
) -> None:
    old = (await candidate.create()).interview_id
    new = (await candidate.create()).interview_id
    long_ago = datetime.now(UTC) - timedelta(days=91)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        await connection.execute("UPDATE interviews SET create_time = %s WHERE interview_id = %s", (long_ago, old))
        await connection.execute("UPDATE requests SET create_time = %s WHERE subject_id = %s", (long_ago, old))
    engine = open_engine(database_url, 1)
    await Retention(SqlStore(engine), SystemClock(), 90).purge()
    await engine.dispose()
    assert await rows(session, "SELECT interview_id::text FROM interviews") == [(new,)]
    assert await rows(session, "SELECT DISTINCT subject_id::text FROM requests") == [(new,)]
    assert await rows(session, "SELECT count(*) FROM questions") == [(2,)]


async def test_the_purge_is_scheduled(session: SessionUnderTest) -> None:
    async def scheduled() -> bool:
        return bool(await rows(session, "SELECT 1 FROM procrastinate_periodic_defers WHERE task_name = 'purge'"))

    await eventually(scheduled)
    with service_errors():
        assert session.server.serving
