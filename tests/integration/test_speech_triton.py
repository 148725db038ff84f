"""The engine `triton`: what a server's refusals, absences and other contracts become, and how the service lives on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
import pytest_asyncio
import tritonclient.grpc as triton
from grpc_health.v1 import health_pb2

from services.kit.channels import closing
from services.kit.clock import SystemClock, VirtualClock
from services.kit.errors import ServiceError, from_rpc_error
from services.kit.server import start
from services.kit.settings import SettingsError
from services.speech.adapters.recognisers.triton import TritonRecogniser, build
from services.speech.adapters.triton_model import NotServed, TritonModel
from services.speech.bootstrap import assemble
from services.speech.domain.errors import EngineFailed, EngineUnavailable, Overloaded
from services.speech.domain.transcript import Hypothesis
from services.speech.ports import Priority, RecogniserOptions, Speech
from services.speech.settings import Settings
from tests.support.fixtures import needs_shared
from tests.support.kit_health import watch
from tests.support.speech_audio import MODEL, RATE_HZ, answers, clip, golden, scaled
from tests.support.speech_service import (
    SECRETS,
    Request,
    Response,
    config,
    finals,
    finish,
    pieces,
    seconds,
    speech_service,
    stream,
)
from tests.support.speech_service import Speech as Service
from tests.support.triton import TritonServer, copy_model, needs_triton, triton_server

pytest_plugins = ["tests.support.triton_session"]
pytestmark = [needs_shared, needs_triton, pytest.mark.asyncio(loop_scope="module")]

LIMIT_S = 120.0
SERVICE = "parley.speech.v1.SpeechService"
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
ROW = next(row for row in golden() if row["kind"] != "non_speech") if MODEL.is_dir() else {}


@asynccontextmanager
async def recogniser(address: str, model: str = "whisper", most_waiting: int = 16) -> AsyncIterator[TritonRecogniser]:
    made = TritonRecogniser(TritonModel(address, model), most_waiting, SystemClock())
    try:
        await made.open()
        yield made
    finally:
        await made.close()


def spoken() -> Speech:
    return Speech(scaled(clip(ROW["clip"])), ROW["language"])


@pytest.fixture(scope="module")
def client(whisper_server: TritonServer) -> Iterator[triton.InferenceServerClient]:
    with whisper_server.client as made:
        yield made


@pytest.fixture(scope="module")
def load(
    whisper_server: TritonServer, client: triton.InferenceServerClient
) -> Iterator[Callable[[str, Callable[[str], str]], str]]:
    """Loads a Whisper model with a changed config; unloads it in the end."""
    loaded: list[str] = []

    def loading(name: str, edit: Callable[[str], str]) -> str:
        copy_model("whisper", whisper_server.repository, called=name, parameters={"folder": str(MODEL)}, edit=edit)
        client.load_model(name, client_timeout=LIMIT_S)
        loaded.append(name)
        return name

    yield loading
    for name in loaded:
        client.unload_model(name, client_timeout=LIMIT_S)


async def test_capabilities_are_the_models(whisper_server: TritonServer) -> None:
    async with recogniser(whisper_server.address, "whisper_int8") as engine:
        found = engine.capabilities
    assert (found.name, found.max_samples, found.batch, found.size) == ("triton", 30 * RATE_HZ, 8, 128)
    assert {"ko", "en"} <= set(found.languages)
    assert "int8" in found.version


async def test_a_hypothesis_is_the_same_as_in_process(whisper_server: TritonServer) -> None:
    async with recogniser(whisper_server.address) as engine:
        found = await engine.recognise(spoken(), Priority.FINAL)
    assert list(found.tokens) == ROW["tokens"]
    assert found.text == ROW["text"]
    assert found.mean_log_probability == pytest.approx(ROW["avg_logprob"], abs=1e-3)
    assert found.no_speech_probability == pytest.approx(ROW["no_speech_prob"], abs=1e-3)
    assert max(found.language_probabilities, key=lambda code: found.language_probabilities[code]) == ROW["language"]


@pytest.mark.parametrize(
    ("speech", "reason"),
    [
        (Speech(np.zeros(RATE_HZ, dtype=np.float32), "xx"), "LANGUAGE_UNSUPPORTED"),
        (Speech(np.zeros(31 * RATE_HZ, dtype=np.float32), "ko"), "AUDIO_LENGTH"),
    ],
)
async def test_speech_that_the_model_refuses_fails_alone_and_says_why(
    whisper_server: TritonServer, speech: Speech, reason: str
) -> None:
    async with recogniser(whisper_server.address) as engine:
        refused, heard = await asyncio.gather(
            engine.recognise(speech, Priority.FINAL),
            engine.recognise(spoken(), Priority.FINAL),
            return_exceptions=True,
        )
        assert isinstance(refused, EngineFailed)
        assert reason in str(refused)
        assert isinstance(heard, Hypothesis)
        assert await engine.trouble() == ""


def one_at_a_time(config: str) -> str:
    """No batches, hardly a queue for partials, no patience with interims."""
    return (
        config.replace("max_batch_size: 8", "max_batch_size: 1")
        .replace("max_queue_size: 32", "max_queue_size: 1")
        .replace("default_timeout_microseconds: 3000000", "default_timeout_microseconds: 1")
    )


async def test_a_full_queue_and_a_wait_that_is_too_long_are_overload(
    whisper_server: TritonServer, load: Callable[[str, Callable[[str], str]], str]
) -> None:
    model = await asyncio.to_thread(load, "whisper_tight", one_at_a_time)
    async with recogniser(whisper_server.address, model) as engine:
        for priority, words in ((Priority.PARTIAL, "maximum queue size"), (Priority.INTERIM, "timeout expired")):
            outcomes = await asyncio.gather(
                *(engine.recognise(spoken(), priority) for _ in range(8)), return_exceptions=True
            )
            refused = [each for each in outcomes if isinstance(each, Overloaded)]
            assert len(refused) + sum(isinstance(each, Hypothesis) for each in outcomes) == len(outcomes)
            assert refused
            assert all(words in str(each) for each in refused)
        assert (await engine.recognise(spoken(), Priority.FINAL)).text == ROW["text"]
        assert await engine.trouble() == ""


async def test_no_more_is_sent_than_was_agreed(whisper_server: TritonServer) -> None:
    async with recogniser(whisper_server.address, most_waiting=1) as engine:
        assert engine.idle
        outcomes = await asyncio.gather(
            *(engine.recognise(spoken(), Priority.FINAL) for _ in range(3)), return_exceptions=True
        )
        assert [type(each) for each in outcomes] == [Hypothesis, Hypothesis, Overloaded]
        assert engine.idle


async def test_an_answer_that_takes_too_long_is_overload(whisper_server: TritonServer) -> None:
    model = TritonModel(whisper_server.address, "whisper")
    audio = {"AUDIO": np.zeros((1, 30 * RATE_HZ), dtype=np.float32)}
    with pytest.raises(Overloaded, match=r"more than 0\.001 s"):
        await model.infer(audio, ["TEXT"], timeout_s=0.001)
    await model.close()


async def test_giving_up_reaches_the_server(whisper_server: TritonServer) -> None:
    async with recogniser(whisper_server.address) as engine:
        before = cancelled(whisper_server)
        asked = [asyncio.create_task(engine.recognise(spoken(), Priority.PARTIAL)) for _ in range(16)]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        for each in asked:
            each.cancel()
        await asyncio.wait(asked)
        assert engine.idle
        assert (await engine.recognise(spoken(), Priority.FINAL)).text == ROW["text"]
        async with asyncio.timeout(LIMIT_S):  # answers go out before the counts
            while await asyncio.to_thread(cancelled, whisper_server) == before:
                pass


def cancelled(server: TritonServer) -> float:
    counts = server.metrics().items()
    return sum(count for name, count in counts if "request_failure" in name and "CANCELED" in name)


def changed(before: str, after: str) -> Callable[[str], str]:
    return lambda config: config.replace(before, after, 1)


NO_SPEECH = '"NO_SPEECH_PROBABILITY" data_type: TYPE_FP32 dims: [ 1 ]'
MOOD = 'input [ { name: "MOOD" data_type: TYPE_FP32 dims: [ 1 ] optional: true },'


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (changed('"TOKENS"', '"TOKEN_IDS"'), "output TOKENS is missing"),
        (changed(NO_SPEECH, NO_SPEECH.replace("[ 1 ]", "[ 1, 1 ]")), r"is FP32 \[1, 1\], not FP32 \[1\]"),
        (changed("input [", MOOD), "input MOOD is not known here"),
    ],
)
async def test_another_contract_is_refused_with_what_to_change(
    whisper_server: TritonServer,
    load: Callable[[str, Callable[[str], str]], str],
    edit: Callable[[str], str],
    complaint: str,
    request: pytest.FixtureRequest,
) -> None:
    name = f"whisper_other_{request.node.callspec.indices['edit']}"
    model = await asyncio.to_thread(load, name, edit)
    with pytest.raises(EngineUnavailable, match=complaint) as caught:
        async with recogniser(whisper_server.address, model):
            pass
    assert not isinstance(caught.value, NotServed)
    assert "PARLEY_SPEECH_TRITON_MODEL" in str(caught.value)


@pytest.mark.parametrize(("address", "model"), [("", "no_such_model"), ("127.0.0.1:1", "whisper")])
async def test_a_server_or_model_that_is_not_there_is_waited_for_and_then_named(
    whisper_server: TritonServer, address: str, model: str
) -> None:
    clock = VirtualClock()
    engine = TritonRecogniser(TritonModel(address or whisper_server.address, model), 16, clock)
    opening = asyncio.create_task(engine.open())
    while not opening.done():
        waiting = asyncio.create_task(clock.sleepers(1))
        await asyncio.wait([opening, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        await clock.advance(5)
    with pytest.raises(EngineUnavailable, match="PARLEY_SPEECH_TRITON") as caught:
        await opening
    assert model in str(caught.value)
    assert clock.monotonic() == pytest.approx(30, abs=6)
    await engine.close()


async def test_the_engine_without_an_address_is_a_settings_error() -> None:
    with pytest.raises(EngineUnavailable, match="PARLEY_SPEECH_TRITON"):
        build(RecogniserOptions(model_folder=Path("unused")))
    env = {**SECRETS, "PARLEY_SPEECH_LISTEN": "127.0.0.1:0", "PARLEY_SPEECH_ENGINE": "triton"}
    with pytest.raises(SettingsError, match="PARLEY_SPEECH_TRITON"):
        await start(assemble(Settings.from_env(env), SystemClock()))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(whisper_server: TritonServer) -> AsyncIterator[Service]:
    async with speech_service(triton=whisper_server.address, voice="none") as started:  # auto: an address is enough
        yield started


@pytest.mark.parametrize("number", range(6))
async def test_spoken_answers_are_exact_through_the_server(service: Service, number: int) -> None:
    expected = answers()[number]
    responses = await service.responses(stream(expected["language"], clip(expected["clip"]), partials=True))
    assert [each.text for each in finals(responses)] == [each["text"] for each in expected["utterances"]]


async def until(statuses: AsyncIterator[int], wanted: int) -> None:
    """Waits for a status of health's Watch."""
    async with asyncio.timeout(LIMIT_S):
        async for status in statuses:
            if status == wanted:
                return


