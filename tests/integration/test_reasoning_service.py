"""ReasoningService over real gRPC with its real builtin engine, and with an engine that the test controls."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio
from parley.common.v1 import engine_pb2, evaluation_pb2, language_pb2, question_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc

from services.kit.errors import (
    Internal,
    InvalidArgument,
    PermissionDenied,
    ResourceExhausted,
    ServiceError,
    Unauthenticated,
    Unavailable,
    from_rpc_error,
)
from services.reasoning.domain.errors import AnalyserUnavailable, Overloaded
from tests.support.fixtures import SHARED, needs_shared
from tests.support.reasoning_answers import ANSWERS
from tests.support.reasoning_engines import FakeEngine
from tests.support.reasoning_service import ENGLISH, KOREAN, Service, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")
both = pytest.mark.parametrize("language", [KOREAN, ENGLISH], ids=["ko", "en"])
QUESTION = {KOREAN: "ko-backend-live-migration", ENGLISH: "en-backend-live-migration"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service() -> AsyncIterator[Service]:
    async with serving() as running:
        yield running


async def question(service: Service, language: language_pb2.Language) -> question_pb2.Question:
    """The question that the answers of these tests belong to, as a plan brings it."""
    planned = await service.plan(language=language, question_count=20, scenario=question_pb2.SCENARIO_TECHNICAL)
    return next(each.question for each in planned if each.question.source_id == QUESTION[language])


async def problem(call: object) -> ServiceError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call  # type: ignore[misc]
    return from_rpc_error(caught.value)


@both
async def test_a_plan_streams_questions_with_all_that_is_needed_later(
    service: Service, language: language_pb2.Language
) -> None:
    planned = await service.plan(language=language, role="백엔드 개발자", question_count=6, seed=3)
    assert [each.index for each in planned] == list(range(6))
    assert {(each.role_match, each.role_family) for each in planned} == {(pb.ROLE_MATCH_EXACT, "backend_engineer")}
    for each in planned:
        assert each.engine.name == "builtin"
        assert each.question.text
        assert each.question.competency
        assert each.question.suggested_seconds > 0
        technical = each.question.kind in (question_pb2.QUESTION_KIND_TECHNICAL, question_pb2.QUESTION_KIND_EXPERIENCE)
        assert bool(each.question.expected_points) is technical
    again = await service.plan(language=language, role="백엔드 개발자", question_count=6, seed=3)
    assert again == planned


async def test_a_role_that_nothing_fits_says_so(service: Service) -> None:
    planned = await service.plan(role="pastry chef")
    assert {(each.role_match, each.role_family) for each in planned} == {(pb.ROLE_MATCH_NONE, "")}


@both
async def test_an_interview_from_plan_to_report(service: Service, language: language_pb2.Language) -> None:
    asked = await question(service, language)
    answers = ANSWERS[QUESTION[language]]
    exchange = pb.Exchange(question=asked, transcript=answers.fair)
    followed = await service.stub.AskFollowUp(pb.AskFollowUpRequest(language=language, exchange=exchange))
    assert followed.question.grounding_quote in answers.fair
    assert followed.question.follows_source_id == asked.source_id
    second = pb.Exchange(question=followed.question, transcript=answers.excellent)

    evaluated = []
    for each in (exchange, second):
        response = await service.stub.EvaluateAnswer(pb.EvaluateAnswerRequest(language=language, exchange=each))
        evaluated.append(pb.EvaluatedExchange(exchange=each, evaluation=response.evaluation))
        assert response.evaluation.character == evaluation_pb2.ANSWER_CHARACTER_ON_TOPIC
        levels = [c.level for c in response.evaluation.criteria if c.HasField("level")]
        expected = sum((level - 1) / 4 * 100 for level in levels) / len(levels)
        assert math.isclose(response.evaluation.score, expected, rel_tol=1e-6)
        for criterion in response.evaluation.criteria:
            assert criterion.HasField("level") is not bool(criterion.abstention_reason)
            assert criterion.HasField("range") is criterion.HasField("level")
            for quote in criterion.quotes:
                assert each.transcript[quote.start_char : quote.end_char] == quote.text
                assert not quote.HasField("start_offset")

    evaluated.append(pb.EvaluatedExchange(exchange=exchange))
    report = await service.stub.WriteReport(
        pb.WriteReportRequest(language=language, role="백엔드 개발자", exchanges=evaluated)
    )
    assert len(report.summary) == 3
    assert report.practice_points
    assert report.engine.version


@both
async def test_an_evaluation_survives_the_way_to_the_report_and_back(
    service: Service, language: language_pb2.Language
) -> None:
    """Session stores evaluations as messages; the report must not change when they come back."""
    asked = await question(service, language)
    exchange = pb.Exchange(question=asked, transcript="")
    response = await service.stub.EvaluateAnswer(pb.EvaluateAnswerRequest(language=language, exchange=exchange))
    assert response.evaluation.character == evaluation_pb2.ANSWER_CHARACTER_EMPTY
    assert response.evaluation.score == 0
    assert response.evaluation.HasField("score")
    stored = evaluation_pb2.Evaluation.FromString(response.evaluation.SerializeToString())
    for evaluation in (response.evaluation, stored):
        exchanges = [pb.EvaluatedExchange(exchange=exchange, evaluation=evaluation)]
        report = await service.stub.WriteReport(pb.WriteReportRequest(language=language, exchanges=exchanges))
        assert len(report.summary) == 3


@both
async def test_a_low_quality_transcript_is_not_scored(service: Service, language: language_pb2.Language) -> None:
    exchange = pb.Exchange(question=await question(service, language), transcript=ANSWERS[QUESTION[language]].excellent)
    response = await service.stub.EvaluateAnswer(
        pb.EvaluateAnswerRequest(language=language, exchange=exchange, transcript_quality=engine_pb2.QUALITY_TIER_LOW)
    )
    reasons = {criterion.abstention_reason for criterion in response.evaluation.criteria}
    assert evaluation_pb2.ABSTENTION_REASON_LOW_TRANSCRIPT_QUALITY in reasons


@both
async def test_two_follow_ups_are_the_limit(service: Service, language: language_pb2.Language) -> None:
    exchange = pb.Exchange(question=await question(service, language), transcript=ANSWERS[QUESTION[language]].weak)
    response = await service.stub.AskFollowUp(
        pb.AskFollowUpRequest(language=language, exchange=exchange, earlier_follow_ups=[exchange, exchange])
    )
    assert response.no_follow_up_reason == pb.NO_FOLLOW_UP_REASON_LIMIT_REACHED
    assert not response.HasField("question")
    request = pb.StreamFollowUpRequest(language=language, exchange=exchange, earlier_follow_ups=[exchange, exchange])
    assert [message async for message in service.stub.StreamFollowUp(request)] == [
        pb.StreamFollowUpResponse(follow_up=response)
    ]


@both
async def test_the_builtin_engines_follow_up_comes_in_one_piece(
    service: Service, language: language_pb2.Language
) -> None:
    exchange = pb.Exchange(question=await question(service, language), transcript=ANSWERS[QUESTION[language]].fair)
    whole = await service.stub.AskFollowUp(pb.AskFollowUpRequest(language=language, exchange=exchange))
    request = pb.StreamFollowUpRequest(language=language, exchange=exchange)
    first, last = [message async for message in service.stub.StreamFollowUp(request)]
    assert last == pb.StreamFollowUpResponse(follow_up=whole)
    assert first.sentence.text == whole.question.text
    untold = question_pb2.Question.FromString(whole.question.SerializeToString())
    untold.ClearField("text")
    assert first.sentence.question == untold


async def test_embeddings_are_unit_vectors(service: Service) -> None:
    response = await service.stub.EmbedTexts(pb.EmbedTextsRequest(texts=["백엔드", "backend", ""]))
    lengths = [math.hypot(*embedding.values) for embedding in response.embeddings]
    assert [round(length, 5) for length in lengths] == [1, 1, 0]
    assert response.engine.capability == "embeddings"
    assert response.engine.quality == engine_pb2.QUALITY_TIER_LOW


async def test_capabilities_name_engines_and_families(service: Service) -> None:
    response = await service.stub.GetCapabilities(pb.GetCapabilitiesRequest())
    assert [(engine.capability, engine.name) for engine in response.engines] == [
        ("language", "builtin"),
        ("embeddings", "hashed-ngrams"),
    ]
    assert list(response.engines[0].languages) == ["ko", "en"]
    families = list(response.role_families)
    assert families == sorted(set(families))
    assert "backend_engineer" in families


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"language": 0}, "language"),
        ({"role": ""}, "role"),
        ({"question_count": 0}, "question_count"),
        ({"question_count": 21}, "question_count"),
        ({"difficulty": 6}, "difficulty"),
    ],
)
async def test_a_wrong_request_names_the_field(service: Service, fields: dict[str, object], field: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.plan(**fields)
    error = from_rpc_error(caught.value)
    assert isinstance(error, InvalidArgument)
    assert [violation[0] for violation in error.violations] == [field]


async def test_strangers_are_refused(service: Service) -> None:
    async with service.strangers_channel() as channel:
        stub = reasoning_service_pb2_grpc.ReasoningServiceStub(channel)
        error = await problem(stub.GetCapabilities(pb.GetCapabilitiesRequest()))
    assert isinstance(error, Unauthenticated | PermissionDenied)


async def test_many_interviews_at_once_get_their_own_answers(service: Service) -> None:
    asked = {language: await question(service, language) for language in (KOREAN, ENGLISH)}

    async def evaluate(language: language_pb2.Language, text: str) -> evaluation_pb2.Evaluation:
        exchange = pb.Exchange(question=asked[language], transcript=text)
        request = pb.EvaluateAnswerRequest(language=language, exchange=exchange)
        return (await service.stub.EvaluateAnswer(request)).evaluation

    texts = [(language, getattr(ANSWERS[QUESTION[language]], kind)) for language in asked for kind in ("fair", "weak")]
    alone = [await evaluate(*each) for each in texts]
    together = await asyncio.gather(*(evaluate(*each) for each in texts * 5))
    assert together == alone * 5


@needs_shared
async def test_what_the_synthetic_candidate_says_comes_out_sane(service: Service) -> None:
    spoken = json.loads((SHARED / "clips" / "answers.json").read_text())
    for language, code in ((KOREAN, "ko"), (ENGLISH, "en")):
        planned = await service.plan(language=language, question_count=3)
        answers = [each["text"] for each in spoken if each["language"] == code]
        for each, text in zip(planned, answers, strict=True):
            exchange = pb.Exchange(question=each.question, transcript=text)
            response = await service.stub.EvaluateAnswer(pb.EvaluateAnswerRequest(language=language, exchange=exchange))
            for criterion in response.evaluation.criteria:
                assert criterion.quotes if criterion.HasField("level") else criterion.abstention_reason


async def test_evaluation_has_no_field_for_anything_but_words() -> None:
    """Behaviour, loudness, light and accent cannot change a score: there is no way to send them."""
    assert set(pb.EvaluateAnswerRequest.DESCRIPTOR.fields_by_name) == {"language", "exchange", "transcript_quality"}
    assert set(pb.Exchange.DESCRIPTOR.fields_by_name) == {"question", "transcript"}


async def test_quotes_that_nobody_said_are_withdrawn_whatever_the_engine() -> None:
    async with serving(FakeEngine(wrong_quotes=True)) as service:
        (planned, *_) = await service.plan(question_count=1)
        exchange = pb.Exchange(question=planned.question, transcript="I measured it.")
        response = await service.stub.EvaluateAnswer(pb.EvaluateAnswerRequest(language=ENGLISH, exchange=exchange))
        for criterion in response.evaluation.criteria:
            assert not criterion.HasField("level")
            assert not criterion.quotes
            assert criterion.abstention_reason == evaluation_pb2.ABSTENTION_REASON_NO_EVIDENCE
            assert criterion.explanation
        assert not response.evaluation.HasField("score")
        followed = await service.stub.AskFollowUp(pb.AskFollowUpRequest(language=ENGLISH, exchange=exchange))
        assert followed.no_follow_up_reason == pb.NO_FOLLOW_UP_REASON_NOTHING_TO_QUOTE
        streamed = pb.StreamFollowUpRequest(language=ENGLISH, exchange=exchange)
        assert [message async for message in service.stub.StreamFollowUp(streamed)] == [
            pb.StreamFollowUpResponse(follow_up=followed)
        ], "and no sentence of it was let out"


@pytest.mark.parametrize(
    ("raised", "kind", "reason"),
    [
        (Overloaded("too much"), ResourceExhausted, "REASONING_OVERLOADED"),
        (AnalyserUnavailable("no analyser"), Unavailable, "ANALYSER_UNAVAILABLE"),
        (RuntimeError("secret words of a candidate"), Internal, "INTERNAL"),
    ],
)
async def test_errors_are_typed_and_say_nothing_of_candidates(
    raised: Exception, kind: type[ServiceError], reason: str
) -> None:
    async with serving(FakeEngine(error=raised)) as service:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await service.plan()
        error = from_rpc_error(caught.value)
        assert isinstance(error, kind)
        assert error.reason == reason
        assert "secret words" not in error.message
        assert error.retryable is (kind is not Internal)


async def test_the_engine_is_started_and_closed_with_the_service() -> None:
    engine = FakeEngine()
    async with serving(engine) as service:
        assert engine.started
        await service.stub.GetCapabilities(pb.GetCapabilitiesRequest())
        assert not engine.closed
    assert engine.closed
