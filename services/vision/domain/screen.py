"""Whether a person looks where they look when they look at the screen.

Not "eye contact": with one webcam and one calibration point, the camera and the screen below it are not told apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from services.vision.domain.baseline import Baseline, Sample, eyes_closed

ENTER = 3.0  # Mahalanobis distances: below it the look is on the screen,
LEAVE = 4.0  # above it, off; in between it stays what it was
SMOOTHING_S = 1.0  # time constant of the exponential mean: single frames of gaze are noisy
HOLD_S = 0.5  # a blink is over by then; longer closed eyes look at nothing
FORGET_S = 2.0  # after a gap as long as this the mean starts anew

# Least deviation per feature. Calibration looks at one point and so varies less than looking at a whole screen does: a
# 31 cm wide screen at 55 cm spans ±16° of head and eyes together; with LEAVE the head alone may turn 16°.
FLOORS = {"gaze_horizontal": 0.02, "gaze_vertical": 0.02, "eye_aspect_ratio": 0.04, "yaw": 4.0, "pitch": 4.0}


@dataclass(frozen=True, slots=True)
class ScreenLook:
    """State of the judgement: smoothed features, when they were last updated, and the verdict."""

    smoothed: tuple[float, ...] = ()
    offset_s: float = 0.0
    looking: bool = False

    def advance(self, sample: Sample, baseline: Baseline) -> ScreenLook:
        """The state after one more measured picture."""
        elapsed = sample.offset_s - self.offset_s
        if eyes_closed(sample.measurements, baseline):
            return self if elapsed <= HOLD_S else replace(self, looking=False)
        values = tuple(float(getattr(sample.measurements, name)) for name in FLOORS)
        if self.smoothed and elapsed < FORGET_S:
            keep = math.exp(-elapsed / SMOOTHING_S)
            values = tuple(keep * old + (1 - keep) * new for old, new in zip(self.smoothed, values, strict=True))
        limit = LEAVE if self.looking else ENTER
        return ScreenLook(values, sample.offset_s, distance(values, baseline) < limit)


def distance(values: tuple[float, ...], baseline: Baseline) -> float:
    """Mahalanobis distance of ``values`` (in the order of FLOORS) to ``baseline``, features taken as independent."""
    squares = [
        ((value - baseline.mean(name)) / max(floor, baseline.features[name].deviation)) ** 2
        for value, (name, floor) in zip(values, FLOORS.items(), strict=True)
    ]
    return math.sqrt(sum(squares))
