"""Hearing and speaking."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from services.media.domain.values import Engine, Language, Partial, TurnState, Utterance


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Speech began."""

    utterance_id: str
    start_s: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """Speech ended."""

    utterance_id: str
    end_s: float


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The pause was longer than the patience."""

    end_s: float


@dataclass(frozen=True, slots=True)
class FinishDone:
    """Every final before the finish with this mark has been sent."""

    mark: str
    end_s: float


@dataclass(frozen=True, slots=True)
class Progress:
    """Audio before ``replay_from_s`` is never needed again."""

    replay_from_s: float


HearingEvent = SpeechBegan | SpeechPaused | Partial | Utterance | TurnOver | FinishDone | Progress


@dataclass(frozen=True, slots=True)
class HearingConfig:
    """How a Transcribe stream begins."""

    stream_id: str
    language: Language
    start_s: float
    turn_state: TurnState


class HearingStream(Protocol):
    """One Transcribe stream. Every method raises ServiceError once the stream is broken."""

    async def audio(self, sequence: int, offset_s: float, pcm: bytes) -> None:
        """Send samples (16 kHz mono s16le, at most 1 s); waits while the service is slower than its audio."""
        ...

    async def finish(self, mark: str) -> None:
        """Ask for the end of the open utterance."""
        ...

    async def turn_state(self, state: TurnState) -> None:
        """Change the turn state."""
        ...

    async def half_close(self) -> None:
        """No more audio: the service sends the open utterance's final and ends."""
        ...

    def events(self) -> AsyncIterator[HearingEvent]:
        """What the service says, to the end of the stream."""
        ...


@dataclass(frozen=True, slots=True)
class VoicePiece:
    """Synthesised speech: 48 kHz mono s16le; ``sentence`` only with a sentence's first piece."""

    pcm: bytes
    sentence: str | None


class SpeechService(Protocol):
    """Hearing and speaking."""

    def transcribe(self, config: HearingConfig) -> AbstractAsyncContextManager[HearingStream]:
        """Open a stream; leaving the context cancels it."""
        ...

    def synthesize(self, text: str, language: Language) -> AsyncIterator[VoicePiece]:
        """Speak a text; close the iterator to cancel."""
        ...

    async def engines(self) -> Sequence[Engine]:
        """The engines in use, and how many streams the service takes."""
        ...
