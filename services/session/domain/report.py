"""The report: what is stored of it, what is computed when it is read. Field names are the contract's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.session.domain.quotes import score
from services.session.domain.values import Criterion, EngineInfo, Evaluation


class ReportStatus(StrEnum):
    """Where a report stands."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class NoScoreReason(StrEnum):
    """Why a cell of the behaviour table is empty; ``unspecified`` where it is not."""

    UNSPECIFIED = "unspecified"
    NO_CONSENT = "no_consent"
    NO_MEASURABLE_FACE = "no_measurable_face"
    NO_VIDEO = "no_video"
    NO_VOICE = "no_voice"
    TYPED = "typed"
    ANALYSIS_DOWN = "analysis_down"


@dataclass(frozen=True, slots=True)
class TableScore:
    """40..100, or the reason why there is none."""

    value: float | None = None
    reason: NoScoreReason = NoScoreReason.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class BehaviourRow:
    """One row of the behaviour table (SEED_FACTS.md)."""

    question_id: str
    label: str
    gaze: TableScore
    voice: TableScore
    smile: TableScore
    posture: TableScore
    composure: TableScore
    total: TableScore


@dataclass(kw_only=True, eq=False)
class StoredReport:
    """What is kept of a report; the rest is computed from answers and windows when it is read."""

    interview_id: str
    status: ReportStatus
    summary: list[str]
    practice_points: list[str]
    writer: EngineInfo | None
    notices: list[str]
    rows: tuple[BehaviourRow, ...]
    average: BehaviourRow | None
    duration: timedelta | None
    question_count: int
    create_time: datetime | None
    failure_message: str = ""


@dataclass(frozen=True, slots=True)
class CriterionSummary:
    """One criterion over all answers that have a level; the numbers are None where none has."""

    criterion: Criterion
    mean_level: float | None
    low: float | None
    high: float | None
    score: float | None
    answer_count: int


def summarise(evaluations: Sequence[Evaluation]) -> list[CriterionSummary]:
    """Per criterion that was considered, in the order of the enumeration: means over the answers that have a level."""
    found = {entry.criterion for evaluation in evaluations for entry in evaluation.criteria}
    return [_summary(criterion, evaluations) for criterion in Criterion if criterion in found]


def _summary(criterion: Criterion, evaluations: Sequence[Evaluation]) -> CriterionSummary:
    entries = [entry for evaluation in evaluations for entry in evaluation.criteria if entry.criterion is criterion]
    levels = [entry.level for entry in entries if entry.level is not None]
    ranges = [entry.range for entry in entries if entry.level is not None and entry.range is not None]
    return CriterionSummary(
        criterion=criterion,
        mean_level=mean(levels),
        low=mean([item.low for item in ranges]),
        high=mean([item.high for item in ranges]),
        score=score(levels),
        answer_count=len(levels),
    )


def overall_score(summaries: Sequence[CriterionSummary]) -> float | None:
    """Mean of the criteria's scores; None if none has one."""
    return mean([summary.score for summary in summaries if summary.score is not None])


def mean(values: Sequence[float]) -> float | None:
    """Arithmetic mean; None of nothing."""
    return sum(values) / len(values) if values else None
