"""The first sentence of a follow-up is out before the second is written; deadlines, cancelling, and what fails behind
it. In virtual time, in both languages.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pytest

from services.reasoning.adapters.builtin import BuiltinEngine, build
from services.reasoning.adapters.llm.engine import LlmEngine
from services.reasoning.adapters.llm.model import Finish, Message, ModelRequest
from services.reasoning.adapters.llm.outages import Outages
from services.reasoning.domain.follow_up_parts import (
    FollowUpPart,
    FollowUpSentence,
    FollowUpWritten,
    probe_for,
    sentence_ends,
)
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.questions import Exchange, Language, Question, QuestionKind
from services.reasoning.ports import EngineOptions, ModelOptions
from tests.support.slow_model import Script, SlowModel
from tests.support.virtual_time import in_virtual_time

SAID = {
    Language.KOREAN: "저는 결제 서비스를 새로운 플랫폼으로 이전했습니다. 그 결과 응답 시간이 40퍼센트 줄었습니다.",
    Language.ENGLISH: "I led the migration of our payment service. As a result the latency fell by forty percent.",
}
QUOTE = {Language.KOREAN: "응답 시간이 40퍼센트 줄었습니다", Language.ENGLISH: "the latency fell by forty percent"}
REMARK = {Language.KOREAN: "큰 변화였던 것으로 보입니다.", Language.ENGLISH: "That sounds like a large step."}
ASKED = {
    Language.KOREAN: "그때 직접 하신 일은 무엇이었나요?",
    Language.ENGLISH: "Which part of that was your own work?",
}
LEADS = {Language.KOREAN: ("하셨는데,", "하셨는데요,", "말씀하셨는데,"), Language.ENGLISH: ("”.",)}
LIMITS = ModelOptions(first_token_s=1.0, question_s=8.0)
both = pytest.mark.parametrize("language", list(Language), ids=str)


def exchange(language: Language) -> Exchange:
    question = Question("own-question", "?", QuestionKind.EXPERIENCE, "work")
    return Exchange(question, SAID[language])


def written(language: Language, question: str, **fields: Any) -> str:
    shape = {"ask": True, "missing": "result", "quote": QUOTE[language], "question": question} | fields
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Timed:
    """A part, when it came, and what the model had written by then."""

    part: FollowUpPart
    at_s: float
    model_wrote: str

    @property
    def said(self) -> str:
        assert isinstance(self.part, FollowUpSentence)
        return self.part.text


@dataclass(frozen=True)
class Case:
    """An engine over a model that writes slowly."""

    engine: LlmEngine
    model: SlowModel
    language: Language

    def stream(self) -> AsyncGenerator[FollowUpPart, None]:
        return self.engine.stream_follow_up(self.language, exchange(self.language), ())

    async def parts(self) -> list[Timed]:
        loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        async with aclosing(self.stream()) as parts:
            return [Timed(part, loop.time() - began, self.model.written) async for part in parts]

    def rules_ask(self, missing: str = "result") -> str:
        question = exchange(self.language).question
        found = probe_for(None, question, missing, self.engine.fallback.wordings[self.language])
        assert found is not None
        return found


@lru_cache(maxsize=1)
def rules() -> BuiltinEngine:
    """The engine below, read once: its bank is large. Nothing of it runs here but its wording."""
    return build(EngineOptions())


@pytest.fixture(scope="module", autouse=True)
def _rules() -> Iterator[None]:
    """Ends the engine below."""
    yield
    asyncio.run(rules().close())


def play(
    language: Language, *scripts: Script, limits: ModelOptions = LIMITS
) -> Callable[[Callable[[Case], Coroutine[Any, Any, None]]], None]:
    """Runs a test's body in virtual time, over a model that writes ``scripts``."""

    def run(body: Callable[[Case], Coroutine[Any, Any, None]]) -> None:
        async def work() -> None:
            model = SlowModel(list(scripts))
            outages = Outages(model)
            engine = LlmEngine("llm-openai", model, rules(), limits, outages)
            await outages.start()
            try:
                await body(Case(engine, model, language))
                assert model.writing == 0, "nothing is written for nobody"
            finally:
                await outages.close()

        in_virtual_time(work)

    return run


