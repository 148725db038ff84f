"""Why a file is refused, as the child process says it to the service."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a file is refused."""

    ENCRYPTED = "encrypted"
    SCANNED = "scanned"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"


class Refused(Exception):
    """The file is refused; ``hint`` says what to do, in words that hold nothing of the file."""

    def __init__(self, reason: Reason, hint: str) -> None:
        super().__init__(hint)
        self.reason = reason
        self.hint = hint


SCANNED = Refused(
    Reason.SCANNED,
    "the file holds pictures of pages and no text; export the résumé as PDF from the program that it was written in, "
    "or run text recognition (OCR) over the scan first",
)
ENCRYPTED = Refused(Reason.ENCRYPTED, "the file is protected by a password; save it without one and upload it again")
BROKEN = Refused(Reason.UNREADABLE, "the file is damaged or incomplete; export it again and upload that")
