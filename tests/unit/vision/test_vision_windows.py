"""A window adds up its pictures; without something to add up it says why."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.vision.domain.baseline import Baseline, Basis
from services.vision.domain.face import FaceState, Look
from services.vision.domain.screen import ScreenLook
from services.vision.domain.windows import Metrics, NoMetrics, OpenWindow, Window, composure, head_steadiness
from tests.support.vision_faces import MODEL, baseline, face, seen

ABSENT = Look(FaceState.ABSENT)
DARK = Look(FaceState.TOO_DARK)


def window(looks: Sequence[Look], known: Baseline | None = None, rate: float = 10.0) -> Window:
    opened = OpenWindow(0.0, 5.0, 5.0, MODEL, ScreenLook())
    for index, look in enumerate(looks):
        opened.add(index / rate, look)
    return opened.close(5.0, known, Basis.CALIBRATED if known else None)


def metrics(looks: Sequence[Look]) -> Metrics:
    found = window(looks, baseline()).metrics
    assert isinstance(found, Metrics)
    return found


def test_face_states_are_shares_with_the_most_frequent_first() -> None:
    made = window([DARK] * 10 + [ABSENT] * 30 + [seen()] * 10)
    assert made.states == [(FaceState.ABSENT, 0.6), (FaceState.TOO_DARK, 0.2), (FaceState.DETECTED, 0.2)]
    assert (made.frames, made.valid_frames) == (50, 10)


@pytest.mark.parametrize(
    ("looks", "known", "reason"),
    [
        ([], baseline(), NoMetrics.NO_FRAMES),
        ([ABSENT] * 50, baseline(), NoMetrics.NO_MEASURABLE_FACE),
        ([ABSENT] * 46 + [seen()] * 4, baseline(), NoMetrics.TOO_FEW_FRAMES),
        ([seen()] * 50, None, NoMetrics.NO_BASELINE),
    ],
)
def test_why_there_are_no_metrics(looks: list[Look], known: Baseline | None, reason: NoMetrics) -> None:
    assert window(looks, known).metrics is reason


def test_a_still_neutral_look_at_the_screen() -> None:
    assert metrics([seen()] * 50) == Metrics(1.0, 1.0, 0.0, 0.0, 1.0)


def test_smiles_are_counted_against_the_own_neutral_face() -> None:
    assert metrics([seen(smile=0.9)] * 20 + [seen(smile=0.1)] * 30).smile_share == pytest.approx(0.4)


def test_closed_eyes_are_counted() -> None:
    assert metrics([seen(eye_aspect_ratio=0.1)] * 5 + [seen()] * 45).eye_closure_share == pytest.approx(0.1)


def test_looking_away_lowers_the_share() -> None:
    share = metrics([seen()] * 25 + [seen(yaw=25)] * 25).looked_at_screen_share
    assert 0.5 <= share <= 0.8  # the inertia of up to 1.5 s counts for the look


def test_head_steadiness_falls_with_motion() -> None:
    still = [face()] * 20
    swaying = [face(yaw=3.0 * (-1) ** index) for index in range(20)]
    rolling = [face(roll=10.0 * (-1) ** index) for index in range(20)]
    walking = [face(center=(320.0 + 53 * (-1) ** index, 200.0)) for index in range(20)]
    assert head_steadiness(still, baseline()) == 1.0
    assert 0.7 < head_steadiness(swaying, baseline()) < 0.9
    assert head_steadiness(rolling, baseline()) == pytest.approx(0.14, abs=0.02)
    assert head_steadiness(walking, baseline()) == pytest.approx(0.23, abs=0.02)


def test_steadiness_is_judged_beyond_the_own_baseline() -> None:
    trembling = [face(yaw=2.0 * (-1) ** index) for index in range(20)]
    assert head_steadiness(trembling, baseline(deviation=2.0)) == 1.0
    assert head_steadiness(trembling, baseline()) < 0.95


def test_where_a_head_is_held_is_not_how_steadily() -> None:
    assert head_steadiness([face(yaw=12, pitch=-8, center=(100.0, 100.0))] * 20, baseline()) == pytest.approx(1.0)


@pytest.mark.parametrize("feature", ["brow", "smile", "eye_aspect_ratio"])
def test_composure_falls_with_motion_of_brow_mouth_and_lids(feature: str) -> None:
    low, high = {"brow": (0.15, 0.30), "smile": (0.0, 1.0), "eye_aspect_ratio": (0.1, 0.4)}[feature]
    moving = [face(**{feature: high if index % 2 else low}) for index in range(20)]
    assert composure(moving, baseline()) < 0.7
    assert composure([face(**{feature: high})] * 20, baseline()) == pytest.approx(1.0)


def test_one_blink_does_not_cost_composure() -> None:
    assert metrics([seen(eye_aspect_ratio=0.12)] + [seen()] * 49).composure > 0.95