def whole(parts: list[Timed]) -> Question:
    """The follow-up, of a stream that is well formed: sentences, then the whole, which is their sum."""
    *sentences, last = [timed.part for timed in parts]
    assert all(isinstance(part, FollowUpSentence) for part in sentences)
    assert isinstance(last, FollowUpWritten)
    assert isinstance(last.result, Question)
    assert "".join(timed.said for timed in parts[:-1]) == last.result.text
    for timed in parts[:-1]:
        assert isinstance(timed.part, FollowUpSentence)
        assert replace(timed.part.question, text=last.result.text) == last.result
    return last.result


@both
def test_the_first_sentence_is_out_before_the_second_is_written(language: Language) -> None:
    @play(language, Script(written(language, f"{REMARK[language]} {ASKED[language]}")))
    async def _(case: Case) -> None:
        parts = await case.parts()
        lead, remark, asked, last = parts
        assert QUOTE[language] in lead.said
        assert lead.said.endswith(LEADS[language])
        assert REMARK[language][:4] not in lead.model_wrote
        assert remark.said.strip() == REMARK[language]
        assert ASKED[language] not in remark.model_wrote
        assert asked.said.strip() == ASKED[language]
        assert lead.at_s < remark.at_s < asked.at_s <= last.at_s
        found = whole(parts)
        assert found.grounding_quote == QUOTE[language]
        assert found.source_id.endswith("result")
        assert last.part == FollowUpWritten(found, None)


@both
def test_nothing_is_let_out_of_a_follow_up_that_is_not_asked(language: Language) -> None:
    @play(language, Script(written(language, "", ask=False, missing="", quote="")))
    async def _(case: Case) -> None:
        assert [timed.part for timed in await case.parts()] == [FollowUpWritten(NoFollowUp.COMPLETE)]


@both
def test_the_first_words_have_a_deadline(language: Language) -> None:
    @play(language, Script(written(language, ASKED[language]), first_s=5.0))
    async def _(case: Case) -> None:
        with pytest.raises(ModelFailed) as failure:
            await case.parts()
        assert failure.value.reason is FallbackReason.SLOW_START
        assert asyncio.get_running_loop().time() == pytest.approx(LIMITS.first_token_s)
        assert case.model.cut_off == 1


@both
def test_the_whole_has_a_deadline_that_holds_after_the_first_sentence(language: Language) -> None:
    @play(language, Script(written(language, ASKED[language]), stalls_after='"question":"'))
    async def _(case: Case) -> None:
        parts = await case.parts()
        assert [timed.at_s for timed in parts[1:]] == [pytest.approx(LIMITS.question_s)] * 2
        assert parts[1].said == f" {case.rules_ask()}"
        assert parts[-1].part == FollowUpWritten(whole(parts), FallbackReason.TIMEOUT)
        assert case.model.cut_off == 1


@both
def test_a_deadline_before_the_first_sentence_lets_nothing_out(language: Language) -> None:
    @play(language, Script(written(language, ASKED[language]), token_s=2.0))
    async def _(case: Case) -> None:
        with pytest.raises(ModelFailed) as failure:
            await case.parts()
        assert failure.value.reason is FallbackReason.TIMEOUT
        assert asyncio.get_running_loop().time() == pytest.approx(LIMITS.question_s)


@both
@pytest.mark.parametrize("after", ['"quote":"', '"question":"'])
def test_cancelling_ends_the_writing(language: Language, after: str) -> None:
    @play(language, Script(written(language, ASKED[language]), stalls_after=after))
    async def _(case: Case) -> None:
        reading = asyncio.create_task(case.parts())
        await asyncio.sleep(LIMITS.question_s / 2)
        assert case.model.writing == 1
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert (case.model.writing, case.model.cut_off) == (0, 1)


