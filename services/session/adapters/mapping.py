"""Binds the domain's entities to the tables, so that the domain knows nothing of the database.

Collections are never loaded behind one's back (``lazy="raise"``): each query says what it wants.
"""

from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import composite, registry, relationship

from services.session.adapters import tables
from services.session.domain.account import Account, Consent, Deletion, RefreshToken
from services.session.domain.answers import Answer, InterviewQuestion, StateChange
from services.session.domain.interview import Interview
from services.session.domain.interview_settings import InterviewSettings
from services.session.domain.recording import Recording
from services.session.domain.report import StoredReport
from services.session.domain.resumes import StoredResume

_SETTINGS = (
    "language",
    "role",
    "scenario",
    "experience_level",
    "difficulty",
    "question_count",
    "mode",
    "turn_taking",
    "max_follow_ups",
    "resume_id",
)


@cache
def start_mappers() -> None:
    """Bind them, once in a process."""
    mapper = registry(metadata=tables.metadata)
    plain: list[tuple[type[Any], Table]] = [
        (Account, tables.accounts),
        (RefreshToken, tables.refresh_tokens),
        (Deletion, tables.deletions),
        (Consent, tables.consents),
        (InterviewQuestion, tables.questions),
        (Answer, tables.answers),
        (StateChange, tables.state_changes),
        (Recording, tables.recordings),
        (StoredReport, tables.reports),
        (StoredResume, tables.resumes),
    ]
    for entity, table in plain:
        mapper.map_imperatively(entity, table)
    columns = tables.interviews.c
    settings = {f"_{name}": columns[name] for name in _SETTINGS}
    mapper.map_imperatively(
        Interview,
        tables.interviews,
        properties={
            **settings,
            "settings": composite(InterviewSettings, *settings.values()),
            "questions": _part(InterviewQuestion, tables.questions.c.question_id),
            "answers": _part(Answer, tables.answers.c.answer_id),
            "history": _part(StateChange, tables.state_changes.c.revision),
        },
    )


def _part(entity: type[Any], order: Any) -> Any:
    return relationship(entity, lazy="raise", cascade="save-update, merge", order_by=order)
