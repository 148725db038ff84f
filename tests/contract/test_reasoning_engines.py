"""One contract for every engine of the registry, and for the fake."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import pytest_asyncio

from services.reasoning.adapters.registry import ENGINES, build_engine
from services.reasoning.domain.evaluations import Abstention, Criterion, Level, TranscriptQuality
from services.reasoning.domain.follow_up_parts import FollowUpSentence, FollowUpWritten
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.questions import (
    MAX_FOLLOW_UPS,
    Exchange,
    ExperienceLevel,
    Language,
    PlannedQuestion,
    PlanRequest,
    Question,
    QuestionKind,
    Scenario,
)
from services.reasoning.domain.report import EvaluatedExchange
from services.reasoning.ports import EngineOptions, ModelOptions, ReasoningEngine
from tests.support.llm_script import ScriptedLlm, scripted_llm
from tests.support.reasoning_engines import FakeEngine
from tests.support.triton import needs_triton

pytest_plugins = ["tests.support.llm_triton"]

GENEROUS_S = 60.0
names = [
    "fake",
    *(pytest.param(name, marks=[needs_triton] if name == "llm-triton" else []) for name in ENGINES),
]


def made(name: str, request: pytest.FixtureRequest) -> ReasoningEngine:
    """The engine called ``name``; those over a language model speak with the scripted one."""
    if name == "fake":
        return FakeEngine()
    options = ModelOptions(first_token_s=GENEROUS_S, question_s=GENEROUS_S, evaluation_s=GENEROUS_S)
    if name == "llm-openai":
        options = replace(options, url=request.getfixturevalue("script").url)
    if name == "llm-triton":
        triton = request.getfixturevalue("scripted_triton")
        options = replace(options, triton=triton.server.address, triton_model=triton.model)
    return build_engine(name, EngineOptions(model=options))


SAID = {
    Language.KOREAN: "저는 결제 서비스를 새로운 플랫폼으로 이전했습니다. 그 결과 응답 시간이 40퍼센트 줄었습니다.",
    Language.ENGLISH: "I led the migration of our payment service. As a result the latency fell by forty percent.",
}
both = pytest.mark.parametrize("language", list(Language), ids=str)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def script() -> Iterator[ScriptedLlm]:
    with scripted_llm() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=names)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[ReasoningEngine]:
    engine = made(request.param, request)
    await engine.start()
    yield engine
    await engine.close()


def plan_request(language: Language, count: int = 4, asked: tuple[str, ...] = (), seed: int = 1) -> PlanRequest:
    return PlanRequest(
        language, "backend_engineer", Scenario.COMBINED, ExperienceLevel.JUNIOR, None, count, asked, seed
    )


async def plan(engine: ReasoningEngine, request: PlanRequest) -> list[PlannedQuestion]:
    return [each async for each in engine.plan(request)]


async def first_exchange(engine: ReasoningEngine, language: Language, said: str | None = None) -> Exchange:
    planned = await plan(engine, plan_request(language))
    return Exchange(planned[-1].question, SAID[language] if said is None else said)


async def test_it_says_what_it_is(engine: ReasoningEngine) -> None:
    info = engine.info
    assert info.capability == "language"
    assert info.name in ("fake", *ENGINES)
    assert info.version
    assert set(info.languages) <= {str(language) for language in Language}
    assert engine.role_families
    assert engine.readiness().ok
    assert engine.readiness().fallback is None


@both
async def test_a_plan_is_numbered_rises_and_repeats_nothing(engine: ReasoningEngine, language: Language) -> None:
    planned = await plan(engine, plan_request(language))
    assert [each.index for each in planned] == [0, 1, 2, 3]
    questions = [each.question for each in planned]
    assert len({question.source_id for question in questions}) == 4
    assert [q.difficulty for q in questions] == sorted(q.difficulty for q in questions)
    for question in questions:
        assert question.text
        assert question.competency
        assert 1 <= question.difficulty <= 5
        assert question.suggested_s > 0
        assert question.kind is not QuestionKind.FOLLOW_UP
    assert len({(each.role_match, each.role_family) for each in planned}) == 1


@both
async def test_the_same_request_gives_the_same_plan(engine: ReasoningEngine, language: Language) -> None:
    assert await plan(engine, plan_request(language)) == await plan(engine, plan_request(language))


@both
async def test_what_was_asked_is_not_asked_again(engine: ReasoningEngine, language: Language) -> None:
    first = tuple(each.question.source_id for each in await plan(engine, plan_request(language)))
    second = {each.question.source_id for each in await plan(engine, plan_request(language, asked=first))}
    assert len(second) == 4
    assert not second & set(first)


@both
async def test_a_follow_up_quotes_word_for_word(engine: ReasoningEngine, language: Language) -> None:
    exchange = await first_exchange(engine, language)
    found = await engine.follow_up(language, exchange, ())
    assert isinstance(found, Question)
    assert found.kind is QuestionKind.FOLLOW_UP
    assert found.follows_source_id == exchange.question.source_id
    assert found.source_id != exchange.question.source_id
    assert found.grounding_quote
    assert found.grounding_quote in exchange.transcript
    assert found.grounding_quote in found.text


@both
async def test_there_are_at_most_two_follow_ups(engine: ReasoningEngine, language: Language) -> None:
    exchange = await first_exchange(engine, language)
    earlier: list[Exchange] = []
    while isinstance(found := await engine.follow_up(language, exchange, earlier), Question):
        assert found.source_id not in {each.question.source_id for each in earlier}
        earlier.append(Exchange(found, SAID[language]))
        assert len(earlier) <= MAX_FOLLOW_UPS
    assert found in (NoFollowUp.LIMIT_REACHED, NoFollowUp.COMPLETE, NoFollowUp.NOTHING_TO_QUOTE)


@both
async def test_a_follow_up_in_sentences_is_the_whole_one(engine: ReasoningEngine, language: Language) -> None:
    exchange = await first_exchange(engine, language)
    found = await engine.follow_up(language, exchange, ())
    *sentences, last = [part async for part in engine.stream_follow_up(language, exchange, ())]
    assert last == FollowUpWritten(found)
    assert isinstance(found, Question)
    text = ""
    for part in sentences:
        assert isinstance(part, FollowUpSentence)
        text += part.text
        assert part.question == replace(found, text=text)
    assert text == found.text
    assert len(sentences) == 1 or engine.fallback is not None, "what is there at once comes in one piece"


@both
@pytest.mark.parametrize("said", ["", " \n", "..."])
async def test_nothing_said_is_nothing_to_quote(engine: ReasoningEngine, language: Language, said: str) -> None:
    exchange = await first_exchange(engine, language, said)
    assert await engine.follow_up(language, exchange, ()) is NoFollowUp.NOTHING_TO_QUOTE
    parts = [part async for part in engine.stream_follow_up(language, exchange, ())]
    assert parts == [FollowUpWritten(NoFollowUp.NOTHING_TO_QUOTE)]
    evaluation = await engine.evaluate(language, exchange, TranscriptQuality.STANDARD)
    assert {each.level for each in evaluation.judgements if each.level is not None} == {Level(1, 1, 1)}
    assert evaluation.strengths == ()


@both
@pytest.mark.parametrize("quality", list(TranscriptQuality), ids=str)
async def test_an_evaluation_has_every_criterion_with_evidence_or_a_reason(
    engine: ReasoningEngine, language: Language, quality: TranscriptQuality
) -> None:
    exchange = await first_exchange(engine, language)
    evaluation = await engine.evaluate(language, exchange, quality)
    assert [each.criterion for each in evaluation.judgements] == list(Criterion)
    for each in evaluation.judgements:
        assert (each.level is None) is (each.abstention is not None)
        assert bool(each.quotes) is (each.level is not None)
        for quote in each.quotes:
            assert exchange.transcript[quote.start : quote.end] == quote.text
    accuracy = evaluation.judgements[0]
    assert (accuracy.abstention is Abstention.NOT_APPLICABLE) is not bool(exchange.question.expected_points)


@both
async def test_five_evaluations_of_an_answer_are_one(engine: ReasoningEngine, language: Language) -> None:
    exchange = await first_exchange(engine, language)
    results = [await engine.evaluate(language, exchange, TranscriptQuality.STANDARD) for _ in range(5)]
    assert all(result == results[0] for result in results)


@both
async def test_a_report_has_three_sentences(engine: ReasoningEngine, language: Language) -> None:
    exchange = await first_exchange(engine, language)
    evaluation = await engine.evaluate(language, exchange, TranscriptQuality.STANDARD)
    for evaluated in ([], [EvaluatedExchange(exchange, evaluation), EvaluatedExchange(exchange, None)]):
        prose = await engine.write_report(language, "backend engineer", evaluated)
        assert len(prose.summary) == 3
        assert all(prose.summary)


async def test_an_evaluation_can_only_depend_on_words() -> None:
    """No engine is ever handed behaviour, loudness, light or anything else of how an answer was given."""
    parameters = inspect.signature(ReasoningEngine.evaluate).parameters
    assert list(parameters) == ["self", "language", "exchange", "quality"]
    assert list(Exchange.__dataclass_fields__) == ["question", "transcript"]
