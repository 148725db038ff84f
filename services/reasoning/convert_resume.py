"""Résumés: protobuf to domain and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from parley.common.v1 import language_pb2
from parley.reasoning.v1 import resume_pb2 as pb

from services.reasoning.domain.questions import Language
from services.reasoning.domain.resume import Entry, Identifier, Month, Resume, Section, SectionKind

_KINDS: Mapping[SectionKind, pb.ResumeSectionKind] = {
    SectionKind.OTHER: pb.RESUME_SECTION_KIND_UNSPECIFIED,
    SectionKind.EDUCATION: pb.RESUME_SECTION_KIND_EDUCATION,
    SectionKind.EXPERIENCE: pb.RESUME_SECTION_KIND_EXPERIENCE,
    SectionKind.PROJECTS: pb.RESUME_SECTION_KIND_PROJECTS,
    SectionKind.SKILLS: pb.RESUME_SECTION_KIND_SKILLS,
    SectionKind.CERTIFICATES: pb.RESUME_SECTION_KIND_CERTIFICATES,
    SectionKind.AWARDS: pb.RESUME_SECTION_KIND_AWARDS,
    SectionKind.SELF_INTRODUCTION: pb.RESUME_SECTION_KIND_SELF_INTRODUCTION,
}
_BY_NUMBER = {int(number): kind for kind, number in _KINDS.items()}
_LANGUAGES: Mapping[Language | None, language_pb2.Language] = {
    Language.KOREAN: language_pb2.LANGUAGE_KOREAN,
    Language.ENGLISH: language_pb2.LANGUAGE_ENGLISH,
    None: language_pb2.LANGUAGE_UNSPECIFIED,
}


def resume_message(resume: Resume) -> pb.Resume:
    """A résumé as read."""
    return pb.Resume(
        sections=[
            pb.ResumeSection(
                kind=_KINDS[section.kind],
                heading=section.heading,
                lines=section.lines,
                entries=[_entry_message(entry) for entry in section.entries],
            )
            for section in resume.sections
        ],
        target_position=resume.target_position,
        skills=resume.skills,
        dropped=[_dropped(identifier) for identifier in resume.dropped],
        language=_LANGUAGES[resume.language],
    )


def resume_of(message: pb.Resume) -> Resume:
    """A résumé as a caller gives it back: what questions need of it."""
    return Resume(
        sections=tuple(
            Section(
                _BY_NUMBER.get(each.kind, SectionKind.OTHER),
                each.heading,
                tuple(each.lines),
                tuple(Entry(entry.first_line, entry.line_count, role=entry.role) for entry in each.entries),
            )
            for each in message.sections
        ),
        target_position=message.target_position,
        skills=tuple(message.skills),
    )


def _entry_message(entry: Entry) -> pb.ResumeEntry:
    return pb.ResumeEntry(
        first_line=entry.first_line,
        line_count=entry.line_count,
        start=_month_message(entry.start),
        end=_month_message(entry.end),
        ongoing=entry.ongoing,
        organisation=entry.organisation,
        role=entry.role,
        degree=entry.degree,
    )


def _month_message(month: Month | None) -> pb.ResumeMonth | None:
    return None if month is None else pb.ResumeMonth(year=month.year, month=month.month or 0)


def _dropped(identifier: Identifier) -> pb.DroppedIdentifier:
    # By name; a test holds the two lists to each other.
    number: int = pb.DroppedIdentifier.Value(f"DROPPED_IDENTIFIER_{identifier.name}")
    return cast(pb.DroppedIdentifier, number)
