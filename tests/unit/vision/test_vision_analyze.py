"""The use case without a wire: what the order of arrival does to the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from services.vision.adapters.pictures import PictureDecoder
from services.vision.adapters.threads import ThreadWorkers
from services.vision.domain.analysis import Observation
from services.vision.domain.errors import AnalysisDraining, StreamNotConfigured
from services.vision.domain.stream import (
    Encoding,
    Event,
    Frame,
    FrameProblem,
    FrameProblemReason,
    Request,
    StreamConfig,
)
from services.vision.domain.windows import Window
from services.vision.usecases.analyze import AnalyzeStreams
from tests.support.vision_engines import FakeEngine, marked
from tests.support.vision_faces import HEIGHT, WIDTH

CONFIG = StreamConfig("interview-1")
PIXELS = marked(300).tobytes()


@pytest.fixture
def workers() -> Iterator[ThreadWorkers]:
    made = ThreadWorkers(2)
    yield made
    made.close()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def streams(engine: FakeEngine, workers: ThreadWorkers) -> AnalyzeStreams:
    return AnalyzeStreams(engine, PictureDecoder(), workers, max_streams=1)


def frame(sequence: int, offset_s: float | None = None) -> Frame:
    return Frame(sequence, sequence / 10 if offset_s is None else offset_s, Encoding.RGB24, WIDTH, HEIGHT, PIXELS)


async def all_events(events: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(events):
        return [event async for event in events]


async def test_the_latest_frame_wins_and_the_others_are_told(streams: AnalyzeStreams, engine: FakeEngine) -> None:
    engine.gate.clear()

    async def requests() -> AsyncIterator[Request]:
        yield CONFIG
        yield frame(1)
        await asyncio.to_thread(engine.entered.acquire, timeout=10)  # the first is being looked at
        for request in (frame(2), frame(3), frame(4, offset_s=0.05), frame(5)):
            yield request
        engine.gate.set()

    *events, window = await all_events(streams.analyze(requests()))
    assert [type(event) for event in events] == [Observation, *[FrameProblem] * 3, Observation]
    assert events[1:4] == [
        FrameProblem(2, FrameProblemReason.SUPERSEDED),
        FrameProblem(3, FrameProblemReason.SUPERSEDED),
        FrameProblem(4, FrameProblemReason.OUT_OF_ORDER),
    ]
    assert engine.trackers[0].offsets == [0.1, 0.5]
    assert isinstance(window, Window)
    assert window.frames == 2


async def test_draining_answers_what_was_received(streams: AnalyzeStreams) -> None:
    more = asyncio.Event()

    async def requests() -> AsyncIterator[Request]:
        yield CONFIG
        yield frame(1)
        await more.wait()

    events = streams.analyze(requests())
    assert isinstance(await anext(events), Observation)
    streams.drain()
    assert isinstance(await anext(events), Window)
    with pytest.raises(AnalysisDraining):
        await anext(events)
    assert streams.capabilities().active_streams == 0


async def test_a_draining_process_takes_no_new_streams(streams: AnalyzeStreams, engine: FakeEngine) -> None:
    async def requests() -> AsyncIterator[Request]:
        yield CONFIG

    streams.drain()
    with pytest.raises(AnalysisDraining):
        await all_events(streams.analyze(requests()))
    assert engine.trackers == []


async def test_the_callers_own_error_ends_the_stream_after_its_answers(
    streams: AnalyzeStreams, engine: FakeEngine
) -> None:
    class LineCut(Exception):
        pass

    async def requests() -> AsyncIterator[Request]:
        yield CONFIG
        yield frame(1)
        raise LineCut

    events = streams.analyze(requests())
    assert isinstance(await anext(events), Observation)
    with pytest.raises(LineCut):
        await anext(events)
    assert not engine.open_trackers


async def test_nothing_is_no_stream(streams: AnalyzeStreams) -> None:
    async def requests() -> AsyncIterator[Request]:
        nothing: list[Request] = []
        for request in nothing:
            yield request

    with pytest.raises(StreamNotConfigured):
        await all_events(streams.analyze(requests()))


async def test_an_abandoned_stream_closes_its_tracker(streams: AnalyzeStreams, engine: FakeEngine) -> None:
    async def requests() -> AsyncIterator[Request]:
        yield CONFIG
        yield frame(1)
        await asyncio.Event().wait()  # more to come, some time

    async with aclosing(streams.analyze(requests())) as events:
        assert isinstance(await anext(events), Observation)
        assert len(engine.open_trackers) == 1
    assert not engine.open_trackers
    assert streams.capabilities().active_streams == 0
