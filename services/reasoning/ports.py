"""What the use cases need: an engine that thinks, and an embedder. Engines have names (adapters/registry.py)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.reasoning.domain.evaluations import Evaluation, TranscriptQuality
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.questions import Exchange, Language, PlannedQuestion, PlanRequest, Question
from services.reasoning.domain.report import EvaluatedExchange, ReportProse


class EngineQuality(StrEnum):
    """How far an engine's results can be trusted."""

    LOW = "low"
    STANDARD = "standard"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What produced a result. ``version`` covers engine, bank and prompts together; ``upgrade_hint`` says how to get a
    better one and is empty if there is none."""

    capability: str
    name: str
    version: str
    quality: EngineQuality
    languages: tuple[str, ...]
    upgrade_hint: str


@dataclass(frozen=True, slots=True)
class EngineReadiness:
    """Whether an engine can work now; ``detail`` says what is missing if not."""

    ok: bool
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineOptions:
    """What settings say to an engine. ``preload`` are languages to load at the start rather than at their first
    interview; ``analyser_idle_s`` seconds after the last use, a language's analyser gives its memory back.
    """

    threads: int = 2
    queue_size: int = 64
    preload: tuple[Language, ...] = ()
    analyser_idle_s: float = 900.0


class ReasoningEngine(Protocol):
    """An interviewer's mind. Stateless between calls; the same call gets the same result.

    All methods raise domain errors (domain/errors.py) only: Overloaded, AnalyserUnavailable. Results are checked by
    the use cases, whatever the engine: quotes that are not in the transcript are withdrawn.
    """

    @property
    def info(self) -> EngineInfo:
        """What the engine is."""
        ...

    @property
    def role_families(self) -> tuple[str, ...]:
        """Ids of the job families that it has questions for."""
        ...

    def readiness(self) -> EngineReadiness:
        """Whether it can work now; cheap."""
        ...

    async def start(self) -> None:
        """Load what is to be loaded before the service is ready."""
        ...

    async def close(self) -> None:
        """Finish what runs and give everything back."""
        ...

    def plan(self, request: PlanRequest) -> AsyncIterator[PlannedQuestion]:
        """The questions of a plan, each as soon as it exists, in order."""
        ...

    async def follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> Question | NoFollowUp:
        """A follow-up that quotes the answer and asks for one missing thing, or why there is none."""
        ...

    async def evaluate(self, language: Language, exchange: Exchange, quality: TranscriptQuality) -> Evaluation:
        """The evaluation of an answer, from its words alone."""
        ...

    async def write_report(self, language: Language, role: str, exchanges: Sequence[EvaluatedExchange]) -> ReportProse:
        """The prose of a report."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors of one fixed length."""

    @property
    def info(self) -> EngineInfo:
        """What the embedder is; vectors of different embedders are never compared."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """One vector per text, in order: of unit length, or zeros for a blank text. Raises Overloaded."""
        ...
