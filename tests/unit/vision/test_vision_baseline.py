"""A baseline is made of steady, open-eyed seconds, or there is a reason why not."""

from __future__ import annotations

import pytest

from services.vision.domain.baseline import (
    FEATURES,
    Baseline,
    Calibration,
    CalibrationProblem,
    Feature,
    ProvisionalCalibration,
    calibrate,
    eyes_closed,
)
from services.vision.domain.errors import InvalidBaseline
from tests.support.vision_faces import MODEL, OPEN_RATIO, baseline, face, samples

STEADY = [face(yaw=0.2 * (index % 3)) for index in range(31)]


def test_it_holds_mean_and_deviation_of_every_feature() -> None:
    made = calibrate(MODEL, samples([face(pitch=4), face(pitch=6)] * 15), 3.0)
    assert isinstance(made, Baseline)
    assert made.model_id == MODEL
    assert set(made.features) == set(FEATURES)
    assert made.mean("pitch") == pytest.approx(5.0)
    assert made.features["pitch"].deviation == pytest.approx(1.0)


def test_blinks_are_left_out() -> None:
    blinking = [face(eye_aspect_ratio=0.11) if index % 10 == 0 else face() for index in range(31)]
    made = calibrate(MODEL, samples(blinking), 3.0)
    assert isinstance(made, Baseline)
    assert made.mean("eye_aspect_ratio") == pytest.approx(OPEN_RATIO)


@pytest.mark.parametrize(
    ("faces", "problem"),
    [
        ([], CalibrationProblem.NO_STEADY_FACE),
        (STEADY[:4], CalibrationProblem.NO_STEADY_FACE),
        ([face(yaw=-8), face(yaw=8)] * 15, CalibrationProblem.MOVED),
        ([face(center=(250.0, 200.0)), face(center=(390.0, 200.0))] * 15, CalibrationProblem.MOVED),
        ([face(interocular=60.0), face(interocular=90.0)] * 15, CalibrationProblem.MOVED),
    ],
)
def test_why_there_is_none(faces: list, problem: CalibrationProblem) -> None:  # type: ignore[type-arg]
    assert calibrate(MODEL, samples(faces), 3.0) is problem


def test_a_calibration_ends_after_its_time_and_once() -> None:
    calibration = Calibration(MODEL, 3.0)
    results = [calibration.add(sample.offset_s, sample.measurements) for sample in samples(STEADY, start_s=100.0)]
    assert results[:-1] == [None] * 30
    assert isinstance(results[-1], Baseline)


def test_a_calibration_without_a_face_says_so() -> None:
    calibration = Calibration(MODEL, 1.0)
    assert [calibration.add(offset, None) for offset in (0.0, 0.5, 1.0)][-1] is CalibrationProblem.NO_STEADY_FACE


def test_a_provisional_one_comes_with_the_first_steady_seconds() -> None:
    provisional = ProvisionalCalibration(MODEL, 3.0)
    moving = [face(yaw=8.0 * (-1) ** index) for index in range(20)]
    found = [provisional.add(sample.offset_s, sample.measurements) for sample in samples([*moving, *STEADY])]
    first = next(index for index, one in enumerate(found) if one is not None)
    # Not while moving; as soon as few enough of the last 3 s still are.
    assert 20 < first <= 50
    assert found[50] is not None


@pytest.mark.parametrize("interruption", [None, "gap"])
def test_a_provisional_one_starts_anew_after_an_interruption(interruption: str | None) -> None:
    provisional = ProvisionalCalibration(MODEL, 3.0)
    for sample in samples(STEADY[:25]):
        assert provisional.add(sample.offset_s, sample.measurements) is None
    restart = 2.75 if interruption is None else 5.0
    if interruption is None:
        provisional.add(2.5, None)
    later = [provisional.add(s.offset_s, s.measurements) for s in samples(STEADY * 2, start_s=restart)]
    assert later[:30] == [None] * 30
    assert later[31] is not None  # 3 s after the interruption, give or take a rounding of 30 x 0.1


def test_eyes_are_closed_below_a_share_of_their_own_usual_ratio() -> None:
    narrow = baseline(eye_aspect_ratio=0.22)
    assert not eyes_closed(face(eye_aspect_ratio=0.16), narrow)
    assert eyes_closed(face(eye_aspect_ratio=0.16), None), "0.16 is closed for most people"
    assert eyes_closed(face(eye_aspect_ratio=0.15), baseline()), "what VIDEO mode makes of a one-frame closure"


@pytest.mark.parametrize("broken", [Feature(float("nan"), 0.1), Feature(0.0, float("inf")), Feature(0.0, -0.1)])
def test_impossible_numbers_are_refused(broken: Feature) -> None:
    with pytest.raises(InvalidBaseline, match="yaw"):
        Baseline(MODEL, {**baseline().features, "yaw": broken})


def test_missing_features_are_named() -> None:
    features = {name: feature for name, feature in baseline().features.items() if name not in ("yaw", "brow_height")}
    with pytest.raises(InvalidBaseline, match="yaw, brow_height") as caught:
        Baseline(MODEL, features)
    assert caught.value.violations == [("config.baseline.features", "it lacks yaw, brow_height")]
