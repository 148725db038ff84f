"""The judgement on an answer: levels with evidence, or typed reasons why not; and the published formula of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.reasoning.domain.text import Span

LOWEST_LEVEL = 1
HIGHEST_LEVEL = 5


class Criterion(StrEnum):
    """What an answer is judged by, in the order in which results are given. Delivery and behaviour are never among
    them.
    """

    TECHNICAL_ACCURACY = "technical_accuracy"
    LOGIC = "logic"
    SPECIFICITY = "specificity"
    RELEVANCE = "relevance"
    COMMUNICATION = "communication"


class Abstention(StrEnum):
    """Why a criterion has no level."""

    TOO_SHORT = "too_short"
    LOW_TRANSCRIPT_QUALITY = "low_transcript_quality"
    JUDGES_DISAGREE = "judges_disagree"
    NOT_APPLICABLE = "not_applicable"
    NO_EVIDENCE = "no_evidence"


class Character(StrEnum):
    """What an answer is as a whole. UNKNOWN where the transcript is too unreliable to say."""

    UNKNOWN = "unknown"
    ON_TOPIC = "on_topic"
    OFF_TOPIC = "off_topic"
    EMPTY = "empty"
    NONSENSE = "nonsense"


class TranscriptQuality(StrEnum):
    """How far the words of a transcript can be trusted."""

    LOW = "low"
    STANDARD = "standard"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the candidate, verbatim, with their place in the transcript in Unicode code points."""

    text: str
    start: int
    end: int

    @classmethod
    def of(cls, transcript: str, span: Span) -> Quote:
        """The quote at ``span`` of ``transcript``."""
        return cls(transcript[span.start : span.end], span.start, span.end)


@dataclass(frozen=True, slots=True)
class Level:
    """A level 1..5 with the levels that are also plausible: ``low <= value <= high``."""

    value: int
    low: int
    high: int

    def __post_init__(self) -> None:
        if not LOWEST_LEVEL <= self.low <= self.value <= self.high <= HIGHEST_LEVEL:
            raise ValueError(f"not a level with its range: {self.low} <= {self.value} <= {self.high}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement on one criterion: ``level`` or ``abstention``, exactly one of them.

    ``anchor`` is the written anchor of the level, ``explanation`` and ``next_step`` one sentence each, all in the
    interview's language; ``next_step`` is empty at the highest level and ``anchor`` where there is no level.
    """

    criterion: Criterion
    level: Level | None
    abstention: Abstention | None
    quotes: tuple[Quote, ...]
    anchor: str
    explanation: str
    next_step: str

    def __post_init__(self) -> None:
        if (self.level is None) == (self.abstention is None):
            raise ValueError(f"{self.criterion}: a judgement has either a level or the reason why it has none")

    def withdrawn(self, explanation: str) -> Judgement:
        """The judgement without its level: no quote supports it."""
        return Judgement(self.criterion, None, Abstention.NO_EVIDENCE, (), "", explanation, "")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The judgement on one answer; ``judgements`` has every criterion once, in the order of the enum."""

    judgements: tuple[Judgement, ...]
    character: Character
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    stronger_answer: str
    covered_point_ids: tuple[str, ...]

    @property
    def score(self) -> float | None:
        """0..100 by the published formula, None if no criterion has a level."""
        return score([judgement.level.value for judgement in self.judgements if judgement.level is not None])


def score(levels: Sequence[int]) -> float | None:
    """The published formula: the mean of (level - 1) / 4 * 100 over the criteria that have a level; None if none has.

    Level 1 is 0 and level 5 is 100; criteria weigh the same; an abstention counts neither for nor against.
    """
    if not levels:
        return None
    return sum((level - LOWEST_LEVEL) / (HIGHEST_LEVEL - LOWEST_LEVEL) * 100 for level in levels) / len(levels)