@both
def test_who_stops_reading_ends_the_writing_and_leaves_the_turn(language: Language) -> None:
    limits = replace(LIMITS, concurrency=1)

    @play(language, Script(written(language, ASKED[language])), limits=limits)
    async def _(case: Case) -> None:
        for _ in range(2):  # the second would wait for the first's turn
            parts = case.stream()
            assert isinstance(await anext(parts), FollowUpSentence)
            await parts.aclose()
            assert case.model.writing == 0


@both
def test_a_reader_that_is_slow_does_not_meet_the_deadline_in_its_own_work(language: Language) -> None:
    @play(language, Script(written(language, ASKED[language])))
    async def _(case: Case) -> None:
        async with aclosing(case.stream()) as parts:
            assert isinstance(await anext(parts), FollowUpSentence)
            await asyncio.sleep(LIMITS.question_s + 1)  # is not interrupted
            rest = [part async for part in parts]
        assert isinstance(rest[-1], FollowUpWritten)
        assert rest[-1].fallback is FallbackReason.TIMEOUT


@both
def test_when_the_server_dies_what_was_said_stays_and_the_rules_ask_the_rest(language: Language) -> None:
    @play(language, Script(written(language, ASKED[language]), dies_after='"question":"'))
    async def _(case: Case) -> None:
        parts = await case.parts()
        assert QUOTE[language] in parts[0].said
        assert parts[1].said == f" {case.rules_ask()}"
        assert parts[-1].part == FollowUpWritten(whole(parts), FallbackReason.UNAVAILABLE)
        assert len(case.model.requests) == 1


@both
def test_when_the_server_dies_behind_the_question_nothing_is_missing(language: Language) -> None:
    text = written(language, ASKED[language])[:-1]  # the object is never closed

    @play(language, Script(text + "    ", dies_after=ASKED[language] + '"'))
    async def _(case: Case) -> None:
        parts = await case.parts()
        assert whole(parts).text.endswith(ASKED[language])
        assert parts[-1].part == FollowUpWritten(whole(parts), None)


BAD = {
    "wrong language": (
        {Language.KOREAN: "What did you do there yourself?", Language.ENGLISH: "그때 직접 하신 일은 무엇이었나요?"},
        FallbackReason.WRONG_LANGUAGE,
    ),
    "private": (
        {Language.KOREAN: "혹시 결혼은 하셨나요?", Language.ENGLISH: "Are you married, by the way?"},
        FallbackReason.FORBIDDEN_WORDS,
    ),
    "judging a person": (
        {
            Language.KOREAN: "자신감 있어 보이시네요. 왜 그런가요?",
            Language.ENGLISH: "You sound confident. Why is that?",
        },
        FallbackReason.FORBIDDEN_WORDS,
    ),
    "declined": (
        {
            Language.KOREAN: "죄송하지만 도와드릴 수 없습니다. 왜죠?",
            Language.ENGLISH: "I cannot help with that. Right?",
        },
        FallbackReason.REFUSED,
    ),
    "markdown": (
        {Language.KOREAN: "**그때** 직접 하신 일은 무엇인가요?", Language.ENGLISH: "What did **you** do yourself?"},
        FallbackReason.UNSUITABLE,
    ),
    "two questions": (
        {Language.KOREAN: "무엇을 하셨나요? 왜 그러셨나요?", Language.ENGLISH: "What did you do? And why was that?"},
        FallbackReason.UNSUITABLE,
    ),
    "no question": (
        {Language.KOREAN: "더 말씀해 주세요.", Language.ENGLISH: "Tell me more about it."},
        FallbackReason.UNSUITABLE,
    ),
    "too long": (
        {
            Language.KOREAN: " ".join(f"{number}번째 일과" for number in range(60)) + " 그런가요?",
            Language.ENGLISH: " ".join(f"step {number} and" for number in range(60)) + " so?",
        },
        FallbackReason.UNSUITABLE,
    ),
}


