"""The candidate's picture: frames to vision if there is consent, and what it sees to browser and session."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from services.kit.clock import Clock
from services.media.domain.commands import Calibrate
from services.media.domain.entries import Entry
from services.media.domain.events import CalibrationDone
from services.media.domain.values import Glimpse, Window
from services.media.ports.vision import Calibration, Picture, SeeingEvent, VisionService
from services.media.usecases.condition import Condition
from services.media.usecases.feed import Feed
from services.media.usecases.seeing import Seeing

_GLIMPSE_EVERY_S: Final = 1.0


class Watching:
    """Does nothing until ``start``, which is called where video may be analysed."""

    def __init__(
        self, vision: VisionService, clock: Clock, feed: Feed, condition: Condition, record: Callable[[Entry], None]
    ) -> None:
        self._vision = vision
        self._clock = clock
        self._feed = feed
        self._condition = condition
        self._record = record
        self._seeing: Seeing | None = None
        self._glimpse_s = float("-inf")

    @property
    def wanted(self) -> bool:
        """Whether the browser should send video."""
        return self._seeing is not None

    def start(self, stream_id: str) -> Coroutine[Any, Any, None]:
        """Look from now on; returns the work to run as a task."""
        self._seeing = Seeing(self._vision, self._clock, self, stream_id)
        return self._seeing.run()

    def look(self, picture: Picture, offset_s: float) -> None:
        """A frame and its place."""
        self._condition.video_came()
        if self._seeing is not None:
            self._seeing.look(picture, offset_s)

    def calibrate(self, command: Calibrate) -> None:
        """Start the zero-point calibration; the browser is told how it went."""
        if self._seeing is None:
            self._feed.put(CalibrationDone(succeeded=False))
        else:
            self._seeing.calibrate(command)

    def close(self) -> None:
        """No more frames come; the work ends with the last window."""
        if self._seeing is not None:
            self._seeing.close()

    def on_seen(self, event: SeeingEvent) -> None:
        """See SeeingListener."""
        match event:
            case Glimpse() if event.offset_s >= self._glimpse_s + _GLIMPSE_EVERY_S:
                self._glimpse_s = event.offset_s
                self._feed.put(event)
            case Window():
                self._feed.put(event)
                self._record(event)
            case Calibration():
                self._feed.put(CalibrationDone(bool(event.baseline), event.no_steady_face))

    def on_vision_available(self, available: bool) -> None:
        """See SeeingListener."""
        self._condition.vision_available(available)
