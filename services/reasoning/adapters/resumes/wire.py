"""A résumé as JSON, on the pipe from the child process to the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.reasoning.domain.questions import Language
from services.reasoning.domain.resume import Entry, Identifier, Month, Resume, Section, SectionKind


def to_json(resume: Resume) -> dict[str, Any]:
    """For ``json.dumps``."""
    return asdict(resume)


def from_json(data: Mapping[str, Any]) -> Resume:
    """``to_json`` undone."""
    return Resume(
        sections=tuple(
            Section(
                SectionKind(each["kind"]),
                each["heading"],
                tuple(each["lines"]),
                tuple(_entry(entry) for entry in each["entries"]),
            )
            for each in data["sections"]
        ),
        target_position=data["target_position"],
        skills=tuple(data["skills"]),
        dropped=tuple(Identifier(kind) for kind in data["dropped"]),
        language=Language(data["language"]) if data["language"] else None,
    )


def _entry(data: Mapping[str, Any]) -> Entry:
    return Entry(**{**data, "start": _month(data["start"]), "end": _month(data["end"])})


def _month(data: Mapping[str, Any] | None) -> Month | None:
    return None if data is None else Month(**data)
