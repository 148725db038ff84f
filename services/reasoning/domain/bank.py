"""The question bank in memory: families of questions per language, and all that a question knows beyond its wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.questions import ExpectedPoint, Language, Question, QuestionKind, Scenario

FOLLOW_UP_MARK = "~"  # never in a bank id (schema), so "<parent>~<target>" can be taken apart again


class Part(StrEnum):
    """A part of an answer that holds together: situation–task–action–result, or claim–reason–example–result."""

    SITUATION = "situation"
    TASK = "task"
    ACTION = "action"
    RESULT = "result"
    CLAIM = "claim"
    REASON = "reason"
    EXAMPLE = "example"


STORY = (Part.SITUATION, Part.TASK, Part.ACTION, Part.RESULT)
ARGUMENT = (Part.CLAIM, Part.REASON, Part.EXAMPLE, Part.RESULT)
_PARTS: Mapping[QuestionKind, tuple[Part, ...]] = {
    QuestionKind.BEHAVIOURAL: STORY,
    QuestionKind.EXPERIENCE: STORY,
    QuestionKind.TECHNICAL: ARGUMENT,
    QuestionKind.MOTIVATION: ARGUMENT,
    QuestionKind.FOLLOW_UP: (),
}


def parts_of(kind: QuestionKind) -> tuple[Part, ...]:
    """The parts that a complete answer to a question of ``kind`` has, in order; none for follow-ups, which ask one
    thing.
    """
    return _PARTS[kind]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A common error: how it is said, why it is wrong (shown to the candidate), and what to ask about it."""

    misconception_id: str
    says: tuple[str, ...]
    text: str
    probe: str


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question of the bank. ``topics`` are words by which an answer shows that it is about this question.

    ``anchors`` has levels 1, 3 and 5 for the criteria that matter most; ``suits`` names scenarios that prefer it.
    """

    question: Question
    family_id: str
    competency_id: str
    topics: tuple[str, ...]
    core_point_ids: frozenset[str]
    misconceptions: tuple[Misconception, ...]
    anchors: Mapping[Criterion, Mapping[int, str]]
    point_probes: Mapping[str, str]
    part_probes: Mapping[Part, str]
    suits: frozenset[Scenario]


@dataclass(frozen=True, slots=True)
class Family:
    """The questions of one job family, or a set that every role is asked (``common``), in one language.

    ``same`` are names of this very role; ``near`` are roles for which this family is the nearest.
    """

    family_id: str
    language: Language
    name: str
    common: bool
    same: tuple[str, ...]
    near: tuple[str, ...]
    questions: tuple[BankQuestion, ...]


class Bank:
    """All families, indexed. Immutable after construction."""

    def __init__(self, families: Sequence[Family], version: str) -> None:
        self.version = version
        self.all_families = tuple(families)
        self._by_id = {entry.question.source_id: entry for family in families for entry in family.questions}

    def families(self, language: Language) -> tuple[Family, ...]:
        """The families in ``language``, common sets included."""
        return tuple(family for family in self.all_families if family.language is language)

    def role_families(self) -> tuple[str, ...]:
        """Ids of the job families, each once, sorted."""
        return tuple(sorted({family.family_id for family in self.all_families if not family.common}))

    def find(self, question: Question) -> BankQuestion | None:
        """What the bank knows of ``question`` (for a follow-up: of the question that it follows); None if nothing."""
        return self._by_id.get(question.follows_source_id or question.source_id)


def follow_up_id(parent_id: str, target: str) -> str:
    """Id of the follow-up to ``parent_id`` that asks for ``target``; the same thing asked twice has the same id."""
    return f"{parent_id}{FOLLOW_UP_MARK}{target}"


def follow_up_target(source_id: str) -> str:
    """What the follow-up ``source_id`` asked for; empty if it is no follow-up of this engine."""
    return source_id.partition(FOLLOW_UP_MARK)[2]


def as_follow_up(
    parent: Question, target: str, text: str, quote: str, points: tuple[ExpectedPoint, ...], suggested_s: int
) -> Question:
    """The follow-up to ``parent`` (or to what that follows) that quotes ``quote`` and asks for ``target``."""
    root = parent.follows_source_id or parent.source_id
    return replace(
        parent,
        source_id=follow_up_id(root, target),
        text=text,
        kind=QuestionKind.FOLLOW_UP,
        suggested_s=suggested_s,
        expected_points=points,
        grounding_quote=quote,
        follows_source_id=root,
    )
