"""What an interview is set up with."""

from dataclasses import dataclass
from enum import StrEnum

from services.session.domain.values import ExperienceLevel, Language, Scenario


class InterviewMode(StrEnum):
    """Practice or the real thing."""

    PRACTICE = "practice"
    REALISTIC = "realistic"


class TurnTaking(StrEnum):
    """How answers end."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class InterviewSettings:
    """What an interview is set up with, defaults filled in. ``difficulty`` 0 follows the experience level."""

    language: Language
    role: str
    scenario: Scenario = Scenario.COMBINED
    experience_level: ExperienceLevel = ExperienceLevel.JUNIOR
    difficulty: int = 0
    question_count: int = 5
    mode: InterviewMode = InterviewMode.PRACTICE
    turn_taking: TurnTaking = TurnTaking.AUTOMATIC
    max_follow_ups: int = 1
    resume_id: str = ""
