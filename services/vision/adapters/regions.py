"""Where in a picture to look for a face that the whole picture did not show.

The detector sees every picture at 128 x 128 points and misses faces whose outer eye corners are nearer than about a
twelfth of its short side. In a square of two thirds of the short side the same face is half as large again, and more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from services.vision.domain.face import Landmarks, Picture

PART = 2 / 3  # side of a search square over the picture's short side
MIN_SIDE = 96  # pixels; there is nothing to gain in smaller pictures
BORDER = 0.2  # of the side: a face nearer to a square's edge than this is about to leave it
LARGE = 0.18  # outer eye distance over the side above which the whole picture shows the face as well


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int

    def cut(self, picture: Picture) -> Picture:
        """This part of ``picture``, contiguous as native code needs it."""
        return np.ascontiguousarray(
            picture[self.top : self.top + self.height, self.left : self.left + self.width], dtype=np.uint8
        )

    def place(self, points: Landmarks) -> Landmarks:
        """Normalised ``points`` of this region in pixels of the picture; z is scaled as x."""
        return points * (self.width, self.height, self.width) + (self.left, self.top, 0.0)


def whole(picture: Picture) -> Region:
    """All of ``picture``."""
    height, width = picture.shape[:2]
    return Region(0, 0, width, height)


def search_squares(picture: Picture) -> list[Region]:
    """Half-overlapping squares that cover ``picture``, those nearest to its middle first; none for tiny pictures."""
    height, width = picture.shape[:2]
    side = int(min(height, width) * PART)
    if side < MIN_SIDE:
        return []
    squares = [Region(x, y, side, side) for y in _steps(height, side) for x in _steps(width, side)]
    return sorted(squares, key=lambda square: _from_middle(square, width, height))


def next_region(region: Region, picture: Picture, landmarks: Landmarks, eye_distance: float) -> Region:
    """Where to look for the face in the next picture, given where it was in this one (``region``)."""
    full = whole(picture)
    if region == full or eye_distance > LARGE * region.width:
        return full
    x, y = landmarks[:, 0].mean() - region.left, landmarks[:, 1].mean() - region.top
    if BORDER < x / region.width < 1 - BORDER and BORDER < y / region.height < 1 - BORDER:
        return region
    left = _within(region.left + x - region.width / 2, full.width - region.width)
    top = _within(region.top + y - region.height / 2, full.height - region.height)
    return Region(left, top, region.width, region.height)


def _steps(length: int, side: int) -> list[int]:
    count = math.ceil((length - side) / (side / 2)) + 1
    return [round(step) for step in np.linspace(0, length - side, count)]


def _from_middle(square: Region, width: int, height: int) -> float:
    return math.hypot(square.left + square.width / 2 - width / 2, square.top + square.height / 2 - height / 2)


def _within(position: float, last: int) -> int:
    return int(min(max(position, 0), last))
