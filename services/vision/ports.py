"""What vision's use cases need from outside: a landmark engine, a decoder of frames, and threads to run them in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, TypeVar

from services.vision.domain.face import Faces, Picture
from services.vision.domain.stream import Encoding

T = TypeVar("T")


class Quality(Enum):
    """How far an engine's results can be trusted."""

    STANDARD = auto()
    HIGH = auto()


@dataclass(frozen=True, slots=True)
class EngineDescription:
    """Which engine is in use. ``model_id`` names the landmark model exactly: baselines belong to one model."""

    name: str
    model_id: str
    quality: Quality
    upgrade_hint: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this process can do, and how much of it is in use."""

    engine: EngineDescription
    active_streams: int
    max_streams: int


class FaceTracker(Protocol):
    """Follows the face of one video stream. Blocking; one call at a time, from any thread."""

    def track(self, picture: Picture, offset_s: float) -> Faces:
        """The faces in ``picture`` [height, width, 3], taken at ``offset_s`` on the session clock, after the last one.

        Landmarks are finite, in pixels of ``picture``. The first call makes what is costly (tens of milliseconds).
        Raises TrackingFailed: for one picture, after which the tracker can be used again; or because it is closed.
        """
        ...

    def close(self) -> None:
        """Frees what the tracker holds, once a ``track`` that is under way has ended. Safe to call twice."""
        ...


class LandmarkEngine(Protocol):
    """Makes trackers. One per process."""

    @property
    def description(self) -> EngineDescription:
        """Which engine and model this is."""
        ...

    def open_tracker(self) -> FaceTracker:
        """A tracker for a new stream. Does not block: what is costly is made by its first ``track``."""
        ...

    def close(self) -> None:
        """Frees what the trackers share, after the trackers were closed. Safe to call twice."""
        ...


class FrameDecoder(Protocol):
    """Turns a frame's bytes into a picture. Blocking, thread-safe."""

    def decode(self, data: bytes, encoding: Encoding, width: int, height: int) -> Picture:
        """The picture in ``data``; ``width`` and ``height`` in pixels are used for RGB24 only. Raises NotAnImage."""
        ...


class Workers(Protocol):
    """A bounded pool of threads of vision's own: inference never runs on the event loop or its default executor."""

    def run(self, work: Callable[[], T]) -> Awaitable[T]:
        """Has ``work`` run in a thread, from now on and not only once awaited; gives its result or raises its error.

        Cancelling what is returned keeps work from starting; work that has started runs to its end.
        """
        ...
