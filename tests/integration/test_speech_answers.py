"""The spoken answers and the clips that are no speech, through the real service on the shared model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from tests.support.fixtures import needs_shared
from tests.support.speech_audio import MODEL, RATE_HZ, Pcm, answers, clip, golden, silence
from tests.support.speech_service import (
    Response,
    Speech,
    Utterance,
    config,
    finals,
    finish,
    kinds,
    pieces,
    seconds,
    speech_service,
    stream,
)

pytestmark = [needs_shared, pytest.mark.asyncio(loop_scope="module")]

TEN_MS, ODD, SECOND = (160,), (1, 5_333, 700, 16_000), (16_000,)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service() -> AsyncIterator[Speech]:
    async with speech_service(engine="whisper", model=str(MODEL)) as started:
        yield started


def answer(number: int) -> dict[str, Any]:
    return answers()[number]


@pytest.mark.parametrize("number", range(6))
async def test_each_answer_is_transcribed_exactly_with_words_in_their_places(service: Speech, number: int) -> None:
    expected = answer(number)
    responses = await service.responses(stream(expected["language"], clip(expected["clip"]), partials=True))
    found = finals(responses)
    assert [each.text for each in found] == [each["text"] for each in expected["utterances"]]
    for utterance, truth in zip(found, expected["utterances"], strict=True):
        assert seconds(utterance.start_offset) == pytest.approx(truth["start_s"], abs=0.15)
        assert seconds(utterance.end_offset) == pytest.approx(truth["end_s"], abs=0.4)
        assert [word.text for word in utterance.words] == truth["text"].split()
        assert_in_order(utterance)
    assert kinds(responses)[-1] == "turn_ended"
    (turn,) = [each.turn_ended for each in responses if each.HasField("turn_ended")]
    assert list(turn.utterance_ids) == [each.utterance_id for each in found]


def assert_in_order(utterance: Utterance) -> None:
    places = [seconds(place) for word in utterance.words for place in (word.start_offset, word.end_offset)]
    assert places == sorted(places)
    assert seconds(utterance.start_offset) <= places[0]
    assert places[-1] <= seconds(utterance.end_offset)


@pytest.mark.parametrize(("number", "sizes"), [(0, TEN_MS), (3, ODD), (5, SECOND)], ids=["10 ms", "odd", "1 s"])
async def test_division_into_messages_changes_no_final(service: Speech, number: int, sizes: tuple[int, ...]) -> None:
    expected = answer(number)
    samples = clip(expected["clip"])
    usual = finals(await service.responses(stream(expected["language"], samples)))
    divided = finals(await service.responses(stream(expected["language"], samples, sizes)))
    assert divided == usual


async def test_a_beam_and_the_fallback_read_the_same_where_greedy_is_right() -> None:
    async with speech_service(engine="whisper", model=str(MODEL), beam="3", fallback="on") as careful:
        for number in (0, 3):
            expected = answer(number)
            found = finals(await careful.responses(stream(expected["language"], clip(expected["clip"]))))
            assert [each.text for each in found] == [each["text"] for each in expected["utterances"]]


async def test_a_replay_from_any_promised_point_gives_the_rest_with_the_same_ids(service: Speech) -> None:
    expected = answer(4)
    samples = clip(expected["clip"])
    whole = await service.responses(stream(expected["language"], samples))
    points = {each.progress.replay_from_offset.ToNanoseconds() // 62_500 for each in whole if each.HasField("progress")}
    assert len(points) >= 3
    for start in sorted(points):
        offset = config(expected["language"], start_offset=seconds_as_duration(start))
        again = finals(await service.responses([offset, *pieces(samples[start:], origin=start)]))
        assert again == [each for each in finals(whole) if seconds(each.start_offset) * RATE_HZ >= start]


def seconds_as_duration(samples: int) -> Any:
    place = stream("en", silence(0))[0].config.start_offset
    place.FromNanoseconds(samples * 62_500)
    return place


async def test_the_session_clock_is_kept_in_a_stream_that_starts_late(service: Speech) -> None:
    expected = answer(0)
    start = 3_600 * RATE_HZ + 777
    late = [config("en", start_offset=seconds_as_duration(start)), *pieces(clip(expected["clip"]), origin=start)]
    found = finals(await service.responses(late))
    assert [each.text for each in found] == [each["text"] for each in expected["utterances"]]
    truth = expected["utterances"][1]["start_s"]
    assert seconds(found[1].start_offset) == pytest.approx(3_600 + 777 / RATE_HZ + truth, abs=0.15)


async def test_submitting_gives_the_last_words_at_once(service: Speech) -> None:
    expected = answer(2)
    end = round((expected["utterances"][1]["end_s"] - 0.2) * RATE_HZ)
    responses = await service.responses([*stream("en", clip(expected["clip"])[:end]), finish("submit")])
    assert [each.text for each in finals(responses)] == [each["text"] for each in expected["utterances"][:2]]
    assert responses[-1].finished.mark == "submit"


async def test_a_gap_ends_the_utterance_and_the_clock_goes_on(service: Speech) -> None:
    expected = answer(3)
    samples, first = clip(expected["clip"]), expected["utterances"][0]
    lost_from, lost_to = round((first["end_s"] + 0.1) * RATE_HZ), round((first["end_s"] + 0.8) * RATE_HZ)
    requests = [config("ko"), *pieces(samples[:lost_from]), *pieces(samples[lost_to:], origin=lost_to)]
    found = finals(await service.responses(requests))
    assert [each.text for each in found] == [each["text"] for each in expected["utterances"]]


def noises() -> dict[str, Pcm]:
    rng = np.random.default_rng(7)
    times = np.arange(6 * RATE_HZ) / RATE_HZ
    hum = 3_000 * np.sin(2 * np.pi * 50 * times) + 1_000 * np.sin(2 * np.pi * 100 * times)
    clicks = np.zeros(len(times))
    clicks[rng.integers(0, len(times), 30)] = 20_000
    breath = rng.normal(0, 1_500, len(times)) * (np.sin(2 * np.pi * 0.4 * times) > 0)
    made = {"hum": hum, "clicks": clicks, "breath": breath}
    return {name: samples.astype(np.int16) for name, samples in made.items()}


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_what_is_not_speech_gives_no_text(service: Speech, language: str) -> None:
    clips = {row["clip"]: clip(row["clip"]) for row in golden() if row["kind"] == "non_speech"}
    for name, samples in {**clips, **noises()}.items():
        responses = await service.responses(stream(language, samples, partials=True))
        assert [texts(each) for each in responses if texts(each)] == [], name


def texts(response: Response) -> str:
    return response.final.utterance.text + response.partial.text


async def test_partials_come_before_their_final_and_say_how_stable_they_are(service: Speech) -> None:
    expected = answer(5)
    responses = await service.responses(stream(expected["language"], clip(expected["clip"]), partials=True))
    closed: set[str] = set()
    for response in responses:
        if response.HasField("speech_ended"):
            closed.add(response.speech_ended.utterance_id)
        if response.HasField("partial"):
            assert response.partial.utterance_id not in closed
            assert response.partial.stable_chars <= len(response.partial.text)
            assert 0 <= response.partial.stability <= 1


async def test_delivery_is_measured_per_utterance(service: Speech) -> None:
    expected = answer(0)
    responses = await service.responses(stream("en", clip(expected["clip"])))
    for response in (each for each in responses if each.HasField("final")):
        delivery, words = response.final.delivery, response.final.utterance.words
        spoken = seconds(delivery.end_offset) - seconds(delivery.start_offset)
        assert delivery.pace_per_minute == pytest.approx(len(words) / spoken * 60, rel=0.01)
        assert delivery.articulation_per_minute >= delivery.pace_per_minute
        assert -40 < delivery.loudness_dbfs < -5
        assert delivery.signal_to_noise_db > 10
        assert delivery.filler_count == 0


async def test_streams_at_the_same_time_do_not_mix(service: Speech) -> None:
    chosen = [answer(number) for number in (0, 3, 1)]
    streams = [stream(each["language"], clip(each["clip"]), stream_id=each["clip"]) for each in chosen]
    results = await asyncio.gather(*(service.responses(each) for each in streams))
    for expected, responses in zip(chosen, results, strict=True):
        found = finals(responses)
        assert " ".join(each.text for each in found) == expected["text"]
        assert all(each.utterance_id.startswith(expected["clip"]) for each in found)
        edges = [seconds(edge) for each in found for edge in (each.start_offset, each.end_offset)]
        assert edges == sorted(edges)
