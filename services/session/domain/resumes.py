"""Résumés as they are kept: what was read, without personal identifiers, and without the file."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.session.domain.values import Language

MOST_RESUMES: Final = 10  # of an account
LONGEST_FILENAME: Final = 120
_LONG_NUMBER: Final = re.compile(r"\d[\d\s.-]{4,}\d")


class ResumeSectionKind(StrEnum):
    """What a section is about."""

    UNSPECIFIED = "unspecified"
    EDUCATION = "education"
    EXPERIENCE = "experience"
    PROJECTS = "projects"
    SKILLS = "skills"
    CERTIFICATES = "certificates"
    AWARDS = "awards"
    SELF_INTRODUCTION = "self_introduction"


class DroppedIdentifier(StrEnum):
    """Kinds of personal facts that were dropped."""

    UNSPECIFIED = "unspecified"
    RESIDENT_NUMBER = "resident_number"
    BIRTH_DATE = "birth_date"
    FAMILY = "family"
    MARITAL_STATUS = "marital_status"
    HOME_REGION = "home_region"
    PHOTOGRAPH = "photograph"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    PERSONAL_PAGE = "personal_page"
    GENDER = "gender"
    NATIONALITY = "nationality"
    MILITARY_SERVICE = "military_service"
    RELIGION = "religion"
    PHYSICAL_TRAITS = "physical_traits"
    PROTECTED_STATUS = "protected_status"
    PROPERTY = "property"


@dataclass(frozen=True, slots=True)
class ResumeMonth:
    """A month; ``month`` 0 where only the year is written."""

    year: int = 0
    month: int = 0


@dataclass(frozen=True, slots=True)
class ResumeEntry:
    """One thing that a section lists. What is not stated is None or empty."""

    first_line: int = 0
    line_count: int = 0
    start: ResumeMonth | None = None
    end: ResumeMonth | None = None
    ongoing: bool = False
    organisation: str = ""
    role: str = ""
    degree: str = ""


@dataclass(frozen=True, slots=True)
class ResumeSection:
    """A section; its lines as written."""

    kind: ResumeSectionKind = ResumeSectionKind.UNSPECIFIED
    heading: str = ""
    lines: tuple[str, ...] = ()
    entries: tuple[ResumeEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """What was read."""

    sections: tuple[ResumeSection, ...] = ()
    target_position: str = ""
    skills: tuple[str, ...] = ()
    dropped: tuple[DroppedIdentifier, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class SectionEmbeddings:
    """One vector per section, and the engine that made them: vectors of two engines are never compared."""

    engine: str
    vectors: tuple[tuple[float, ...], ...]


@dataclass(kw_only=True, eq=False)
class StoredResume:
    """A kept résumé."""

    resume_id: str
    account_id: str
    filename: str
    content: Resume
    create_time: datetime


def kept_filename(given: str) -> str:
    """The file's name without its folders, and without numbers that could be somebody's."""
    name = re.split(r"[/\\]", given)[-1]
    return _LONG_NUMBER.sub("…", "".join(sign for sign in name if sign.isprintable()))[-LONGEST_FILENAME:]


def section_text(section: ResumeSection) -> str:
    """What an embedding of the section stands for."""
    return "\n".join((section.heading, *section.lines)).strip()
