"""Interviews and reports as messages."""

import base64
import binascii
from dataclasses import replace
from typing import Final
from uuid import UUID

from parley.session.v1 import interview_pb2, report_pb2

from services.session.convert.mirror import decode, encode
from services.session.domain.errors import Invalid
from services.session.domain.interview_settings import InterviewSettings
from services.session.domain.views import AnswerView, InterviewView, ReportView

_DEFAULT_PAGE: Final = 20
_DEFAULT_QUESTIONS: Final = 5
_ID_BYTES: Final = 16


def settings(message: interview_pb2.InterviewSettings) -> InterviewSettings:
    """What an interview is set up with, defaults filled in."""
    decoded = decode(message, InterviewSettings)
    # A proto3 ``optional`` that is unset and a number that is zero both mean the default.
    return decoded if decoded.question_count else replace(decoded, question_count=_DEFAULT_QUESTIONS)


def interview_message(view: InterviewView) -> interview_pb2.Interview:
    """An interview."""
    return encode(view, interview_pb2.Interview)


def answer_message(view: AnswerView) -> interview_pb2.Answer:
    """An answer."""
    return encode(view, interview_pb2.Answer)


def report_message(view: ReportView) -> report_pb2.Report:
    """A report."""
    return encode(view, report_pb2.Report)


def page_size(requested: int) -> int:
    """Number of entries of a page."""
    return requested or _DEFAULT_PAGE


def page_token(before_id: str | None) -> str:
    """The token of the page after the entry with this id; empty for none."""
    return "" if before_id is None else base64.urlsafe_b64encode(UUID(before_id).bytes).decode().rstrip("=")


def page_start(token: str) -> str | None:
    """The id that a page token stands for; None for the first page. Raises Invalid."""
    if not token:
        return None
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != _ID_BYTES:
        raise Invalid("page_token", "this is no token of ours; leave it empty for the first page")
    return str(UUID(bytes=data))
