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


class ResumeReadingUnavailable(ReasoningError):
    """This version does not read résumés."""
