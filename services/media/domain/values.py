"""Values that media handles. Offsets are seconds on the session clock, ``*_s``.

What media only passes on (words, delivery metrics) stays in its wire form: media has no opinion on it, so a field added
there reaches session and browser without a change here.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import NewType

Sealed = NewType("Sealed", bytes)  # a message's wire form, passed on unread
UNSEALED = Sealed(b"")


class Language(Enum):
    """A language that Parley interviews in, by its BCP 47 code."""

    KOREAN = "ko"
    ENGLISH = "en"


class TurnState(Enum):
    """How patient turn taking is; see ``TurnState`` of parley.speech.v1."""

    THINKING = "thinking"
    ANSWERING = "answering"
    LISTENING_OFF = "listening_off"


class NoText(Enum):
    """Why an utterance has no text."""

    NOT_SPEECH = "not_speech"
    SUPPRESSED = "suppressed"
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    ENGINE_FAILED = "engine_failed"
    NO_ENGINE = "no_engine"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A finished stretch of speech. ``sealed`` is the whole common.v1.Utterance, ``delivery`` its DeliveryMetrics."""

    utterance_id: str
    start_s: float
    end_s: float
    text: str = ""
    no_text: NoText | None = None
    sealed: Sealed = UNSEALED
    delivery: Sealed = UNSEALED

    @property
    def heard_nothing(self) -> bool:
        """Whether the recogniser is sure that there were no words: a cough, noise, an invention."""
        return self.no_text in (NoText.NOT_SPEECH, NoText.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Partial:
    """What an open utterance reads so far."""

    utterance_id: str
    start_s: float
    end_s: float
    text: str
    stable_chars: int


class FaceState(Enum):
    """What the camera shows of the face; the numbers are those of the contract."""

    UNKNOWN = 0
    DETECTED = 1
    ABSENT = 2
    MULTIPLE = 3
    TOO_DARK = 4
    TOO_SMALL = 5
    TURNED_AWAY = 6


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One observation of a frame: centre in shares of the picture, eye distance in pixels; None where not measured."""

    face: FaceState
    offset_s: float
    looked_at_screen: bool | None = None
    center_x: float | None = None
    center_y: float | None = None
    interocular_px: float | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Observable behaviour over one window, each 0..1."""

    looked_at_screen_share: float
    head_steadiness: float
    smile_share: float
    eye_closure_share: float
    composure: float


@dataclass(frozen=True, slots=True)
class Window:
    """A behaviour window. ``face_shares`` add up to 1; ``reason`` and ``basis`` are the contract's enum numbers."""

    start_s: float
    end_s: float
    frames_analyzed: int
    frames_valid: int
    face_shares: tuple[tuple[FaceState, float], ...] = ()
    metrics: Metrics | None = None
    reason: int = 0
    basis: int = 0
    model_id: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine in use, with ``sealed`` its common.v1.EngineInfo."""

    capability: str
    name: str
    languages: tuple[str, ...] = ()
    sealed: Sealed = field(default=UNSEALED, repr=False)
