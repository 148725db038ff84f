"""The shapes that vision speaks in: pictures, landmarks, face states and measurements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

LANDMARK_COUNT = 478  # 468 points of the mesh, then 5 of each iris

Picture: TypeAlias = NDArray[np.uint8]  # [height, width, 3], RGB
Landmarks: TypeAlias = NDArray[np.float64]  # [478, 3] in pixels of the picture: x right, y down, z away from the camera


class FaceState(Enum):
    """What the camera shows of the face. Absence is a state like any other, never a missing value."""

    DETECTED = auto()
    ABSENT = auto()
    MULTIPLE = auto()
    TOO_DARK = auto()
    TOO_SMALL = auto()
    TURNED_AWAY = auto()


@dataclass(frozen=True, slots=True)
class Faces:
    """What a tracker found: ``count`` faces, and the landmarks of the one that it follows (None if it follows none)."""

    count: int
    landmarks: Landmarks | None


@dataclass(frozen=True, slots=True)
class Measurements:
    """One face in one picture. Angles in degrees; right, down and clockwise as the camera sees it are positive.

    Ratios are over ``interocular``, the distance of the outer eye corners in pixels, unless they say otherwise.
    """

    yaw: float
    pitch: float
    roll: float
    gaze_horizontal: float  # iris from the middle of the eye along the eye, in eye widths, mean of both eyes
    gaze_vertical: float  # the same across the eye
    eye_aspect_ratio: float  # about 0.31 open, 0.10..0.13 closed
    mouth_width: float
    corner_lift: float  # mouth corners above the middle of the lips
    brow_height: float  # brows above the line of the eye corners
    center_x: float  # 0..1 of the picture's width
    center_y: float  # 0..1 of the picture's height
    center_x_interocular: float  # the same point in interocular distances, for how far a face moved
    center_y_interocular: float
    interocular: float  # pixels
    log_interocular: float  # its natural logarithm: a step of 0.1 is 10 % nearer


@dataclass(frozen=True, slots=True)
class Look:
    """What one picture showed: ``measurements`` are there exactly if ``state`` is DETECTED."""

    state: FaceState
    measurements: Measurements | None = None
