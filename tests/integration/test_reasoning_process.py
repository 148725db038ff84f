"""The service as a process: what it says, and that its Korean analyser never outlives it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest
from parley.common.v1 import question_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc

from services.kit.channels import open_channel
from tests.support.fixtures import ROOT
from tests.support.reasoning_service import ENVIRONMENT, KOREAN, SECRET, TIMEOUT_S

COMMAND = [sys.executable, "-m", "services.reasoning"]
LIMIT_S = 30
ANSWER = "저는 느린 쿼리를 측정하고 인덱스를 추가했습니다."


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    return {**kept, **ENVIRONMENT, **settings}


@asynccontextmanager
async def started(**settings: str) -> AsyncIterator[tuple[psutil.Process, str]]:
    """The service as a process with the address that it says; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, cwd=ROOT, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        line = json.loads(await asyncio.wait_for(process.stdout.readline(), LIMIT_S))
        assert (line["event"], line["service"]) == ("listening", "reasoning")
        yield psutil.Process(process.pid), line["address"]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ready(address: str) -> None:
    """Returns when the service says that it is ready: channels wait for a healthy backend."""
    target = f"dns:///{address}"
    async with open_channel(target, identity="session", internal_secret=SECRET, timeout_s=TIMEOUT_S) as channel:
        stub = reasoning_service_pb2_grpc.ReasoningServiceStub(channel)
        await stub.GetCapabilities(pb.GetCapabilitiesRequest(), wait_for_ready=True)


async def follow_up(address: str) -> pb.AskFollowUpResponse:
    target = f"dns:///{address}"
    async with open_channel(target, identity="session", internal_secret=SECRET, timeout_s=TIMEOUT_S) as channel:
        stub = reasoning_service_pb2_grpc.ReasoningServiceStub(channel)
        question = question_pb2.Question(source_id="ko-backend-slow-api", text="느린 API를 개선해 보셨나요?")
        exchange = pb.Exchange(question=question, transcript=ANSWER)
        return await stub.AskFollowUp(pb.AskFollowUpRequest(language=KOREAN, exchange=exchange), wait_for_ready=True)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM], ids=lambda ending: ending.name)
async def test_the_korean_analyser_starts_when_needed_and_ends_with_the_service(ending: signal.Signals) -> None:
    async with started() as (process, address):
        assert process.children() == []
        assert (await follow_up(address)).question.grounding_quote in ANSWER
        (analyser,) = process.children()
        process.send_signal(ending)
        _, alive = await asyncio.to_thread(psutil.wait_procs, [analyser], LIMIT_S)
        assert alive == []


async def test_a_language_can_be_loaded_at_the_start() -> None:
    async with started(PARLEY_REASONING_PRELOAD="ko") as (process, address):
        await ready(address)
        assert len(process.children()) == 1


def test_wrong_settings_end_it_with_a_clear_line() -> None:
    command = subprocess.run(
        COMMAND,
        cwd=ROOT,
        env=environment(PARLEY_REASONING_ENGINE="oracle"),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert command.returncode == 2
    assert "PARLEY_REASONING_ENGINE: expected one of builtin" in command.stderr
