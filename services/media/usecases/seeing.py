"""The candidate's video to the vision service: the newest frame only, and never more than it takes."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from services.kit import telemetry
from services.kit.clock import Clock
from services.kit.errors import ServiceError
from services.kit.streams import Latest
from services.media.domain.commands import Calibrate
from services.media.ports.vision import Calibration, Picture, SeeingConfig, SeeingEvent, SeeingStream, VisionService
from services.media.usecases.backoff import Backoff, status_of

logger = logging.getLogger("parley.media.seeing")


class SeeingListener(Protocol):
    """Whom seeing tells."""

    def on_seen(self, event: SeeingEvent) -> None:
        """The vision service says something."""
        ...

    def on_vision_available(self, available: bool) -> None:
        """Its stream has broken, or gives results again."""
        ...


@dataclass(frozen=True, slots=True)
class _Shot:
    picture: Picture
    offset_s: float


class Seeing:
    """Owns the Analyze stream of one interview; run ``run`` as a task. What the service misses stays missing."""

    def __init__(self, vision: VisionService, clock: Clock, listener: SeeingListener, stream_id: str) -> None:
        self._vision = vision
        self._clock = clock
        self._listener = listener
        self._stream_id = stream_id
        self._baseline = b""
        self._work: Latest[_Shot] = Latest("frames")
        self._calibrating: Calibrate | None = None
        self._connected = False
        self._closing = False
        self._available: bool | None = None

    def look(self, picture: Picture, offset_s: float) -> None:
        """A frame and its place; replaces one that was not sent yet. Dropped while there is no stream."""
        if self._connected and not self._closing:
            self._work.set(_Shot(picture, offset_s))

    def calibrate(self, command: Calibrate) -> None:
        """Start the zero-point calibration; a ``Calibration`` follows, at once if the service is away."""
        if not self._connected:
            self._listener.on_seen(Calibration(b""))
        else:
            self._calibrating = command  # sent with the next frame, without which it could not begin anyway

    def close(self) -> None:
        """No more frames come; ``run`` returns when the last window is here, or at once if there is no stream."""
        self._closing = True
        self._work.close()

    async def run(self) -> None:
        """Keep a stream open until ``close``."""
        backoff = Backoff()
        while not self._closing:
            failure: ServiceError | None = None
            try:
                await self._serve_one(backoff)
            except* ServiceError as failures:
                failure = status_of(failures)
            if self._closing:
                return
            self._lost(failure)
            await self._clock.sleep(backoff.delay_s(failure))

    async def _serve_one(self, backoff: Backoff) -> None:
        config = SeeingConfig(self._stream_id, self._baseline)
        async with self._vision.analyze(config) as stream, asyncio.TaskGroup() as group:
            self._connected = True
            sender = group.create_task(self._send(stream), name="seeing-send")
            async for event in stream.events():
                backoff.reset()
                self._set_available(True)
                if isinstance(event, Calibration) and event.baseline:
                    self._baseline = event.baseline
                self._listener.on_seen(event)
            sender.cancel()

    async def _send(self, stream: SeeingStream) -> None:
        sequence = 0
        try:
            async for shot in self._work:
                sequence += 1
                if self._calibrating is not None:
                    command, self._calibrating = self._calibrating, None
                    await stream.calibrate(command.duration_s)
                await stream.frame(sequence, shot.offset_s, await shot.picture.jpeg())
            await stream.half_close()
        except ServiceError:
            return  # the stream is broken; whoever reads it learns why

    def _lost(self, failure: ServiceError | None) -> None:
        self._connected = False
        if self._calibrating is not None:
            self._calibrating = None
            self._listener.on_seen(Calibration(b""))
        self._set_available(False)
        reason = failure.reason if failure is not None else "ENDED"
        telemetry.log(logger, logging.WARNING, "video analysis interrupted", stream=self._stream_id, reason=reason)

    def _set_available(self, available: bool) -> None:
        if self._available is not available and (self._available is not None or not available):
            self._listener.on_vision_available(available)
        self._available = available
