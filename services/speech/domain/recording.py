"""Whole recordings: what a caller sends, what the file turned out to be, and how much of either there may be."""

from __future__ import annotations

from dataclasses import dataclass

from services.speech.domain.audio import RATE_HZ

MOST_BYTES = 100 * 1024 * 1024
MOST_SAMPLES = 60 * 60 * RATE_HZ
"""At 16 kHz, after decoding: what a file's header says of its length is not relied on."""


@dataclass(frozen=True, slots=True)
class RecordingConfig:
    """First message of a recording."""

    stream_id: str
    language: str
    """BCP 47."""
    size: int = 0
    """Announced bytes; 0: not known."""


@dataclass(frozen=True, slots=True)
class RecordingChunk:
    """The next bytes of the file."""

    data: bytes


RecordingMessage = RecordingConfig | RecordingChunk


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """What a file turned out to be."""

    container: str
    codec: str
    rate_hz: int
    channels: int
    samples: int
    """Decoded samples at 16 kHz mono."""
    truncated: bool
    """It ends before its header says, or parts of it could not be decoded."""


@dataclass(frozen=True, slots=True)
class RecordingSummary:
    """Comes after the last utterance."""

    info: RecordingInfo
    utterances: int
