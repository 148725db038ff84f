"""The search covers the picture, and follows a small face without losing it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from services.vision.adapters.regions import Region, next_region, search_squares, whole
from tests.support.vision_faces import landmarks


def picture(width: int, height: int) -> np.ndarray:
    return np.zeros((height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1280, 720), (320, 240), (2000, 200)])
def test_every_small_face_lies_well_inside_of_a_square(size: tuple[int, int]) -> None:
    width, height = size
    squares = search_squares(picture(width, height))
    side = squares[0].width
    assert all(square.width == square.height == side for square in squares)
    face = side / 4  # a head of the sizes that are searched for
    for x, y in itertools.product(np.arange(face / 2, width - face / 2, 8), np.arange(face / 2, height - face / 2, 8)):
        assert any(
            square.left <= x - face / 2
            and x + face / 2 <= square.left + side
            and square.top <= y - face / 2
            and y + face / 2 <= square.top + side
            for square in squares
        ), (x, y)


def test_the_middle_is_searched_first() -> None:
    first = search_squares(picture(640, 480))[0]
    assert first.left + first.width / 2 == 320


def test_tiny_pictures_are_not_searched() -> None:
    assert search_squares(picture(100, 100)) == []


def test_points_are_placed_in_the_whole_picture() -> None:
    corner = Region(100, 50, 200, 300)
    assert corner.place(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, -0.5]])).tolist() == [[100, 50, 0], [300, 350, -100]]
    assert corner.cut(picture(640, 480)).shape == (300, 200, 3)
    assert corner.cut(picture(640, 480)).flags.c_contiguous


FULL = picture(640, 480)
SQUARE = Region(160, 0, 320, 320)


def following(x: float, y: float, eye_distance: float, region: Region = SQUARE) -> Region:
    return next_region(region, FULL, landmarks(center=(x, y), interocular=eye_distance), eye_distance)


def test_a_small_face_in_the_middle_of_its_square_stays_there() -> None:
    assert following(320, 160, 30.0) == SQUARE


def test_the_square_moves_with_a_face_that_comes_near_its_edge() -> None:
    moved = following(440, 160, 30.0)
    assert moved.width == SQUARE.width
    assert abs(moved.left + moved.width / 2 - 440) < 10
    assert following(630, 160, 30.0).left == 640 - 320, "but not out of the picture"


def test_a_large_face_is_followed_in_the_whole_picture() -> None:
    assert following(320, 160, 70.0) == whole(FULL)
    assert following(320, 160, 30.0, region=whole(FULL)) == whole(FULL)
