"""Analysing a stream: config, then frames in; observations, problems, windows and calibrations out, in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from services.kit.logs import log
from services.kit.streams import read_into
from services.kit.tasks import cancel_and_wait
from services.kit.telemetry import counter
from services.vision.domain.analysis import StreamAnalysis
from services.vision.domain.errors import (
    AnalysisDraining,
    NotAnImage,
    StreamAlreadyConfigured,
    StreamNotConfigured,
    TooManyStreams,
    TrackingFailed,
)
from services.vision.domain.face import Look
from services.vision.domain.state import look_at
from services.vision.domain.stream import (
    Event,
    Frame,
    FrameProblem,
    FrameProblemReason,
    Request,
    StartCalibration,
    StreamConfig,
)
from services.vision.ports import Capabilities, FaceTracker, FrameDecoder, LandmarkEngine, Workers
from services.vision.usecases.inbox import Entry, FrameInbox

logger = logging.getLogger("parley.vision")


class AnalyzeStreams:
    """The analysis of all streams of a process: at most ``max_streams`` at a time, each with a tracker of its own."""

    def __init__(self, engine: LandmarkEngine, decoder: FrameDecoder, workers: Workers, max_streams: int) -> None:
        self._engine = engine
        self._decoder = decoder
        self._workers = workers
        self._max_streams = max_streams
        self._open: set[FrameInbox] = set()
        self._draining = False
        self._outcomes = counter("parley_vision_frames", "frames answered, by outcome", ("outcome",))

    def capabilities(self) -> Capabilities:
        """Which engine is in use and how many streams are open."""
        return Capabilities(self._engine.description, len(self._open), self._max_streams)

    def drain(self) -> None:
        """Ends every stream, now and from now on: what was received is answered, open windows end."""
        self._draining = True
        for inbox in self._open:
            inbox.interrupt()

    async def analyze(self, requests: AsyncIterator[Request]) -> AsyncGenerator[Event, None]:
        """One stream. Raises StreamNotConfigured, StreamAlreadyConfigured, TooManyStreams or AnalysisDraining.

        Frames that cannot be analysed are answered with a FrameProblem; only errors of the stream itself end it.
        """
        config = await anext(requests, None)
        if not isinstance(config, StreamConfig):
            raise StreamNotConfigured
        analysis = StreamAnalysis(self._engine.description.model_id, config.window_s, config.baseline)
        async with self._slot(config.stream_id) as (inbox, tracker), _reading(requests, inbox):
            async for entry in inbox:
                for event in await self._answer(entry, analysis, tracker):
                    yield event
            for event in analysis.finish():
                yield event
        if inbox.interrupted:
            raise AnalysisDraining

    async def _answer(self, entry: Entry, analysis: StreamAnalysis, tracker: FaceTracker) -> list[Event]:
        if isinstance(entry, FrameProblem):
            return [self._problem(entry.sequence, entry.reason)]
        if isinstance(entry, StartCalibration):
            analysis.start_calibration(entry.duration_s)
            return []
        try:
            look = await self._workers.run(lambda: self._look(entry, tracker))
        except NotAnImage:
            return [self._problem(entry.sequence, FrameProblemReason.NOT_AN_IMAGE)]
        except TrackingFailed:
            return [self._problem(entry.sequence, FrameProblemReason.ANALYSIS_FAILED)]
        self._outcomes.labels("observed").inc()
        return [*analysis.observe(entry.sequence, entry.offset_s, look)]

    def _problem(self, sequence: int, reason: FrameProblemReason) -> FrameProblem:
        self._outcomes.labels(reason.name.lower()).inc()
        return FrameProblem(sequence, reason)

    def _look(self, frame: Frame, tracker: FaceTracker) -> Look:
        """Runs in a worker thread: decoding, inference and measuring of one frame."""
        picture = self._decoder.decode(frame.data, frame.encoding, frame.width, frame.height)
        return look_at(picture, tracker.track(picture, frame.offset_s))

    @asynccontextmanager
    async def _slot(self, stream_id: str) -> AsyncIterator[tuple[FrameInbox, FaceTracker]]:
        if self._draining:
            raise AnalysisDraining
        if len(self._open) >= self._max_streams:
            raise TooManyStreams(self._max_streams)
        inbox, tracker = FrameInbox(), self._engine.open_tracker()
        self._open.add(inbox)
        log(logger, logging.INFO, "analysis begins", stream=stream_id, streams=len(self._open))
        try:
            yield inbox, tracker
        finally:
            self._open.discard(inbox)
            log(logger, logging.INFO, "analysis ends", stream=stream_id, streams=len(self._open))
            # Shielded: however the stream ended, no native landmarker stays behind.
            await asyncio.shield(self._workers.run(tracker.close))


@asynccontextmanager
async def _reading(requests: AsyncIterator[Request], inbox: FrameInbox) -> AsyncIterator[None]:
    """Reads ``requests`` into ``inbox`` meanwhile."""
    async with aclosing(_admitted(requests)) as admitted:
        reader = asyncio.create_task(read_into(admitted, inbox), name="vision-reader")
        try:
            yield
        finally:
            await cancel_and_wait(reader)


async def _admitted(requests: AsyncIterator[Request]) -> AsyncGenerator[Entry, None]:
    """Frames in order; those that are not become their own answer, and so never supersede a good one."""
    newest_s: float | None = None
    async for request in requests:
        if isinstance(request, StreamConfig):
            raise StreamAlreadyConfigured
        if isinstance(request, Frame):
            if newest_s is not None and request.offset_s <= newest_s:
                yield FrameProblem(request.sequence, FrameProblemReason.OUT_OF_ORDER)
                continue
            newest_s = request.offset_s
        yield request
