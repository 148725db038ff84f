"""The engine over a language model. The builtin engine stands below it: it decides what rules decide better, and works
in its place whenever the model's work can't be used.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from services.reasoning.adapters.builtin import BuiltinEngine
from services.reasoning.adapters.builtin import build as build_builtin
from services.reasoning.adapters.llm import evaluating, following, planning, reporting, saying
from services.reasoning.adapters.llm.asking import Asking
from services.reasoning.adapters.llm.context import Context
from services.reasoning.adapters.llm.model import LanguageModel
from services.reasoning.adapters.llm.openai_model import OpenAIModel
from services.reasoning.adapters.llm.outages import Outages
from services.reasoning.adapters.llm.prompts import load_prompts, prompts_version
from services.reasoning.adapters.llm.triton_model import TritonModel
from services.reasoning.adapters.llm.turns import Turns
from services.reasoning.domain.evaluations import Evaluation, TranscriptQuality
from services.reasoning.domain.follow_up_parts import FollowUpPart
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.questions import Exchange, Language, PlannedQuestion, PlanRequest, Question
from services.reasoning.domain.report import EvaluatedExchange, ReportProse
from services.reasoning.ports import EngineInfo, EngineOptions, EngineQuality, EngineReadiness, ModelOptions

KEY_BYTES = 32


class LlmEngine:
    """See ReasoningEngine. Starts without its model if that can't be reached, and says so in its readiness."""

    def __init__(
        self, name: str, model: LanguageModel, rules: BuiltinEngine, options: ModelOptions, outages: Outages
    ) -> None:
        self._name = name
        self._model = model
        self._rules = rules
        self._outages = outages
        asking = Asking(model, Turns(options.concurrency, options.queue_size), outages)
        self._context = Context(rules, asking, load_prompts(), options, secrets.token_bytes(KEY_BYTES))
        self._version = prompts_version()

    @property
    def info(self) -> EngineInfo:
        """See ReasoningEngine."""
        return EngineInfo(
            capability="language",
            name=self._name,
            version=f"{self._model.description}, prompts {self._version}, {self._rules.info.version}",
            quality=EngineQuality.HIGH,
            languages=tuple(language.value for language in Language),
            upgrade_hint="",
        )

    @property
    def role_families(self) -> tuple[str, ...]:
        """See ReasoningEngine."""
        return self._rules.role_families

    @property
    def fallback(self) -> BuiltinEngine:
        """See ReasoningEngine."""
        return self._rules

    def readiness(self) -> EngineReadiness:
        """See ReasoningEngine. Without its model it is ready, in the fallback's way."""
        below, away = self._rules.readiness(), self._outages.current
        if not below.ok or away is None:
            return below
        return EngineReadiness(True, f"builtin works in the place of {self._name}: {away}", away.reason)

    async def recovered(self) -> None:
        """Returns when the model is asked: at once, or after an outage."""
        await self._outages.recovered()

    async def start(self) -> None:
        """See ReasoningEngine. Waits for the model for two seconds at most."""
        await asyncio.gather(self._rules.start(), self._outages.start())

    async def close(self) -> None:
        """See ReasoningEngine."""
        await self._outages.close()
        await self._model.close()
        await self._rules.close()

    async def plan(self, request: PlanRequest) -> AsyncIterator[PlannedQuestion]:
        """See ReasoningEngine."""
        async with aclosing(planning.plan(self._context, request)) as planned:
            async for each in planned:
                yield each

    async def follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> Question | NoFollowUp:
        """See ReasoningEngine."""
        return await following.follow_up(self._context, language, exchange, earlier)

    async def stream_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> AsyncGenerator[FollowUpPart, None]:
        """See ReasoningEngine."""
        async with aclosing(saying.stream_follow_up(self._context, language, exchange, earlier)) as parts:
            async for part in parts:
                yield part

    async def evaluate(self, language: Language, exchange: Exchange, quality: TranscriptQuality) -> Evaluation:
        """See ReasoningEngine."""
        return await evaluating.evaluate(self._context, language, exchange, quality)

    async def write_report(self, language: Language, role: str, exchanges: Sequence[EvaluatedExchange]) -> ReportProse:
        """See ReasoningEngine."""
        return await reporting.write_report(self._context, language, role, exchanges)


def build_openai(options: EngineOptions) -> LlmEngine:
    """The engine over an OpenAI-compatible server. Raises BankError for wrong files of this installation."""
    model = OpenAIModel(options.model.url, options.model.model, options.model.api_key)
    return assembled("llm-openai", model, options)


def build_triton(options: EngineOptions) -> LlmEngine:
    """The engine over a model of a Triton server. Raises BankError for wrong files of this installation."""
    model = TritonModel(options.model.triton, options.model.triton_model, options.model.template)
    return assembled("llm-triton", model, options)


def assembled(name: str, model: LanguageModel, options: EngineOptions, *, first_pause_s: float = 1.0) -> LlmEngine:
    """The engine ``name`` over ``model``, asking after an outage again after ``first_pause_s``, then ever later."""
    outages = Outages(model, first_pause_s=first_pause_s)
    return LlmEngine(name, model, build_builtin(options), options.model, outages)