async def test_the_service_is_ready_exactly_while_its_model_is(
    whisper_server: TritonServer, load: Callable[[str, Callable[[str], str]], str], client: triton.InferenceServerClient
) -> None:
    model = await asyncio.to_thread(load, "whisper_comes_and_goes", lambda text: text)
    async with speech_service(
        engine="triton", triton=whisper_server.address, triton_model=model, voice="none"
    ) as service:
        statuses = watch(service.server, SERVICE)
        await until(statuses, SERVING)
        await asyncio.to_thread(client.unload_model, model, client_timeout=LIMIT_S)
        await until(statuses, NOT_SERVING)
        await asyncio.to_thread(client.load_model, model, client_timeout=LIMIT_S)
        await until(statuses, SERVING)
        await statuses.aclose()  # type: ignore[attr-defined]  # an async generator
        expected = answers()[0]
        responses = await service.responses(stream(expected["language"], clip(expected["clip"])))
        assert [each.text for each in finals(responses)] == [each["text"] for each in expected["utterances"]]


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[TritonServer]:
    """A server that may be killed."""
    copy_model("whisper", tmp_path / "models", parameters={"folder": str(MODEL), "threads": "2"})
    with triton_server(tmp_path / "models", ["whisper"]) as server:
        yield server


def load_again(server: TritonServer) -> None:
    """What an operator does whose model died; its supervisor, where the server died of that."""
    if not server.running:
        server.start()
        return
    with server.client as client:
        client.unload_model("whisper", client_timeout=LIMIT_S)
        client.load_model("whisper", client_timeout=LIMIT_S)


