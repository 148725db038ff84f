"""An engine's evaluations of the golden set and of variants of its answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from benches.golden_set import CONTENTLESS, GoldenAnswer
from services.reasoning.domain.bank import Bank
from services.reasoning.domain.evaluations import Criterion, Evaluation, TranscriptQuality
from services.reasoning.domain.llm_failures import ModelFailed
from services.reasoning.domain.questions import Exchange, Language, Question
from services.reasoning.domain.quoting import verify
from services.reasoning.ports import ReasoningEngine
from services.reasoning.usecases import verified


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation: ``levels`` has every criterion that the answer has an expected level for, None for an abstention.

    ``quotes`` of them ``true_quotes`` stand in the transcript at their place, before anything withdrew the others.
    ``failed`` if the engine gave no evaluation; it then abstains from everything. ``seconds`` on the wall clock.
    """

    answer: GoldenAnswer
    levels: Mapping[Criterion, int | None]
    score: float | None
    praised: bool
    quotes: int
    true_quotes: int
    failed: bool
    seconds: float

    @property
    def median_level(self) -> int | None:
        """The median of the criteria' levels, the lower of two middle ones, so that it is a level itself; None
        if none has one.
        """
        found = [level for level in self.levels.values() if level is not None]
        return median_low(found) if found else None


@dataclass(frozen=True)
class Judge:
    """Evaluates answers through ``engine``, with the check of quotes that every engine's results go through."""

    engine: ReasoningEngine
    questions: Mapping[str, Question]

    @classmethod
    def of(cls, engine: ReasoningEngine, bank: Bank) -> Judge:
        """A judge that knows the bank's questions."""
        entries = (entry for family in bank.all_families for entry in family.questions)
        return cls(engine, {entry.question.source_id: entry.question for entry in entries})

    async def run(self, answer: GoldenAnswer, text: str) -> Run:
        """The evaluation of ``text`` as an answer to the question of ``answer``."""
        question = self.questions[answer.question_id]
        started = time.perf_counter()
        try:
            found = await self.engine.evaluate(answer.language, Exchange(question, text), TranscriptQuality.STANDARD)
        except ModelFailed:
            nothing = dict.fromkeys(answer.expected)
            return Run(answer, nothing, None, False, 0, 0, True, time.perf_counter() - started)
        return _run(answer, text, found, time.perf_counter() - started)

    async def run_all(
        self, answers: Iterable[GoldenAnswer], text_of: Callable[[GoldenAnswer], str], at_once: int = 1
    ) -> list[Run]:
        """The evaluations of a text of each answer, in order; ``at_once`` of them at a time."""
        free = asyncio.Semaphore(at_once)

        async def one(answer: GoldenAnswer) -> Run:
            async with free:
                return await self.run(answer, text_of(answer))

        return list(await asyncio.gather(*(one(answer) for answer in answers)))


def _run(answer: GoldenAnswer, text: str, found: Evaluation, seconds: float) -> Run:
    checked = verified(found, text, "")
    quotes = [quote for each in found.judgements for quote in each.quotes]
    levels = {each.criterion: each.level.value if each.level is not None else None for each in checked.judgements}
    return Run(
        answer=answer,
        levels={criterion: levels[criterion] for criterion in answer.expected},
        score=checked.score,
        praised=bool(checked.strengths),
        quotes=len(quotes),
        true_quotes=sum(verify(text, [quote]) == (quote,) for quote in quotes),
        failed=False,
        seconds=seconds,
    )


def pairs(
    runs: Iterable[Run],
    criterion: Criterion | None = None,
) -> tuple[list[float], list[float], list[bool]]:
    """Levels given, the middle of the levels expected, and whether each is in its range, where a level was given."""
    given, expected, inside = [], [], []
    for run in runs:
        for each, level in run.levels.items():
            if level is None or (criterion is not None and each is not criterion):
                continue
            right = run.answer.expected[each]
            given.append(float(level))
            expected.append(right.middle)
            inside.append(right.low <= level <= right.high)
    return given, expected, inside


def unjustified_abstentions(runs: Iterable[Run]) -> list[bool]:
    """For each level that is expected and must be given, whether it wasn't."""
    return [
        level is None
        for run in runs
        for criterion, level in run.levels.items()
        if not run.answer.expected[criterion].may_abstain
    ]


def falsely_praised(runs: Iterable[Run]) -> list[bool]:
    """For each answer without content, whether any level is above 1 or a strength is named."""
    return [
        run.praised or any(level is not None and level > 1 for level in run.levels.values())
        for run in runs
        if run.answer.kind in CONTENTLESS
    ]


def moved(before: Sequence[Run], after: Sequence[Run]) -> list[bool]:
    """For each answer, whether its median level is another one after the change of its words."""
    return [one.median_level != other.median_level for one, other in zip(before, after, strict=True)]


def levels_moved(before: Sequence[Run], after: Sequence[Run]) -> list[bool]:
    """For each level of each answer, whether it is another one after the change of its words."""
    return [
        level != other.levels[criterion]
        for one, other in zip(before, after, strict=True)
        for criterion, level in one.levels.items()
    ]


def risen(before: Sequence[Run], after: Sequence[Run]) -> list[bool]:
    """For each answer, whether any of its levels is higher after something was added to it."""
    return [
        any((other.levels[criterion] or 1) > (level or 1) for criterion, level in one.levels.items())
        for one, other in zip(before, after, strict=True)
    ]


def of_language(runs: Iterable[Run], language: Language) -> list[Run]:
    """The runs in ``language``."""
    return [run for run in runs if run.answer.language is language]
