"""What can go wrong in reasoning, as this service names it. bootstrap.py maps each to a status."""

from __future__ import annotations


class ReasoningError(Exception):
    """Anything that this service raises on purpose; the message says what to do next."""


class BankError(ReasoningError):
    """A file of the bank does not hold what its schema says; names file, place and fault."""


class AnalyserUnavailable(ReasoningError):
    """The language's analyser can't be used now (its process does not start, or died twice)."""


class Overloaded(ReasoningError):
    """More work waits than the queue holds; the same request may pass later."""


class ResumeRefused(ReasoningError):
    """A file that is no résumé that can be read; the message says what to upload instead, with no word of the file."""


class ResumeEncrypted(ResumeRefused):
    """It is protected by a password."""


class ResumeScanned(ResumeRefused):
    """It holds pictures of pages, no text."""


class ResumeEmpty(ResumeRefused):
    """It holds no text, or nothing but personal details."""


class ResumeUnreadable(ResumeRefused):
    """It is damaged, or its letters can't be told."""


class ResumeFormatUnsupported(ResumeRefused):
    """It is in no format that is read here."""


class ResumeTooLarge(ResumeRefused):
    """It is far larger than a résumé, or takes too much memory or time."""
