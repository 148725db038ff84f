"""A résumé as it is known here: sections of lines, typed entries, and what was dropped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.reasoning.domain.questions import Language


class SectionKind(StrEnum):
    """What a section is about; OTHER where that is not recognised."""

    OTHER = "other"
    EDUCATION = "education"
    EXPERIENCE = "experience"
    PROJECTS = "projects"
    SKILLS = "skills"
    CERTIFICATES = "certificates"
    AWARDS = "awards"
    SELF_INTRODUCTION = "self_introduction"


class Identifier(StrEnum):
    """Personal facts that are dropped: none may decide who is hired (채용절차법 4조의3; EU 2000/43, 2000/78)."""

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
class Month:
    """A month of the calendar, 1..12; ``month`` None where only the year is written."""

    year: int
    month: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One job, study, project, certificate or award: ``line_count`` lines of its section from ``first_line`` on.

    What the résumé does not state is None or empty. ``ongoing`` entries have no end.
    """

    first_line: int
    line_count: int
    start: Month | None = None
    end: Month | None = None
    ongoing: bool = False
    organisation: str = ""
    role: str = ""
    degree: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """``heading`` is as written, empty if there is none; ``lines`` as written, identifiers taken out."""

    kind: SectionKind
    heading: str
    lines: tuple[str, ...]
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """``target_position`` is empty and ``language`` None where the résumé does not tell."""

    sections: tuple[Section, ...]
    target_position: str = ""
    skills: tuple[str, ...] = ()
    dropped: tuple[Identifier, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file in reading order. ``cells`` are its parts where it is a row of a table or has wide gaps.

    ``size`` is the height of its letters in points, 0.0 where the format does not say.
    """

    cells: tuple[str, ...]
    size: float = 0.0
    bold: bool = False

    @property
    def text(self) -> str:
        """The whole line."""
        return CELL_MARK.join(self.cells)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: its lines, and how many pictures stand among them."""

    lines: tuple[Line, ...]
    pictures: int = 0


CELL_MARK = " | "
