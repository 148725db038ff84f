"""Looking at the screen is being near the own zero point, with inertia both in time and in distance."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from services.vision.domain.face import Measurements
from services.vision.domain.screen import ScreenLook
from tests.support.vision_faces import baseline, face, samples


def verdicts(faces: Iterable[Measurements], start: ScreenLook | None = None, rate: float = 10.0) -> list[bool]:
    look, told = start or ScreenLook(), []
    for sample in samples(list(faces), rate, start_s=look.offset_s + 1 / rate):
        look = look.advance(sample, baseline())
        told.append(look.looking)
    return told


def looking() -> ScreenLook:
    look = ScreenLook()
    for sample in samples([face()] * 5):
        look = look.advance(sample, baseline())
    return look


@pytest.mark.parametrize(
    "turn", [{"yaw": 10.0}, {"pitch": 8.0}, {"gaze": (0.05, 0.0)}, {"yaw": 6.0, "gaze": (0.03, 0.0)}]
)
def test_looking_around_the_screen_counts(turn: dict[str, float]) -> None:
    assert all(verdicts([face(**turn)] * 30))


@pytest.mark.parametrize(
    "turn", [{"yaw": 25.0}, {"pitch": -20.0}, {"gaze": (0.15, 0.0)}, {"yaw": 14.0, "gaze": (0.07, 0.0)}]
)
def test_looking_away_does_not(turn: dict[str, float]) -> None:
    assert not any(verdicts([face(**turn)] * 30))


def test_a_single_frame_away_is_no_look_away() -> None:
    assert all(verdicts([face(), face(yaw=25), face(), face()], looking()))


def test_looking_away_tells_within_two_seconds() -> None:
    told = verdicts([face(yaw=25)] * 30, looking())
    assert told[0]
    assert not any(told[20:])


def test_between_the_two_limits_it_stays_what_it_was() -> None:
    between = [face(yaw=14.0)] * 40  # distance 3.5
    assert all(verdicts(between, looking()))
    assert not any(verdicts(between))


def test_a_blink_changes_nothing_but_closed_eyes_do() -> None:
    closed = face(eye_aspect_ratio=0.11, yaw=30.0)
    assert verdicts([closed] * 10, looking()) == [True] * 5 + [False] * 5


def test_the_past_is_forgotten_after_a_gap() -> None:
    assert verdicts([face(yaw=25)], looking(), rate=0.4) == [False]
