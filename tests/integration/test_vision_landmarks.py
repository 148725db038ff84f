"""The real model on real pictures: the right points, honest states, and measurements that follow what changes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.vision.adapters import mediapipe_engine, model_file
from services.vision.domain.errors import ModelUnusable
from services.vision.domain.face import FaceState, Landmarks, Look, Measurements, Picture
from services.vision.domain.geometry import head_angles, measure
from services.vision.domain.state import look_at
from services.vision.ports import LandmarkEngine, Quality
from tests.support.fixtures import needs_shared
from tests.support.vision_pictures import (
    OFFICIAL,
    at,
    dimmed,
    doubled,
    embedded_model,
    re_rendered,
    rotated,
    shrunk,
)

pytestmark = needs_shared
ANGLES = (-20.0, -10.0, 0.0, 10.0, 20.0)


@pytest.fixture(scope="module")
def engine() -> Iterator[LandmarkEngine]:
    made = mediapipe_engine.build(model_file.read(embedded_model()))
    yield made
    made.close()


@pytest.fixture(scope="module")
def near() -> Picture:
    """The fixture's face, one and a half times as large."""
    return np.ascontiguousarray(at(2.0)[0:300, 180:580].repeat(8, axis=0).repeat(8, axis=1)[::5, ::5])


def looks(engine: LandmarkEngine, pictures: Sequence[Picture]) -> list[Look]:
    tracker = engine.open_tracker()
    found = [look_at(picture, tracker.track(picture, index / 5)) for index, picture in enumerate(pictures)]
    tracker.close()
    return found


def landmarks(engine: LandmarkEngine, picture: Picture) -> Landmarks:
    tracker = engine.open_tracker()
    found = [tracker.track(picture, index / 5).landmarks for index in range(3)]
    tracker.close()
    assert found[-1] is not None
    return found[-1]


def measured(engine: LandmarkEngine, picture: Picture) -> Measurements:
    return measure(landmarks(engine, picture), picture.shape[1], picture.shape[0])


def test_the_model_made_at_set_up_agrees_with_the_official_one(engine: LandmarkEngine) -> None:
    other = mediapipe_engine.build(model_file.read(OFFICIAL))
    for second in (2.0, 10.5, 13.5):
        ours, theirs = landmarks(engine, at(second)), landmarks(other, at(second))
        pupils = float(np.linalg.norm(ours[468, :2] - ours[473, :2]))
        distances = np.linalg.norm(ours[:, :2] - theirs[:, :2], axis=1) / pupils
        assert distances.mean() < 0.04
        assert distances.max() < 0.15
        # Refined points are in their places: irises inside of their eyes, not at zero or at another eye.
        for iris, left, right in ((468, 33, 133), (473, 362, 263)):
            assert ours[left, 0] < ours[iris, 0] < ours[right, 0]
            assert ours[iris, 2] == pytest.approx(ours[iris + 1, 2])
    assert (engine.description.quality, other.description.quality) == (Quality.STANDARD, Quality.HIGH)
    assert engine.description.upgrade_hint
    assert not other.description.upgrade_hint
    other.close()


@pytest.mark.parametrize(
    ("edit", "state"),
    [
        (lambda: at(2.0), FaceState.DETECTED),
        (lambda: at(6.0), FaceState.ABSENT),
        (lambda: np.full((480, 640, 3), 200, np.uint8), FaceState.ABSENT),
        (lambda: np.zeros((480, 640, 3), np.uint8), FaceState.TOO_DARK),
        (lambda: doubled(at(2.0)), FaceState.MULTIPLE),
        (lambda: dimmed(at(2.0), 0.1), FaceState.TOO_DARK),
        (lambda: dimmed(at(2.0), 0.5), FaceState.DETECTED),
    ],
)
def test_edits_of_a_picture_have_their_face_state(engine: LandmarkEngine, edit, state: FaceState) -> None:  # type: ignore[no-untyped-def]
    assert looks(engine, [edit()] * 2)[-1].state is state


@pytest.mark.parametrize("x", [0.0, 0.3, 1.0])
def test_a_small_face_is_found_wherever_it_is(engine: LandmarkEngine, x: float) -> None:
    found = looks(engine, [shrunk(at(2.0), 0.35, x=x)] * 4)
    assert found[-1].state is FaceState.TOO_SMALL, "absent would not tell the candidate to come closer"


