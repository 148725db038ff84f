"""Seeing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from services.media.domain.values import Engine, Glimpse, Window


@dataclass(frozen=True, slots=True)
class Calibration:
    """Result of a calibration. ``baseline`` is the contract's Baseline in its wire form; empty if it failed."""

    baseline: bytes
    no_steady_face: bool = False


SeeingEvent = Glimpse | Window | Calibration


@dataclass(frozen=True, slots=True)
class SeeingConfig:
    """How an Analyze stream begins; ``baseline`` as in ``Calibration``."""

    stream_id: str
    baseline: bytes = b""


class SeeingStream(Protocol):
    """One Analyze stream; methods raise as those of HearingStream."""

    async def frame(self, sequence: int, offset_s: float, jpeg: bytes) -> None:
        """Send a picture."""
        ...

    async def calibrate(self, duration_s: float | None) -> None:
        """Start a calibration."""
        ...

    async def half_close(self) -> None:
        """No more frames: the service sends the open window and ends."""
        ...

    def events(self) -> AsyncIterator[SeeingEvent]:
        """What the service sees, to the end of the stream."""
        ...


class VisionService(Protocol):
    """Seeing."""

    def analyze(self, config: SeeingConfig) -> AbstractAsyncContextManager[SeeingStream]:
        """Open a stream; leaving the context cancels it."""
        ...

    async def engines(self) -> Sequence[Engine]:
        """The engine in use."""
        ...


class Picture(Protocol):
    """A decoded video frame."""

    async def jpeg(self) -> bytes:
        """At most 640 × 480, coded in a worker thread."""
        ...
