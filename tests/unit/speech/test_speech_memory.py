"""What a stream leaves in memory: nothing once it is over, and what is left in cycles goes before long."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import ClassVar

import pytest

from services.kit.clock import VirtualClock
from services.speech.adapters.memory import EVERY_S, release_regularly
from services.speech.adapters.pool import ThreadPool
from services.speech.domain.events import Audio, Event, Message, SpeechStarted, StreamConfig
from services.speech.ports import Priority
from services.speech.usecases.listening import OpenStreams
from services.speech.usecases.transcribe import transcribe
from tests.support.speech_audio import cut, silence
from tests.support.speech_fakes import FakeDetector, FakeRecogniser, speech
from tests.support.speech_listening import listening

CONFIG = StreamConfig("s", "en", partials=True)
LIMIT_S = 30.0


@pytest.fixture
def without_gc() -> Iterator[None]:
    """Only reference counts free anything."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Traced(FakeDetector):
    """A detector that is counted while it lives."""

    alive: ClassVar[weakref.WeakSet[Traced]] = weakref.WeakSet()

    def __init__(self) -> None:
        self.alive.add(self)


class Cycle:
    """Refers to itself and tells when it is gone."""

    def __init__(self, gone: threading.Event) -> None:
        self.me = self
        weakref.finalize(self, gone.set)


async def answer(then: asyncio.Event) -> AsyncIterator[Message]:
    """An answer, whose stream stays open until `then`."""
    yield CONFIG
    for offset, samples in cut(speech(2), (1_600,)):
        yield Audio(offset, samples)
    await then.wait()
    for offset, samples in cut(silence(1), (1_600,)):
        yield Audio(32_000 + offset, samples)


async def turns_of_the_loop() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.usefixtures("without_gc")
async def test_a_stream_that_ends_leaves_nothing_behind() -> None:
    go = asyncio.Event()
    go.set()
    async with asyncio.timeout(LIMIT_S):
        assert [event async for event in transcribe(answer(go), listening(FakeRecogniser(), Traced), OpenStreams(1))]
    await turns_of_the_loop()
    assert len(Traced.alive) == 0


@pytest.mark.usefixtures("without_gc")
async def test_a_stream_that_breaks_off_while_text_is_read_leaves_nothing_behind() -> None:
    recogniser = FakeRecogniser()
    recogniser.release.clear()

    async def caller() -> list[Event]:
        return [
            event async for event in transcribe(answer(asyncio.Event()), listening(recogniser, Traced), OpenStreams(1))
        ]

    async with asyncio.timeout(LIMIT_S):
        stream = asyncio.create_task(caller())
        await recogniser.started.wait()
        assert len(Traced.alive) == 1
        stream.cancel()
        await asyncio.wait([stream])
    del stream
    await turns_of_the_loop()
    assert len(Traced.alive) == 0


@pytest.mark.usefixtures("without_gc")
async def test_a_caller_that_wants_no_more_leaves_nothing_behind() -> None:
    stream = transcribe(answer(asyncio.Event()), listening(FakeRecogniser(), Traced), OpenStreams(1))
    async with asyncio.timeout(LIMIT_S):
        assert isinstance(await anext(stream), SpeechStarted)
        await stream.aclose()
    await turns_of_the_loop()
    assert len(Traced.alive) == 0


@pytest.mark.usefixtures("without_gc")
async def test_a_thread_that_waits_keeps_nothing_of_its_last_job() -> None:
    pool = ThreadPool("test", 1, 1)
    gone = threading.Event()
    try:
        held = Traced()
        weakref.finalize(held, gone.set)
        await pool.run(lambda held=held: held.reset(), Priority.FINAL)  # type: ignore[misc]
        del held
        assert await asyncio.to_thread(gone.wait, LIMIT_S)
    finally:
        await asyncio.to_thread(pool.close)


@pytest.mark.usefixtures("without_gc")
async def test_cycles_are_collected_regularly() -> None:
    clock, pool, gone = VirtualClock(), ThreadPool("test", 1, 1), threading.Event()
    releasing = asyncio.create_task(release_regularly(clock, pool))
    try:
        Cycle(gone)
        await turns_of_the_loop()
        assert not gone.is_set()
        await clock.advance(EVERY_S)
        assert await asyncio.to_thread(gone.wait, LIMIT_S)
    finally:
        releasing.cancel()
        await asyncio.wait([releasing])
        await asyncio.to_thread(pool.close)
