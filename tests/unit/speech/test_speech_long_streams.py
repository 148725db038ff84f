"""Long streams, any division of the audio, turns by text: the Transcribe use case over fakes, in no time."""

from __future__ import annotations

import asyncio
import random
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator

import numpy as np
import pytest

from services.speech.domain.audio import RATE_HZ, Pcm
from services.speech.domain.events import (
    Audio,
    ChangeTurnState,
    Event,
    Final,
    FinishUtterance,
    Message,
    Partial,
    SpeechStarted,
    StreamConfig,
    TurnEnded,
    TurnEndEstimate,
)
from services.speech.domain.transcript import Hypothesis
from services.speech.domain.turn import TurnState
from services.speech.ports import Priority, Recogniser, Speech
from services.speech.usecases.listening import OpenStreams
from services.speech.usecases.transcribe import transcribe
from tests.support.speech_audio import silence
from tests.support.speech_fakes import FakeRecogniser, speech
from tests.support.speech_listening import listening

LIMIT_S = 120.0


def divided(samples: Pcm, sizes: Iterator[int]) -> Iterator[Audio]:
    at = 0
    while at < len(samples):
        size = next(sizes)
        yield Audio(at, samples[at : at + size])
        at += size


async def events_of(
    messages: Iterator[Message], config: StreamConfig, recogniser: Recogniser | None = None
) -> AsyncIterator[Event]:
    async def paced() -> AsyncIterator[Message]:
        yield config
        for message in messages:
            yield message
            for _ in range(20):
                await asyncio.sleep(0)

    async with asyncio.timeout(LIMIT_S):
        async for event in transcribe(
            paced(), listening(recogniser or FakeRecogniser(), partial_every_s=0.4), OpenStreams(1)
        ):
            yield event


def constantly(size: int) -> Iterator[int]:
    while True:
        yield size


def at_random(seed: int) -> Iterator[int]:
    rng = random.Random(seed)  # noqa: S311  no secret
    while True:
        yield rng.randrange(160, 16_001)


@pytest.mark.parametrize("sizes", [constantly(160), constantly(16_000), constantly(333), at_random(1), at_random(2)])
async def test_no_division_of_the_audio_changes_a_final_or_a_turn(sizes: Iterator[int]) -> None:
    samples = np.concatenate([speech(1.2), silence(0.5), speech(2), silence(0.8), speech(31), silence(2.5), speech(1)])

    async def lasting(sizes: Iterator[int]) -> list[list[Event]]:
        found = [event async for event in events_of(divided(samples, sizes), StreamConfig("s", "en", partials=True))]
        return [[each for each in found if isinstance(each, kind)] for kind in (SpeechStarted, Final, TurnEnded)]

    usual = await lasting(constantly(1_600))
    assert [len(each) for each in usual] == [4, 4, 1]
    assert await lasting(sizes) == usual


def spoken_minutes(minutes: int) -> Iterator[Audio]:
    """Speech without a pause; the same array over and over, so that the test itself holds nothing."""
    second = speech(1)
    for at in range(minutes * 60):
        yield Audio(at * RATE_HZ, second)


def silent_minutes(minutes: int) -> Iterator[Audio]:
    second = silence(1)
    for at in range(minutes * 60):
        yield Audio(at * RATE_HZ, second)


@pytest.mark.parametrize(
    ("make", "minutes", "finals"),
    [
        pytest.param(spoken_minutes, 8, 17, id="speech"),
        pytest.param(spoken_minutes, 30, 64, id="half an hour of speech", marks=pytest.mark.slow),
        pytest.param(silent_minutes, 6, 0, id="silence"),
    ],
)
async def test_a_stream_without_a_pause_or_without_a_word_takes_no_more_memory_than_a_short_one(
    make: Callable[[int], Iterator[Audio]], minutes: int, finals: int
) -> None:
    held: list[int] = []

    def measured() -> Iterator[Message]:
        for number, message in enumerate(make(minutes)):
            if number % 60 == 59:
                held.append(tracemalloc.get_traced_memory()[0])
            yield message

    count = 0
    tracemalloc.start()
    try:
        async for event in events_of(measured(), StreamConfig("s", "en")):
            count += isinstance(event, Final)
    finally:
        tracemalloc.stop()
    assert count >= finals
    # What is held swings with the open utterance (28 s of samples are 0.9 MB); it does not grow with the stream.
    assert max(held[-5:]) - max(held[:3]) < 1_000_000


def saying(*texts: str) -> FakeRecogniser:
    """Hears the texts one after the other, a new one whenever a final is asked for."""
    waiting = list(texts)

    def hears(_: Speech) -> Hypothesis:
        done = sum(priority is Priority.FINAL for priority in recogniser.asked)
        return Hypothesis(waiting[min(max(0, done - 1), len(waiting) - 1)], mean_log_probability=-0.1)

    # Nothing is read early, so that the count of finals says which utterance it is.
    recogniser = FakeRecogniser(partials=False, hears=hears)
    return recogniser


