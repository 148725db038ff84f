"""Puts the reasoning service together: the one place that names concrete adapters."""

from __future__ import annotations

from typing import Final

import grpc
from parley.reasoning.v1 import reasoning_service_pb2_grpc

from services.kit.auth import TokenVerifier
from services.kit.clock import SystemClock
from services.kit.errors import ErrorMap, ErrorSpec
from services.kit.memory import settle
from services.kit.server import Readiness, ServiceSpec
from services.reasoning.adapters.bank_files import load_wording
from services.reasoning.adapters.registry import build_embedder, build_engine
from services.reasoning.adapters.resumes.reader import ResumeProcesses
from services.reasoning.adapters.workers import PriorityWorkers
from services.reasoning.domain import errors
from services.reasoning.domain.embedding import EmbedderUnavailable
from services.reasoning.domain.errors import AnalyserUnavailable, Overloaded
from services.reasoning.domain.questions import Language
from services.reasoning.ports import EngineOptions, ReasoningEngine
from services.reasoning.servicer import ReasoningServicer
from services.reasoning.settings import Settings
from services.reasoning.usecases import Reasoning

ERRORS: Final[ErrorMap] = {
    Overloaded: ErrorSpec(grpc.StatusCode.RESOURCE_EXHAUSTED, "REASONING_OVERLOADED", retryable=True),
    EmbedderUnavailable: ErrorSpec(grpc.StatusCode.UNAVAILABLE, "EMBEDDER_UNAVAILABLE", True, retry_after_s=5.0),
    AnalyserUnavailable: ErrorSpec(grpc.StatusCode.UNAVAILABLE, "ANALYSER_UNAVAILABLE", True, retry_after_s=5.0),
    errors.ResumeEncrypted: ErrorSpec(grpc.StatusCode.INVALID_ARGUMENT, "RESUME_ENCRYPTED"),
    errors.ResumeScanned: ErrorSpec(grpc.StatusCode.INVALID_ARGUMENT, "RESUME_SCANNED"),
    errors.ResumeEmpty: ErrorSpec(grpc.StatusCode.INVALID_ARGUMENT, "RESUME_EMPTY"),
    errors.ResumeUnreadable: ErrorSpec(grpc.StatusCode.INVALID_ARGUMENT, "RESUME_UNREADABLE"),
    errors.ResumeFormatUnsupported: ErrorSpec(grpc.StatusCode.INVALID_ARGUMENT, "RESUME_FORMAT_UNSUPPORTED"),
    errors.ResumeTooLarge: ErrorSpec(grpc.StatusCode.INVALID_ARGUMENT, "RESUME_TOO_LARGE"),
}

# Ten times as many as an answer with its evidence. What rules make has no cycles and goes without the collector; cycles
# are left by what failed, and wait for it longer. By the 700 of Python one in four follow-ups paid for a collection.
YOUNG_OBJECTS = 10_000
RESUMES_AT_ONCE: Final = 2  # child processes, of up to 1 GiB each
RESUMES_WAITING: Final = 8


async def build() -> ServiceSpec:
    """The service as its environment describes it. Raises SettingsError or BankError."""
    settings = Settings.from_env()
    options = EngineOptions(
        threads=settings.threads,
        queue_size=settings.queue_size,
        preload=settings.preload,
        analyser_idle_s=settings.analyser_idle_s,
        model=settings.model_options,
    )
    return assemble(settings, build_engine(settings.engine, options))


def assemble(settings: Settings, engine: ReasoningEngine) -> ServiceSpec:
    """The service over ``engine``, which it starts and closes."""
    embedder = build_embedder(settings.embedder, settings.embedder_options)
    resumes = ResumeProcesses(PriorityWorkers(RESUMES_AT_ONCE, RESUMES_WAITING, "resumes"))
    withdrawn = {language: load_wording(language).say("explain.no_evidence") for language in Language}
    reasoning = Reasoning(engine, embedder, resumes, withdrawn)

    async def ready() -> Readiness:
        state = engine.readiness()
        names = {info.capability: info.name for info in reasoning.engines()}
        return Readiness(ok=state.ok, detail=state.detail, engines=names)

    async def start() -> None:
        await engine.start()
        settle(YOUNG_OBJECTS)

    async def close() -> None:
        await engine.close()
        await embedder.close()
        await resumes.close()

    return ServiceSpec(
        name="reasoning",
        listen=settings.listen,
        metrics_listen=settings.metrics_listen,
        servicers=[(reasoning_service_pb2_grpc.add_ReasoningServiceServicer_to_server, ReasoningServicer(reasoning))],
        errors=ERRORS,
        verifier=TokenVerifier(settings.token_secret, settings.internal_secret, SystemClock()),
        ready=ready,
        on_start=start,
        on_close=close,
        drain_grace_s=settings.drain_grace_s,
    )
