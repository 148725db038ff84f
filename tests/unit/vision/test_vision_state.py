"""Every picture has exactly one face state, and measurements only where there is something to measure."""

from __future__ import annotations

import numpy as np
import pytest

from services.vision.domain.face import LANDMARK_COUNT, Faces, FaceState, Picture
from services.vision.domain.state import DARK_LUMA, SMALL_INTEROCULAR, look_at, luma
from tests.support.vision_faces import HEIGHT, WIDTH, landmarks


def plain(level: int) -> Picture:
    return np.full((HEIGHT, WIDTH, 3), level, dtype=np.uint8)


LIT, DARK = plain(110), plain(12)


@pytest.mark.parametrize(
    ("picture", "faces", "state"),
    [
        (LIT, Faces(1, landmarks()), FaceState.DETECTED),
        (LIT, Faces(0, None), FaceState.ABSENT),
        (LIT, Faces(2, landmarks()), FaceState.MULTIPLE),
        (DARK, Faces(0, None), FaceState.TOO_DARK),
        (DARK, Faces(1, landmarks()), FaceState.TOO_DARK),
        (LIT, Faces(1, landmarks(interocular=SMALL_INTEROCULAR - 1)), FaceState.TOO_SMALL),
        (LIT, Faces(1, landmarks(interocular=SMALL_INTEROCULAR + 1)), FaceState.DETECTED),
        (LIT, Faces(1, landmarks(yaw=40)), FaceState.TURNED_AWAY),
        (LIT, Faces(1, landmarks(yaw=-40)), FaceState.TURNED_AWAY),
        (LIT, Faces(1, landmarks(pitch=40)), FaceState.TURNED_AWAY),
        (LIT, Faces(1, landmarks(yaw=30)), FaceState.DETECTED),
        (LIT, Faces(1, landmarks(yaw=30, interocular=SMALL_INTEROCULAR + 1)), FaceState.DETECTED),
        (LIT, Faces(1, np.zeros((LANDMARK_COUNT, 3))), FaceState.TOO_SMALL),
    ],
)
def test_state(picture: Picture, faces: Faces, state: FaceState) -> None:
    look = look_at(picture, faces)
    assert look.state is state
    assert (look.measurements is not None) == (state is FaceState.DETECTED)


def test_a_lit_face_in_a_dark_room_is_not_too_dark() -> None:
    room = DARK.copy()
    room[100:400, 200:440] = 120
    assert look_at(room, Faces(1, landmarks())).state is FaceState.DETECTED


def test_a_dark_face_in_front_of_a_window_is_too_dark() -> None:
    window = plain(250)
    window[100:400, 200:440] = 15
    assert look_at(window, Faces(1, landmarks())).state is FaceState.TOO_DARK


def test_a_face_outside_of_the_picture_is_judged_without_its_light() -> None:
    assert look_at(LIT, Faces(1, landmarks(center=(-500.0, -500.0)))).state is FaceState.DETECTED


def test_luma_weighs_green_most() -> None:
    green, blue = np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8, 3), np.uint8)
    green[..., 1], blue[..., 2] = 255, 255
    assert luma(green) == pytest.approx(0.587 * 255)
    assert luma(blue) == pytest.approx(0.114 * 255)
    assert luma(blue) < DARK_LUMA < luma(green)