@both
@pytest.mark.parametrize("case", BAD)
def test_a_sentence_that_may_not_be_said_is_never_let_out(language: Language, case: str) -> None:
    texts, reason = BAD[case]

    @play(language, Script(written(language, texts[language]), token_s=0.01))
    async def _(case: Case) -> None:
        parts = await case.parts()
        found = whole(parts)
        assert QUOTE[language] in parts[0].said
        assert found.text == parts[0].said + f" {case.rules_ask()}"
        assert parts[-1].part == FollowUpWritten(found, reason)


@both
def test_a_bad_second_sentence_does_not_take_the_first_back(language: Language) -> None:
    bad = {Language.KOREAN: "혹시 결혼은 하셨나요?", Language.ENGLISH: "Are you married, by the way?"}

    @play(language, Script(written(language, f"{REMARK[language]} {bad[language]}")))
    async def _(case: Case) -> None:
        parts = await case.parts()
        assert [timed.said.strip() for timed in parts[1:-1]] == [REMARK[language], case.rules_ask()]
        assert parts[-1].part == FollowUpWritten(whole(parts), FallbackReason.FORBIDDEN_WORDS)


@both
def test_a_quote_that_nobody_said_is_told_and_tried_again_before_anything_is_let_out(language: Language) -> None:
    invented = Script(written(language, ASKED[language], quote="we rewrote it in Rust 러스트로"))

    @play(language, invented, Script(written(language, ASKED[language])))
    async def _(case: Case) -> None:
        parts = await case.parts()
        assert whole(parts).grounding_quote == QUOTE[language]
        assert parts[-1].part == FollowUpWritten(whole(parts), None)
        assert len(case.model.requests) == 2
        assert len(case.model.requests[1].messages[-1].content) > len(case.model.requests[0].messages[-1].content)


@both
def test_a_bad_end_after_the_first_sentence_is_not_tried_again(language: Language) -> None:
    text = written(language, ASKED[language])[:-1] + ',"extra":1}'

    @play(language, Script(text))
    async def _(case: Case) -> None:
        parts = await case.parts()
        assert whole(parts).text.endswith(ASKED[language])
        assert len(case.model.requests) == 1


@both
@pytest.mark.parametrize("order", [("question", "quote", "missing", "ask"), ("quote", "ask", "question", "missing")])
def test_fields_in_another_order_wait_for_what_they_depend_on(language: Language, order: tuple[str, ...]) -> None:
    fields = json.loads(written(language, ASKED[language]))
    text = json.dumps({name: fields[name] for name in order}, ensure_ascii=False)

    @play(language, Script(text))
    async def _(case: Case) -> None:
        assert whole(await case.parts()).text.endswith(ASKED[language])


def test_sentences_end_where_they_surely_end() -> None:
    def cut(text: str) -> list[str]:
        return [text[:end] for end in sentence_ends(text)]

    assert cut("That was large. Then what?") == ["That was large."]
    assert cut("That was large.") == []
    assert cut("We saw Dr. Kim at 3 p.m. there. Why?") == ["We saw Dr. Kim at 3 p.m. there."]
    assert cut("It fell by 3.5 percent. Why?") == ["It fell by 3.5 percent."]
    assert cut("큰 변화였습니다. 왜 그랬나요?") == ["큰 변화였습니다."]
    assert cut("놀랍네요! 왜 그랬나요?") == ["놀랍네요!"]
    assert cut("1. First we moved it") == []


def test_the_model_of_these_tests_keeps_the_contract() -> None:
    async def work() -> None:
        request = ModelRequest((Message("user", "x"),), "x", {}, 10)
        model = SlowModel([Script("some text")])
        pieces = [piece async for piece in model.generate(request)]
        assert "".join(piece.text for piece in pieces) == "some text"
        assert [piece.finish for piece in pieces][-1] is Finish.STOP
        assert all(piece.finish is None for piece in pieces[:-1])
        writing = model.generate(request)
        await anext(writing)
        await writing.aclose()
        assert (model.writing, model.cut_off) == (0, 1)

    in_virtual_time(work)
