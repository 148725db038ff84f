"""What was said: hypotheses of a recogniser, utterances, words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from services.speech.domain.audio import Span

_READABLE_STREAM_ID = 40


class WordTimeSource(Enum):
    """Where the times of words come from."""

    ALIGNED = "aligned"
    """The recogniser aligned each word with the audio."""
    INTERPOLATED = "interpolated"
    """Spread over the voiced part of the utterance in proportion to the word's length."""


class NoText(Enum):
    """Why an utterance has no text."""

    NOT_SPEECH = "not_speech"
    SUPPRESSED = "suppressed"
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    ENGINE_FAILED = "engine_failed"
    NO_ENGINE = "no_engine"


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place."""

    text: str
    """As written, punctuation attached; in Korean one eojeol."""
    span: Span
    """On the session clock in an utterance; from the first sample of the audio in a hypothesis."""
    confidence: float | None = None
    """0..1, or None if the engine gives none."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a recogniser made of one stretch of audio."""

    text: str
    """Trimmed; empty if it heard nothing."""
    words: tuple[Word, ...] = ()
    """With times of the engine's own, from the first sample of the audio; empty if it has none."""
    tokens: tuple[int, ...] = ()
    """Ids of the engine's tokens, if it works with any."""
    mean_log_probability: float | None = None
    """Mean over the tokens; None if the engine gives none."""
    no_speech_probability: float = 0.0
    """0..1; 0 if the engine gives none."""
    language_probabilities: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """By BCP 47 code; empty if the engine gives none."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A finished stretch of speech with its text, or with the reason why it has none."""

    utterance_id: str
    span: Span
    """The speech itself, pre-roll not counted."""
    text: str = ""
    words: tuple[Word, ...] = ()
    word_times: WordTimeSource | None = None
    no_text: NoText | None = None
    confidence: float | None = None
    """exp of the mean token log-probability, 0..1."""


def utterance_id(stream_id: str, start: int) -> str:
    """The id of the utterance that starts at sample `start`: the same for the same audio, at most 64 characters.

    The start is part of it, not a counter, so that audio replayed after a break gets its old ids back.
    """
    if len(stream_id) > _READABLE_STREAM_ID:
        stream_id = hashlib.blake2b(stream_id.encode(), digest_size=16).hexdigest()
    return f"{stream_id}-{start:012d}"
