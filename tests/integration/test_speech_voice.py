"""Voices through the real service, eSpeak NG and a generated Supertonic: both languages, rates, tempo, many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.filter
import grpc
import numpy as np
import pytest
import pytest_asyncio
from parley.speech.v1 import speech_service_pb2

from services.kit.channels import closing
from services.kit.errors import from_rpc_error
from services.kit.settings import SettingsError
from services.speech.domain.loudness import rms_dbfs
from tests.support.speech_audio import Pcm
from tests.support.speech_service import LANGUAGES, Speech, seconds, speech_service
from tools import make_supertonic_model

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXTS = {
    "en": "Tell me about a project you are proud of. What did you do yourself?",
    "ko": "가장 자랑스러운 프로젝트에 대해 말씀해 주세요. 본인은 무엇을 하셨나요?",
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service() -> AsyncIterator[Speech]:
    async with speech_service(engine="none", voice="auto") as started:
        yield started


async def speak(service: Speech, language: str, text: str, **fields: Any) -> list[Any]:
    request = speech_service_pb2.SynthesizeRequest(text=text, language=LANGUAGES[language], **fields)
    async with closing(service.stub.Synthesize(request, timeout=30)) as call:
        return [response async for response in call]


def joined(responses: list[Any]) -> Pcm:
    return np.frombuffer(b"".join(response.samples for response in responses), dtype="<i2")


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_question_is_spoken_at_a_natural_length_and_level(service: Speech, language: str) -> None:
    responses = await speak(service, language, TEXTS[language])
    samples = joined(responses)
    assert 2.5 < len(samples) / 48_000 < 12
    assert rms_dbfs(samples) == pytest.approx(-23, abs=4)
    assert np.abs(samples.astype(np.int32)).max() < 32_000
    sentences = [response.sentence_text for response in responses if response.sentence_text]
    assert " ".join(sentences) == TEXTS[language]


@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 48_000])
async def test_the_rate_is_the_one_asked_for(service: Speech, rate_hz: int) -> None:
    responses = await speak(service, "en", "Good morning.", sample_rate_hz=rate_hz)
    assert 0.5 < len(joined(responses)) / rate_hz < 2.5
    ends = [seconds(each.offset) + len(each.samples) / 2 / rate_hz for each in responses]
    assert [seconds(each.offset) for each in responses] == pytest.approx([0, *ends[:-1]], abs=1e-6)


async def test_speed_changes_the_length(service: Speech) -> None:
    lengths = [len(joined(await speak(service, "ko", TEXTS["ko"], speed=speed))) for speed in (0.7, 1.0, 1.5)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > lengths[2] * 1.5


async def test_speakers_at_the_same_time_do_not_mix(service: Speech) -> None:
    wanted = [("en", TEXTS["en"]), ("ko", TEXTS["ko"]), ("en", "Thank you. Goodbye."), ("ko", "네. 감사합니다.")]
    alone = [joined(await speak(service, language, text)) for language, text in wanted]
    together = await asyncio.gather(*(speak(service, language, text) for language, text in wanted))
    for one, other in zip(alone, together, strict=True):
        assert similar(one, joined(other))


def similar(one: Pcm, other: Pcm) -> bool:
    # eSpeak's voice has a little randomness in its pauses and breath; another sentence is nowhere near.
    if abs(len(one) - len(other)) > 0.02 * len(one):
        return False
    length = min(len(one), len(other)) // 4_800 * 4_800
    levels = [np.abs(each[:length].astype(np.float64)).reshape(-1, 4_800).mean(axis=1) for each in (one, other)]
    return bool(np.corrcoef(levels[0], levels[1])[0, 1] > 0.95)


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("...", grpc.StatusCode.INVALID_ARGUMENT, "NOTHING_TO_SPEAK"),
        ("", grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS"),
        ("x" * 5_001, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS"),
    ],
)
async def test_what_cannot_be_spoken_is_refused(service: Speech, text: str, code: grpc.StatusCode, reason: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await speak(service, "en", text)
    error = from_rpc_error(caught.value)
    assert (error.code, error.reason) == (code, reason)


async def test_markup_is_read_as_text_and_harms_nothing(service: Speech) -> None:
    samples = joined(await speak(service, "en", "<voice name='x'>Hello</voice> [[h@l'oU]] &amp; 100% \x07 done."))
    assert len(samples) > 48_000


@pytest.mark.parametrize(
    ("language", "written", "spelled"),
    [
        ("ko", "API 3개로 40%를 줄였습니다.", "에이피아이 세 개로 사십 퍼센트를 줄였습니다."),
        ("ko", "2024년 6월에 Kubernetes 1.2.3을 썼습니다.", "이천이십사년 유월에 쿠버네티스 일점 이점 삼을 썼습니다."),
        ("en", "CI/CD took 3-5 GB.", "C I C D took 3 to 5 gigabytes."),
    ],
)
async def test_numbers_and_latin_words_are_spoken_and_shown_as_written(
    service: Speech, language: str, written: str, spelled: str
) -> None:
    responses = await speak(service, language, written)
    assert [each.sentence_text for each in responses if each.sentence_text] == [written]
    assert similar(joined(responses), joined(await speak(service, language, spelled)))
    syllables = len(spelled.replace(" ", ""))
    assert 0.08 * syllables < len(joined(responses)) / 48_000 < 0.4 * syllables


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_sentences_are_equally_loud_however_long(service: Speech, language: str) -> None:
    sentences = {"en": ["Yes.", "Hello there.", *TEXTS["en"].split("? ")], "ko": ["네.", "안녕하세요.", TEXTS["ko"]]}
    levels = [lufs(joined(await speak(service, language, each))) for each in sentences[language]]
    assert max(levels) - min(levels) < 3
    assert all(-27 < level < -22 for level in levels)


def lufs(samples: Pcm) -> float:
    """Integrated loudness (EBU R128) of 48 kHz samples, by FFmpeg's meter, which shares nothing with our mastering."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=48_000, format="s16", layout="mono", time_base=Fraction(1, 48_000))
    meter, sink = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    padded = np.concatenate([samples, np.zeros(24_000, np.int16)])  # its window is 400 ms
    found = -70.0
    for at in range(0, len(padded) // 4_800 * 4_800, 4_800):
        frame = av.AudioFrame.from_ndarray(padded[None, at : at + 4_800].copy(), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, at
        graph.push(frame)
        with suppress(BlockingIOError, EOFError):
            while True:
                found = float(graph.pull().metadata.get("lavfi.r128.I", found))
    return found


async def test_a_caller_that_leaves_makes_room_for_the_next(service: Speech) -> None:
    long = " ".join(["This sentence is one of very many and nobody waits for the end of them."] * 60)
    calls = [
        service.stub.Synthesize(speech_service_pb2.SynthesizeRequest(text=long, language=LANGUAGES["en"]), timeout=60)
        for _ in range(4)
    ]
    for call in calls:
        await call.read()
        call.cancel()
    assert len(joined(await speak(service, "ko", "네."))) > 4_800


async def test_a_model_in_its_folder_is_the_voice(tmp_path: Path) -> None:
    make_supertonic_model.make(tmp_path)
    async with speech_service(engine="none", voice_model=str(tmp_path), voice_style="M1", voice_steps="2") as started:
        found = await started.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
        assert {each.name for each in found.engines if each.capability == "speech_synthesis"} == {"supertonic"}
        for language, text in TEXTS.items():
            responses = await speak(started, language, text)
            assert " ".join(each.sentence_text for each in responses if each.sentence_text) == text
            assert rms_dbfs(joined(responses)) == pytest.approx(-20, abs=2)


async def test_a_broken_model_says_so_at_start(tmp_path: Path) -> None:
    make_supertonic_model.make(tmp_path)
    (tmp_path / "onnx" / "vocoder.onnx").unlink()
    with pytest.raises(SettingsError, match=r"vocoder\.onnx.*PARLEY_SPEECH_VOICE_MODEL"):
        async with speech_service(engine="none", voice_model=str(tmp_path)):
            pass


async def test_capabilities_name_the_voice(service: Speech) -> None:
    found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
    (voice,) = [engine for engine in found.engines if engine.capability == "speech_synthesis"]
    assert (voice.name, list(voice.languages)) == ("espeak", ["en", "ko"])
