"""Real pictures for vision's tests: the fixture video, edits of it, and the real engine."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from services.vision.adapters import model_file
from services.vision.domain.face import Picture
from tests.support.fixtures import SHARED

MODEL = model_file.locate(model_file.AUTO, Path("no-data-folder"))
OFFICIAL = SHARED / "models" / "face_landmarker.task"
VIDEO = SHARED / "video" / "face.webm"
NO_MODEL = f"there is no face model at {MODEL}: run `make setup` (or `python -m tools.make_face_model`)"
BACKGROUND = 70


def embedded_model() -> Path:
    """The model made at set-up. A test run without it fails and says how to get it; it is never skipped."""
    if not MODEL.is_file():
        pytest.fail(NO_MODEL)
    return MODEL


@cache
def video() -> tuple[tuple[float, Picture], ...]:
    """The fixture video: (seconds, RGB [480, 640, 3]) at 10 frames a second."""
    with av.open(str(VIDEO)) as container:
        frames = [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]
    return tuple((float(time), picture.astype(np.uint8)) for time, picture in frames)


def at(seconds: float) -> Picture:
    """The fixture video's picture at this time."""
    return video()[round(seconds * 10)][1]


def jpeg(picture: Picture, quality: int = 90) -> bytes:
    """``picture`` as JPEG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


def shrunk(picture: Picture, factor: float, x: float = 0.5, y: float = 0.4) -> Picture:
    """``picture`` made smaller by ``factor`` inside of a plain one of its old size; ``x``, ``y`` 0..1 say where."""
    height, width = picture.shape[:2]
    small = Image.fromarray(picture).resize((int(width * factor), int(height * factor)), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (width, height), (BACKGROUND,) * 3)
    canvas.paste(small, (int((width - small.width) * x), int((height - small.height) * y)))
    return np.asarray(canvas)


def dimmed(picture: Picture, light: float) -> Picture:
    """``picture`` with this share of its light."""
    return (picture * light).astype(np.uint8)


def doubled(picture: Picture) -> Picture:
    """The middle half of ``picture`` twice, side by side."""
    quarter = picture.shape[1] // 4
    middle = picture[:, quarter : 3 * quarter]
    return np.concatenate([middle, middle], axis=1)


def rotated(picture: Picture, degrees: float) -> Picture:
    """``picture`` turned clockwise about its middle."""
    return np.asarray(Image.fromarray(picture).rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=(BACKGROUND,) * 3))


def re_rendered(picture: Picture, source: NDArray[np.float64], target: NDArray[np.float64]) -> Picture:
    """``picture`` with its face moved from landmarks ``source`` to ``target`` (both [478, 3] in pixels).

    Each triangle of the mesh is painted with the affine map of its corners, the farthest from the camera first.
    """
    canvas, original = Image.fromarray(picture), Image.fromarray(picture)
    for triangle in sorted(_triangles(), key=lambda corners: -float(target[list(corners), 2].mean())):
        corners = target[list(triangle), :2]
        back = np.linalg.solve(np.column_stack([corners, np.ones(3)]), source[list(triangle), :2])
        left, top = np.floor(corners.min(axis=0)).astype(int)
        right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
        offset = np.array([left, top, 1.0]) @ back
        map_back = (*back[:2, 0], offset[0], *back[:2, 1], offset[1])
        patch = original.transform(
            (int(right - left), int(bottom - top)), Image.Transform.AFFINE, map_back, Image.Resampling.BILINEAR
        )
        canvas.paste(patch, (int(left), int(top)), _mask(corners - (left, top), patch.size))
    return np.asarray(canvas)


def _mask(corners: NDArray[np.float64], size: tuple[int, int]) -> Image.Image:
    """White where a pixel's middle is in the triangle, or within a pixel of it (so that no seams show)."""
    x, y = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    inside = np.ones((size[1], size[0]), dtype=bool)
    turn = np.sign(np.linalg.det(np.diff(corners, axis=0))) or 1.0
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = end - start
        distance = (along[0] * (y - start[1]) - along[1] * (x - start[0])) / (np.hypot(*along) or 1.0)
        inside &= turn * distance > -1.0
    return Image.fromarray(inside.astype(np.uint8) * 255)


@cache
def _triangles() -> tuple[tuple[int, int, int], ...]:
    from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarksConnections

    edges = FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION
    return tuple((edges[i].start, edges[i + 1].start, edges[i + 2].start) for i in range(0, len(edges), 3))
