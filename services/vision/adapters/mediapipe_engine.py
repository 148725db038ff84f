"""LandmarkEngine on MediaPipe Tasks (0.10.31, the last line that reports nothing to anyone; see the VISION notes).

One landmarker per stream in VIDEO mode (which follows a face and smooths its points), called synchronously. Only one
face is followed: with two, MediaPipe neither smooths nor spares the detector. Whether there are more is looked up once
a second, and in every picture while there are, with a detector that all streams share.
"""

from __future__ import annotations

import ctypes
import itertools
import threading
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision.core.image import Image, ImageFormat
from mediapipe.tasks.python.vision.core.vision_task_running_mode import VisionTaskRunningMode
from mediapipe.tasks.python.vision.face_detector import FaceDetector, FaceDetectorOptions
from mediapipe.tasks.python.vision.face_landmarker import (
    FaceLandmarker,
    FaceLandmarkerOptions,
    FaceLandmarkerResultC,
)

from services.vision.adapters.model_file import FaceModel
from services.vision.adapters.regions import Region, next_region, search_squares, whole
from services.vision.domain.errors import ModelUnusable, TrackingFailed
from services.vision.domain.face import LANDMARK_COUNT, Faces, Landmarks, Picture
from services.vision.domain.geometry import outer_eye_distance
from services.vision.ports import EngineDescription, Quality

COUNT_EVERY_S: Final = 1.0
SQUARES_PER_PICTURE: Final = 2  # of the search after a lost face: it spreads over pictures, so that absence stays cheap
NAME: Final = "mediapipe"
UPGRADE: Final = (
    "run `parley models pull face_landmarker`, or set PARLEY_VISION_MODEL to MediaPipe's official face_landmarker.task"
)

_FAILURES = (RuntimeError, ValueError, OSError)  # what MediaPipe's status codes become


def build(model: FaceModel) -> MediaPipeEngine:
    """The engine for ``model``, loaded and tried on one picture. Blocking. Raises ModelUnusable."""
    engine = MediaPipeEngine(model)
    tracker = engine.open_tracker()
    try:
        tracker.track(np.full((240, 320, 3), 90, dtype=np.uint8), 0.0)
    except TrackingFailed as error:
        engine.close()
        raise ModelUnusable(f"MediaPipe cannot use the face model {model.model_id}: {error}") from error
    finally:
        tracker.close()
    return engine


class MediaPipeEngine:
    """Trackers on one model, and the detector that they share."""

    def __init__(self, model: FaceModel) -> None:
        self._model = model
        quality = Quality.HIGH if model.official else Quality.STANDARD
        self.description = EngineDescription(NAME, model.model_id, quality, "" if model.official else UPGRADE)
        options = FaceDetectorOptions(BaseOptions(model_asset_buffer=model.detector))
        try:
            self._detector = FaceDetector.create_from_options(options)
        except _FAILURES as error:
            raise ModelUnusable(f"MediaPipe cannot use the face detector of {model.model_id}: {error}") from error

    def open_tracker(self) -> MediaPipeTracker:
        """A tracker for a new stream; see ports.LandmarkEngine."""
        return MediaPipeTracker(self)

    def make_landmarker(self) -> FaceLandmarker:
        """A native landmarker: 20 MB, three threads, 20 to 50 ms. Raises MediaPipe's errors."""
        options = FaceLandmarkerOptions(
            BaseOptions(model_asset_buffer=self._model.bundle), running_mode=VisionTaskRunningMode.VIDEO
        )
        return FaceLandmarker.create_from_options(options)

    def count_faces(self, picture: Picture) -> int:
        """Faces in the whole picture; safe from several threads (MediaPipe runs them one after the other)."""
        return len(self._detector.detect(_image(whole(picture).cut(picture))).detections)

    def close(self) -> None:
        """Frees the detector."""
        self._detector.close()


