"""From 478 landmarks to measurements.

Point numbers are MediaPipe's face mesh (left and right as the picture shows them: 33 is the outer corner of the eye on
the picture's left). Formulas and their measured responses are in the project's VISION notes; sources are named below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.vision.domain.face import Landmarks, Measurements

EYE_OUTER_LEFT, EYE_INNER_LEFT, EYE_INNER_RIGHT, EYE_OUTER_RIGHT = 33, 133, 362, 263
IRIS_LEFT, IRIS_RIGHT = 468, 473
CHEEK_LEFT, CHEEK_RIGHT = 234, 454
MOUTH_LEFT, MOUTH_RIGHT, LIP_UPPER, LIP_LOWER = 61, 291, 13, 14
FOREHEAD, CHIN = 10, 152
BROW_LEFT, BROW_RIGHT = (63, 105, 66), (293, 334, 296)
EYES = (
    (EYE_OUTER_LEFT, EYE_INNER_LEFT, IRIS_LEFT, ((160, 144), (158, 153))),
    (EYE_INNER_RIGHT, EYE_OUTER_RIGHT, IRIS_RIGHT, ((387, 373), (385, 380))),
)

Vector = NDArray[np.float64]


def measure(points: Landmarks, width: int, height: int) -> Measurements:
    """All measurements of one face (``points`` [478, 3] in pixels) in a picture of ``width`` x ``height`` pixels."""
    yaw, pitch, roll = head_angles(points)
    gaze_horizontal, gaze_vertical = gaze(points)
    interocular = outer_eye_distance(points)
    center = (points[:, :2].min(axis=0) + points[:, :2].max(axis=0)) / 2
    return Measurements(
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        gaze_horizontal=gaze_horizontal,
        gaze_vertical=gaze_vertical,
        eye_aspect_ratio=eye_aspect_ratio(points),
        mouth_width=_distance(points, MOUTH_LEFT, MOUTH_RIGHT) / interocular,
        corner_lift=_height(points, (MOUTH_LEFT, MOUTH_RIGHT), (LIP_UPPER, LIP_LOWER)),
        brow_height=_height(points, (*BROW_LEFT, *BROW_RIGHT), (33, 133, 362, 263)),
        center_x=float(center[0]) / width,
        center_y=float(center[1]) / height,
        center_x_interocular=float(center[0]) / interocular,
        center_y_interocular=float(center[1]) / interocular,
        interocular=interocular,
        log_interocular=math.log(interocular),
    )


def head_angles(points: Landmarks) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees (right, down, clockwise positive), from the axes of the mesh itself.

    x = sum of 33→263, 234→454 and 61→291; y = 152→10 made orthogonal to it; z = x × y points out of the face. Measured
    slopes 0.8, 0.98 and 1.0 with r ≥ 0.998; the popular six-point solvePnP doubles yaw, so it is not used.
    """
    across = points[EYE_OUTER_RIGHT] - points[EYE_OUTER_LEFT] + points[CHEEK_RIGHT] - points[CHEEK_LEFT]
    x = _unit(across + points[MOUTH_RIGHT] - points[MOUTH_LEFT])
    upward = points[FOREHEAD] - points[CHIN]
    y = _unit(upward - x * float(x @ upward))
    z = np.cross(x, y)
    yaw = math.degrees(math.atan2(z[0], -z[2]))
    pitch = math.degrees(math.asin(min(1.0, max(-1.0, float(z[1])))))
    roll = math.degrees(math.atan2(x[1], x[0]))
    return yaw, pitch, roll


def gaze(points: Landmarks) -> tuple[float, float]:
    """Offset of the irises from the middle of the eye corners, along and across the eye, in eye widths, mean of both.

    Horizontal responds with slope 0.64 (attention model) or 0.83 (official) and 1–2° of noise; vertical with 0.23 and
    4°, so nothing is claimed from vertical gaze alone.
    """
    offsets = []
    for left, right, iris, _ in EYES:
        along = points[right, :2] - points[left, :2]
        across = np.array([-along[1], along[0]])
        offset = points[iris, :2] - (points[left, :2] + points[right, :2]) / 2
        offsets.append((float(offset @ along), float(offset @ across)) / (along @ along))
    horizontal, vertical = np.mean(offsets, axis=0)
    return float(horizontal), float(vertical)


def eye_aspect_ratio(points: Landmarks) -> float:
    """Mean over both eyes of (two lid distances) / (2 x eye width): Soukupová and Čech, CVWW 2016, equation 1."""
    ratios = [
        sum(_distance(points, upper, lower) for upper, lower in lids) / (2 * _distance(points, left, right))
        for left, right, _, lids in EYES
    ]
    return sum(ratios) / len(ratios)


def outer_eye_distance(points: Landmarks) -> float:
    """Distance of the outer eye corners in the picture, in pixels (about 1.4 times the distance of the pupils)."""
    return _distance(points, EYE_OUTER_LEFT, EYE_OUTER_RIGHT)


def eye_corner_distance(points: Landmarks) -> float:
    """Distance of the outer eye corners in pixels with their depth: the same however the head is turned."""
    return float(np.linalg.norm(points[EYE_OUTER_RIGHT] - points[EYE_OUTER_LEFT]))


def _height(points: Landmarks, upper: Sequence[int], lower: Sequence[int]) -> float:
    """How far the mean of ``upper`` is above that of ``lower``, square to the eyes' line, in interocular distances."""
    eyes = points[EYE_OUTER_RIGHT, :2] - points[EYE_OUTER_LEFT, :2]
    up = np.array([eyes[1], -eyes[0]]) / float(eyes @ eyes)
    return float((points[list(upper), :2].mean(axis=0) - points[list(lower), :2].mean(axis=0)) @ up)


def _distance(points: Landmarks, one: int, other: int) -> float:
    return float(np.hypot(*(points[one, :2] - points[other, :2])))


def _unit(vector: Vector) -> Vector:
    return vector / float(np.linalg.norm(vector))
