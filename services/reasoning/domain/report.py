"""The prose of a report: a summary of three sentences and what to practise, from the evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.reasoning.domain.evaluations import Criterion, Evaluation, Judgement
from services.reasoning.domain.questions import Exchange
from services.reasoning.domain.wording import Wording

STRONG_LEVEL = 4
MOST_PRACTICE_POINTS = 5


@dataclass(frozen=True, slots=True)
class EvaluatedExchange:
    """An exchange with its evaluation, None where that failed or is not there yet."""

    exchange: Exchange
    evaluation: Evaluation | None


@dataclass(frozen=True, slots=True)
class ReportProse:
    """``summary`` has three sentences: what was strong, what was weak, what to practise next."""

    summary: tuple[str, str, str]
    practice_points: tuple[str, ...]


def write_report(exchanges: Sequence[EvaluatedExchange], wording: Wording) -> ReportProse:
    """The prose for ``exchanges``, which are in the order of the interview. Praises only what has a level of 4 or
    more.
    """
    judged = [
        (number, judgement)
        for number, each in enumerate(exchanges, start=1)
        for judgement in (each.evaluation.judgements if each.evaluation is not None else ())
        if judgement.level is not None
    ]
    points = tuple(_practice_points(judged, wording))
    if not judged:
        return ReportProse(_nothing_judged(exchanges, wording), points)
    summary = (_strong(len(exchanges), judged, wording), _weak(judged, wording), _practise(judged, wording))
    return ReportProse(summary, points)


Judged = Sequence[tuple[int, Judgement]]


def _strong(total: int, judged: Judged, wording: Wording) -> str:
    strong = [judgement for _, judgement in judged if _level(judgement) >= STRONG_LEVEL]
    if not strong:
        return wording.say("report.nothing_strong", total=total)
    best = max({judgement.criterion for judgement in strong}, key=lambda each: (_mean(judged, each), each.value))
    name = wording.criterion_names[best]
    highest = max((each for each in strong if each.criterion is best), key=_level)
    quote = min(highest.quotes, key=lambda each: len(each.text), default=None)
    if quote is None:
        return wording.say("report.strong_plain", total=total, criterion=name)
    return wording.say("report.strong", total=total, criterion=name, quote=quote.text.rstrip(". "))


def _weak(judged: Judged, wording: Wording) -> str:
    means = {criterion: _mean(judged, criterion) for criterion in Criterion if _has(judged, criterion)}
    weakest = min(means, key=lambda criterion: means[criterion])
    if means[weakest] >= STRONG_LEVEL:
        return wording.say("report.no_weak")
    return wording.say("report.weak", criterion=wording.criterion_names[weakest], mean=f"{means[weakest]:.1f}")


def _practise(judged: Judged, wording: Wording) -> str:
    steps = _steps(judged)
    return wording.say("report.practise", step=steps[0][1]) if steps else wording.say("report.practise_default")


def _practice_points(judged: Judged, wording: Wording) -> list[str]:
    steps = _steps(judged)[:MOST_PRACTICE_POINTS]
    return [wording.say("report.practice_point", number=number, step=step) for number, step in steps]


def _steps(judged: Judged) -> list[tuple[int, str]]:
    """Next steps of the lowest levels first, each step once."""
    found: dict[str, int] = {}
    for number, judgement in sorted(judged, key=lambda each: _level(each[1])):
        if judgement.next_step:
            found.setdefault(judgement.next_step, number)
    return [(number, step) for step, number in found.items()]


def _nothing_judged(exchanges: Sequence[EvaluatedExchange], wording: Wording) -> tuple[str, str, str]:
    reasons = [
        judgement.explanation
        for each in exchanges
        if each.evaluation is not None
        for judgement in each.evaluation.judgements
        if judgement.explanation
    ]
    default = wording.say("report.practise_default")
    why = wording.say("report.why_not_judged", reason=reasons[-1]) if reasons else wording.say("report.not_evaluated")
    return wording.say("report.nothing_judged", total=len(exchanges)), why, default


def _level(judgement: Judgement) -> int:
    return judgement.level.value if judgement.level is not None else 0


def _has(judged: Judged, criterion: Criterion) -> bool:
    return any(judgement.criterion is criterion for _, judgement in judged)


def _mean(judged: Judged, criterion: Criterion) -> float:
    levels = [_level(judgement) for _, judgement in judged if judgement.criterion is criterion]
    return sum(levels) / len(levels)