class MediaPipeTracker:
    """FaceTracker of one stream."""

    def __init__(self, engine: MediaPipeEngine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._landmarker: FaceLandmarker | None = None
        self._closed = False
        self._clock = _Milliseconds()
        self._region: Region | None = None  # where the face was; None if there was none
        self._shape: tuple[int, ...] = ()
        self._squares: Iterator[Region] = iter(())
        self._count = 0
        self._counted_s = float("-inf")

    def track(self, picture: Picture, offset_s: float) -> Faces:
        """The faces in ``picture``; see ports.FaceTracker."""
        with self._lock:
            if self._closed:
                raise TrackingFailed("the tracker is closed")
            try:
                return self._track(picture, offset_s)
            except _FAILURES as error:
                self._drop_landmarker()  # a graph that failed once fails for ever
                raise TrackingFailed(f"MediaPipe failed on a picture: {error}") from error

    def close(self) -> None:
        """Frees the landmarker."""
        with self._lock:
            self._closed = True
            self._drop_landmarker()

    def _track(self, picture: Picture, offset_s: float) -> Faces:
        landmarks = self._find(picture, offset_s)
        if landmarks is None:
            return Faces(0, None)
        if self._count > 1 or offset_s - self._counted_s >= COUNT_EVERY_S:
            self._counted_s = offset_s
            self._count = self._engine.count_faces(picture)
        return Faces(max(1, self._count), landmarks)

    def _find(self, picture: Picture, offset_s: float) -> Landmarks | None:
        for region in self._places(picture):
            points = self._detect(region.cut(picture), self._clock.tick(offset_s))
            if points is not None:
                landmarks = region.place(points)
                self._region = next_region(region, picture, landmarks, outer_eye_distance(landmarks))
                return landmarks
        self._region = None
        self._count, self._counted_s = 0, float("-inf")
        return None

    def _places(self, picture: Picture) -> Iterator[Region]:
        """Where to look, most likely first: where it was, the whole picture, the next squares of the search."""
        if picture.shape != self._shape:
            self._shape, self._region = picture.shape, None
            self._squares = itertools.cycle(search_squares(picture))
        if self._region is not None:
            yield self._region
            yield self._region  # MediaPipe detects anew only in the call after the one that lost the face
        if self._region != (full := whole(picture)):
            yield full
        yield from itertools.islice(self._squares, SQUARES_PER_PICTURE)

    def _detect(self, picture: Picture, timestamp_ms: int) -> Landmarks | None:
        """Normalised landmarks [478, 3] of the face in ``picture``, or None.

        Reads MediaPipe's result structure directly. The public method makes 478 Python objects of it, which holds the
        interpreter for more than a millisecond per frame, and with it the event loop.
        """
        if self._landmarker is None:
            self._landmarker = self._engine.make_landmarker()
        native, result, image = self._landmarker._lib, FaceLandmarkerResultC(), _image(picture)
        native.MpFaceLandmarkerDetectForVideo(
            self._landmarker._handle, image._image_ptr, None, timestamp_ms, ctypes.byref(result)
        )
        try:
            return _points(result)
        finally:
            native.MpFaceLandmarkerCloseResult(ctypes.byref(result))

    def _drop_landmarker(self) -> None:
        landmarker, self._landmarker, self._region = self._landmarker, None, None
        if landmarker is not None:
            landmarker.close()


class _Milliseconds:
    """Strictly increasing timestamps from offsets, however often a picture is looked at."""

    def __init__(self) -> None:
        self._origin_s: float | None = None
        self._last = -1

    def tick(self, offset_s: float) -> int:
        """Milliseconds since the first offset, and more than the last time."""
        if self._origin_s is None:
            self._origin_s = offset_s
        self._last = max(self._last + 1, round((offset_s - self._origin_s) * 1000))
        return self._last


def _image(picture: Picture) -> Image:
    return Image(ImageFormat.SRGB, picture)


def _points(result: Any) -> Landmarks | None:
    """The first face of a native result as float64 [478, 3]; None without a face."""
    if result.face_landmarks_count == 0:
        return None
    face = result.face_landmarks[0]
    if face.landmarks_count != LANDMARK_COUNT:
        raise ValueError(f"{face.landmarks_count} landmarks instead of {LANDMARK_COUNT}")
    stride = ctypes.sizeof(face.landmarks.contents) // ctypes.sizeof(ctypes.c_float)
    floats = ctypes.cast(face.landmarks, ctypes.POINTER(ctypes.c_float))
    table = np.ctypeslib.as_array(floats, (LANDMARK_COUNT, stride))
    points = table[:, :3].astype(np.float64)  # x, y, z come first in each landmark
    if not np.isfinite(points).all():
        raise ValueError("landmarks that are not numbers")
    return points