def test_a_small_face_is_followed_as_it_moves_and_comes_near(engine: LandmarkEngine) -> None:
    moving = [shrunk(at(2.0), 0.4, x=0.2 + 0.03 * step) for step in range(20)]
    nearing = [shrunk(at(2.0), 0.4 + 0.03 * step, x=0.8) for step in range(20)]
    states = [look.state for look in looks(engine, [*moving, *nearing])]
    assert set(states[3:20]) == {FaceState.TOO_SMALL}
    assert FaceState.ABSENT not in states[3:]
    assert states[-1] is FaceState.DETECTED


def test_tilting_the_picture_tilts_the_head(engine: LandmarkEngine, near: Picture) -> None:
    rolls = [measured(engine, rotated(near, angle)).roll for angle in ANGLES]
    assert np.polyfit(ANGLES, rolls, 1)[0] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(("axis", "low", "high"), [(0, 0.5, 1.0), (1, 0.8, 1.1)], ids=["yaw", "pitch"])
def test_turning_the_face_turns_the_head(
    engine: LandmarkEngine, near: Picture, axis: int, low: float, high: float
) -> None:
    source = landmarks(engine, near)
    angles = (-20.0, -5.0, 15.0)
    found = np.array(
        [head_angles(landmarks(engine, re_rendered(near, source, turned(source, axis, angle)))) for angle in angles]
    )
    assert low < np.polyfit(angles, found[:, axis], 1)[0] < high
    assert np.corrcoef(angles, found[:, axis])[0, 1] > 0.99
    assert np.ptp(found[:, 1 - axis]) < 4.0, "the other axis stays"


def turned(points: Landmarks, axis: int, degrees: float) -> NDArray[np.float64]:
    angle = math.radians(degrees)
    one, two = (0, 2) if axis == 0 else (1, 2)
    rotation = np.eye(3)
    rotation[[one, two], [one, two]] = math.cos(angle)
    rotation[one, two], rotation[two, one] = -math.sin(angle), math.sin(angle)
    middle = points[[234, 454, 10, 152]].mean(axis=0)
    moved: NDArray[np.float64] = (points - middle) @ rotation.T + middle
    return moved


def pulled(points: Landmarks, moves: dict[int, tuple[float, float]], radius: float) -> NDArray[np.float64]:
    """``points`` with some pulled by shares of the outer eye distance, and their neighbourhood with them."""
    unit = measure(points, 640, 480).interocular
    moved = points.copy()
    for point, move in moves.items():
        distance = np.linalg.norm(points[:, :2] - points[point, :2], axis=1) / (radius * unit)
        moved[:, :2] += np.exp(-0.5 * distance**2)[:, None] * np.array(move) * unit
    return moved


def test_mouth_and_brow_follow_the_face(engine: LandmarkEngine, near: Picture) -> None:
    source = landmarks(engine, near)
    before = measured(engine, near)
    narrow = pulled(source, {61: (0.07, 0.03), 291: (-0.07, 0.03)}, 0.12)
    less_smile = measured(engine, re_rendered(near, source, narrow))
    assert less_smile.mouth_width < before.mouth_width - 0.05
    assert less_smile.corner_lift < before.corner_lift - 0.01
    raised = measured(engine, re_rendered(near, source, pulled(source, {105: (0, -0.06), 334: (0, -0.06)}, 0.15)))
    assert raised.brow_height > before.brow_height + 0.02


def test_closing_the_eyes_halves_their_aspect_ratio(engine: LandmarkEngine, near: Picture) -> None:
    source = landmarks(engine, near)
    shut = source.copy()
    shut[[246, 161, 160, 159, 158, 157, 173]] = source[[7, 163, 144, 145, 153, 154, 155]]
    shut[[466, 388, 387, 386, 385, 384, 398]] = source[[249, 390, 373, 374, 380, 381, 382]]
    closed = measured(engine, re_rendered(near, source, shut)).eye_aspect_ratio
    assert closed < 0.6 * measured(engine, near).eye_aspect_ratio


def test_a_model_that_does_not_load_is_refused_at_start(tmp_path: Path) -> None:
    good = model_file.read(embedded_model())
    damaged = model_file.FaceModel(good.model_id, good.bundle[:100_000], good.detector, good.official)
    with pytest.raises(ModelUnusable, match=good.model_id):
        mediapipe_engine.build(damaged)
