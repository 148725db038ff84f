"""StreamFollowUp over gRPC, with a language model behind a real server: what is out before the rest is written, and
what follows when the server fails before or after it. In both languages.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from parley.common.v1 import engine_pb2, question_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb

from services.kit.channels import closing
from services.reasoning import convert
from services.reasoning.adapters.llm.engine import LlmEngine, assembled
from services.reasoning.adapters.llm.openai_model import OpenAIModel
from services.reasoning.domain.bank import follow_up_target
from services.reasoning.domain.follow_up_parts import probe_for
from services.reasoning.domain.questions import Question, QuestionKind
from services.reasoning.ports import EngineOptions, ModelOptions
from tests.support.llm_script import KEY, Play, ScriptedLlm, scripted_llm, with_field
from tests.support.reasoning_answers import ANSWERS
from tests.support.reasoning_service import ENGLISH, KOREAN, TIMEOUT_S, Service, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

ID = {KOREAN: "ko-backend-index-tradeoff", ENGLISH: "en-backend-index-cost"}
BEFORE_THE_QUESTION = '"question":"'
both = pytest.mark.parametrize("language", [KOREAN, ENGLISH], ids=["ko", "en"])


@dataclass
class Bench:
    """The service, the engine in it, and the script of its model."""

    service: Service
    engine: LlmEngine
    script: ScriptedLlm

    def request(self, language: Any, said: str | None = None) -> pb.StreamFollowUpRequest:
        entry = self.engine.fallback.bank.find(Question(ID[language], "?", QuestionKind.TECHNICAL))
        assert entry is not None
        text = ANSWERS[ID[language]].excellent if said is None else said
        exchange = pb.Exchange(question=convert.question_message(entry.question), transcript=text)
        return pb.StreamFollowUpRequest(language=language, exchange=exchange)

    def rules_ask(self, language: Any, follow_up: question_pb2.Question) -> str:
        """How the rules ask for what this follow-up asks for."""
        rules, asked = self.engine.fallback, convert.exchange_of(self.request(language).exchange).question
        wording = rules.wordings[convert.language_of(language)]
        probe = probe_for(rules.bank.find(asked), asked, follow_up_target(follow_up.source_id), wording)
        assert probe is not None
        return probe

    async def stream(self, language: Any, said: str | None = None) -> tuple[list[str], pb.AskFollowUpResponse]:
        """The sentences, and the whole, of a stream that is held to the contract."""
        request = self.request(language, said)
        messages = [message async for message in self.service.stub.StreamFollowUp(request)]
        assert [message.WhichOneof("part") for message in messages[:-1]] == ["sentence"] * (len(messages) - 1)
        *sentences, last = messages
        assert last.WhichOneof("part") == "follow_up"
        texts = [message.sentence.text for message in sentences]
        assert "".join(texts) == last.follow_up.question.text
        assert [message.sentence.HasField("question") for message in sentences] == [
            index == 0 for index in range(len(sentences))
        ]
        if sentences:
            first = sentences[0].sentence.question
            assert first.text == ""
            first.text = last.follow_up.question.text
            assert first == last.follow_up.question
        return texts, last.follow_up


@pytest.fixture(scope="module")
def script() -> Iterator[ScriptedLlm]:
    with scripted_llm() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(script: ScriptedLlm) -> AsyncIterator[Bench]:
    limits = ModelOptions(first_token_s=TIMEOUT_S, question_s=TIMEOUT_S, evaluation_s=TIMEOUT_S)
    engine = assembled("llm-openai", OpenAIModel(script.url, "", KEY), EngineOptions(model=limits), first_pause_s=0.02)
    async with serving(engine) as service:
        yield Bench(service, engine, script)


@pytest_asyncio.fixture(loop_scope="module")
async def bench(running: Bench) -> AsyncIterator[Bench]:
    running.script.reset()
    async with asyncio.timeout(TIMEOUT_S):
        await running.engine.recovered()  # from what the test before did
    yield running
    running.script.reset()


def stood_in(engine: engine_pb2.EngineInfo) -> str:
    """Why builtin worked in the model's place; empty if it did not."""
    if engine.name == "llm-openai":
        return ""
    assert (engine.name, engine.fallback_for) == ("builtin", "llm-openai")
    return engine_pb2.FallbackReason.Name(engine.fallback_reason).removeprefix("FALLBACK_REASON_").lower()


