"""The service as a process over a language model: all comes from the environment, on the loop that it really runs on,
over both transports; and it ends in good order whatever its model does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from parley.common.v1 import question_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc

from services.kit.channels import open_channel
from tests.support.fixtures import ROOT
from tests.support.llm_script import KEY, Play, ScriptedLlm, scripted_llm
from tests.support.reasoning_service import ENGLISH, ENVIRONMENT, SECRET, TIMEOUT_S
from tests.support.triton import needs_triton

pytest_plugins = ["tests.support.llm_triton"]

LIMIT_S = 60
SAID = "I measured the slow query and added an index. After that it took forty milliseconds."


@pytest.fixture(scope="module")
def script() -> Iterator[ScriptedLlm]:
    with scripted_llm() as server:
        yield server


@asynccontextmanager
async def running(**settings: str) -> AsyncIterator[tuple[Any, Any]]:
    """The process and a stub; at the end it has to end by itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    limits = {f"PARLEY_REASONING_LLM_{name}": str(LIMIT_S) for name in ("FIRST_TOKEN", "QUESTION", "EVALUATION")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.reasoning"),
        cwd=ROOT,
        env={**kept, **ENVIRONMENT, **limits, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(LIMIT_S):
            address = json.loads(await process.stdout.readline())["address"]
        target = f"dns:///{address}"
        async with open_channel(target, identity="session", internal_secret=SECRET, timeout_s=TIMEOUT_S) as channel:
            yield process, reasoning_service_pb2_grpc.ReasoningServiceStub(channel)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(LIMIT_S):
            _, said = await process.communicate()
        assert process.returncode == 0, said.decode()
        assert KEY not in said.decode()
        assert "slow query" not in said.decode()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def follow_up(stub: Any) -> pb.AskFollowUpResponse:
    question = question_pb2.Question(source_id="x", text="Have you made something faster?")
    exchange = pb.Exchange(question=question, transcript=SAID)
    response = await stub.AskFollowUp(
        pb.AskFollowUpRequest(language=ENGLISH, exchange=exchange), wait_for_ready=True, timeout=LIMIT_S
    )
    assert isinstance(response, pb.AskFollowUpResponse)
    return response


async def test_over_an_openai_compatible_server(script: ScriptedLlm) -> None:
    settings = {
        "PARLEY_REASONING_ENGINE": "llm-openai",
        "PARLEY_REASONING_LLM_URL": script.url,
        "PARLEY_REASONING_LLM_API_KEY": KEY,
    }
    async with running(**settings) as (_, stub):
        assert (await follow_up(stub)).engine.name == "llm-openai"
        assert script.asks[0].headers["Authorization"] == f"Bearer {KEY}"
        script.default = Play(stall_at=20)
        waiting = asyncio.create_task(follow_up(stub))
        assert await asyncio.to_thread(script.stalled.wait, LIMIT_S)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert await asyncio.to_thread(script.dropped.wait, LIMIT_S)


@needs_triton
async def test_over_triton(request: pytest.FixtureRequest) -> None:
    triton = request.getfixturevalue("scripted_triton")
    triton.script.reset()
    settings = {
        "PARLEY_REASONING_ENGINE": "llm-triton",
        "PARLEY_REASONING_TRITON": triton.server.address,
        "PARLEY_REASONING_TRITON_MODEL": triton.model,
    }
    async with running(**settings) as (_, stub):
        assert (await follow_up(stub)).engine.name == "llm-triton"


async def test_with_a_model_that_is_not_there() -> None:
    settings = {"PARLEY_REASONING_ENGINE": "llm-openai", "PARLEY_REASONING_LLM_URL": "http://127.0.0.1:9/v1"}
    async with running(**settings) as (_, stub):
        found = await follow_up(stub)
        assert (found.engine.name, found.engine.fallback_for) == ("builtin", "llm-openai")