async def test_a_models_process_that_dies_is_noticed_and_the_model_loaded_again_is_used(
    own_server: TritonServer,
) -> None:
    async with recogniser(own_server.address) as engine:
        await asyncio.to_thread(own_server.kill_models)
        with pytest.raises(NotServed):
            await engine.recognise(spoken(), Priority.FINAL)
        assert "whisper" in await engine.trouble()
        await asyncio.to_thread(load_again, own_server)
        assert await engine.trouble() == ""
        assert (await engine.recognise(spoken(), Priority.FINAL)).text == ROW["text"]


async def test_a_server_that_dies_costs_no_word_and_doubles_none(own_server: TritonServer) -> None:
    expected = answers()[4]
    samples, first = clip(expected["clip"]), expected["utterances"][0]
    cut = round((first["end_s"] + 1.2) * RATE_HZ)  # in the second utterance
    async with speech_service(triton=own_server.address, voice="none") as service:
        statuses = watch(service.server, SERVICE)
        await until(statuses, SERVING)
        before, error = await broken_off(service, own_server, config(expected["language"]), samples, cut)
        assert (error.code, error.reason, error.retryable) == (
            grpc.StatusCode.UNAVAILABLE,
            "SPEECH_ENGINE_UNAVAILABLE",
            True,
        )
        await until(statuses, NOT_SERVING)
        await asyncio.to_thread(own_server.start)
        await until(statuses, SERVING)
        await statuses.aclose()  # type: ignore[attr-defined]  # an async generator
        resume = replay_point(before)
        again = [config(expected["language"]), *pieces(samples[resume:], origin=resume)]
        found = [*finals(before), *finals(await service.responses(again))]
    assert [each.text for each in found] == [each["text"] for each in expected["utterances"]]
    assert len({each.utterance_id for each in found}) == len(found)


async def broken_off(
    service: Service, server: TritonServer, opening: Request, samples: Any, cut: int
) -> tuple[list[Response], ServiceError]:
    """Kills the server once the first final is there, with audio up to `cut` sent; then sends the rest.

    Returns what came, and the error.
    """
    crash = asyncio.Event()
    came: list[Response] = []

    async def requests() -> AsyncIterator[Request]:
        yield opening
        for piece in pieces(samples[:cut]):
            yield piece
        await crash.wait()
        for piece in pieces(samples[cut:], origin=cut):
            yield piece
        yield finish("end")

    async def read(call: Any) -> None:
        async for response in call:
            came.append(response)
            if response.HasField("final") and not crash.is_set():
                await asyncio.to_thread(server.kill)
                crash.set()

    async with closing(service.transcribe(requests())) as call:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await read(call)
    return came, from_rpc_error(caught.value)


def replay_point(responses: list[Response]) -> int:
    """As the proto says: where the last progress says, and never before the end of a final."""
    points = [seconds(each.progress.replay_from_offset) for each in responses if each.HasField("progress")]
    return round(max(points, default=0.0) * RATE_HZ)
