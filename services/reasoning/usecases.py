"""What the service does, over whichever engine is in use. The checks here hold for every engine, present and future."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

from services.reasoning.domain.evaluations import Evaluation, Judgement, TranscriptQuality
from services.reasoning.domain.follow_up_parts import FollowUpPart, FollowUpSentence, FollowUpWritten
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.questions import (
    MAX_FOLLOW_UPS,
    Exchange,
    Language,
    PlannedQuestion,
    PlanRequest,
    Question,
)
from services.reasoning.domain.quoting import verify
from services.reasoning.domain.report import EvaluatedExchange, ReportProse
from services.reasoning.domain.resume import Resume
from services.reasoning.ports import Embedder, EngineInfo, Made, ReasoningEngine, ResumeReader

T = TypeVar("T")


@dataclass(frozen=True)
class Reasoning:
    """The use cases. ``withdrawn`` says per language why a level without a verified quote is not shown."""

    engine: ReasoningEngine
    embedder: Embedder
    resumes: ResumeReader
    withdrawn: Mapping[Language, str]

    async def plan_interview(self, request: PlanRequest) -> AsyncIterator[Made[PlannedQuestion]]:
        """The plan's questions in order, as the engine makes them."""
        async for planned in self.engine.plan(request):
            yield Made(planned, self._standing_in(planned.fallback) if planned.fallback else self.engine.info)

    async def ask_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> Made[Question | NoFollowUp]:
        """A follow-up, at most two per question, whose quote stands in the answer word for word; or why there is
        none.
        """
        if len(earlier) >= MAX_FOLLOW_UPS:
            return Made(NoFollowUp.LIMIT_REACHED, self.engine.info)
        made = await self._made(lambda engine: engine.follow_up(language, exchange, earlier))
        if isinstance(made.result, Question) and made.result.grounding_quote not in exchange.transcript:
            return Made(NoFollowUp.NOTHING_TO_QUOTE, made.engine)
        return made

    async def stream_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> AsyncGenerator[Made[FollowUpPart], None]:
        """The same as it is written: its sentences, then the whole. The fallback begins anew while nothing was let
        out, and completes what was.
        """
        if len(earlier) >= MAX_FOLLOW_UPS:
            yield Made(FollowUpWritten(NoFollowUp.LIMIT_REACHED), self.engine.info)
            return
        said = False
        try:
            async with aclosing(self._follow_up_parts(self.engine, language, exchange, earlier)) as parts:
                async for part in parts:
                    said = said or isinstance(part, FollowUpSentence)
                    completed = part.fallback if isinstance(part, FollowUpWritten) else None
                    yield Made(part, self._standing_in(completed) if completed else self.engine.info)
            return
        except ModelFailed as failure:
            if said or self.engine.fallback is None:
                raise
            fallback, info = self.engine.fallback, self._standing_in(failure.reason)
        async with aclosing(self._follow_up_parts(fallback, language, exchange, earlier)) as parts:
            async for part in parts:
                yield Made(part, info)

    async def _follow_up_parts(
        self, engine: ReasoningEngine, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> AsyncGenerator[FollowUpPart, None]:
        """The engine's parts; none, and nothing to quote, where it quotes what is not in the answer."""
        async with aclosing(engine.stream_follow_up(language, exchange, earlier)) as parts:
            async for part in parts:
                question = part.question if isinstance(part, FollowUpSentence) else part.result
                if isinstance(question, Question) and question.grounding_quote not in exchange.transcript:
                    yield FollowUpWritten(NoFollowUp.NOTHING_TO_QUOTE)
                    return
                yield part

    async def evaluate_answer(
        self, language: Language, exchange: Exchange, quality: TranscriptQuality
    ) -> Made[Evaluation]:
        """The engine's evaluation with every quote verified; a level that no quote supports is withdrawn."""
        made = await self._made(lambda engine: engine.evaluate(language, exchange, quality))
        return replace(made, result=verified(made.result, exchange.transcript, self.withdrawn[language]))

    async def write_report(
        self, language: Language, role: str, exchanges: Sequence[EvaluatedExchange]
    ) -> Made[ReportProse]:
        """The prose of a report."""
        return await self._made(lambda engine: engine.write_report(language, role, exchanges))

    async def read_resume(self, data: bytes) -> Resume:
        """The résumé in a file, without personal identifiers. Raises ResumeRefused or Overloaded."""
        return await self.resumes.read(data)

    async def embed_texts(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """One vector per text, in order."""
        return await self.embedder.embed(texts)

    def engines(self) -> tuple[EngineInfo, ...]:
        """The engines in use: the fallback where the chosen one can't work now."""
        reason = self.engine.readiness().fallback
        return self._standing_in(reason) if reason else self.engine.info, self.embedder.info

    async def _made(self, work: Callable[[ReasoningEngine], Awaitable[T]]) -> Made[T]:
        """The engine's work, or its fallback's if it failed, which its info then says."""
        try:
            return Made(await work(self.engine), self.engine.info)
        except ModelFailed as failure:
            fallback = self.engine.fallback
            if fallback is None:
                raise
            return Made(await work(fallback), self._standing_in(failure.reason))

    def _standing_in(self, reason: FallbackReason) -> EngineInfo:
        """What produced a result in the engine's place."""
        fallback = self.engine.fallback
        info = fallback.info if fallback is not None else self.engine.info
        return replace(info, fallback_for=self.engine.info.name, fallback_reason=reason)


def verified(evaluation: Evaluation, transcript: str, why_withdrawn: str) -> Evaluation:
    """``evaluation`` with only those quotes and levels that ``transcript`` supports."""
    judgements = tuple(_verified(judgement, transcript, why_withdrawn) for judgement in evaluation.judgements)
    return replace(evaluation, judgements=judgements)


def _verified(judgement: Judgement, transcript: str, why_withdrawn: str) -> Judgement:
    if judgement.level is None:
        return replace(judgement, quotes=())
    quotes = verify(transcript, judgement.quotes)
    if quotes or not any(character.isalnum() for character in transcript):
        return replace(judgement, quotes=quotes)  # an empty answer is level 1 with nothing to quote
    return judgement.withdrawn(why_withdrawn)
