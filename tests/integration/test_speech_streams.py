"""Transcribe over the wire without a model: what is refused, how, and what the service survives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import grpc
import numpy as np
import pytest
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import transcript_pb2
from parley.speech.v1 import speech_service_pb2

from services.kit.channels import closing, open_channel
from services.kit.clock import SystemClock
from services.kit.errors import ServiceError, from_rpc_error
from services.kit.server import start
from services.kit.settings import SettingsError
from services.speech.bootstrap import assemble
from services.speech.settings import Settings
from tests.support.fixtures import needs_shared
from tests.support.speech_audio import RATE_HZ, answers, clip, silence
from tests.support.speech_service import (
    SECRETS,
    Request,
    Speech,
    audio,
    config,
    finals,
    finish,
    kinds,
    pieces,
    seconds,
    speech_service,
    stream,
    turn_state,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service() -> AsyncIterator[Speech]:
    async with speech_service(engine="none", voice="none", max_streams="2") as started:
        yield started


async def refused(service: Speech, requests: Iterable[Request]) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        await service.responses(requests)
    return caught.value


def chunk(**fields: Any) -> Request:
    request = audio(0, silence(0.1))
    for name, value in fields.items():
        setattr(request.audio, name, value)
    return request


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"sample_rate_hz": 48_000}, "AUDIO_RATE_UNSUPPORTED"),
        ({"sample_rate_hz": 8_000}, "AUDIO_RATE_UNSUPPORTED"),
        ({"channel_count": 2}, "AUDIO_CHANNELS_UNSUPPORTED"),
        ({"encoding": "AUDIO_ENCODING_UNSPECIFIED"}, "AUDIO_ENCODING_UNSUPPORTED"),
        ({"stream_id": ""}, "INVALID_FIELDS"),
        ({"language": 0}, "INVALID_FIELDS"),
        ({"patience": Duration(seconds=60)}, "INVALID_FIELDS"),
    ],
)
async def test_a_wrong_config_is_refused_by_field(service: Speech, fields: dict[str, Any], reason: str) -> None:
    error = await refused(service, [config("en", **fields)])
    assert (error.code, error.reason, error.retryable) == (grpc.StatusCode.INVALID_ARGUMENT, reason, False)
    assert [field for field, _ in error.violations] == [f"config.{next(iter(fields))}"]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (chunk(samples=b"odd"), "AUDIO_TRUNCATED"),
        (chunk(samples=b""), "INVALID_FIELDS"),
        (chunk(samples=bytes(32_002)), "INVALID_FIELDS"),
        (Request(), "INVALID_FIELDS"),
    ],
)
async def test_wrong_audio_is_refused(service: Speech, request_: Request, reason: str) -> None:
    error = await refused(service, [config("en"), request_])
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)


async def test_audio_from_the_past_is_refused_with_where_it_stands(service: Speech) -> None:
    error = await refused(service, [*stream("en", silence(1)), audio(0, silence(0.1))])
    assert error.reason == "AUDIO_OFFSET_REVERSED"
    assert "1.000 s" in error.message


@pytest.mark.parametrize(
    ("requests", "reason"),
    [
        ([], "STREAM_NOT_CONFIGURED"),
        ([audio(0, silence(0.1))], "STREAM_NOT_CONFIGURED"),
        ([config("en"), config("en")], "STREAM_ALREADY_CONFIGURED"),
    ],
)
async def test_messages_in_the_wrong_place_are_refused(service: Speech, requests: list[Request], reason: str) -> None:
    error = await refused(service, requests)
    assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, reason)


async def test_who_does_not_know_the_secret_is_kept_out(service: Speech) -> None:
    stranger = open_channel(f"dns:///{service.server.address}", identity="x", credentials="none")
    stub = type(service.stub)(stranger)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    await stranger.close()


async def test_one_stream_too_many_is_refused_with_a_time_to_retry(service: Speech) -> None:
    async with closing(service.transcribe(held())) as one, closing(service.transcribe(held())) as other:
        assert (await one.read()).HasField("progress")
        assert (await other.read()).HasField("progress")
        error = await refused(service, [config("en")])
        assert (error.code, error.retryable) == (grpc.StatusCode.RESOURCE_EXHAUSTED, True)
        assert error.retry_after_s
        found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
        assert (found.active_streams, found.max_streams) == (2, 2)
    async with asyncio.timeout(10):
        while True:  # the server notices a moment after the client
            found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
            if found.active_streams == 0:
                break
    assert kinds(await service.responses(stream("en", silence(0.1)))) == []


async def held() -> AsyncIterator[Request]:
    """Says enough to be answered, then stays open."""
    for request in stream("en", silence(1.1)):
        yield request
    await asyncio.Event().wait()


async def test_without_engines_capabilities_say_so_and_how_to_get_them(service: Speech) -> None:
    found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
    engines = {engine.capability: engine for engine in found.engines}
    assert {name: engine.name for name, engine in engines.items()} == {
        "transcription": "none",
        "voice_activity": "silero",
        "speech_synthesis": "none",
    }
    assert "PARLEY_SPEECH_MODEL" in engines["transcription"].upgrade_hint
    assert engines["speech_synthesis"].upgrade_hint


async def test_minutes_of_silence_at_once_are_answered_with_progress_only(service: Speech) -> None:
    responses = await service.responses(stream("ko", silence(40), (16_000,)))
    assert kinds(responses) == []
    last = [each.progress for each in responses if each.HasField("progress")][-1]
    assert seconds(last.processed_offset) == pytest.approx(40, abs=1.1)
    assert seconds(last.replay_from_offset) > 35


@needs_shared
async def test_without_an_engine_speech_is_still_heard_and_measured(service: Speech) -> None:
    expected = answers()[3]
    responses = await service.responses(stream("ko", clip(expected["clip"]), partials=True))
    # The next utterance may start before the final of the one before: only the order within one is promised.
    told = kinds(responses)
    assert told.pop() == "turn_ended"
    assert sorted(told) == sorted(["speech_started", "speech_ended", "final"] * 3)
    assert [kind for kind in told if kind != "final"] == ["speech_started", "speech_ended"] * 3
    assert {each.no_text_reason for each in finals(responses)} == {transcript_pb2.NO_TEXT_REASON_NO_ENGINE}
    deliveries = [each.final.delivery for each in responses if each.HasField("final")]
    assert all(each.loudness_dbfs < -5 and not each.HasField("pace_per_minute") for each in deliveries)


@needs_shared
async def test_the_turn_state_decides_whether_a_pause_ends_the_turn(service: Speech) -> None:
    samples = clip(answers()[0]["clip"])
    quiet = await service.responses([config("en", turn_state="TURN_STATE_LISTENING_OFF"), *pieces(samples)])
    assert "turn_ended" not in kinds(quiet)
    hasty = [config("en"), turn_state("TURN_STATE_CONFIRMING"), *pieces(samples)]
    assert kinds(await service.responses(hasty)).count("turn_ended") == 3
    patient = [config("en", patience=Duration(seconds=9)), *pieces(samples)]
    assert "turn_ended" not in kinds(await service.responses(patient))


async def test_finish_is_answered_in_its_place(service: Speech) -> None:
    responses = await service.responses([*stream("en", silence(0.5)), finish("a"), finish("b")])
    assert [each.finished.mark for each in responses if each.HasField("finished")] == ["a", "b"]
    assert seconds(responses[-1].finished.end_offset) == 0.5


async def test_a_client_that_does_not_read_is_held_back_and_not_the_others(service: Speech) -> None:
    loud = np.tile(np.concatenate([_buzz(0.5), silence(0.7)]), 100)
    under_way = asyncio.Event()

    async def endless() -> AsyncIterator[Request]:
        yield config("en", stream_id="stalled")
        for number, request in enumerate(pieces(loud, (16_000,))):
            yield request
            if number == 3:
                under_way.set()

    async with closing(service.transcribe(endless())):
        await asyncio.wait_for(under_way.wait(), 30)
        assert kinds(await service.responses(stream("en", silence(2)))) == []


def _buzz(length_s: float) -> Any:
    times = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    return np.asarray(8_000 * np.sign(np.sin(2 * np.pi * 140 * times)), dtype=np.int16)


async def test_stopping_the_service_ends_streams_so_that_clients_can_go_on_elsewhere() -> None:
    async with speech_service(engine="none", voice="none") as service:
        async with closing(service.transcribe(held())) as call:
            assert (await call.read()).HasField("progress")
            stopping = asyncio.create_task(service.server.stop(5))
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await asyncio.wait_for(read_to_the_end(call), 10)
            await stopping
        error = from_rpc_error(caught.value)
        assert (error.code, error.reason, error.retryable) == (
            grpc.StatusCode.UNAVAILABLE,
            "SPEECH_DRAINING",
            True,
        )


async def read_to_the_end(call: Any) -> None:
    while await call.read() is not grpc.aio.EOF:
        pass


async def test_a_model_that_is_not_there_is_a_settings_error_with_the_fix() -> None:
    env = {**SECRETS, "PARLEY_SPEECH_LISTEN": "127.0.0.1:0", "PARLEY_SPEECH_ENGINE": "whisper"}
    env["PARLEY_SPEECH_MODEL"] = "/nonexistent"
    with pytest.raises(SettingsError, match="PARLEY_SPEECH_MODEL"):
        await start(assemble(Settings.from_env(env), SystemClock()))