@both
async def test_a_follow_up_comes_in_sentences_and_is_the_same_as_asked_whole(bench: Bench, language: Any) -> None:
    sentences, found = await bench.stream(language)
    assert len(sentences) == 2
    assert found.question.grounding_quote in sentences[0]
    assert stood_in(found.engine) == ""
    request = bench.request(language)
    whole = await bench.service.stub.AskFollowUp(pb.AskFollowUpRequest(language=language, exchange=request.exchange))
    assert whole == found


@both
async def test_the_first_sentence_is_here_while_the_model_still_writes(bench: Bench, language: Any) -> None:
    bench.script.default = Play(stall_at=BEFORE_THE_QUESTION)
    async with closing(bench.service.stub.StreamFollowUp(bench.request(language))) as call:
        messages = aiter(call)
        first = await anext(messages)
        assert first.sentence.question.grounding_quote in first.sentence.text
        assert await asyncio.to_thread(bench.script.stalled.wait, TIMEOUT_S)
        assert not bench.script.dropped.is_set()
    assert await asyncio.to_thread(bench.script.dropped.wait, TIMEOUT_S), "cancelling ends the writing on the server"


@both
async def test_a_server_that_dies_after_the_first_sentence(bench: Bench, language: Any) -> None:
    bench.script.default = Play(cut_at=BEFORE_THE_QUESTION)
    sentences, found = await bench.stream(language)
    assert len(sentences) == 2
    assert found.question.grounding_quote in sentences[0]
    assert sentences[1] == f" {bench.rules_ask(language, found.question)}"
    assert stood_in(found.engine) == "unavailable"
    assert len(bench.script.asks) == 1


BEFORE = {
    "connection cut": (Play(cut_at='"ask":true'), "unavailable"),
    "too many requests": (Play(status=429), "busy"),
    "a quote that nobody said": (with_field("quote", "we rewrote it in Rust 러스트로"), "invented_quote"),
    "half JSON": (Play(lambda ask: '{"ask": tr'), "malformed"),
}


@both
@pytest.mark.parametrize("case", BEFORE)
async def test_before_the_first_sentence_the_fallback_writes_all_of_it(bench: Bench, language: Any, case: str) -> None:
    bench.script.default, reason = BEFORE[case]
    _, found = await bench.stream(language)
    assert stood_in(found.engine) == reason
    engine, exchange = bench.engine.fallback, convert.exchange_of(bench.request(language).exchange)
    own = await engine.follow_up(convert.language_of(language), exchange, ())
    assert convert.follow_up_message(own, engine.info).question == found.question


@both
async def test_a_question_that_may_not_be_asked_is_replaced_behind_the_first_sentence(
    bench: Bench, language: Any
) -> None:
    private = {KOREAN: "혹시 결혼은 하셨나요?", ENGLISH: "Are you married, by the way?"}[language]
    bench.script.default = with_field("question", private)
    sentences, found = await bench.stream(language)
    assert stood_in(found.engine) == "forbidden_words"
    assert found.question.grounding_quote in sentences[0]
    assert sentences[1] == f" {bench.rules_ask(language, found.question)}"


@both
async def test_an_answer_without_words_has_no_sentences(bench: Bench, language: Any) -> None:
    sentences, found = await bench.stream(language, "...")
    assert (sentences, found.HasField("question")) == ([], False)
    assert found.no_follow_up_reason == pb.NO_FOLLOW_UP_REASON_NOTHING_TO_QUOTE
    assert bench.script.asks == []
