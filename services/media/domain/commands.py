"""What others tell media to do: session through the recorder stream, the browser through the data channel."""

from dataclasses import dataclass

from services.media.domain.values import Language


@dataclass(frozen=True, slots=True)
class Welcome:
    """Session's answer to a hello; see RecordWelcome."""

    acknowledged_up_to: int
    next_number: int
    clock_offset_s: float
    language: Language | None
    recording_consented: bool
    video_metrics_consented: bool


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """All numbers up to ``up_to`` are stored for good."""

    up_to: int


@dataclass(frozen=True, slots=True)
class CurrentQuestion:
    """The question that is current; empty ids for none. ``kind`` is the contract's enum number."""

    question_id: str = ""
    answer_id: str = ""
    text: str = ""
    kind: int = 0
    index: int = 0
    total: int = 0
    automatic_turn_end: bool = False


@dataclass(frozen=True, slots=True)
class Speak:
    """Speak this text; ``question_id`` is empty for greetings and farewells. ``unfinished``: it will come again under
    the same id, with more text behind this.
    """

    speech_id: str
    text: str
    language: Language
    question_id: str = ""
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Stop the interviewer's voice."""


@dataclass(frozen=True, slots=True)
class FinishAnswer:
    """The answer was submitted: record what belongs to it, then its end."""

    answer_id: str


@dataclass(frozen=True, slots=True)
class EndMedia:
    """The interview is over."""


SessionCommand = Acknowledged | CurrentQuestion | Speak | StopSpeaking | FinishAnswer | EndMedia


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for an echo of ``token``."""

    token: int


@dataclass(frozen=True, slots=True)
class Calibrate:
    """Starts the zero-point calibration; None: the vision service's default duration."""

    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class RepeatQuestion:
    """Speak the current question again."""


@dataclass(frozen=True, slots=True)
class HoldOn:
    """Keep the turn: the pause is not its end."""


@dataclass(frozen=True, slots=True)
class StopVoice:
    """The candidate wants silence."""


LiveCommand = Ping | Calibrate | RepeatQuestion | HoldOn | StopVoice
