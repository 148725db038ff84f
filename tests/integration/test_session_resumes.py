"""ResumeService: upload, read, list, delete; whose it is, what it needs, and what becomes of it."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from parley.reasoning.v1 import resume_pb2
from parley.session.v1 import account_service_pb2, consent_pb2, consent_service_pb2, resume_service_pb2_grpc
from parley.session.v1 import resume_service_pb2 as pb

from services.kit.clock import SystemClock
from services.kit.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, Unavailable
from services.session.adapters.database import SqlStore, open_engine
from services.session.usecases.retention import Retention
from tests.support.session_candidate import ALL_CONSENTS, PASSWORD, Candidate, candidate_of, signed_up
from tests.support.session_service import SessionUnderTest, error_of, request_id

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]

LINES = (
    "Northwind Payments, 2020 - present\n- Cut latency by 40% with a cache.\n- 결제 서버의 장애를 절반으로 줄였습니다."
)
RESUME = consent_pb2.CONSENT_PURPOSE_RESUME


@pytest.fixture
async def owner(session: SessionUnderTest) -> AsyncIterator[Candidate]:
    """A candidate who agreed to everything, résumés included."""
    async with candidate_of(session, *ALL_CONSENTS, RESUME) as made:
        yield made


def stub(candidate: Candidate) -> Any:
    return resume_service_pb2_grpc.ResumeServiceStub(candidate.channel)


async def upload(candidate: Candidate, text: str = LINES, **changes: Any) -> pb.StoredResume:
    values = {"request_id": request_id(), "data": text.encode(), "filename": "cv.txt", **changes}
    resume: pb.StoredResume = (
        await candidate.call(stub(candidate).UploadResume, pb.UploadResumeRequest(**values))
    ).resume
    return resume


async def listed(candidate: Candidate, **page: Any) -> pb.ListResumesResponse:
    response: pb.ListResumesResponse = await candidate.call(stub(candidate).ListResumes, pb.ListResumesRequest(**page))
    return response


async def rows(session: SessionUnderTest, query: str) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(session.settings.database_url) as connection:
        return await (await connection.execute(query)).fetchall()


async def test_what_was_read_is_kept_with_a_vector_per_section(session: SessionUnderTest, owner: Candidate) -> None:
    kept = await upload(owner)
    assert (kept.filename, kept.content.target_position) == ("cv.txt", "Backend engineer")
    assert list(kept.content.sections[0].lines) == LINES.split("\n")
    assert kept.content.sections[0].entries[0].start == resume_pb2.ResumeMonth(year=2020)
    assert not kept.content.sections[0].entries[0].HasField("end")
    assert list(kept.content.dropped) == [resume_pb2.DROPPED_IDENTIFIER_NAME]
    request = pb.GetResumeRequest(resume_id=kept.resume_id)
    assert (await owner.call(stub(owner).GetResume, request)).resume == kept
    found = await rows(session, "SELECT resume_id::text, section_index, engine, embedding::text FROM resume_embeddings")
    assert found == [(kept.resume_id, 0, "fake 1", "[0.6,0.8]")]


async def test_the_same_request_keeps_one(owner: Candidate) -> None:
    same = request_id()
    first = await upload(owner, request_id=same)
    assert await upload(owner, request_id=same) == first
    assert list((await listed(owner)).resumes) == [first]
    error = await error_of(
        owner.call(stub(owner).DeleteResume, pb.DeleteResumeRequest(request_id=same, resume_id=first.resume_id))
    )
    assert (error.reason, type(error)) == ("REQUEST_ID_REUSED", AlreadyExists)


async def test_pages_are_newest_first_and_the_eleventh_is_refused(owner: Candidate) -> None:
    ids = [(await upload(owner, f"- number {index}")).resume_id for index in range(10)]
    error = await error_of(upload(owner))
    assert (error.reason, type(error)) == ("RESUME_LIMIT_REACHED", FailedPrecondition)
    first = await listed(owner, page_size=6)
    second = await listed(owner, page_size=6, page_token=first.next_page_token)
    assert [each.resume_id for each in [*first.resumes, *second.resumes]] == ids[::-1]
    assert not second.next_page_token


async def test_it_takes_a_consent_of_its_own(session: SessionUnderTest, candidate: Candidate) -> None:
    error = await error_of(upload(candidate))
    assert (error.reason, type(error)) == ("RESUME_CONSENT_REQUIRED", FailedPrecondition)
    assert session.reasoning.read == []  # not even read


async def test_another_persons_resume_is_not_there(session: SessionUnderTest, owner: Candidate) -> None:
    kept = await upload(owner)
    async with candidate_of(session, RESUME) as stranger:
        get = stranger.call(stub(stranger).GetResume, pb.GetResumeRequest(resume_id=kept.resume_id))
        delete = pb.DeleteResumeRequest(request_id=request_id(), resume_id=kept.resume_id)
        for call in (
            get,
            stranger.call(stub(stranger).DeleteResume, delete),
            stranger.create(resume_id=kept.resume_id),
            owner.create(resume_id=str(uuid.uuid4())),
        ):
            error = await error_of(call)
            assert (error.reason, type(error)) == ("RESUME_NOT_FOUND", NotFound)
        assert not (await listed(stranger)).resumes
    assert len((await listed(owner)).resumes) == 1


async def test_deleted_it_is_gone_with_its_vectors(session: SessionUnderTest, owner: Candidate) -> None:
    kept = await upload(owner)
    delete = pb.DeleteResumeRequest(request_id=request_id(), resume_id=kept.resume_id)
    for _ in range(2):  # the same request again is no error
        await owner.call(stub(owner).DeleteResume, delete)
    assert not (await listed(owner)).resumes
    assert await rows(session, "SELECT count(*) FROM resume_embeddings") == [(0,)]
    again = pb.DeleteResumeRequest(request_id=request_id(), resume_id=kept.resume_id)
    assert isinstance(await error_of(owner.call(stub(owner).DeleteResume, again)), NotFound)


async def test_an_interview_is_planned_with_it(session: SessionUnderTest, owner: Candidate) -> None:
    kept = await upload(owner)
    await owner.create(resume_id=kept.resume_id)
    assert session.reasoning.planned[-1].resume == kept.content
    await owner.create()
    assert not session.reasoning.planned[-1].HasField("resume")


async def test_without_consent_any_more_it_is_not_used(session: SessionUnderTest, owner: Candidate) -> None:
    kept = await upload(owner)
    consents = await owner.call(owner.consents.List, consent_service_pb2.ListRequest())
    given = next(each for each in consents.consents if each.purpose == RESUME)
    withdraw = consent_service_pb2.WithdrawRequest(request_id=request_id(), consent_id=given.consent_id)
    await owner.call(owner.consents.Withdraw, withdraw)
    error = await error_of(owner.create(resume_id=kept.resume_id))
    assert error.reason == "RESUME_CONSENT_REQUIRED"
    assert not session.reasoning.planned


async def test_a_file_that_is_refused_says_why_and_nothing_is_kept(owner: Candidate) -> None:
    error = await error_of(upload(owner, "x"))
    assert (error.reason, type(error)) == ("RESUME_EMPTY", InvalidArgument)
    assert "upload" in error.message
    assert not (await listed(owner)).resumes


async def test_with_reasoning_away_the_upload_can_be_tried_again(session: SessionUnderTest, owner: Candidate) -> None:
    for rpc in ("ReadResume", "EmbedTexts"):
        session.reasoning.away = {rpc}
        same = request_id()
        error = await error_of(upload(owner, request_id=same))
        assert isinstance(error, Unavailable)
        assert error.retryable
        session.reasoning.away = set()
        await upload(owner, request_id=same)
    assert len((await listed(owner)).resumes) == 2


async def test_numbers_in_the_files_name_are_not_kept(owner: Candidate) -> None:
    assert (await upload(owner, filename="C:\\docs\\이력서_010-1234-5678.pdf")).filename == "이력서_….pdf"


async def test_deleting_the_account_counts_and_deletes_them(session: SessionUnderTest) -> None:
    async with signed_up(session) as candidate:
        await candidate.grant(RESUME)
        await upload(candidate)
        await upload(candidate, "- another")
        delete = account_service_pb2.DeleteMeRequest(request_id=request_id(), password=PASSWORD)
        receipt = await candidate.call(candidate.accounts.DeleteMe, delete)
        assert receipt.resume_count == 2
    assert await rows(session, "SELECT count(*) FROM resumes") == [(0,)]


async def test_retention_deletes_old_ones(session: SessionUnderTest, owner: Candidate) -> None:
    old, new = await upload(owner), await upload(owner, "- new")
    long_ago = datetime.now(UTC) - timedelta(days=91)
    async with await psycopg.AsyncConnection.connect(session.settings.database_url, autocommit=True) as connection:
        await connection.execute("UPDATE resumes SET create_time = %s WHERE resume_id = %s", (long_ago, old.resume_id))
    engine = open_engine(session.settings.database_url, 1)
    try:
        await Retention(SqlStore(engine), SystemClock(), 90).purge()
    finally:
        await engine.dispose()
    assert [each.resume_id for each in (await listed(owner)).resumes] == [new.resume_id]


async def test_no_word_of_it_is_logged(
    session: SessionUnderTest, owner: Candidate, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await upload(owner, filename="kim-minsu.txt")
    logged = json.dumps([str(record.__dict__) for record in caplog.records], ensure_ascii=False)
    for word in ("Northwind", "latency by 40%", "결제", "kim-minsu"):
        assert word not in logged
