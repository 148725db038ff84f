"""Why a language model's work was not used. Each reason is on the wire (EngineInfo.fallback_reason) and has a test."""

from __future__ import annotations

from enum import StrEnum

from services.reasoning.domain.errors import ReasoningError


class FallbackReason(StrEnum):
    """Why the fallback engine answers in the place of the chosen one."""

    UNAVAILABLE = "unavailable"  # no connection, a cut one, or a fault of the server
    BUSY = "busy"  # the server or our own queue for it is full
    MISCONFIGURED = "misconfigured"  # it refuses the request: key, model or contract are wrong
    SLOW_START = "slow_start"  # the first words did not come in time
    TIMEOUT = "timeout"
    TOO_LONG = "too_long"  # the answer does not fit
    TRUNCATED = "truncated"  # it stopped before its end
    MALFORMED = "malformed"  # not what the schema says
    LOOPING = "looping"  # white space or repetition without end
    REFUSED = "refused"
    WRONG_LANGUAGE = "wrong_language"
    INVENTED_QUOTE = "invented_quote"
    INVENTED_FACT = "invented_fact"  # a number that nobody said
    FORBIDDEN_WORDS = "forbidden_words"  # judges a person, or asks what must not be asked
    UNSUITABLE = "unsuitable"  # breaks a rule of questions: more than one thing, too long, asked before
    SUSPECT_ANSWER = "suspect_answer"  # the answer speaks to the model instead of the interviewer


RETRIED = frozenset(
    {
        FallbackReason.TRUNCATED,
        FallbackReason.MALFORMED,
        FallbackReason.LOOPING,
        FallbackReason.WRONG_LANGUAGE,
        FallbackReason.INVENTED_QUOTE,
        FallbackReason.INVENTED_FACT,
        FallbackReason.FORBIDDEN_WORDS,
        FallbackReason.UNSUITABLE,
    }
)
"""Faults of what was written: told what was wrong, a model may do better."""
OUTAGES = frozenset(
    {
        FallbackReason.UNAVAILABLE,
        FallbackReason.MISCONFIGURED,
        FallbackReason.SLOW_START,
        FallbackReason.TIMEOUT,
    }
)
"""Faults of the server: the next call would pay for the same again."""


class ModelFailed(ReasoningError):
    """The model's work can't be used. The message is for operators and never holds what a candidate said.

    ``correction`` is what to tell the model before its one retry; empty: the words of the prompts for the reason.
    """

    def __init__(self, reason: FallbackReason, message: str, *, correction: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.correction = correction
