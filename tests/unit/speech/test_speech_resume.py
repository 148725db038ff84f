"""A stream that breaks at any point and is opened again as media does: no word lost, none doubled, the same ids."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest
import pytest_asyncio

from services.kit.clock import VirtualClock
from services.speech.domain.audio import RATE_HZ, Pcm
from services.speech.domain.errors import EngineUnavailable
from services.speech.domain.events import Audio, Event, Final, Message, Progress, StreamConfig, TurnEnded
from services.speech.domain.policies.choice import Policy
from services.speech.domain.segmenter import SegmentRules
from services.speech.domain.transcript import Hypothesis
from services.speech.ports import Speech
from services.speech.usecases.listening import Listening, OpenStreams
from services.speech.usecases.transcribe import transcribe
from tests.support.speech_audio import silence
from tests.support.speech_fakes import LOUD, FakeDetector, FakeRecogniser, InlinePool

PIECE = RATE_HZ // 10
CATCH_UP = RATE_HZ // 2
STEP = 40
WORD = RATE_HZ // 2
LIMIT_S = 60.0


def words(first: int, count: int) -> Pcm:
    """Speech in which each half second is a word of its own."""
    return np.repeat(np.array([LOUD + STEP * word for word in range(first, first + count)], dtype=np.int16), WORD)


def name(word: int) -> str:
    return f"{word * 7_919 % 99_991:x}"


def read(speech: Speech) -> Hypothesis:
    """The words in the audio, each of which at least 0.2 s are there."""
    levels = np.round(speech.samples * 32_768).astype(int)
    spoken = (levels[levels >= LOUD] - LOUD) // STEP
    numbers, lengths = np.unique(spoken, return_counts=True)
    heard = [int(word) for word, length in zip(numbers, lengths, strict=True) if length >= 0.2 * RATE_HZ]
    return Hypothesis(" ".join(map(name, heard)), mean_log_probability=-0.1)


CONVERSATION = np.concatenate(
    [
        silence(1),
        words(1, 4),
        silence(0.9),
        words(5, 3),
        silence(0.4),
        words(8, 2),
        silence(3),
        words(10, 6),
        silence(3),
    ]
)
MONOLOGUE = np.concatenate([silence(0.5), words(1, 130), silence(3)])


class Caller:
    """Keeps what has not been settled, and opens the stream again from there."""

    def __init__(self, audio: Pcm) -> None:
        self.clock = VirtualClock()
        self.recogniser = FakeRecogniser(clock=self.clock, takes_s=0.3, hears=read)
        self.finals: dict[str, str] = {}
        self.turns: list[TurnEnded] = []
        self.streams = 0
        self._audio = audio
        self._live = 0
        self._resume = 0
        self._listening = Listening(
            recogniser=self.recogniser,
            new_detector=FakeDetector,
            gate_name="fake",
            gate_version="1",
            gate=InlinePool(),
            measuring=InlinePool(),
            clock=self.clock,
            rules=SegmentRules(),
            policy=Policy.LOCAL_AGREEMENT,
            patience_s=2.0,
            partial_every_s=0.8,
        )

    async def run(self, *cuts: int) -> None:
        """Sends all audio, breaking the stream after so many samples each time."""
        async with asyncio.timeout(LIMIT_S):
            for cut in cuts:
                await self._stream(cut)
            while not await self._stream(None):
                await self.clock.advance(0.5)

    async def _stream(self, cut: int | None) -> bool:
        """One stream, up to the cut or to its end; whether it came to its end."""
        self.streams += 1
        broken = asyncio.Event()
        reading = asyncio.create_task(self._read(cut, broken))
        breaking = asyncio.create_task(broken.wait())
        await asyncio.wait([reading, breaking], return_when=asyncio.FIRST_COMPLETED)
        ended = reading.done() and reading.exception() is None
        for task in (reading, breaking):
            task.cancel()
        outcomes = await asyncio.gather(reading, breaking, return_exceptions=True)
        unexpected = [each for each in outcomes if isinstance(each, AssertionError)]
        assert not unexpected
        return ended

    async def _read(self, cut: int | None, broken: asyncio.Event) -> None:
        async with aclosing(transcribe(self._messages(cut, broken), self._listening, OpenStreams(1))) as events:
            async for event in events:
                self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case Final(utterance):
                known = self.finals.setdefault(utterance.utterance_id, utterance.text)
                assert known == utterance.text
                self._resume = max(self._resume, utterance.span.end)
            case Progress(_, replay_from):
                self._resume = max(self._resume, replay_from)
            case TurnEnded():
                self.turns.append(event)

    async def _messages(self, cut: int | None, broken: asyncio.Event) -> AsyncIterator[Message]:
        yield StreamConfig("s", "en", start=self._resume, partials=True)
        at = self._resume
        while at < self._live:
            end = min(at + CATCH_UP, self._live)
            yield Audio(at, self._audio[at:end])
            at = end
        while at < len(self._audio):
            if cut is not None and at >= cut:
                broken.set()
                await asyncio.Event().wait()
            await self.clock.advance(PIECE / RATE_HZ)
            yield Audio(at, self._audio[at : at + PIECE])
            at = self._live = min(at + PIECE, len(self._audio))
        asyncio.get_running_loop().call_soon(self._let_time_pass)

    def _let_time_pass(self) -> None:
        """The last readings need time, and nobody speaks any more."""
        self._passing = asyncio.create_task(self.clock.advance(5.0))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def conversation() -> dict[str, str]:
    """The finals of a stream that does not break."""
    caller = Caller(CONVERSATION)
    await caller.run()
    return caller.finals


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def monologue() -> dict[str, str]:
    """The same of the monologue."""
    caller = Caller(MONOLOGUE)
    await caller.run()
    return caller.finals


async def test_without_a_break_every_word_is_there_once() -> None:
    caller = Caller(CONVERSATION)
    await caller.run()
    assert " ".join(caller.finals.values()).split() == [name(word) for word in range(1, 16)]
    assert [len(each.utterance_ids) for each in caller.turns] == [2, 1]


@pytest.mark.parametrize("cut", range(0, len(CONVERSATION), 3 * PIECE))
async def test_a_break_anywhere_loses_and_doubles_nothing(conversation: dict[str, str], cut: int) -> None:
    broken = Caller(CONVERSATION)
    await broken.run(cut)
    assert broken.streams == 2
    assert broken.finals == conversation
    assert list(broken.finals) == sorted(broken.finals)


async def test_a_break_every_second_loses_and_doubles_nothing(conversation: dict[str, str]) -> None:
    broken = Caller(CONVERSATION)
    await broken.run(*range(RATE_HZ // 3, len(CONVERSATION), RATE_HZ))
    assert broken.finals == conversation


@pytest.mark.parametrize("cut_s", [20, 28.6, 29, 57])
async def test_a_break_in_a_long_monologue_loses_and_doubles_nothing(monologue: dict[str, str], cut_s: float) -> None:
    broken = Caller(MONOLOGUE)
    await broken.run(round(cut_s * RATE_HZ))
    assert len(monologue) >= 3
    assert broken.finals == monologue


@pytest.mark.parametrize("failures", [1, 2, 5])
async def test_an_engine_that_is_away_for_a_while_costs_no_word(conversation: dict[str, str], failures: int) -> None:
    broken = Caller(CONVERSATION)
    broken.recogniser.failure = EngineUnavailable("the server is away")
    broken.recogniser.failures = failures
    await broken.run()
    assert broken.finals == conversation
