"""What a window of a few seconds says: face states, and metrics in 0..1 over its measurable pictures.

The scales below turn "how much more than in the baseline" into 0..1. They are chosen, not fitted to people: a still
listener reads above 0.9, constant motion (the moving and rolling parts of the fixture video) below 0.3.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from services.vision.domain.baseline import Baseline, Basis, Sample, eyes_closed
from services.vision.domain.face import FaceState, Look, Measurements
from services.vision.domain.screen import ScreenLook

ANGLE_SCALE = 5.0  # degrees
POSITION_SCALE = 0.35  # interocular distances
BROW_SCALE = 0.05  # interocular distances
MOUTH_SCALE = 0.10  # interocular distances; wide, because speech moves the mouth too
LID_SCALE = 0.15  # aspect ratio; one blink in five seconds deviates by about 0.05
SMILE_WIDTH = 0.17  # what a full smile adds to the mouth's width (measured: 0.54 → 0.71 of the outer eye distance),
SMILE_LIFT = 0.07  # and to the corners' lift (measured: 0.12 → 0.19)
SMILE_SHARE = 0.5  # of the way from the own neutral face to a full smile
MIN_VALID = 3
MIN_VALID_RATE = 1.0  # measurable pictures per second of the window's length


class NoMetrics(Enum):
    """Why a window has no metrics."""

    NO_FRAMES = auto()
    NO_MEASURABLE_FACE = auto()
    TOO_FEW_FRAMES = auto()
    NO_BASELINE = auto()


@dataclass(frozen=True, slots=True)
class Metrics:
    """Observable behaviour over the measurable pictures of a window, each in 0..1."""

    looked_at_screen_share: float
    head_steadiness: float
    smile_share: float
    eye_closure_share: float
    composure: float


@dataclass(frozen=True, slots=True)
class Window:
    """One finished window; ``metrics`` is Metrics, or the reason why there are none."""

    start_s: float
    end_s: float
    frames: int
    valid_frames: int
    states: Sequence[tuple[FaceState, float]]  # share of the analysed pictures, most frequent first
    metrics: Metrics | NoMetrics
    basis: Basis | None
    model_id: str


class OpenWindow:
    """Gathers the pictures of one window; judged as a whole when it ends, against the baseline there is then.

    ``end_s`` is its end on the grid, ``length_s`` the length of a full window, ``entry`` how the person looked before.
    """

    def __init__(self, start_s: float, end_s: float, length_s: float, model_id: str, entry: ScreenLook) -> None:
        self.end_s = end_s
        self._start_s = start_s
        self._length_s = length_s
        self._model_id = model_id
        self._entry = entry
        self._states: Counter[FaceState] = Counter()
        self._samples: list[Sample] = []

    def add(self, offset_s: float, look: Look) -> None:
        """Takes what one picture showed."""
        self._states[look.state] += 1
        if look.measurements is not None:
            self._samples.append(Sample(offset_s, look.measurements))

    def close(self, end_s: float, baseline: Baseline | None, basis: Basis | None) -> Window:
        """The window up to ``end_s`` (the stream may end before the window does)."""
        frames, valid = self._states.total(), len(self._samples)
        states = [(state, count / frames) for state, count in self._states.most_common()]
        metrics = self._metrics(baseline)
        return Window(self._start_s, end_s, frames, valid, states, metrics, basis, self._model_id)

    def _metrics(self, baseline: Baseline | None) -> Metrics | NoMetrics:
        if not self._states:
            return NoMetrics.NO_FRAMES
        if not self._samples:
            return NoMetrics.NO_MEASURABLE_FACE
        if len(self._samples) < max(MIN_VALID, MIN_VALID_RATE * self._length_s):
            return NoMetrics.TOO_FEW_FRAMES
        if baseline is None:
            return NoMetrics.NO_BASELINE
        measured = [sample.measurements for sample in self._samples]
        return Metrics(
            looked_at_screen_share=self._screen_share(baseline),
            head_steadiness=head_steadiness(measured, baseline),
            smile_share=_share([smiles(one, baseline) for one in measured]),
            eye_closure_share=_share([eyes_closed(one, baseline) for one in measured]),
            composure=composure(measured, baseline),
        )

    def _screen_share(self, baseline: Baseline) -> float:
        look, verdicts = self._entry, []
        for sample in self._samples:
            look = look.advance(sample, baseline)
            verdicts.append(look.looking)
        return _share(verdicts)


def smiles(measured: Measurements, baseline: Baseline) -> bool:
    """Whether the mouth is at least half of the way from the own neutral face to a full smile, in width and lift."""
    width = (measured.mouth_width - baseline.mean("mouth_width")) / SMILE_WIDTH
    lift = (measured.corner_lift - baseline.mean("corner_lift")) / SMILE_LIFT
    return (width + lift) / 2 >= SMILE_SHARE


def head_steadiness(measured: Sequence[Measurements], baseline: Baseline) -> float:
    """exp(-½ Σ (e/scale)²) with e the deviation beyond the baseline's, of angles (degrees) and of place and distance.

    1 is as still as the baseline; 10° of rolling or 0.6 interocular distances of swaying (standard deviations) read
    0.14 and 0.23.
    """
    angles = _excess(measured, baseline, "yaw", "pitch", "roll") / ANGLE_SCALE
    place = _excess(measured, baseline, "center_x_interocular", "center_y_interocular", "log_interocular")
    return _closeness(angles, place / POSITION_SCALE)


def composure(measured: Sequence[Measurements], baseline: Baseline) -> float:
    """Steadiness of brow, mouth and lids beyond the baseline's: exp(-½ Σ (e/scale)²). An observable, not an emotion."""
    brow = _excess(measured, baseline, "brow_height") / BROW_SCALE
    mouth = _excess(measured, baseline, "mouth_width", "corner_lift") / MOUTH_SCALE
    lids = _excess(measured, baseline, "eye_aspect_ratio") / LID_SCALE
    return _closeness(brow, mouth, lids)


def _excess(measured: Sequence[Measurements], baseline: Baseline, *names: str) -> float:
    """Root of the named features' summed variances, less the baseline's."""
    values = np.array([[getattr(one, name) for name in names] for one in measured])
    return math.sqrt(max(0.0, float(values.var(axis=0).sum()) - baseline.variance(*names)))


def _closeness(*deviations: float) -> float:
    return math.exp(-0.5 * sum(deviation**2 for deviation in deviations))


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / len(verdicts)
