"""One contract for every landmark engine, the fake included: that is what makes the fake worth testing with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from services.vision.adapters import mediapipe_engine, model_file
from services.vision.domain.errors import TrackingFailed
from services.vision.domain.face import LANDMARK_COUNT, Picture
from services.vision.ports import LandmarkEngine
from services.vision.settings import ENGINES
from tests.support import vision_engines, vision_pictures
from tests.support.fixtures import needs_shared


@dataclass(frozen=True)
class Subject:
    """An engine, and pictures in which it sees no face, one and two."""

    engine: LandmarkEngine
    empty: Picture
    one: Picture
    two: Picture


def fake() -> Subject:
    marked = vision_engines.marked
    return Subject(vision_engines.FakeEngine(), marked(), marked(300), marked(160, 480))


def mediapipe(model: Callable[[], Path]) -> Subject:
    face = vision_pictures.at(2.0)
    engine = mediapipe_engine.build(model_file.read(model()))
    return Subject(engine, vision_pictures.at(6.0), face, vision_pictures.doubled(face))


SUBJECTS: dict[str, Callable[[], Subject]] = {
    "fake": fake,
    "mediapipe": lambda: mediapipe(vision_pictures.embedded_model),
    "mediapipe-official": lambda: mediapipe(lambda: vision_pictures.OFFICIAL),
}


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=() if name == "fake" else needs_shared) for name in SUBJECTS],
)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    made = SUBJECTS[request.param]()
    yield made
    made.engine.close()


def test_every_registered_engine_is_tested_here() -> None:
    assert set(ENGINES) <= set(SUBJECTS)


def test_it_says_what_it_is(subject: Subject) -> None:
    description = subject.engine.description
    assert description.name
    assert description.model_id


def test_faces_are_counted_and_one_is_followed(subject: Subject) -> None:
    for picture, count in ((subject.empty, 0), (subject.one, 1), (subject.two, 2)):
        tracker = subject.engine.open_tracker()
        faces = tracker.track(picture, 0.0)
        tracker.close()
        assert faces.count == count
        assert (faces.landmarks is None) == (count == 0)


def test_landmarks_are_in_pixels_of_the_picture(subject: Subject) -> None:
    tracker = subject.engine.open_tracker()
    landmarks = tracker.track(subject.one, 0.0).landmarks
    tracker.close()
    assert landmarks is not None
    assert landmarks.shape == (LANDMARK_COUNT, 3)
    assert landmarks.dtype == np.float64
    assert np.isfinite(landmarks).all()
    height, width = subject.one.shape[:2]
    assert (landmarks[:, :2] >= 0).all()
    assert (landmarks[:, :2] <= (width, height)).all()
    assert np.ptp(landmarks[:, 0]) > 50


def test_a_face_that_leaves_and_returns(subject: Subject) -> None:
    tracker = subject.engine.open_tracker()
    pictures = [subject.one, subject.one, subject.empty, subject.empty, subject.one, subject.two, subject.two]
    counts = [tracker.track(picture, 10.0 + index).count for index, picture in enumerate(pictures)]
    tracker.close()
    assert counts == [1, 1, 0, 0, 1, 2, 2]


def test_offsets_may_be_close_together_far_apart_and_below_zero(subject: Subject) -> None:
    tracker = subject.engine.open_tracker()
    offsets = (-5.0, -4.9999, -4.9998, 0.0, 3600.0, 3e11)
    counts = [tracker.track(subject.one, offset).count for offset in offsets]
    tracker.close()
    assert counts == [1] * len(offsets)


def test_pictures_of_any_size_and_memory_layout(subject: Subject) -> None:
    tracker = subject.engine.open_tracker()
    strange = [subject.empty[:1, :1], subject.empty[::3, ::2], np.asfortranarray(subject.empty), subject.empty[:8]]
    counts = [tracker.track(picture, float(index)).count for index, picture in enumerate(strange)]
    tracker.close()
    assert counts == [0] * len(strange)


def test_trackers_do_not_know_of_each_other(subject: Subject) -> None:
    full, empty = subject.engine.open_tracker(), subject.engine.open_tracker()
    both = [(full.track(subject.one, step).count, empty.track(subject.empty, step).count) for step in (0.0, 0.2, 0.4)]
    full.close()
    empty.close()
    assert both == [(1, 0)] * 3


def test_trackers_of_many_threads(subject: Subject) -> None:
    def follow(picture: Picture) -> list[int]:
        tracker = subject.engine.open_tracker()
        counts = [tracker.track(picture, step / 5).count for step in range(5)]
        tracker.close()
        return counts

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(follow, [subject.one, subject.empty, subject.two]))
    assert found == [[1] * 5, [0] * 5, [2] * 5]


def test_a_closed_tracker_refuses_and_closes_again(subject: Subject) -> None:
    tracker = subject.engine.open_tracker()
    tracker.track(subject.one, 0.0)
    tracker.close()
    tracker.close()
    with pytest.raises(TrackingFailed):
        tracker.track(subject.one, 1.0)


def test_an_unused_tracker_closes(subject: Subject) -> None:
    subject.engine.open_tracker().close()


@needs_shared
def test_closing_frees_the_native_threads() -> None:
    engine = mediapipe_engine.build(model_file.read(vision_pictures.embedded_model()))
    before = threading.active_count()
    trackers = [engine.open_tracker() for _ in range(3)]
    for tracker in trackers:
        tracker.track(vision_pictures.at(2.0), 0.0)
    assert threading.active_count() > before
    for tracker in trackers:
        tracker.close()
    assert threading.active_count() == before
    engine.close()
