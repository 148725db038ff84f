"""What the use cases need: an engine that thinks, and an embedder. Engines have names (adapters/registry.py)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from services.reasoning.domain.evaluations import Evaluation, TranscriptQuality
from services.reasoning.domain.follow_up_parts import FollowUpPart
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.llm_failures import FallbackReason
from services.reasoning.domain.questions import Exchange, Language, PlannedQuestion, PlanRequest, Question
from services.reasoning.domain.report import EvaluatedExchange, ReportProse
from services.reasoning.domain.resume import Resume

T = TypeVar("T")


class EngineQuality(StrEnum):
    """How far an engine's results can be trusted."""

    LOW = "low"
    STANDARD = "standard"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What produced a result. ``version`` covers engine, bank and prompts together; ``upgrade_hint`` says how to get a
    better one and is empty if there is none. ``fallback_for`` names the engine in whose place this one worked, and
    ``fallback_reason`` says why; both or neither.
    """

    capability: str
    name: str
    version: str
    quality: EngineQuality
    languages: tuple[str, ...]
    upgrade_hint: str
    fallback_for: str = ""
    fallback_reason: FallbackReason | None = None


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """A result with what produced it."""

    result: T
    engine: EngineInfo


@dataclass(frozen=True, slots=True)
class EngineReadiness:
    """Whether an engine can work now; ``detail`` says what is missing if not.

    ``fallback`` says why its fallback would work in its place now, None if it works itself.
    """

    ok: bool
    detail: str
    fallback: FallbackReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelOptions:
    """Where the language model of the engines ``llm-*`` is and how far it is waited for. Times in seconds.

    ``question_s`` and ``evaluation_s`` are for all attempts at one question or judgement together, waiting for a turn
    included; ``first_token_s`` is for each attempt. ``template`` is the model's chat format, for servers that take
    plain text; ``model`` "" is the server's only one.
    """

    url: str = "http://127.0.0.1:8000/v1"
    model: str = ""
    api_key: str = field(default="", repr=False)
    triton: str = "127.0.0.1:8001"
    triton_model: str = "llm"
    template: str = "chatml"
    first_token_s: float = 2.0
    question_s: float = 5.0
    evaluation_s: float = 45.0
    concurrency: int = 8
    queue_size: int = 64
    judges: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineOptions:
    """What settings say to an engine. ``preload`` are languages to load at the start rather than at their first
    interview; ``analyser_idle_s`` seconds after the last use, a language's analyser gives its memory back.
    """

    threads: int = 2
    queue_size: int = 64
    preload: tuple[Language, ...] = ()
    analyser_idle_s: float = 900.0
    model: ModelOptions = field(default_factory=ModelOptions)


@dataclass(frozen=True, slots=True)
class EmbedderOptions:
    """What settings say to an embedder. ``folder`` holds the model of those that load one; ``triton`` is host:port."""

    folder: Path
    threads: int
    queue_size: int
    triton: str


class ReasoningEngine(Protocol):
    """An interviewer's mind. Stateless between calls; the same call gets the same result.

    All methods raise domain errors only: Overloaded, AnalyserUnavailable, and with a ``fallback`` also ModelFailed.
    Results are checked by the use cases, whatever the engine: quotes that are not in the transcript are withdrawn.
    """

    @property
    def info(self) -> EngineInfo:
        """What the engine is."""
        ...

    @property
    def role_families(self) -> tuple[str, ...]:
        """Ids of the job families that it has questions for."""
        ...

    @property
    def fallback(self) -> ReasoningEngine | None:
        """What the use cases ask in its place after ModelFailed; it is started and closed with this one."""
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
        """The questions of a plan, each as soon as it exists, in order; ``fallback`` marks what its own work could not
        replace. Does not raise ModelFailed.
        """
        ...

    async def follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> Question | NoFollowUp:
        """A follow-up that quotes the answer and asks for one missing thing, or why there is none."""
        ...

    def stream_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> AsyncGenerator[FollowUpPart, None]:
        """The same sentence by sentence, then whole. A sentence is never taken back: from the first one on it raises
        nothing, but ends the follow-up some other way. Closing it ends all work for it.
        """
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
        """One vector per text, in order: of unit length, or zeros for a blank text. Raises Overloaded or
        EmbedderUnavailable.
        """
        ...

    async def close(self) -> None:
        """Give everything back."""
        ...


class ResumeReader(Protocol):
    """Reads résumé files."""

    async def read(self, data: bytes) -> Resume:
        """The résumé in a PDF, DOCX, HWPX or text file, without personal identifiers; its format is told from its
        bytes. Raises ResumeRefused (one of its kinds) or Overloaded.
        """
        ...
