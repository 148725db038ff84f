"""Measurements respond to what they are named after, with slope one on exact landmarks, and to nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from services.vision.domain.geometry import head_angles
from tests.support.vision_faces import HEIGHT, NEUTRAL_LIFT, NEUTRAL_WIDTH, OPEN_RATIO, WIDTH, face, landmarks

ANGLES = (-30.0, -12.0, 0.0, 7.0, 30.0)


@pytest.mark.parametrize(("axis", "position"), [("yaw", 0), ("pitch", 1), ("roll", 2)])
def test_each_head_angle_follows_its_own_turn_only(axis: str, position: int) -> None:
    measured = np.array([head_angles(landmarks(**{axis: angle})) for angle in ANGLES])  # type: ignore[arg-type]
    slope, offset = np.polyfit(ANGLES, measured[:, position], 1)
    assert slope == pytest.approx(1.0, abs=1e-6)
    assert offset == pytest.approx(0.0, abs=1e-6)
    assert np.delete(measured, position, axis=1) == pytest.approx(0.0, abs=1e-6)


def test_angles_are_positive_to_the_right_down_and_clockwise() -> None:
    right, down, clockwise = landmarks(yaw=20), landmarks(pitch=20), landmarks(roll=20)
    nose_bridge_depth = landmarks()[:, 2].min()
    assert nose_bridge_depth < 0, "towards the camera is negative"
    assert right[454, 2] > right[234, 2], "the picture's right cheek goes away when the face turns right"
    assert down[10, 2] < down[152, 2], "the forehead comes nearer when the face nods down"
    assert clockwise[263, 1] > clockwise[33, 1], "the right eye sinks when the head tilts clockwise"


def test_angles_combine() -> None:
    assert head_angles(landmarks(yaw=15, pitch=-10)) == pytest.approx((15, -10, 0), abs=1e-6)
    # Yaw and pitch say where the face points in the picture, so a tilted head's turn is a little of both.
    assert head_angles(landmarks(yaw=15, pitch=-10, roll=5)) == pytest.approx((15, -10, 5), abs=2.0)


@pytest.mark.parametrize("gaze", [(0.0, 0.0), (0.08, 0.0), (-0.05, 0.03), (0.0, -0.06)])
def test_gaze_is_the_offset_of_the_irises_in_eye_widths(gaze: tuple[float, float]) -> None:
    measured = face(gaze=gaze, roll=11)
    assert (measured.gaze_horizontal, measured.gaze_vertical) == pytest.approx(gaze, abs=1e-9)


def test_eye_aspect_ratio_is_lid_distance_over_eye_width() -> None:
    assert face().eye_aspect_ratio == pytest.approx(OPEN_RATIO)
    assert face(eye_aspect_ratio=0.11, roll=-20).eye_aspect_ratio == pytest.approx(0.11)


def test_a_smile_widens_the_mouth_and_lifts_its_corners() -> None:
    neutral, smiling = face(), face(smile=1.0)
    assert (neutral.mouth_width, neutral.corner_lift) == pytest.approx((NEUTRAL_WIDTH, NEUTRAL_LIFT))
    assert smiling.mouth_width - neutral.mouth_width == pytest.approx(0.17)
    assert smiling.corner_lift - neutral.corner_lift == pytest.approx(0.07)


def test_brow_height_is_above_the_line_of_the_eyes() -> None:
    assert face(brow=0.25).brow_height == pytest.approx(0.25)


def test_ratios_do_not_depend_on_place_size_or_tilt() -> None:
    near, far = face(smile=0.4), face(smile=0.4, center=(120.0, 300.0), interocular=44.0, roll=25.0)
    for name in ("gaze_horizontal", "eye_aspect_ratio", "mouth_width", "corner_lift", "brow_height"):
        assert getattr(near, name) == pytest.approx(getattr(far, name)), name


def test_place_is_told_in_shares_of_the_picture_and_in_interocular_distances() -> None:
    here, there = face(center=(320.0, 200.0)), face(center=(408.0, 200.0))
    assert there.center_x - here.center_x == pytest.approx(88 / WIDTH)
    assert there.center_x_interocular - here.center_x_interocular == pytest.approx(1.0)
    assert here.center_y == pytest.approx((200 + 88 * (1.5 - 0.75) / 2) / HEIGHT)
    assert here.interocular == pytest.approx(88.0)
