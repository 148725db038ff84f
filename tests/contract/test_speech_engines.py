"""One contract for every engine in the registry and for the fakes that stand in for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import numpy as np
import pytest
import pytest_asyncio

from services.speech.adapters import registry
from services.speech.adapters.batching import BatchingRecogniser
from services.speech.adapters.pool import ThreadPool
from services.speech.adapters.silero import SileroDetector
from services.speech.domain.audio import FRAME_SAMPLES, RATE_HZ
from services.speech.domain.errors import EngineUnavailable, SynthesisInterrupted
from services.speech.domain.transcript import Hypothesis, WordTimeSource
from services.speech.ports import (
    FloatSamples,
    InferencePool,
    Priority,
    Recogniser,
    RecogniserOptions,
    Speech,
    Voice,
    VoiceActivityDetector,
    VoiceOptions,
)
from tests.support.fixtures import needs_shared
from tests.support.speech_audio import MODEL, human, scaled, silence
from tests.support.speech_fakes import FakeDetector, FakeEngine, FakeRecogniser, FakeVoice, InlinePool, speech
from tests.support.triton import needs_triton
from tools import make_supertonic_model

pytest_plugins = ["tests.support.triton_session"]

NEEDS = {"whisper": [needs_shared], "triton": [needs_shared, needs_triton]}
RECOGNISERS = [pytest.param(name, marks=NEEDS.get(name, [])) for name in (*registry.RECOGNISERS, "fake", "batching")]
VOICES = [*registry.VOICES, "fake"]


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=RECOGNISERS)
async def recogniser(request: pytest.FixtureRequest) -> AsyncIterator[Recogniser]:
    server = request.getfixturevalue("whisper_server").address if request.param == "triton" else ""
    engine = await asyncio.to_thread(_build, request.param, server)  # as the service does: outside the event loop
    await engine.open()
    assert await engine.trouble() == ""
    yield engine
    await engine.close()


def _build(name: str, server: str) -> Recogniser:
    match name:
        case "fake":
            return FakeRecogniser()
        case "batching":
            return BatchingRecogniser(FakeEngine(), threads=2, batch=4, most_waiting=16)
        case _:
            options = RecogniserOptions(model_folder=MODEL, threads=2, batch=4, triton=server)
            return registry.build_recogniser(name, options)


@pytest.fixture(scope="module", params=VOICES)
def voice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voice]:
    folder = tmp_path_factory.mktemp("voice")
    if request.param == "supertonic":
        make_supertonic_model.make(folder)
    options = VoiceOptions(model_folder=folder)
    made: Voice = FakeVoice() if request.param == "fake" else registry.build_voice(request.param, options)
    yield made
    made.close()


def tones(*lengths_s: float) -> list[FloatSamples]:
    rng = np.random.default_rng(3)
    return [rng.uniform(-0.3, 0.3, round(length * RATE_HZ)).astype(np.float32) for length in lengths_s]


async def heard(recogniser: Recogniser, sounds: Sequence[FloatSamples]) -> list[Hypothesis]:
    language = recogniser.capabilities.languages[0]
    reading = [recogniser.recognise(Speech(samples, language), Priority.FINAL) for samples in sounds]
    return list(await asyncio.gather(*reading))


def test_capabilities_are_what_its_registry_name_promises(recogniser: Recogniser) -> None:
    found = recogniser.capabilities
    assert found.name in (*registry.RECOGNISERS, "fake")
    assert set(found.languages) >= ({"en"} if found.name != "none" else set())
    assert found.max_samples >= 28 * RATE_HZ
    assert bool(found.languages) or not found.partials


@pytest.mark.asyncio(loop_scope="module")
async def test_each_utterance_has_its_hypothesis_and_always_the_same(recogniser: Recogniser) -> None:
    if not recogniser.capabilities.languages:
        with pytest.raises(EngineUnavailable):
            await recogniser.recognise(Speech(tones(0.5)[0], "en"), Priority.FINAL)
        return
    sounds = tones(0.2, 0.5)
    together = [each.text for each in await heard(recogniser, sounds)]
    assert together == [each.text for each in await heard(recogniser, sounds)]
    assert together == [(await heard(recogniser, [each]))[0].text for each in sounds]
    assert recogniser.idle


@pytest.mark.asyncio(loop_scope="module")
async def test_a_recognition_that_is_given_up_leaves_the_recogniser_usable(recogniser: Recogniser) -> None:
    if not recogniser.capabilities.languages:
        return
    language = recogniser.capabilities.languages[0]
    sounds = tones(0.2, 0.3, 0.4)
    reading = [asyncio.create_task(recogniser.recognise(Speech(each, language), Priority.PARTIAL)) for each in sounds]
    await asyncio.sleep(0)
    for task in reading:
        task.cancel()
    assert all(
        isinstance(each, asyncio.CancelledError) for each in await asyncio.gather(*reading, return_exceptions=True)
    )
    async with asyncio.timeout(60):
        assert len(await heard(recogniser, sounds)) == 3


@needs_shared
@pytest.mark.asyncio(loop_scope="module")
async def test_hypotheses_of_speech_are_well_formed(recogniser: Recogniser) -> None:
    if not recogniser.capabilities.languages:
        return
    samples = scaled(human("ss-0930.wav"))
    found = await recogniser.recognise(Speech(samples, "en"), Priority.FINAL)
    assert found.text == found.text.strip()
    aligned = recogniser.capabilities.word_times is WordTimeSource.ALIGNED
    assert bool(found.words) == (aligned and bool(found.text))
    assert all(0 <= word.span.start < word.span.end <= len(samples) for word in found.words)
    assert " ".join(word.text for word in found.words) in ("", found.text)
    assert found.mean_log_probability is None or found.mean_log_probability <= 0
    assert 0 <= found.no_speech_probability <= 1
    assert all(0 <= odds <= 1 for odds in found.language_probabilities.values())


@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
def test_a_voice_speaks_every_language_it_names_at_any_rate(voice: Voice, rate_hz: int) -> None:
    texts = {"en": "Good morning, and welcome.", "ko": "안녕하세요, 반갑습니다."}
    assert set(voice.capabilities.languages) <= set(texts)
    for language in voice.capabilities.languages:
        samples = voice.speak(texts[language], language, rate_hz, 1.0)
        assert samples.dtype == np.int16
        assert 0.4 < len(samples) / rate_hz < 6
        assert 300 < np.sqrt(np.mean(np.square(samples.astype(np.float64)))) < 9_000


def test_a_voice_that_nobody_hears_any_more_stops_and_speaks_again(voice: Voice) -> None:
    with pytest.raises(SynthesisInterrupted):
        voice.speak("Good morning, and welcome.", "en", 16_000, 1.0, lambda: True)
    assert len(voice.speak("Good morning, and welcome.", "en", 16_000, 1.0, lambda: False)) > 0.4 * 16_000


def test_a_faster_voice_takes_less_time(voice: Voice) -> None:
    slow, fast = (len(voice.speak("Good morning, and welcome.", "en", 16_000, speed)) for speed in (0.7, 1.6))
    assert fast < 0.7 * slow


@pytest.mark.parametrize("make", [SileroDetector, FakeDetector])
def test_a_detector_judges_every_frame_and_forgets_when_told(make: Callable[[], VoiceActivityDetector]) -> None:
    detector = make()
    frames = np.random.default_rng(5).integers(-9_000, 9_000, (20, FRAME_SAMPLES)).astype(np.int16)
    first = detector(frames)
    assert len(first) == 20
    assert all(0 <= odds <= 1 for odds in first)
    detector.reset()
    assert [*detector(frames[:7]), *detector(frames[7:])] == pytest.approx(first, abs=1e-6)
    assert max(make()(silence(1).reshape(-1)[: 31 * FRAME_SAMPLES].reshape(31, FRAME_SAMPLES))) < 0.35


@needs_shared
def test_the_real_detector_hears_a_person_and_the_fake_one_what_tests_call_speech() -> None:
    spoken = human("ss-0930.wav")
    frames = spoken[: len(spoken) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    assert np.mean(np.array(SileroDetector()(frames)) > 0.5) > 0.6
    assert set(FakeDetector()(speech(0.32).reshape(-1, FRAME_SAMPLES))) == {1.0}


@pytest.fixture(params=["threads", "inline"])
def pool(request: pytest.FixtureRequest) -> Iterator[InferencePool]:
    if request.param == "inline":
        yield InlinePool()
        return
    threads = ThreadPool("contract", 1, 4)
    yield threads
    threads.close()


async def test_a_pool_runs_jobs_and_hands_on_what_they_raise(pool: InferencePool) -> None:
    assert pool.idle
    assert await pool.run(lambda: 7, Priority.PARTIAL) == 7
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda: 1 // 0, Priority.FINAL)
    assert pool.idle
