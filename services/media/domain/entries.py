"""What media records with session. The outbox numbers these; session stores each once."""

from dataclasses import dataclass
from enum import Enum

from services.media.domain.values import Utterance, Window


class Outcome(Enum):
    """How playing a speech ended; the numbers are those of PlaybackOutcome."""

    COMPLETED = 1
    INTERRUPTED = 2
    REPLACED = 3
    FAILED = 4


@dataclass(frozen=True, slots=True)
class UtteranceHeard:
    """A final utterance and the answer that was open when it began (empty: none)."""

    utterance: Utterance
    answer_id: str


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """The speaker's turn is over."""

    answer_id: str
    end_s: float


@dataclass(frozen=True, slots=True)
class AnswerStart:
    """The candidate began to speak after a question."""

    answer_id: str
    start_s: float


@dataclass(frozen=True, slots=True)
class AnswerEnd:
    """All utterances of a finished answer were recorded before this."""

    answer_id: str
    end_s: float


@dataclass(frozen=True, slots=True)
class Playback:
    """A speech was played."""

    speech_id: str
    start_s: float
    end_s: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class MediaHealth:
    """State of the media path at ``offset_s``."""

    offset_s: float
    connected: bool
    audio_flowing: bool
    video_flowing: bool
    speech_available: bool
    vision_available: bool


VitalEntry = UtteranceHeard | TurnEnd | AnswerStart | AnswerEnd | Playback
Entry = VitalEntry | Window | MediaHealth
