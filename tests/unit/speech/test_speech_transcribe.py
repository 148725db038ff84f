"""The Transcribe use case over fakes: order of events, turns, back pressure, failures, shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import pairwise
from typing import TypeVar

import pytest

from services.kit.streams import BoundedQueue
from services.speech.domain.audio import RATE_HZ, Pcm
from services.speech.domain.errors import Draining, Overloaded, StreamAlreadyConfigured, StreamNotConfigured
from services.speech.domain.events import (
    Audio,
    ChangeTurnState,
    Event,
    Final,
    Finished,
    FinishUtterance,
    Message,
    Partial,
    Progress,
    SpeechEnded,
    SpeechStarted,
    StreamConfig,
    TurnEnded,
    TurnEndEstimate,
)
from services.speech.domain.transcript import NoText
from services.speech.domain.turn import TurnState
from services.speech.usecases.listening import Listening, OpenStreams
from services.speech.usecases.transcribe import MOST_EVENTS, transcribe
from tests.support.speech_audio import cut, silence
from tests.support.speech_fakes import FakeRecogniser, speech
from tests.support.speech_listening import listening

Kind = TypeVar("Kind")
CONFIG = StreamConfig("s", "en", partials=True)
LIMIT_S = 30.0


async def sent(messages: Iterable[Message]) -> AsyncIterator[Message]:
    """Audio in less than no time, but each piece only once everything else had its turns, as if it were live."""
    for message in messages:
        yield message
        for _ in range(20):
            await asyncio.sleep(0)


def pieces(*parts: Pcm, start: int = 0, size: int = 1_600) -> list[Audio]:
    at, audio = start, []
    for part in parts:
        audio += [Audio(at + offset, piece) for offset, piece in cut(part, (size,))]
        at += len(part)
    return audio


async def heard(messages: Iterable[Message], with_: Listening | None = None) -> list[Event]:
    async with asyncio.timeout(LIMIT_S):
        stream = transcribe(sent(messages), with_ or listening(FakeRecogniser()), OpenStreams(4))
        return [event async for event in stream]


def only(events: Iterable[Event], kind: type[Kind]) -> list[Kind]:
    return [event for event in events if isinstance(event, kind)]


def outline(events: Iterable[Event]) -> list[str]:
    return [type(event).__name__ for event in events if not isinstance(event, Partial | Progress | TurnEndEstimate)]


async def test_one_utterance_in_the_order_of_the_contract() -> None:
    events = await heard([CONFIG, *pieces(silence(0.5), speech(2), silence(3))])
    assert outline(events) == ["SpeechStarted", "SpeechEnded", "Final", "TurnEnded"]
    (final,), (turn,) = only(events, Final), only(events, TurnEnded)
    assert final.utterance.text == "one two three four"
    assert turn.utterance_ids == (final.utterance.utterance_id,)
    spots = [index for index, event in enumerate(events) if isinstance(event, Partial)]
    assert events.index(only(events, SpeechStarted)[0]) < min(spots)
    assert max(spots) < events.index(only(events, SpeechEnded)[0])


async def test_partials_grow_and_the_interim_at_a_suspected_end_is_the_final_text() -> None:
    events = await heard([CONFIG, *pieces(speech(4), silence(1))])
    partials = only(events, Partial)
    lengths = [len(each.text) for each in partials]
    assert len(partials) >= 4
    assert lengths == sorted(lengths)
    assert all(0 <= each.stable_chars <= len(each.text) for each in partials)
    assert (partials[-1].stability, partials[-1].text) == (1.0, only(events, Final)[0].utterance.text)


async def test_a_final_whose_audio_was_read_at_the_suspected_end_is_not_read_again() -> None:
    recogniser = FakeRecogniser()
    events = await heard([StreamConfig("s", "en"), *pieces(speech(2), silence(1))], listening(recogniser))
    assert only(events, Final)[0].utterance.text == "one two three four"
    assert recogniser.calls == 1


async def test_no_partials_unless_asked_for_but_the_interim() -> None:
    events = await heard([StreamConfig("s", "en"), *pieces(speech(4), silence(1))])
    assert [each.stability for each in only(events, Partial)] == [1.0]


async def test_half_close_finishes_the_open_utterance_and_ends_no_turn() -> None:
    events = await heard([CONFIG, *pieces(speech(2))])
    assert outline(events) == ["SpeechStarted", "SpeechEnded", "Final"]


async def test_finish_answers_with_its_mark_after_the_final_and_ends_the_turn_silently() -> None:
    events = await heard([CONFIG, *pieces(speech(2)), FinishUtterance("m"), *pieces(silence(4), start=32_000)])
    assert outline(events) == ["SpeechStarted", "SpeechEnded", "Final", "Finished"]
    assert only(events, Finished) == [Finished("m", 32_000)]


async def test_finish_with_nothing_open_answers_all_the_same() -> None:
    events = await heard([CONFIG, FinishUtterance("m")])
    assert events == [Finished("m", 0)]


async def test_turn_states_say_when_a_pause_ends_a_turn() -> None:
    spoken = pieces(speech(2), silence(4))
    for state, turns in [(TurnState.THINKING, 1), (TurnState.LISTENING_OFF, 0), (TurnState.CONFIRMING, 1)]:
        events = await heard([CONFIG, ChangeTurnState(state), *spoken])
        assert len(only(events, TurnEnded)) == turns
        assert len(only(events, Final)) == 1


async def test_a_confirmation_ends_with_its_utterance() -> None:
    config = StreamConfig("s", "en", turn_state=TurnState.CONFIRMING)
    events = await heard([config, *pieces(speech(1), silence(0.7))])
    assert outline(events) == ["SpeechStarted", "SpeechEnded", "Final", "TurnEnded"]


async def test_a_cough_alone_is_no_answer() -> None:
    events = await heard([CONFIG, *pieces(speech(0.15), silence(3))])
    assert only(events, Final)[0].utterance.no_text is NoText.NOT_SPEECH
    assert only(events, TurnEnded) == []


async def test_two_pauses_make_two_utterances_of_one_turn() -> None:
    events = await heard([CONFIG, *pieces(speech(1), silence(1), speech(1), silence(3))])
    ids = tuple(each.utterance.utterance_id for each in only(events, Final))
    assert len(set(ids)) == 2
    assert [each.utterance_ids for each in only(events, TurnEnded)] == [ids]


@pytest.mark.parametrize(("languages", "reason"), [(("ko",), NoText.LANGUAGE_UNSUPPORTED), ((), NoText.NO_ENGINE)])
async def test_without_an_engine_for_the_language_everything_but_text_works(
    languages: tuple[str, ...], reason: NoText
) -> None:
    recogniser = FakeRecogniser(languages=languages)
    events = await heard([CONFIG, *pieces(speech(2), silence(3))], listening(recogniser))
    assert outline(events) == ["SpeechStarted", "SpeechEnded", "Final", "TurnEnded"]
    (final,) = only(events, Final)
    assert (final.utterance.no_text, final.utterance.text) == (reason, "")
    assert final.delivery.loudness_dbfs is not None
    assert recogniser.calls == 0
    assert only(events, Partial) == []


async def test_an_engine_that_fails_is_said_and_the_stream_goes_on() -> None:
    recogniser = FakeRecogniser(partials=False)
    recogniser.failures = 1
    events = await heard([CONFIG, *pieces(speech(1), silence(1), speech(1), silence(1))], listening(recogniser))
    first, second = only(events, Final)
    assert first.utterance.no_text is NoText.ENGINE_FAILED
    assert second.utterance.text == "one two"


async def test_progress_never_passes_an_utterance_without_its_final() -> None:
    events = await heard([CONFIG, *pieces(silence(3), speech(2), silence(3), speech(3), silence(2))])
    open_from: list[int] = []
    replay_points: list[int] = []
    for event in events:
        match event:
            case SpeechStarted(_, start):
                open_from.append(start)
            case Final():
                open_from.pop(0)
            case Progress(processed, replay_from):
                assert replay_from <= min([processed, *open_from])
                replay_points.append(replay_from)
    assert replay_points == sorted(replay_points)
    assert len(replay_points) >= 10


async def test_a_monologue_of_minutes_becomes_utterances_without_a_gap() -> None:
    events = await heard([StreamConfig("s", "en"), *pieces(speech(100), silence(1), size=16_000)])
    finals = only(events, Final)
    spans = [each.utterance.span for each in finals]
    assert all(before.end == after.start for before, after in pairwise(spans))
    assert max(span.length for span in spans) <= 28 * RATE_HZ
    assert sum(span.length for span in spans) == pytest.approx(100 * RATE_HZ, abs=512)
    assert len(finals) >= 4
    assert len(only(events, SpeechStarted)) == len(only(events, SpeechEnded)) == len(finals)


async def test_ten_minutes_of_silence_say_nothing() -> None:
    events = await heard([CONFIG, *pieces(silence(600), size=16_000)])
    assert outline(events) == []


async def test_the_config_comes_first_and_once() -> None:
    for messages in ([], pieces(silence(0.1)), [FinishUtterance("m")]):
        with pytest.raises(StreamNotConfigured):
            await heard(messages)
    with pytest.raises(StreamAlreadyConfigured):
        await heard([CONFIG, CONFIG])


async def test_streams_are_admitted_up_to_the_limit_and_again_when_one_has_ended() -> None:
    streams = OpenStreams(1)
    waiting: BoundedQueue[Message] = BoundedQueue(8, "block", "test messages")
    await waiting.put(CONFIG)
    for piece in pieces(speech(0.5)):
        await waiting.put(piece)
    first = transcribe(waiting, listening(FakeRecogniser()), streams)
    assert isinstance(await anext(first), SpeechStarted)
    with pytest.raises(Overloaded):
        await anext(transcribe(sent([CONFIG]), listening(FakeRecogniser()), streams))
    await first.aclose()
    assert [event async for event in transcribe(sent([CONFIG]), listening(FakeRecogniser()), streams)] == []


async def test_draining_ends_open_streams_and_refuses_new_ones() -> None:
    streams = OpenStreams(2)
    waiting: BoundedQueue[Message] = BoundedQueue(8, "block", "test messages")
    await waiting.put(CONFIG)
    for piece in pieces(speech(0.5)):
        await waiting.put(piece)
    stream = transcribe(waiting, listening(FakeRecogniser()), streams)
    assert isinstance(await anext(stream), SpeechStarted)
    streams.drain()
    with pytest.raises(Draining):
        await anext(stream)
    with pytest.raises(Draining):
        await anext(transcribe(sent([CONFIG]), listening(FakeRecogniser()), streams))


async def test_a_caller_that_does_not_read_holds_the_audio_back() -> None:
    taken = 0

    async def endless() -> AsyncIterator[Message]:
        nonlocal taken
        yield CONFIG
        while True:
            for piece in pieces(speech(1), silence(1), start=taken, size=16_000):
                taken += len(piece.samples)
                yield piece

    stream = transcribe(endless(), listening(FakeRecogniser()), OpenStreams(1))
    await anext(stream)
    before = -1
    while taken != before:  # until nothing moves any more
        before = taken
        for _ in range(200):
            await asyncio.sleep(0)
    assert taken < MOST_EVENTS * 2 * RATE_HZ
    await stream.aclose()


async def test_under_load_partials_are_left_out_and_finals_are_not() -> None:
    recogniser = FakeRecogniser()
    recogniser.release.clear()
    all_sent = asyncio.Event()

    async def messages() -> AsyncIterator[Message]:
        yield CONFIG
        for piece in pieces(speech(4), silence(1)):
            yield piece
        all_sent.set()

    other = asyncio.create_task(heard([CONFIG, *pieces(speech(1))], listening(recogniser)))
    async with asyncio.timeout(LIMIT_S):
        await recogniser.started.wait()
        stream = transcribe(messages(), listening(recogniser), OpenStreams(1))
        events = [await anext(stream)]
        await all_sent.wait()
        recogniser.release.set()
        events += [event async for event in stream]
        await other
    assert [each for each in only(events, Partial) if each.stability < 1] == []
    assert only(events, Final)[0].utterance.text == "one two three four five six seven eight"
