"""What goes into an analysis stream and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from services.vision.domain.analysis import DEFAULT_WINDOW_S, AnalysisEvent
from services.vision.domain.baseline import Baseline


class Encoding(Enum):
    """How a frame's bytes are coded."""

    JPEG = auto()
    RGB24 = auto()


class FrameProblemReason(Enum):
    """Why a frame gave no observation."""

    NOT_AN_IMAGE = auto()
    SUPERSEDED = auto()
    OUT_OF_ORDER = auto()
    ANALYSIS_FAILED = auto()


@dataclass(frozen=True, slots=True)
class StreamConfig:
    """First message of a stream. A baseline of another model than the engine's is not used."""

    stream_id: str
    window_s: float = DEFAULT_WINDOW_S
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame to analyse; ``offset_s`` in seconds on the session clock, sizes in pixels (0 for JPEG)."""

    sequence: int
    offset_s: float
    encoding: Encoding
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class StartCalibration:
    """A calibration begins with the next frame and lasts ``duration_s`` seconds."""

    duration_s: float


@dataclass(frozen=True, slots=True)
class FrameProblem:
    """A frame that gave no observation. The stream goes on."""

    sequence: int
    reason: FrameProblemReason


Request: TypeAlias = StreamConfig | Frame | StartCalibration
Event: TypeAlias = AnalysisEvent | FrameProblem
