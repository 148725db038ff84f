"""A reasoning engine that the test controls. The contract test runs over it too: that is what makes it trustworthy."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field, replace

from services.reasoning.domain.evaluations import (
    Abstention,
    Character,
    Criterion,
    Evaluation,
    Judgement,
    Level,
    Quote,
    TranscriptQuality,
)
from services.reasoning.domain.follow_up_parts import FollowUpPart, parts_of_whole
from services.reasoning.domain.followup import NoFollowUp
from services.reasoning.domain.questions import (
    Exchange,
    ExpectedPoint,
    Language,
    PlannedQuestion,
    PlanRequest,
    Question,
    QuestionKind,
    RoleMatch,
)
from services.reasoning.domain.report import EvaluatedExchange, ReportProse
from services.reasoning.domain.text import Span
from services.reasoning.ports import EngineInfo, EngineQuality, EngineReadiness


@dataclass
class FakeEngine:
    """Plans numbered questions, quotes the answer's first word, gives level 3 to whatever has one.

    ``wrong_quotes`` makes it quote what nobody said; ``error`` is raised by every call.
    """

    wrong_quotes: bool = False
    error: Exception | None = None
    ready: bool = True
    closed: bool = False
    started: bool = False
    calls: list[str] = field(default_factory=list)

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("language", "fake", "1", EngineQuality.LOW, ("ko", "en"), "use a real engine")

    @property
    def role_families(self) -> tuple[str, ...]:
        return ("fake_family",)

    @property
    def fallback(self) -> None:
        return None

    def readiness(self) -> EngineReadiness:
        return EngineReadiness(self.ready and self.started, "" if self.ready else "told to be unready")

    async def start(self) -> None:
        self.started = True

    async def close(self) -> None:
        self.closed = True

    async def plan(self, request: PlanRequest) -> AsyncIterator[PlannedQuestion]:
        self._called("plan")
        new = (f"{request.language}-{number}" for number in range(request.count + len(request.asked_ids)))
        left = [source_id for source_id in new if source_id not in request.asked_ids][: request.count]
        for index, source_id in enumerate(left):
            yield PlannedQuestion(index, _question(source_id, index, request), RoleMatch.EXACT, "fake_family")

    async def follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> Question | NoFollowUp:
        self._called("follow_up")
        words = exchange.transcript.split()
        if len(earlier) >= 2:
            return NoFollowUp.LIMIT_REACHED
        if not any(character.isalnum() for character in exchange.transcript):
            return NoFollowUp.NOTHING_TO_QUOTE
        quote = "never said" if self.wrong_quotes else words[0]
        asked = exchange.question
        return replace(
            asked,
            source_id=f"{asked.source_id}~{len(earlier)}",
            text=f"You said “{quote}”. Why?",
            kind=QuestionKind.FOLLOW_UP,
            expected_points=(),
            grounding_quote=quote,
            follows_source_id=asked.source_id,
        )

    async def stream_follow_up(
        self, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
    ) -> AsyncGenerator[FollowUpPart, None]:
        for part in parts_of_whole(await self.follow_up(language, exchange, earlier)):
            yield part

    async def evaluate(self, language: Language, exchange: Exchange, quality: TranscriptQuality) -> Evaluation:
        self._called("evaluate")
        said = [word for word in exchange.transcript.split() if any(character.isalnum() for character in word)]
        level = Level(3, 2, 4) if said else Level(1, 1, 1)
        quotes = [Quote.of(exchange.transcript, _place(exchange.transcript, said[0]))] if said else []
        if self.wrong_quotes:
            quotes = [Quote("never said", 0, 10)]
        judgements = [
            _judgement(criterion, level, tuple(quotes))
            if criterion is not Criterion.TECHNICAL_ACCURACY or exchange.question.expected_points
            else Judgement(criterion, None, Abstention.NOT_APPLICABLE, (), "", "no points", "")
            for criterion in Criterion
        ]
        character = Character.ON_TOPIC if said else Character.EMPTY
        return Evaluation(tuple(judgements), character, (), (), "", ())

    async def write_report(self, language: Language, role: str, exchanges: Sequence[EvaluatedExchange]) -> ReportProse:
        self._called("write_report")
        return ReportProse((f"{len(exchanges)} answers.", "Weak.", "Practise."), ())

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.error is not None:
            raise self.error


def _question(source_id: str, index: int, request: PlanRequest) -> Question:
    point = ExpectedPoint("p", "a point", ("point",))
    text = "무엇인가요?" if request.language is Language.KOREAN else "What is it?"
    return Question(
        source_id, text, QuestionKind.TECHNICAL, "things", min(1 + index, 5), suggested_s=60, expected_points=(point,)
    )


def _judgement(criterion: Criterion, level: Level, quotes: tuple[Quote, ...]) -> Judgement:
    return Judgement(criterion, level, None, quotes, "anchor", "because", "more")


def _place(text: str, word: str) -> Span:
    start = text.index(word)
    return Span(start, start + len(word))
