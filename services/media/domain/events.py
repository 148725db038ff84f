"""What media tells the browser on the data channel "live"."""

from dataclasses import dataclass
from enum import Enum

from services.media.domain.commands import CurrentQuestion
from services.media.domain.values import UNSEALED, Glimpse, Sealed, Window


@dataclass(frozen=True, slots=True)
class Caption:
    """What the candidate says, so far or (``final``) for good. A final without text withdraws the caption."""

    utterance_id: str
    start_s: float
    end_s: float
    text: str
    stable_chars: int
    final: bool
    answer_id: str = ""
    delivery: Sealed = UNSEALED


@dataclass(frozen=True, slots=True)
class SpeechActivity:
    """Whether the candidate is heard to speak, and since where."""

    speaking: bool
    offset_s: float


class VoiceState(Enum):
    """What the interviewer's voice does; the numbers are those of the contract."""

    SPEAKING = 1
    FINISHED = 2
    INTERRUPTED = 3
    FAILED = 4


@dataclass(frozen=True, slots=True)
class Voice:
    """The interviewer's voice, in step with the sound: ``text`` is the sentence that begins."""

    speech_id: str
    state: VoiceState
    text: str
    offset_s: float
    question_id: str


class NoticeKind(Enum):
    """What a notice is about; the numbers are those of the contract."""

    SPEECH_INTERRUPTED = 1
    SPEECH_RESTORED = 2
    VISION_INTERRUPTED = 3
    VISION_RESTORED = 4
    SESSION_INTERRUPTED = 5
    SESSION_RESTORED = 6
    NO_AUDIO = 7
    NO_VIDEO = 8
    RENEGOTIATE = 9
    ENDED = 10
    TYPE_ANSWERS = 11


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the candidate should know."""

    kind: NoticeKind
    offset_s: float


@dataclass(frozen=True, slots=True)
class InputLevel:
    """Root mean square of the last 100 ms of the microphone, dB relative to full scale."""

    dbfs: float
    offset_s: float


@dataclass(frozen=True, slots=True)
class Pong:
    """Echo of a ping."""

    token: int
    offset_s: float


@dataclass(frozen=True, slots=True)
class CalibrationDone:
    """Result of a calibration."""

    succeeded: bool
    no_steady_face: bool = False


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """The current question."""

    question: CurrentQuestion


LiveEvent = (
    Caption | SpeechActivity | Voice | Glimpse | Window | QuestionShown | Notice | InputLevel | Pong | CalibrationDone
)
