"""What a conversation asks to be done."""

from dataclasses import dataclass

from services.media.domain.entries import Entry
from services.media.domain.events import LiveEvent
from services.media.domain.values import TurnState


@dataclass(frozen=True, slots=True)
class Record:
    """Record an entry with session."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Show:
    """Tell the browser."""

    event: LiveEvent


@dataclass(frozen=True, slots=True)
class SetTurnState:
    """Tell the recogniser how patient to be."""

    state: TurnState


@dataclass(frozen=True, slots=True)
class PauseVoice:
    """Stop the interviewer's voice at once; it may go on."""


@dataclass(frozen=True, slots=True)
class ResumeVoice:
    """Go on where it stopped."""


@dataclass(frozen=True, slots=True)
class DropVoice:
    """It was interrupted for good."""


Effect = Record | Show | SetTurnState | PauseVoice | ResumeVoice | DropVoice
