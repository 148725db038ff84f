"""What a rehearsal is told to do, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from parley.session.v1 import interview_pb2, report_pb2

from services.candidate.domain.latency import CaptionHistory, ClockMap

LanguageCode = Literal["ko", "en"]


class RehearsalFailed(Exception):
    """The interview did not go as it must; the message says what failed."""


@dataclass(frozen=True, slots=True)
class RehearsalPlan:
    """``audio``: one recording per answer, in order, follow-ups counted; the interview is ended when they are used up.

    ``questions``: planned questions, 1..20 (default: as many as there are recordings). Without ``video`` no camera is
    offered and no consent to video metrics is given. ``patience_s`` bounds every single wait. ``on_caption`` is called
    for each caption.
    """

    session_address: str
    media_address: str
    audio: Sequence[Path]
    video: Path | None
    language: LanguageCode
    role: str
    questions: int
    patience_s: float = 90.0
    on_progress: Callable[[str], None] = field(default=lambda line: None)
    on_caption: Callable[[], None] = field(default=lambda: None)


@dataclass(slots=True)
class Findings:
    """Everything that was noticed on the way, on the candidate's clock."""

    interview_id: str = ""
    clock: ClockMap = field(default_factory=ClockMap)
    captions: dict[str, CaptionHistory] = field(default_factory=dict)
    answer_end_to_voice_s: list[float] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    interview: interview_pb2.Interview | None = None
    report: report_pb2.Report | None = None