async def turn_of(recogniser: FakeRecogniser, *parts: Pcm, language: str = "en") -> list[TurnEnded]:
    samples = np.concatenate(parts)
    config = StreamConfig("s", language, turn_state=TurnState.THINKING)
    found = events_of(divided(samples, constantly(1_600)), config, recogniser)
    return [event async for event in found if isinstance(event, TurnEnded)]


@pytest.mark.parametrize(
    ("language", "text", "within_s"),
    [
        ("en", "We reduced the latency by forty percent.", 1.6),
        ("en", "We reduced the latency because", 3.6),
        ("en", "It was, um", 4.1),
        ("ko", "응답 시간을 줄였습니다.", 1.6),
        ("ko", "응답 시간을 줄였는데", 3.6),
        ("ko", "그 시스템이 음", 4.1),
        ("ko", "잠시만요.", 15.1),
        ("en", "Give me a second.", 15.1),
    ],
)
async def test_the_text_decides_how_long_a_pause_the_turn_survives(language: str, text: str, within_s: float) -> None:
    for silence_s, ended in ((within_s - 0.4, 0), (within_s + 0.2, 1)):
        turns = await turn_of(saying(text), speech(1.5), silence(silence_s), language=language)
        assert len(turns) == ended, silence_s


async def test_who_asked_for_a_moment_goes_on_with_the_same_answer() -> None:
    recogniser = saying("잠시만요.", "결제 서비스를 맡았습니다.")
    (turn,) = await turn_of(recogniser, speech(1), silence(9), speech(2), silence(2), language="ko")
    assert len(turn.utterance_ids) == 2


async def test_estimates_rise_in_silence_and_are_taken_back_when_speech_goes_on() -> None:
    samples = np.concatenate([speech(2), silence(1.2), speech(2), silence(3)])
    found = [each async for each in events_of(divided(samples, constantly(1_600)), StreamConfig("s", "en"))]
    estimates = [(each.heard, each.probability) for each in found if isinstance(each, TurnEndEstimate)]
    back = [index for index, (_, probability) in enumerate(estimates) if probability == 0.0]
    assert len(back) == 2  # when speech went on, and after the turn's end
    first, second = estimates[: back[0]], estimates[back[0] + 1 : back[1]]
    for silence_ in (first, second):
        assert len(silence_) >= 3
        assert [odds for _, odds in silence_] == sorted(odds for _, odds in silence_)
    assert 2.2 * RATE_HZ <= first[0][0] <= 2.6 * RATE_HZ
    assert second[-1][1] > 0.9
    last = [each for each in found if isinstance(each, TurnEndEstimate) and each.ends_at is not None][-1]
    (turn,) = [each for each in found if isinstance(each, TurnEnded)]
    assert last.ends_at is not None
    assert last.ends_at == pytest.approx(turn.end + 2 * RATE_HZ, abs=RATE_HZ // 5)  # the first pause taught it a little
    assert last.heard < last.ends_at


@pytest.mark.parametrize("state", [TurnState.LISTENING_OFF, TurnState.THINKING])
async def test_without_a_turn_there_is_no_estimate(state: TurnState) -> None:
    config = StreamConfig("s", "en", turn_state=state)
    samples = silence(5) if state is TurnState.THINKING else np.concatenate([speech(1), silence(5)])
    found = [each async for each in events_of(divided(samples, constantly(1_600)), config)]
    assert not [each for each in found if isinstance(each, TurnEndEstimate)]


async def test_the_button_leaves_no_estimate_behind() -> None:
    def messages() -> Iterator[Message]:
        yield from divided(np.concatenate([speech(1), silence(1)]), constantly(1_600))
        yield FinishUtterance("m")
        yield ChangeTurnState(TurnState.LISTENING_OFF)
        yield Audio(2 * RATE_HZ, silence(1))

    found = [each async for each in events_of(messages(), StreamConfig("s", "en"))]
    assert [each.probability for each in found if isinstance(each, TurnEndEstimate)][-1] == 0.0
    assert not [each for each in found if isinstance(each, TurnEnded)]


async def test_a_running_partial_is_given_up_when_the_end_is_suspected() -> None:
    recogniser = FakeRecogniser()

    def messages() -> Iterator[Message]:
        for piece in divided(np.concatenate([speech(2), silence(1)]), constantly(1_600)):
            if piece.offset == RATE_HZ:
                recogniser.release.clear()
            if piece.offset == 2.4 * RATE_HZ:
                recogniser.release.set()
            yield piece

    config = StreamConfig("s", "en", partials=True)
    found = [each async for each in events_of(messages(), config, recogniser)]
    assert recogniser.cancelled == 1
    assert [each.stability for each in found if isinstance(each, Partial)][-1] == 1.0
    (final,) = [each for each in found if isinstance(each, Final)]
    assert final.utterance.text == "one two three four"
