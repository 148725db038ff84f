"""Questions, answers and what is asked of the planner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from services.reasoning.domain.llm_failures import FallbackReason

if TYPE_CHECKING:  # which needs the languages of this module
    from services.reasoning.domain.resume import Resume

MAX_FOLLOW_UPS = 2  # per question (INTERVIEW.md, Planning and follow-ups)


class Language(StrEnum):
    """A language that interviews are held in, by its BCP 47 code."""

    KOREAN = "ko"
    ENGLISH = "en"


class Scenario(StrEnum):
    """What an interview is about."""

    TECHNICAL = "technical"
    BEHAVIOURAL = "behavioural"
    COMBINED = "combined"
    CAREER_CHANGE = "career_change"


class ExperienceLevel(StrEnum):
    """How long the candidate has worked in the role."""

    NEW_GRADUATE = "new_graduate"
    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class QuestionKind(StrEnum):
    """What kind of answer a question asks for."""

    TECHNICAL = "technical"
    BEHAVIOURAL = "behavioural"
    EXPERIENCE = "experience"
    MOTIVATION = "motivation"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class ExpectedPoint:
    """A point that a complete answer makes; ``synonyms`` are other ways to say it, which also count."""

    point_id: str
    text: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with all that is needed to ask it and to judge its answer.

    ``difficulty`` is 1 (easy) to 5 (hard). ``grounding_quote`` is the phrase that it is about, verbatim, and
    ``follows_source_id`` the question that a follow-up follows; both are empty where there is none.
    """

    source_id: str
    text: str
    kind: QuestionKind
    competency: str = ""
    difficulty: int = 1
    suggested_s: int = 0
    expected_points: tuple[ExpectedPoint, ...] = ()
    grounding_quote: str = ""
    follows_source_id: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with the transcript of its answer, which may be empty."""

    question: Question
    transcript: str


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What kind of interview to plan. ``difficulty`` None follows the experience; ``asked_ids`` are newest first;
    ``resume_lines`` are the lines of ``resume`` that tell of work, none where there is no résumé.
    """

    language: Language
    role: str
    scenario: Scenario
    experience: ExperienceLevel
    difficulty: int | None
    count: int
    asked_ids: tuple[str, ...] = ()
    seed: int = 0
    resume_lines: tuple[str, ...] = ()
    resume: Resume | None = None


class RoleMatch(StrEnum):
    """How the role's name was understood."""

    EXACT = "exact"
    NEAREST = "nearest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """One question of a plan; ``index`` counts from 0, ``role_family`` is empty if no family fits the role.

    ``fallback`` says why it is a question of the bank where a model was to write one; None where all went well.
    """

    index: int
    question: Question
    role_match: RoleMatch
    role_family: str
    fallback: FallbackReason | None = None
