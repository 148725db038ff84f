"""What session relies on of reasoning: asked of the fake that its tests use, and of the real service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from parley.common.v1 import question_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc

from services.kit.channels import open_channel
from services.kit.errors import InvalidArgument, service_errors
from tests.support.kit_mesh import INTERNAL_SECRET
from tests.support.reasoning_service import serving
from tests.support.session_reasoning import FakeReasoning, running_reasoning

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWER = "I measured it and it was slow, so I added an index and the query took 40 ms instead of 900 ms."


@pytest_asyncio.fixture(params=["fake", "fake in sentences", "real"], scope="module", loop_scope="module")
async def reasoning(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """A stub of the fake, in each way of writing, then of the service."""
    if request.param == "real":
        async with serving() as service:
            yield service.stub
        return
    fake = FakeReasoning(in_sentences=request.param == "fake in sentences")
    fake.rest.set()
    async with running_reasoning(fake) as server:
        target = f"dns:///{server.address}"
        async with open_channel(target, identity="session", internal_secret=INTERNAL_SECRET) as channel:
            yield reasoning_service_pb2_grpc.ReasoningServiceStub(channel)


async def planned(reasoning: Any, **changes: Any) -> list[pb.PlanInterviewResponse]:
    values = {"language": "LANGUAGE_ENGLISH", "role": "backend_engineer", "question_count": 3, "seed": 7, **changes}
    with service_errors():
        return [response async for response in reasoning.PlanInterview(pb.PlanInterviewRequest(**values))]


async def test_a_plan_has_as_many_questions_as_asked_for_numbered_from_0(reasoning: Any) -> None:
    plan = await planned(reasoning)
    assert sorted(response.index for response in plan) == [0, 1, 2]
    assert len({response.question.source_id for response in plan}) == 3
    assert all(response.question.text and response.engine.capability == "language" for response in plan)


async def test_the_same_seed_gives_the_same_plan(reasoning: Any) -> None:
    assert await planned(reasoning) == await planned(reasoning)


async def test_a_request_that_breaks_the_contract_is_refused(reasoning: Any) -> None:
    with pytest.raises(InvalidArgument):
        await planned(reasoning, question_count=0)


async def test_quotes_stand_where_they_say_and_every_level_has_one(reasoning: Any) -> None:
    exchange = pb.Exchange(question=(await planned(reasoning))[0].question, transcript=ANSWER)
    request = pb.EvaluateAnswerRequest(language="LANGUAGE_ENGLISH", exchange=exchange)
    evaluation = (await reasoning.EvaluateAnswer(request)).evaluation
    assert evaluation.criteria
    for criterion in evaluation.criteria:
        assert criterion.HasField("level") == (criterion.abstention_reason == 0)
        assert not criterion.HasField("level") or (criterion.quotes and criterion.HasField("range"))
        for quote in criterion.quotes:
            assert ANSWER[quote.start_char : quote.end_char] == quote.text
    assert evaluation.HasField("engine")


async def test_an_empty_answer_is_level_1_or_no_level(reasoning: Any) -> None:
    exchange = pb.Exchange(question=(await planned(reasoning))[0].question, transcript="")
    request = pb.EvaluateAnswerRequest(language="LANGUAGE_ENGLISH", exchange=exchange)
    levels = {criterion.level for criterion in (await reasoning.EvaluateAnswer(request)).evaluation.criteria}
    assert levels <= {0, 1}


async def test_a_follow_up_quotes_the_answer_or_there_is_a_reason_for_none(reasoning: Any) -> None:
    exchange = pb.Exchange(question=(await planned(reasoning))[0].question, transcript=ANSWER)
    response = await reasoning.AskFollowUp(pb.AskFollowUpRequest(language="LANGUAGE_ENGLISH", exchange=exchange))
    if response.HasField("question"):
        assert response.question.kind == question_pb2.QUESTION_KIND_FOLLOW_UP
        assert response.question.grounding_quote in ANSWER
        assert response.question.follows_source_id == exchange.question.source_id
    else:
        assert response.no_follow_up_reason


async def test_a_streamed_follow_up_begins_with_its_sentences_and_ends_with_the_whole(reasoning: Any) -> None:
    exchange = pb.Exchange(question=(await planned(reasoning))[0].question, transcript=ANSWER)
    whole = await reasoning.AskFollowUp(pb.AskFollowUpRequest(language="LANGUAGE_ENGLISH", exchange=exchange))
    request = pb.StreamFollowUpRequest(language="LANGUAGE_ENGLISH", exchange=exchange)
    *sentences, last = [message async for message in reasoning.StreamFollowUp(request)]
    assert last == pb.StreamFollowUpResponse(follow_up=whole)
    assert bool(sentences) is whole.HasField("question")
    assert "".join(message.sentence.text for message in sentences) == whole.question.text
    for index, message in enumerate(sentences):
        assert message.sentence.HasField("question") is (index == 0)
    if sentences:
        sentences[0].sentence.question.text = whole.question.text
        assert sentences[0].sentence.question == whole.question


async def test_a_report_has_three_sentences_also_of_nothing_evaluated(reasoning: Any) -> None:
    exchange = pb.Exchange(question=(await planned(reasoning))[0].question, transcript=ANSWER)
    evaluation = (
        await reasoning.EvaluateAnswer(pb.EvaluateAnswerRequest(language="LANGUAGE_ENGLISH", exchange=exchange))
    ).evaluation
    for entry in (
        pb.EvaluatedExchange(exchange=exchange, evaluation=evaluation),
        pb.EvaluatedExchange(exchange=exchange),
    ):
        request = pb.WriteReportRequest(language="LANGUAGE_ENGLISH", role="backend_engineer", exchanges=[entry])
        report = await reasoning.WriteReport(request)
        assert len(report.summary) == 3
        assert report.engine.capability == "language"


async def test_a_resume_is_read_into_sections_with_lines(reasoning: Any) -> None:
    data = b"Experience\nAcme Ltd, Engineer, 2019 - 2021\n- Built the billing service."
    resume = (await reasoning.ReadResume(pb.ReadResumeRequest(data=data, filename="cv.txt"))).resume
    assert "- Built the billing service." in [line for section in resume.sections for line in section.lines]
    assert all(entry.line_count for section in resume.sections for entry in section.entries)


async def test_a_file_without_text_is_refused_by_reason(reasoning: Any) -> None:
    with pytest.raises(InvalidArgument) as caught, service_errors():
        await reasoning.ReadResume(pb.ReadResumeRequest(data=b"x", filename="cv.txt"))
    assert caught.value.reason == "RESUME_EMPTY"
    assert caught.value.message


async def test_embeddings_are_as_many_as_texts_and_name_their_engine(reasoning: Any) -> None:
    response = await reasoning.EmbedTexts(pb.EmbedTextsRequest(texts=["one", "two"]))
    assert len(response.embeddings) == 2
    assert len({len(each.values) for each in response.embeddings}) == 1
    assert response.engine.name
