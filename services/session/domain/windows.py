"""Observable behaviour per window of the session clock, as vision measures it. Field names are the contract's."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class FaceState(StrEnum):
    """What the camera shows of the face."""

    UNSPECIFIED = "unspecified"
    DETECTED = "detected"
    ABSENT = "absent"
    MULTIPLE = "multiple"
    TOO_DARK = "too_dark"
    TOO_SMALL = "too_small"
    TURNED_AWAY = "turned_away"


@dataclass(frozen=True, slots=True)
class FaceStateShare:
    """Share 0..1 of frames in one face state."""

    state: FaceState
    share: float


class BaselineBasis(StrEnum):
    """What the measurements of a window are compared with."""

    UNSPECIFIED = "unspecified"
    CALIBRATED = "calibrated"
    PROVISIONAL = "provisional"


class NoMetricsReason(StrEnum):
    """Why a window has no measurements; ``unspecified`` where it has them."""

    UNSPECIFIED = "unspecified"
    NO_MEASURABLE_FACE = "no_measurable_face"
    TOO_FEW_FRAMES = "too_few_frames"
    NO_BASELINE = "no_baseline"
    NO_FRAMES = "no_frames"


@dataclass(frozen=True, slots=True)
class BehaviourMetrics:
    """Observable behaviour over a window's valid frames, each 0..1."""

    looked_at_screen_share: float
    head_steadiness: float
    smile_share: float
    eye_closure_share: float
    composure: float


@dataclass(frozen=True, slots=True)
class BehaviourWindow:
    """What was seen in one window of the session clock."""

    start_offset: timedelta
    end_offset: timedelta
    frames_analyzed: int = 0
    frames_valid: int = 0
    face_states: tuple[FaceStateShare, ...] = ()
    metrics: BehaviourMetrics | None = None
    no_metrics_reason: NoMetricsReason = NoMetricsReason.UNSPECIFIED
    basis: BaselineBasis = BaselineBasis.UNSPECIFIED
    model_id: str = ""
