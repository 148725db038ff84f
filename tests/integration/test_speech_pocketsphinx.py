"""The engine for machines without a model, on human speech."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from parley.common.v1 import engine_pb2, transcript_pb2
from parley.speech.v1 import speech_service_pb2

from benches.speech_captions import word_errors
from services.speech.adapters.recognisers.pocketsphinx import PocketsphinxRecogniser
from services.speech.domain.errors import EngineFailed
from services.speech.domain.transcript import Hypothesis
from services.speech.ports import Speech
from tests.support.fixtures import needs_shared
from tests.support.speech_audio import RATE_HZ, SPEECH, answers, clip, human, scaled
from tests.support.speech_service import finals, kinds, speech_service, stream

JFK = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
RECORDED_WER = 0.30


@pytest.fixture(scope="module")
def engine() -> Iterator[PocketsphinxRecogniser]:
    made = PocketsphinxRecogniser(1)
    yield made
    made.close()


def recognise(engine: PocketsphinxRecogniser, name: str) -> Hypothesis:
    (hypothesis,) = engine.recognise([Speech(scaled(human(name)), "en")])
    return hypothesis


def references() -> dict[str, list[str]]:
    """What is said in each recording, as lower-case words."""
    texts = {path.with_suffix(".wav").name: path.read_text().lower() for path in SPEECH.glob("*.txt")}
    return {name: text.split() for name, text in {"jfk.flac": JFK, **texts}.items()}


def error_rate(heard: Mapping[str, str]) -> float:
    said = references()
    wrong = sum(word_errors(said[name], text.lower().split()) for name, text in heard.items())
    return wrong / sum(len(said[name]) for name in heard)


def whole(engine: PocketsphinxRecogniser) -> float:
    """Word error rate of the recordings, each read at once."""
    return error_rate({name: recognise(engine, name).text for name in references()})


@needs_shared
def test_word_error_rate_on_whole_recordings_is_the_recorded_one(engine: PocketsphinxRecogniser) -> None:
    assert len(references()) == 5
    assert whole(engine) <= RECORDED_WER


@needs_shared
@pytest.mark.slow
async def test_word_error_rate_of_streams_is_within_a_point(engine: PocketsphinxRecogniser) -> None:
    async with speech_service(engine="pocketsphinx", voice="none") as service:
        heard = {name: finals(await service.responses(stream("en", human(name)))) for name in references()}
    streamed = {name: " ".join(utterance.text for utterance in said) for name, said in heard.items()}
    assert error_rate(streamed) <= await asyncio.to_thread(whole, engine) + 0.01


@needs_shared
def test_words_have_times_of_their_own(engine: PocketsphinxRecogniser) -> None:
    words = recognise(engine, "ss-0930.wav").words
    assert len(words) >= 5
    edges = [edge for word in words for edge in (word.span.start, word.span.end)]
    assert edges == sorted(edges)
    assert 0.2 * RATE_HZ < edges[0] < edges[-1] <= len(human("ss-0930.wav"))
    assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in words)
    assert not any("<" in word.text or "(" in word.text for word in words)


def test_a_process_that_dies_costs_one_utterance(engine: PocketsphinxRecogniser) -> None:
    quiet = Speech(np.zeros(RATE_HZ // 2, dtype=np.float32), "en")
    process = engine._all[0]._process
    assert process is not None
    process.kill()
    process.wait()
    with pytest.raises(EngineFailed):
        engine.recognise([quiet])
    assert len(engine.recognise([quiet])) == 1


@needs_shared
async def test_through_the_service_it_is_labelled_and_korean_is_refused_as_such() -> None:
    async with speech_service(engine="pocketsphinx", voice="none") as service:
        found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
        engine = found.engines[0]
        assert (engine.name, engine.quality) == ("pocketsphinx", engine_pb2.QUALITY_TIER_LOW)
        assert "PARLEY_SPEECH_MODEL" in engine.upgrade_hint
        english = await service.responses(stream("en", human("ss-0930.wav"), partials=True))
        (said,) = finals(english)
        assert len(said.text.split()) >= 5
        assert said.word_time_source == transcript_pb2.WORD_TIME_SOURCE_ALIGNED
        korean = await service.responses(stream("ko", clip(answers()[3]["clip"])))
        told = kinds(korean)
        assert told.pop() == "turn_ended"
        assert sorted(told) == sorted(["speech_started", "speech_ended", "final"] * 3)
        reasons = {each.no_text_reason for each in finals(korean)}
        assert reasons == {transcript_pb2.NO_TEXT_REASON_LANGUAGE_UNSUPPORTED}
