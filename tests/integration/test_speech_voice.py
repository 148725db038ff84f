"""eSpeak NG through the real service: Korean and English, rates, tempo, many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import numpy as np
import pytest
import pytest_asyncio
from parley.speech.v1 import speech_service_pb2

from services.kit.channels import closing
from services.kit.errors import from_rpc_error
from services.speech.domain.loudness import rms_dbfs
from tests.support.speech_audio import Pcm
from tests.support.speech_service import LANGUAGES, Speech, seconds, speech_service

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


async def test_capabilities_name_the_voice(service: Speech) -> None:
    found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
    (voice,) = [engine for engine in found.engines if engine.capability == "speech_synthesis"]
    assert (voice.name, list(voice.languages)) == ("espeak", ["en", "ko"])
