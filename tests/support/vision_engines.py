"""A landmark engine without a model. The contract test that the real one passes is what makes it trustworthy.

It "sees" a face for each magenta pixel in the first row of a picture, at that pixel's column, and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from services.vision.domain.errors import TrackingFailed
from services.vision.domain.face import Faces, Picture
from services.vision.ports import EngineDescription, Quality
from tests.support.vision_faces import HEIGHT, MODEL, WIDTH, landmarks

MAGENTA = (255, 0, 255)
BROKEN = (255, 255, 0)  # in the first pixel: the engine fails on this picture


def marked(*columns: int, broken: bool = False) -> Picture:
    """A grey picture with a face at each of ``columns``."""
    picture = np.full((HEIGHT, WIDTH, 3), 110, dtype=np.uint8)
    for column in columns:
        picture[0, column] = MAGENTA
    if broken:
        picture[0, 0] = BROKEN
    return picture


class FakeEngine:
    """LandmarkEngine for tests. While ``gate`` is clear, trackers wait inside of ``track``."""

    def __init__(self) -> None:
        self.description = EngineDescription("fake", MODEL, Quality.STANDARD)
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)  # released once per call of ``track``,
        self.left = threading.Semaphore(0)  # and once per closed tracker
        self.trackers: list[FakeTracker] = []
        self.closed = False

    @property
    def open_trackers(self) -> Sequence[FakeTracker]:
        """Trackers that are not closed."""
        return [tracker for tracker in self.trackers if not tracker.closed]

    def open_tracker(self) -> FakeTracker:
        """A tracker for a new stream."""
        self.trackers.append(FakeTracker(self))
        return self.trackers[-1]

    def close(self) -> None:
        """Remembers that it was closed."""
        self.closed = True


class FakeTracker:
    """FaceTracker for tests."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self.closed = False
        self.offsets: list[float] = []

    def track(self, picture: Picture, offset_s: float) -> Faces:
        """The marked faces of ``picture``; see the module."""
        with self._lock:
            self._engine.entered.release()
            self._engine.gate.wait(10.0)
            if self.closed:
                raise TrackingFailed("the tracker is closed")
            self.offsets.append(offset_s)
            if tuple(picture[0, 0]) == BROKEN:
                raise TrackingFailed("a broken picture")
            columns = np.flatnonzero((picture[0] == MAGENTA).all(axis=1))
            if not len(columns):
                return Faces(0, None)
            return Faces(len(columns), landmarks(center=(float(columns[0]), 200.0)))

    def close(self) -> None:
        """Waits for a ``track`` that is under way."""
        with self._lock:
            self.closed = True
        self._engine.left.release()
