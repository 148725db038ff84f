"""What the service does, over whichever engine is in use. The checks here hold for every engine, present and future."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.reasoning.domain.errors import ResumeReadingUnavailable
from services.reasoning.domain.evaluations import Evaluation, Judgement, TranscriptQuality
from services.reasoning.domain.followup import NoFollowUp
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
from services.reasoning.ports import Embedder, EngineInfo, ReasoningEngine


@dataclass(frozen=True)
class Reasoning:
    """The use cases. ``withdrawn`` says per language why a level without a verified quote is not shown."""

    engine: ReasoningEngine
    embedder: Embedder
    withdrawn: Mapping[Language, str]

    async def plan_interview(self, request: PlanRequest) -> AsyncIterator[PlannedQuestion]:
        """The plan's questions in order, as the engine makes them."""
        async for planned in self.engine.plan(request):
            yield planned

    async def ask_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> Question | NoFollowUp:
        """A follow-up, at most two per question, whose quote stands in the answer word for word; or why there is
        none.
        """
        if len(earlier) >= MAX_FOLLOW_UPS:
            return NoFollowUp.LIMIT_REACHED
        found = await self.engine.follow_up(language, exchange, earlier)
        if isinstance(found, Question) and found.grounding_quote not in exchange.transcript:
            return NoFollowUp.NOTHING_TO_QUOTE
        return found

    async def evaluate_answer(self, language: Language, exchange: Exchange, quality: TranscriptQuality) -> Evaluation:
        """The engine's evaluation with every quote verified; a level that no quote supports is withdrawn."""
        evaluation = await self.engine.evaluate(language, exchange, quality)
        return verified(evaluation, exchange.transcript, self.withdrawn[language])

    async def write_report(self, language: Language, role: str, exchanges: Sequence[EvaluatedExchange]) -> ReportProse:
        """The prose of a report."""
        return await self.engine.write_report(language, role, exchanges)

    async def read_resume(self) -> None:
        """Not in this version. Raises ResumeReadingUnavailable."""
        raise ResumeReadingUnavailable("résumés are not read in this version; start the interview without one")

    async def embed_texts(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """One vector per text, in order."""
        return await self.embedder.embed(texts)

    def engines(self) -> tuple[EngineInfo, ...]:
        """The engines in use."""
        return self.engine.info, self.embedder.info


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
