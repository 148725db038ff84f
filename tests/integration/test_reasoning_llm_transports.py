"""What a model's server can do wrong, over both transports: each ends in a typed failure, in time, and nothing goes on
behind it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from services.reasoning.adapters.llm.asking import Asking, Budget, Prompt
from services.reasoning.adapters.llm.model import LanguageModel, Message
from services.reasoning.adapters.llm.openai_model import OpenAIModel
from services.reasoning.adapters.llm.outages import Outages
from services.reasoning.adapters.llm.shapes import FollowUpShape, follow_up_shape
from services.reasoning.adapters.llm.triton_model import TritonModel
from services.reasoning.adapters.llm.turns import Turns
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from tests.support.llm_script import KEY, MODEL, Play, ScriptedLlm, good, scripted_llm
from tests.support.triton import needs_triton

pytest_plugins = ["tests.support.llm_triton"]

LIMIT_S = 60.0
SHAPE = follow_up_shape(("result", "detail"))
PROMPT = Prompt(
    "follow_up",
    (Message("system", "Ask."), Message("user", "[[BEGIN x]]\nI led the work. It was quick.\n[[END x]]")),
    {"malformed": "Write JSON.", "looping": "Write it once."},
)


@dataclass
class Bench:
    """A model in one transport, its script, and what asks it."""

    model: LanguageModel
    script: ScriptedLlm
    outages: Outages
    asking: Asking

    async def ask(self, total_s: float = LIMIT_S, first_token_s: float = LIMIT_S, tokens: int = 200) -> FollowUpShape:
        budget = Budget(total_s, first_token_s, tokens, Priority.QUESTION)
        return await self.asking.ask(PROMPT, SHAPE, lambda written: None, budget)

    async def fails(self, **limits: float) -> FallbackReason:
        with pytest.raises(ModelFailed) as failure:
            await self.ask(**limits)  # type: ignore[arg-type]
        return failure.value.reason


@asynccontextmanager
async def asking(model: LanguageModel, script: ScriptedLlm) -> AsyncIterator[Bench]:
    outages = Outages(model, first_pause_s=0.02)
    await outages.start()
    try:
        yield Bench(model, script, outages, Asking(model, Turns(2, 2), outages))
    finally:
        await outages.close()
        await model.close()


@pytest.fixture(scope="module")
def script() -> Iterator[ScriptedLlm]:
    with scripted_llm() as server:
        yield server


@pytest.fixture(params=["openai", pytest.param("triton", marks=needs_triton)])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    if request.param == "triton":
        triton = request.getfixturevalue("scripted_triton")
        model: LanguageModel = TritonModel(triton.server.address, triton.model, "chatml")
        used = triton.script
    else:
        used = request.getfixturevalue("script")
        model = OpenAIModel(used.url, "", KEY)
    used.reset()
    async with asking(model, used) as made:
        yield made
    used.reset()


async def test_a_good_text_comes_as_asked(bench: Bench) -> None:
    written = await bench.ask()
    assert written.quote == "I led the work"
    assert written.missing == "result"
    assert len(bench.script.asks) == 1


async def test_a_request_is_greedy_and_holds_schema_and_budget(bench: Bench) -> None:
    await bench.ask(tokens=123)
    (ask,) = bench.script.asks
    assert ask.body["temperature"] == 0
    assert ask.body["max_tokens"] == 123
    assert ask.schema["properties"]["missing"]["enum"] == ["", "result", "detail"]
    assert ask.schema["additionalProperties"] is False
    assert set(ask.schema["required"]) == set(ask.schema["properties"])


RETRIED = {
    "half JSON": (Play(lambda ask: json.dumps(good(ask))[:-9]), FallbackReason.MALFORMED),
    "words before JSON": (Play(lambda ask: "Sure! " + json.dumps(good(ask))), FallbackReason.MALFORMED),
    "one field too many": (Play(lambda ask: json.dumps(good(ask) | {"score": 100})), FallbackReason.MALFORMED),
    "a number for a flag": (Play(lambda ask: json.dumps(good(ask) | {"ask": 1})), FallbackReason.MALFORMED),
    "an id of its own": (Play(lambda ask: json.dumps(good(ask) | {"missing": "all"})), FallbackReason.MALFORMED),
    "nothing": (Play(lambda ask: ""), FallbackReason.MALFORMED),
    "not an object": (Play(lambda ask: "[1, 2]"), FallbackReason.MALFORMED),
    "out of tokens": (Play(lambda ask: json.dumps(good(ask))[:40], finish="length"), FallbackReason.TRUNCATED),
    "stopped by the server": (Play(finish="abort"), FallbackReason.TRUNCATED),
    "white space": (Play(lambda ask: '{"ask":' + " " * 5000), FallbackReason.LOOPING),
    "line breaks": (Play(lambda ask: '{"ask": true,' + "\n\t" * 5000), FallbackReason.LOOPING),
    "the same again": (Play(lambda ask: '{"quote": "' + "and so on " * 2000), FallbackReason.LOOPING),
}
AT_ONCE = {
    "declined": (Play(refusal="no"), FallbackReason.REFUSED),
    "too many requests": (Play(status=429), FallbackReason.BUSY),
    "server fault": (Play(status=500), FallbackReason.UNAVAILABLE),
    "connection cut": (Play(cut_at=30), FallbackReason.UNAVAILABLE),
    "connection cut at once": (Play(cut_at=0), FallbackReason.UNAVAILABLE),
}


@pytest.mark.parametrize("case", RETRIED)
async def test_bad_writing_gets_one_more_try(bench: Bench, case: str) -> None:
    play, reason = RETRIED[case]
    bench.script.plays.append(play)
    assert (await bench.ask()).quote == "I led the work"
    assert len(bench.script.asks) == 2
    bench.script.reset()
    bench.script.default = play
    assert await bench.fails() is reason
    assert len(bench.script.asks) == 2
    assert bench.outages.current is None  # a server that writes badly is there


async def test_the_second_try_says_what_was_wrong_behind_what_the_server_has_kept(bench: Bench) -> None:
    bench.script.plays.append(RETRIED["half JSON"][0])
    await bench.ask()
    first, second = (ask.prompt for ask in bench.script.asks)
    kept = len(first.rstrip()) - len("<|im_end|>\n<|im_start|>assistant")
    assert second.startswith(first[:kept])
    assert "Write JSON." in second
    assert "Write JSON." not in first


@pytest.mark.parametrize("case", AT_ONCE)
async def test_a_server_that_cant_is_not_asked_twice(bench: Bench, case: str) -> None:
    bench.script.default, reason = AT_ONCE[case]
    assert await bench.fails() is reason
    assert len(bench.script.asks) == 1


async def test_a_loop_is_stopped_while_it_runs(bench: Bench) -> None:
    endless = Play(lambda ask: " " * 3_000_000)
    bench.script.default = endless
    assert await bench.fails(tokens=100_000) is FallbackReason.LOOPING
    assert await asyncio.to_thread(bench.script.dropped.wait, LIMIT_S)


async def test_more_text_than_tokens_is_stopped(bench: Bench) -> None:
    bench.script.default = Play(lambda ask: "".join(f"{number} " for number in range(200_000)))
    assert await bench.fails(tokens=10) is FallbackReason.LOOPING


async def test_no_first_words_in_time(bench: Bench) -> None:
    bench.script.default = Play(stall_at=0)
    assert await bench.fails(first_token_s=1.5) is FallbackReason.SLOW_START
    assert await asyncio.to_thread(bench.script.dropped.wait, LIMIT_S)


async def test_no_whole_text_in_time(bench: Bench) -> None:
    bench.script.default = Play(stall_at=30)
    assert await bench.fails(total_s=1.5) is FallbackReason.TIMEOUT
    assert await asyncio.to_thread(bench.script.dropped.wait, LIMIT_S)


async def test_the_second_try_has_what_is_left_of_the_time(script: ScriptedLlm) -> None:
    script.reset()
    script.plays.extend([RETRIED["half JSON"][0], Play(stall_at=30)])
    async with asking(OpenAIModel(script.url, "", KEY), script) as bench:
        assert await bench.fails(total_s=4.0) is FallbackReason.MALFORMED
    assert len(script.asks) == 2


async def test_who_leaves_ends_the_writing_on_the_server(bench: Bench) -> None:
    bench.script.default = Play(stall_at=30)
    asked = asyncio.create_task(bench.ask())
    assert await asyncio.to_thread(bench.script.stalled.wait, LIMIT_S)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await asyncio.to_thread(bench.script.dropped.wait, LIMIT_S)


async def test_after_two_outages_nobody_waits_until_the_server_is_back(bench: Bench) -> None:
    bench.script.default = Play(status=500)
    assert [await bench.fails(), await bench.fails()] == [FallbackReason.UNAVAILABLE] * 2
    assert bench.outages.current is not None
    asked = len(bench.script.asks)
    assert await bench.fails() is FallbackReason.UNAVAILABLE
    assert len(bench.script.asks) == asked
    bench.script.default = Play()
    async with asyncio.timeout(LIMIT_S):
        await bench.outages.recovered()
    assert (await bench.ask()).ask


async def test_one_outage_is_an_accident(bench: Bench) -> None:
    for _ in range(3):
        bench.script.plays.append(Play(status=500))
        assert await bench.fails() is FallbackReason.UNAVAILABLE
        assert (await bench.ask()).ask


@pytest.mark.parametrize(
    "make", [lambda: OpenAIModel("http://127.0.0.1:9/v1", "x", ""), lambda: TritonModel("127.0.0.1:9", "llm", "plain")]
)
async def test_a_server_that_is_not_there(make: Callable[[], LanguageModel]) -> None:
    async with asking(make(), ScriptedLlm()) as bench:
        assert bench.outages.current is not None
        assert await bench.fails() is FallbackReason.UNAVAILABLE


@needs_triton
async def test_a_model_that_keeps_another_contract_is_told_so(request: pytest.FixtureRequest) -> None:
    triton = request.getfixturevalue("scripted_triton")
    async with asking(TritonModel(triton.server.address, "no_such_model", "chatml"), triton.script) as bench:
        assert bench.outages.current is not None
        assert "PARLEY_REASONING_TRITON_MODEL" in str(bench.outages.current)


async def test_a_wrong_key_or_model_says_which_setting(script: ScriptedLlm) -> None:
    script.reset()
    script.default = Play(status=401)
    async with asking(OpenAIModel(script.url, MODEL, "wrong"), script) as bench:
        assert await bench.fails() is FallbackReason.MISCONFIGURED
        assert "PARLEY_REASONING_LLM_API_KEY" in str(bench.outages.current)
        assert "wrong" not in str(bench.outages.current)
    script.reset()
    async with asking(OpenAIModel(script.url, "another", ""), script) as bench:
        assert f"it has: {MODEL}" in str(bench.outages.current)
    script.models = ["a", "b"]
    async with asking(OpenAIModel(script.url, "", ""), script) as bench:
        assert "PARLEY_REASONING_LLM_MODEL" in str(bench.outages.current)
    script.reset()


async def test_the_key_is_sent_and_shown_nowhere(script: ScriptedLlm) -> None:
    script.reset()
    model = OpenAIModel(script.url, "", KEY)
    async with asking(model, script) as bench:
        await bench.ask()
    assert script.asks[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in model.description
