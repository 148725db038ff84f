"""A person's own zero point, and how it is made.

A baseline is the mean and standard deviation of a few features over some seconds in which the person looked at the
screen with a neutral face. It belongs to the landmark model that it was made with and is never used with another one:
the same face differs by 2 % of the interocular distance between the two models in use.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from services.vision.domain.errors import InvalidBaseline
from services.vision.domain.face import Measurements

FEATURES = (
    "yaw",
    "pitch",
    "roll",
    "gaze_horizontal",
    "gaze_vertical",
    "eye_aspect_ratio",
    "mouth_width",
    "corner_lift",
    "brow_height",
    "center_x_interocular",
    "center_y_interocular",
    "log_interocular",
)
CLOSED_RATIO = 0.65  # an eye is closed below this part of its own usual aspect ratio
USUAL_OPEN_RATIO = 0.31  # of people in general, while the person's own is not known
MIN_SAMPLES = 5
MIN_RATE = 2.0  # measurable faces per second: below it a mean says little
STEADY_DEGREES = 4.0  # root of the summed variances of yaw, pitch and roll
STEADY_POSITION = 0.15  # the same of centre and log distance, in interocular distances
MAX_GAP_S = 1.0


class Basis(Enum):
    """Where a baseline comes from."""

    CALIBRATED = auto()
    PROVISIONAL = auto()


class CalibrationProblem(Enum):
    """Why a calibration failed."""

    NO_STEADY_FACE = auto()
    MOVED = auto()


@dataclass(frozen=True, slots=True)
class Feature:
    """Mean and standard deviation of one feature over the calibration."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """The zero point of one person for one landmark model. Has every name in FEATURES. Raises InvalidBaseline."""

    model_id: str
    features: Mapping[str, Feature]

    def __post_init__(self) -> None:
        missing = [name for name in FEATURES if name not in self.features]
        if missing:
            raise InvalidBaseline(f"it lacks {', '.join(missing)}")
        for name, feature in self.features.items():
            if not (math.isfinite(feature.mean) and math.isfinite(feature.deviation) and feature.deviation >= 0):
                raise InvalidBaseline(f"{name} is not a finite mean with a deviation of zero or more")

    def mean(self, name: str) -> float:
        """Mean of one feature."""
        return self.features[name].mean

    def variance(self, *names: str) -> float:
        """Sum of the variances of the named features."""
        return sum(self.features[name].deviation ** 2 for name in names)


@dataclass(frozen=True, slots=True)
class Sample:
    """The measurements of one picture and when it was taken, in seconds on the session clock."""

    offset_s: float
    measurements: Measurements


def eyes_closed(measured: Measurements, baseline: Baseline | None) -> bool:
    """Whether the eyes are closed: aspect ratio below 0.65 of the person's own (of people's in general without one).

    VIDEO mode smooths a closure of one frame to 0.15 instead of 0.10, which is still well below 0.65 x 0.31 = 0.20.
    """
    usual = baseline.mean("eye_aspect_ratio") if baseline else USUAL_OPEN_RATIO
    return measured.eye_aspect_ratio < CLOSED_RATIO * usual


def calibrate(model_id: str, samples: Sequence[Sample], duration_s: float) -> Baseline | CalibrationProblem:
    """The baseline of ``samples``, taken over ``duration_s`` seconds; or why there is none.

    Closed eyes are left out: a blink is no zero point of lids and gaze.
    """
    if len(samples) < max(MIN_SAMPLES, MIN_RATE * duration_s):
        return CalibrationProblem.NO_STEADY_FACE
    lids = float(np.median([sample.measurements.eye_aspect_ratio for sample in samples]))
    opened = [sample for sample in samples if sample.measurements.eye_aspect_ratio >= CLOSED_RATIO * lids]
    values = np.array([[getattr(sample.measurements, name) for name in FEATURES] for sample in opened])
    means, deviations = values.mean(axis=0), values.std(axis=0)
    baseline = Baseline(
        model_id,
        {
            name: Feature(float(mean), float(deviation))
            for name, mean, deviation in zip(FEATURES, means, deviations, strict=True)
        },
    )
    return baseline if _steady(baseline) else CalibrationProblem.MOVED


def _steady(baseline: Baseline) -> bool:
    angles = math.sqrt(baseline.variance("yaw", "pitch", "roll"))
    position = math.sqrt(baseline.variance("center_x_interocular", "center_y_interocular", "log_interocular"))
    return angles <= STEADY_DEGREES and position <= STEADY_POSITION


class Calibration:
    """Gathers samples for ``duration_s`` seconds from the first picture on, then gives the result once."""

    def __init__(self, model_id: str, duration_s: float) -> None:
        self._model_id = model_id
        self._duration_s = duration_s
        self._start_s: float | None = None
        self._samples: list[Sample] = []

    def add(self, offset_s: float, measured: Measurements | None) -> Baseline | CalibrationProblem | None:
        """Takes one picture's measurements (None: nothing measurable). Returns the result when the time is over."""
        if self._start_s is None:
            self._start_s = offset_s
        if measured is not None:
            self._samples.append(Sample(offset_s, measured))
        return self.result() if offset_s - self._start_s >= self._duration_s else None

    def result(self) -> Baseline | CalibrationProblem:
        """The result of what has been gathered so far."""
        return calibrate(self._model_id, self._samples, self._duration_s)


class ProvisionalCalibration:
    """Finds the first ``duration_s`` steady seconds of a stream: a zero point for who did not calibrate."""

    def __init__(self, model_id: str, duration_s: float) -> None:
        self._model_id = model_id
        self._duration_s = duration_s
        self._samples: list[Sample] = []

    def add(self, offset_s: float, measured: Measurements | None) -> Baseline | None:
        """Takes one picture's measurements; returns the baseline once the last ``duration_s`` seconds were steady."""
        if measured is None or (self._samples and offset_s - self._samples[-1].offset_s > MAX_GAP_S):
            self._samples.clear()
        if measured is None:
            return None
        self._samples.append(Sample(offset_s, measured))
        while self._samples[1:] and offset_s - self._samples[1].offset_s >= self._duration_s:
            self._samples.pop(0)
        if offset_s - self._samples[0].offset_s < self._duration_s:
            return None
        found = calibrate(self._model_id, self._samples, self._duration_s)
        return found if isinstance(found, Baseline) else None
