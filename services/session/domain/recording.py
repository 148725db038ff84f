"""What media records, and what it is told. Numbers count from 1 within the interview, without holes."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.session.domain.delivery_metrics import DeliveryMetrics
from services.session.domain.errors import RecordNumberGap
from services.session.domain.values import EngineInfo, Language, QuestionKind, Utterance
from services.session.domain.windows import BehaviourWindow


class PlaybackOutcome(StrEnum):
    """How playing a speech ended."""

    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    REPLACED = "replaced"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RecordHello:
    """Who records: media's peer for an account's interview, and the engines it found in speech and vision."""

    interview_id: str
    account_id: str
    peer_id: str = ""
    engines: tuple[EngineInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedUtterance:
    """An utterance that is final; ``answer_id`` is empty if no answer was open when it began."""

    utterance: Utterance
    delivery: DeliveryMetrics | None = None
    answer_id: str = ""


@dataclass(frozen=True, slots=True)
class RecordedTurnEnd:
    """The speaker's turn is over."""

    answer_id: str
    end_offset: timedelta


@dataclass(frozen=True, slots=True)
class RecordedAnswerStart:
    """The candidate began to speak."""

    answer_id: str
    start_offset: timedelta


@dataclass(frozen=True, slots=True)
class RecordedAnswerEnd:
    """Every utterance of a finished answer has been recorded."""

    answer_id: str
    end_offset: timedelta


@dataclass(frozen=True, slots=True)
class RecordedPlayback:
    """A speech was played."""

    speech_id: str
    outcome: PlaybackOutcome
    start_offset: timedelta | None = None
    end_offset: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RecordedMediaHealth:
    """State of the media path at ``offset``."""

    offset: timedelta
    connected: bool = False
    audio_flowing: bool = False
    video_flowing: bool = False
    speech_available: bool = False
    vision_available: bool = False


Entry = (
    RecordedUtterance
    | BehaviourWindow
    | RecordedTurnEnd
    | RecordedAnswerStart
    | RecordedAnswerEnd
    | RecordedPlayback
    | RecordedMediaHealth
)


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """One entry as media sent it."""

    number: int
    entry: Entry


@dataclass(kw_only=True, eq=False)
class Recording:
    """How far an interview's media is stored. ``epoch`` counts Record streams: only the latest one may store."""

    interview_id: str
    epoch: int = 0
    acknowledged_up_to: int = 0
    clock_offset: timedelta = timedelta()
    peer_id: str = ""
    engines: tuple[EngineInfo, ...] = ()

    def opened(self, hello: RecordHello) -> None:
        """A new stream takes over."""
        self.epoch += 1
        self.peer_id = hello.peer_id
        known = {(engine.capability, engine.name, engine.version): engine for engine in (*self.engines, *hello.engines)}
        self.engines = tuple(known.values())

    def accept(self, numbered: NumberedEntry) -> bool:
        """Whether this entry is new; it then counts as stored. Raises RecordNumberGap if one before it is missing."""
        if numbered.number <= self.acknowledged_up_to:
            return False
        if numbered.number != self.acknowledged_up_to + 1:
            missing = f"{self.acknowledged_up_to + 1} to {numbered.number - 1}"
            raise RecordNumberGap(
                f"entries {missing} are missing: open a new stream and resend after the acknowledged one"
            )
        self.acknowledged_up_to = numbered.number
        self.clock_offset = max(self.clock_offset, latest_offset(numbered.entry))
        return True


def latest_offset(entry: Entry) -> timedelta:
    """The latest place on the session clock that an entry speaks of."""
    if isinstance(entry, RecordedUtterance):
        return entry.utterance.end_offset
    if isinstance(entry, RecordedAnswerStart):
        return entry.start_offset
    if isinstance(entry, RecordedMediaHealth):
        return entry.offset
    return entry.end_offset or timedelta()


# --- what media is told ---


@dataclass(frozen=True, slots=True)
class Welcome:
    """Answer to the hello; see the contract."""

    acknowledged_up_to: int
    next_number: int
    clock_offset: timedelta
    language: Language
    recording_consented: bool
    video_metrics_consented: bool


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """All numbers up to here are stored for good."""

    up_to: int


@dataclass(frozen=True, slots=True)
class CurrentQuestion:
    """The question that is current; empty ids where there is none."""

    question_id: str = ""
    answer_id: str = ""
    text: str = ""
    kind: QuestionKind = QuestionKind.UNSPECIFIED
    index: int = 0
    total: int = 0
    automatic_turn_end: bool = False


@dataclass(frozen=True, slots=True)
class Speak:
    """Speak this; ``unfinished``: more of its text will come under the same id."""

    speech_id: str
    text: str
    language: Language
    question_id: str = ""
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Stop speaking."""


@dataclass(frozen=True, slots=True)
class FinishAnswer:
    """The answer was submitted: record what belongs to it, then its end."""

    answer_id: str


@dataclass(frozen=True, slots=True)
class EndMedia:
    """The interview is over."""

    message: str = ""


Command = CurrentQuestion | Speak | StopSpeaking | FinishAnswer | EndMedia
RecordMessage = Welcome | Acknowledgement | Command
