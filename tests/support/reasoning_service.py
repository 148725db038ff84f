"""The reasoning service in this process, over real gRPC, with the engine that a test gives it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from parley.common.v1 import language_pb2
from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.reasoning.v1 import reasoning_service_pb2_grpc

from services.kit.channels import Channel, open_channel
from services.kit.server import start
from services.kit.settings import load
from services.reasoning.adapters.registry import build_engine
from services.reasoning.bootstrap import assemble
from services.reasoning.ports import EngineOptions, ReasoningEngine
from services.reasoning.settings import Settings

SECRET = "a-secret-that-only-these-tests-know-of"
ENVIRONMENT = {
    "PARLEY_INTERNAL_SECRET": SECRET,
    "PARLEY_TOKEN_SECRET": SECRET[::-1],
    "PARLEY_REASONING_LISTEN": "127.0.0.1:0",
    "PARLEY_DRAIN_GRACE": "1",
}
KOREAN, ENGLISH = language_pb2.LANGUAGE_KOREAN, language_pb2.LANGUAGE_ENGLISH
TIMEOUT_S = 60.0  # a deadline that only a hanging test meets


@dataclass(frozen=True)
class Service:
    """A running service with a stub that calls it as session does."""

    address: str
    stub: reasoning_service_pb2_grpc.ReasoningServiceAsyncStub

    def strangers_channel(self) -> Channel:
        """A channel of somebody without credentials."""
        return open_channel(f"dns:///{self.address}", identity="stranger", credentials="none", timeout_s=TIMEOUT_S)

    async def plan(self, **fields: object) -> list[pb.PlanInterviewResponse]:
        """The whole plan."""
        asked = {"language": ENGLISH, "role": "backend engineer", "question_count": 3} | fields
        call = self.stub.PlanInterview(pb.PlanInterviewRequest(**asked))  # type: ignore[arg-type]
        return [message async for message in call]


@asynccontextmanager
async def serving(engine: ReasoningEngine | None = None, **environment: str) -> AsyncIterator[Service]:
    """The service over ``engine``, by default the builtin one."""
    settings = load(Settings, "reasoning", ENVIRONMENT | environment)
    running = await start(assemble(settings, engine or build_engine("builtin", EngineOptions(threads=2))))
    try:
        target = f"dns:///{running.address}"
        async with open_channel(target, identity="session", internal_secret=SECRET, timeout_s=TIMEOUT_S) as channel:
            yield Service(running.address, reasoning_service_pb2_grpc.ReasoningServiceStub(channel))
    finally:
        await running.stop(0)
