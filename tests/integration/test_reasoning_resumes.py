"""ReadResume over real gRPC: files of every format in both languages, files that are refused, and plans about them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio
from parley.common.v1 import language_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import resume_pb2

from services.kit.errors import InvalidArgument, ServiceError, from_rpc_error
from services.reasoning.domain.resume import Identifier
from services.session.domain.resumes import DroppedIdentifier
from tests.support import resume_files as files
from tests.support.reasoning_service import ENGLISH, KOREAN, Service, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")
both = pytest.mark.parametrize(
    ("language", "name"), [(KOREAN, "ko_backend"), (ENGLISH, "en_backend")], ids=["ko", "en"]
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service() -> AsyncIterator[Service]:
    async with serving() as running:
        yield running


async def read(service: Service, data: bytes, filename: str = "cv") -> resume_pb2.Resume:
    return (await service.stub.ReadResume(pb.ReadResumeRequest(data=data, filename=filename))).resume


async def refusal(service: Service, data: bytes) -> ServiceError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.ReadResume(pb.ReadResumeRequest(data=data, filename="cv.pdf"))
    return from_rpc_error(caught.value)


@both
async def test_a_resume_is_read_with_its_fields(service: Service, language: language_pb2.Language, name: str) -> None:
    found = await read(service, files.as_docx(files.marked(name)))
    assert found.language == language
    assert found.target_position in ("백엔드 개발자", "Senior Backend Engineer")
    assert {"Kafka", "Python"} <= set(found.skills)
    job = next(each for each in found.sections if each.kind == resume_pb2.RESUME_SECTION_KIND_EXPERIENCE)
    assert [entry.organisation for entry in job.entries] in (
        ["네오페이", "주식회사 한빛소프트"],
        ["Northwind Payments", "Acme Ltd"],
    )
    first, second = job.entries
    assert (first.start.year, first.start.month, first.ongoing, first.HasField("end")) == (2020, 3, True, False)
    assert not second.ongoing
    assert second.end.year in (2019, 2020)
    study = next(each for each in found.sections if each.kind == resume_pb2.RESUME_SECTION_KIND_EDUCATION)
    assert study.entries[0].degree in ("컴퓨터공학 학사", "BSc Computer Science")
    assert resume_pb2.DROPPED_IDENTIFIER_NAME in found.dropped


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (files.as_pdf(files.marked("en_backend"), "Helvetica", encrypt="secret"), "RESUME_ENCRYPTED"),
        (files.scanned_pdf(), "RESUME_SCANNED"),
        (b"  \n\t ", "RESUME_EMPTY"),
        ("성명: 김민수\n연락처: 010-1234-5678".encode(), "RESUME_EMPTY"),
        (files.as_pdf(files.marked("en_backend"), "Helvetica")[:700], "RESUME_UNREADABLE"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "RESUME_FORMAT_UNSUPPORTED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + b"HWP Document File", "RESUME_FORMAT_UNSUPPORTED"),
        (files.zipped({"word/document.xml": b"<a>" + b" " * (33 * 1024 * 1024)}), "RESUME_TOO_LARGE"),
    ],
    ids=["encrypted", "scanned", "blank", "only personal facts", "cut off", "picture", "hwp 5", "zip bomb"],
)
async def test_what_can_not_be_read_is_refused_with_the_reason_and_what_to_do(
    service: Service, data: bytes, reason: str
) -> None:
    error = await refusal(service, data)
    assert isinstance(error, InvalidArgument)
    assert (error.reason, error.retryable) == (reason, False)
    assert any(word in error.message for word in ("upload", "export", "save"))


@both
async def test_a_plan_asks_about_the_resume_and_its_answers_are_judged(
    service: Service, language: language_pb2.Language, name: str
) -> None:
    """From file to evaluation: what was read goes into the plan as session would send it."""
    resume = await read(service, files.as_docx(files.marked(name)))
    planned = await service.plan(language=language, question_count=6, seed=4, resume=resume)
    grounded = [each.question for each in planned if each.question.grounding_quote]
    assert len(grounded) >= 2
    lines = [line for section in resume.sections for line in section.lines]
    assert all(any(question.grounding_quote in line for line in lines) for question in grounded)
    asked = [each.question.source_id for each in planned]
    again = await service.plan(language=language, question_count=6, seed=4, resume=resume, asked_source_ids=asked)
    assert not set(asked) & {each.question.source_id for each in again}
    answer = {
        KOREAN: "느린 쿼리가 원인이었습니다. 그래서 제가 인덱스를 추가했고, 그 결과 응답 시간이 절반으로 줄었습니다.",
        ENGLISH: "The slow query was the cause. So I added an index, and as a result the response time halved.",
    }[language]
    exchange = pb.Exchange(question=grounded[0], transcript=answer)
    response = await service.stub.EvaluateAnswer(pb.EvaluateAnswerRequest(language=language, exchange=exchange))
    assert any(criterion.HasField("level") for criterion in response.evaluation.criteria)


async def test_every_dropped_kind_has_a_name_in_the_contract() -> None:
    names = {
        name.removeprefix("DROPPED_IDENTIFIER_") for name in resume_pb2.DroppedIdentifier.DESCRIPTOR.values_by_name
    }
    assert names == {"UNSPECIFIED", *(identifier.name for identifier in Identifier)}
    kept = {
        name.removeprefix("DROPPED_IDENTIFIER_").lower()
        for name in resume_pb2.DroppedIdentifier.DESCRIPTOR.values_by_name
    }
    assert kept == {identifier.value for identifier in DroppedIdentifier}
