"""What a Transcribe stream takes in and gives out, in domain terms. All places are samples on the session clock."""

from __future__ import annotations

from dataclasses import dataclass

from services.speech.domain.audio import Pcm
from services.speech.domain.delivery import Delivery
from services.speech.domain.transcript import Utterance
from services.speech.domain.turn import TurnState


@dataclass(frozen=True, slots=True)
class StreamConfig:
    """First message of a stream."""

    stream_id: str
    language: str
    """BCP 47 code."""
    start: int = 0
    partials: bool = False
    patience_s: float | None = None
    """Pause that ends a turn while answering; None: the service's default."""
    turn_state: TurnState = TurnState.ANSWERING


@dataclass(frozen=True, slots=True)
class Audio:
    """A piece of audio; its first sample lies at `offset`."""

    offset: int
    samples: Pcm


@dataclass(frozen=True, slots=True)
class FinishUtterance:
    """Close the open utterance now and say when every final is out."""

    mark: str


@dataclass(frozen=True, slots=True)
class ChangeTurnState:
    """Another turn state from here on."""

    turn_state: TurnState


Message = StreamConfig | Audio | FinishUtterance | ChangeTurnState


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech began at `start`."""

    utterance_id: str
    start: int


@dataclass(frozen=True, slots=True)
class Partial:
    """What the utterance reads so far, up to `end`."""

    utterance_id: str
    start: int
    end: int
    text: str
    stable_chars: int
    stability: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """A pause closed the utterance, whose speech ended at `end`."""

    utterance_id: str
    end: int


@dataclass(frozen=True, slots=True)
class Final:
    """The text for good."""

    utterance: Utterance
    delivery: Delivery
    processing_s: float
    """Wall time from the closing of the utterance to this event."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The pause was longer than the patience; the last speech ended at `end`."""

    end: int
    utterance_ids: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Finished:
    """Every final before the FinishUtterance with this mark is out."""

    mark: str
    end: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Audio before `replay_from` is never needed again."""

    processed: int
    replay_from: int


@dataclass(frozen=True, slots=True)
class TurnEndEstimate:
    """How likely the speaker is done, up to `heard`; 0 once speech goes on or the turn is over."""

    heard: int
    probability: float
    ends_at: int | None
    """Where the turn will be over if silence goes on; None if the text before it is not final."""


Event = TurnEndEstimate | SpeechStarted | Partial | SpeechEnded | Final | TurnEnded | Finished | Progress
