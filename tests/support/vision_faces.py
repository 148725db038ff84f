"""Faces by construction: landmarks whose every measurement is known, and looks made of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from services.vision.domain.baseline import Baseline, Feature, Sample
from services.vision.domain.face import LANDMARK_COUNT, FaceState, Landmarks, Look, Measurements
from services.vision.domain.geometry import measure

WIDTH, HEIGHT = 640, 480
OPEN_RATIO = 0.31
NEUTRAL_WIDTH, NEUTRAL_LIFT = 0.54, 0.12
_EYE_WIDTH = 0.32
MODEL = "synthetic-1"


def landmarks(
    *,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    gaze: tuple[float, float] = (0.0, 0.0),
    eye_aspect_ratio: float = OPEN_RATIO,
    smile: float = 0.0,
    brow: float = 0.2,
    center: tuple[float, float] = (320.0, 200.0),
    interocular: float = 88.0,
) -> Landmarks:
    """A face from the front, then turned: [478, 3] in pixels. Angles in degrees, ``smile`` 0..1, others as measured."""
    points = np.tile(np.array([0.0, 0.4, -0.1]), (LANDMARK_COUNT, 1))
    points[[33, 133, 362, 263]] = [[-0.5, 0, 0], [-0.18, 0, 0], [0.18, 0, 0], [0.5, 0, 0]]
    points[[468, 473]] = [[x + gaze[0] * _EYE_WIDTH, gaze[1] * _EYE_WIDTH, 0] for x in (-0.34, 0.34)]
    lid = eye_aspect_ratio * _EYE_WIDTH / 2
    for upper, lower, x in ((160, 144, -0.4), (158, 153, -0.28), (385, 380, 0.28), (387, 373, 0.4)):
        points[[upper, lower]] = [[x, -lid, 0], [x, lid, 0]]
    points[[234, 454, 10, 152]] = [[-0.75, 0.25, 0.4], [0.75, 0.25, 0.4], [0, -0.75, 0], [0, 1.5, 0]]
    mouth = (NEUTRAL_WIDTH + 0.17 * smile) / 2
    corner = 0.85 - NEUTRAL_LIFT - 0.07 * smile
    points[[61, 291, 13, 14]] = [[-mouth, corner, 0], [mouth, corner, 0], [0, 0.8, -0.1], [0, 0.9, -0.1]]
    points[[63, 105, 66, 293, 334, 296], 1:] = [-brow, 0.0]
    return _turned(points, yaw, pitch, roll) * interocular + (*center, 0.0)


def _turned(points: Landmarks, yaw: float, pitch: float, roll: float) -> Landmarks:
    y, p, r = (math.radians(angle) for angle in (yaw, pitch, roll))
    nod = np.array([[1, 0, 0], [0, math.cos(p), -math.sin(p)], [0, math.sin(p), math.cos(p)]])
    turn = np.array([[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]])
    tilt = np.array([[math.cos(r), -math.sin(r), 0], [math.sin(r), math.cos(r), 0], [0, 0, 1]])
    turned: NDArray[np.float64] = points @ (tilt @ turn @ nod).T
    return turned


def face(**shape: float | tuple[float, float]) -> Measurements:
    """The measurements of ``landmarks(**shape)``."""
    return measure(landmarks(**shape), WIDTH, HEIGHT)  # type: ignore[arg-type]  # each keyword has its own type


def seen(**shape: float | tuple[float, float]) -> Look:
    """A look at ``landmarks(**shape)``."""
    return Look(FaceState.DETECTED, face(**shape))


def samples(faces: list[Measurements], rate: float = 10.0, start_s: float = 0.0) -> list[Sample]:
    """``faces`` at ``rate`` per second from ``start_s`` on."""
    return [Sample(start_s + index / rate, one) for index, one in enumerate(faces)]


def baseline(model_id: str = MODEL, deviation: float = 0.0, **means: float) -> Baseline:
    """A baseline of the front face, with ``means`` changed and the same ``deviation`` for every feature."""
    front = replace(face(), **means)
    features = {name: Feature(getattr(front, name), deviation) for name in front.__slots__}
    return Baseline(model_id, features)
