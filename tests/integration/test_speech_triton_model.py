"""The Triton model `whisper` on a real server: exact, batched, by priority, and clear about what it refuses."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import tritonclient.grpc as triton
from tritonclient.grpc import aio
from tritonclient.utils import InferenceServerException

from inference.whisper import wire
from inference.whisper.engine import WhisperEngine
from inference.whisper.transcription import DecodeOptions, Transcription, Window
from tests.support.fixtures import needs_shared
from tests.support.speech_audio import MODEL, RATE_HZ, clip, golden, scaled
from tests.support.triton import REPOSITORY, TritonServer, copy_model, needs_triton
from tests.support.whisper_triton import MODELS, inputs, read, transcribe
from tools.expose_cross_attention import expose_folder

pytest_plugins = ["tests.support.triton_session"]
pytestmark = [needs_shared, needs_triton, pytest.mark.asyncio(loop_scope="module")]

LIMIT_S = 120.0
SPEECH = [row for row in golden() if row["kind"] != "non_speech"] if MODEL.is_dir() else []
RESCORING, PARTIALS, FINALS = 4, 3, 1
COUNTERS = ("windows", "audio_seconds", "decode_seconds", "fallbacks")


@pytest.fixture(scope="module")
def client(whisper_server: TritonServer) -> Iterator[triton.InferenceServerClient]:
    with whisper_server.client as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def calls(whisper_server: TritonServer) -> AsyncIterator[aio.InferenceServerClient]:
    async with aio.InferenceServerClient(whisper_server.address) as made:
        yield made


@pytest.fixture(scope="module")
def narrow(whisper_server: TritonServer, client: triton.InferenceServerClient) -> str:
    """A model that takes one window at a time, so that what comes next is decided for every window."""
    name = "whisper_narrow"
    copy_model(
        "whisper",
        whisper_server.repository,
        called=name,
        parameters={"folder": str(MODEL)},
        edit=lambda config: config.replace("max_batch_size: 8", "max_batch_size: 1").replace(
            "default_timeout_microseconds: 2000000", "default_timeout_microseconds: 120000000"
        ),
    )
    client.load_model(name, client_timeout=LIMIT_S)
    return name


async def heard(calls: aio.InferenceServerClient, model: str, name: str, language: str, **more: Any) -> Transcription:
    tensors = inputs(scaled(clip(name)), language)
    return read(await calls.infer(model, tensors, client_timeout=LIMIT_S, **more))


@pytest.mark.parametrize("model", MODELS)
async def test_clips_asked_for_at_once_are_batched_and_token_exact(
    calls: aio.InferenceServerClient, model: str
) -> None:
    batches_before = await batches(calls, model)
    found = await asyncio.gather(
        *(heard(calls, model, row["clip"], row["language"], priority=RESCORING) for row in SPEECH)
    )
    for row, transcription in zip(SPEECH, found, strict=True):
        assert list(transcription.tokens) == row["tokens"], row["clip"]
        assert transcription.text == row["text"], row["clip"]
        assert transcription.language == row["language"]
        assert len(transcription.token_log_probabilities) == len(transcription.tokens)
    after = await batches(calls, model, windows(batches_before) + len(SPEECH))
    added = {size: count - batches_before.get(size, 0) for size, count in after.items()}
    assert sum(added.values()) <= len(SPEECH) / 4, "mostly full batches of 8"


async def batches(calls: aio.InferenceServerClient, model: str, expected: int = 0) -> dict[int, int]:
    """Runs by batch size, once `expected` windows are counted: answers go out before the counts."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            statistics = await calls.get_inference_statistics(model, client_timeout=LIMIT_S)
            found = {each.batch_size: each.compute_infer.count for each in statistics.model_stats[0].batch_stats}
            if windows(found) >= expected:
                return found


def windows(counts: dict[int, int]) -> int:
    return sum(size * count for size, count in counts.items())


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_without_a_language_it_is_detected(client: triton.InferenceServerClient, language: str) -> None:
    row = next(row for row in SPEECH if row["language"] == language and row["kind"] == "clean")
    found = transcribe(client, "whisper", scaled(clip(row["clip"])))
    assert (found.language, list(found.tokens)) == (language, row["tokens"])
    assert max(found.language_probabilities, key=lambda code: found.language_probabilities[code]) == language


async def test_silence_is_told_from_speech(client: triton.InferenceServerClient) -> None:
    found = transcribe(client, "whisper", np.zeros(3 * RATE_HZ, dtype=np.float32), "ko")
    assert found.no_speech_probability > 0.6
    assert transcribe(client, "whisper", scaled(clip(SPEECH[0]["clip"])), "en").no_speech_probability < 0.6


async def test_options_are_heeded(client: triton.InferenceServerClient) -> None:
    row = SPEECH[0]
    samples = scaled(clip(row["clip"]))
    plain = transcribe(client, "whisper", samples, row["language"])
    assert plain.words == ()
    wordy = transcribe(client, "whisper", samples, row["language"], DecodeOptions(word_times=True, beam_size=3))
    assert " ".join(word.text for word in wordy.words) == row["text"]
    edges = [edge for word in wordy.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert all(0 <= word.probability <= 1 for word in wordy.words)
    short = transcribe(client, "whisper", samples, row["language"], DecodeOptions(max_tokens=2))
    assert list(short.tokens) == row["tokens"][:2]


async def test_a_model_that_exports_its_attention_gives_what_it_gives_in_process(
    whisper_server: TritonServer, client: triton.InferenceServerClient, tmp_path: Path
) -> None:
    expose_folder(MODEL, tmp_path / "exposed")
    name, options = "whisper_aligned", DecodeOptions(word_times=True)
    parameters = {"folder": str(tmp_path / "exposed"), "layout": "split"}
    copy_model("whisper", whisper_server.repository, called=name, parameters=parameters)
    await asyncio.to_thread(client.load_model, name, client_timeout=LIMIT_S)
    engine = WhisperEngine(tmp_path / "exposed", layout="split")
    for language in ("ko", "en"):
        samples = scaled(clip(next(row["clip"] for row in SPEECH if row["language"] == language)))
        (here,) = engine.transcribe([Window(samples, language)], options)
        there = transcribe(client, name, samples, language, options, aligned=True)
        assert (there.text, there.tokens) == (here.text, here.tokens)
        assert there.token_frames
        assert there.token_frames == here.token_frames
        assert [(word.text, word.aligned) for word in there.words] == [(word.text, True) for word in here.words]
        assert np.allclose(
            [(word.start_s, word.end_s, word.probability) for word in there.words],
            [(word.start_s, word.end_s, word.probability) for word in here.words],
            atol=1e-3,
        )
    await asyncio.to_thread(client.unload_model, name, client_timeout=LIMIT_S)


async def test_the_description_costs_no_decoding(
    whisper_server: TritonServer, client: triton.InferenceServerClient
) -> None:
    before = whisper_server.metrics()
    tensors = inputs(np.zeros(1, dtype=np.float32))
    result = client.infer("whisper_int8", tensors, outputs=[triton.InferRequestedOutput("DESCRIPTION")])
    said = wire.Description.from_json(result.as_numpy("DESCRIPTION").item())
    assert {"ko", "en"} <= set(said.languages)
    assert "int8" in said.version
    assert (said.max_samples, said.d_model, said.decoder_layers) == (30 * RATE_HZ, 128, 2)
    count = metric("windows", "whisper_int8")
    assert whisper_server.metrics()[count] == before[count]


def metric(name: str, model: str) -> str:
    return f'parley_whisper_{name}_total{{model="{model}",version="1"}}'


async def test_what_was_read_is_counted(whisper_server: TritonServer, client: triton.InferenceServerClient) -> None:
    before = whisper_server.metrics()
    samples = scaled(clip(SPEECH[0]["clip"]))
    transcribe(client, "whisper", samples, SPEECH[0]["language"])
    after = whisper_server.metrics()
    added = {
        name: after[metric(name, "whisper")] - before[metric(name, "whisper")] for name in ("windows", "fallbacks")
    }
    assert added == {"windows": 1, "fallbacks": 0}
    seconds = metric("audio_seconds", "whisper")
    assert after[seconds] - before[seconds] == pytest.approx(len(samples) / RATE_HZ)
    spent = metric("decode_seconds", "whisper")
    assert after[spent] > before[spent]


async def test_a_final_overtakes_waiting_partials(calls: aio.InferenceServerClient, narrow: str) -> None:
    done: list[str] = []
    first_is_done = asyncio.Event()

    async def ask(what: str, priority: int) -> None:
        await heard(calls, narrow, SPEECH[0]["clip"], "en", priority=priority)
        done.append(what)
        first_is_done.set()

    partials = [asyncio.create_task(ask("partial", PARTIALS)) for _ in range(16)]
    await first_is_done.wait()
    await ask("final", FINALS)
    assert done.index("final") <= 8, "one partial runs and one is taken already; the others wait"
    await asyncio.gather(*partials)


async def test_in_a_batch_what_is_waited_for_is_read_first(
    whisper_server: TritonServer, client: triton.InferenceServerClient, calls: aio.InferenceServerClient
) -> None:
    name = "whisper_gathering"
    copy_model(
        "whisper",
        whisper_server.repository,
        called=name,
        parameters={"folder": str(MODEL)},
        edit=lambda config: config.replace(
            "max_queue_delay_microseconds: 0", "max_queue_delay_microseconds: 60000000 preferred_batch_size: [ 8 ]"
        ),
    )
    await asyncio.to_thread(client.load_model, name, client_timeout=LIMIT_S)
    done: list[int] = []

    async def ask(urgency: int) -> None:
        await heard(calls, name, SPEECH[0]["clip"], "en", parameters={"urgency": urgency})
        done.append(urgency)

    await asyncio.gather(*(ask(urgency) for urgency in (3, 4, 3, 1, 3, 3, 2, 3)))
    assert sorted(done[:2]) == [1, 2]
    assert await batches(calls, name, 9) == {1: 1, 8: 1}, "the warm-up, and all eight together"
    await asyncio.to_thread(client.unload_model, name, client_timeout=LIMIT_S)


async def test_what_is_cancelled_is_not_read_to_its_end(
    whisper_server: TritonServer, calls: aio.InferenceServerClient, narrow: str
) -> None:
    cancelled = f'nv_inference_request_failure{{model="{narrow}",reason="CANCELED",version="1"}}'
    before = whisper_server.metrics()
    patient = DecodeOptions(beam_size=16, temperatures=tuple(each / 10 for each in range(8)))
    asked = [
        asyncio.create_task(
            heard(calls, narrow, SPEECH[0]["clip"], "en", priority=FINALS, parameters=wire.write_options(patient))
        )
        for _ in range(4)
    ]
    await heard(calls, "whisper", SPEECH[0]["clip"], "en")  # by now the others are there: it comes after them
    for each in asked:
        each.cancel()
    assert all(
        isinstance(each, asyncio.CancelledError) for each in await asyncio.gather(*asked, return_exceptions=True)
    )
    after = await heard(calls, narrow, SPEECH[0]["clip"], "en", priority=RESCORING)  # behind all that were not dropped
    assert list(after.tokens) == SPEECH[0]["tokens"]
    async with asyncio.timeout(LIMIT_S):  # answers go out before the counts
        while (await asyncio.to_thread(whisper_server.metrics)).get(cancelled, 0) == before.get(cancelled, 0):
            pass


def wrong(samples: Any, language: str = "en") -> list[triton.InferInput]:
    return inputs(np.asarray(samples, dtype=np.float32), language)


@pytest.mark.parametrize(
    ("tensors", "parameters", "reason"),
    [
        (wrong([np.nan] * 100), {}, "AUDIO_INVALID"),
        (wrong(np.zeros(30 * RATE_HZ + 1)), {}, "AUDIO_LENGTH"),
        (wrong([]), {}, "AUDIO_LENGTH"),
        (wrong([0.0], "xx"), {}, "LANGUAGE_UNSUPPORTED"),
        (wrong([0.0])[1:], {}, "AUDIO_INVALID"),
        (wrong([0.0]), {"beam_size": "many"}, "OPTION_INVALID"),
        (wrong([0.0]), {"temperatures": "hot"}, "OPTION_INVALID"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_reason_and_spoils_nothing_beside_it(
    calls: aio.InferenceServerClient, tensors: list[triton.InferInput], parameters: dict[str, Any], reason: str
) -> None:
    row = SPEECH[0]
    outcomes: list[object] = await asyncio.gather(
        calls.infer("whisper", tensors, parameters=parameters, client_timeout=LIMIT_S),
        heard(calls, "whisper", row["clip"], row["language"]),
        return_exceptions=True,
    )
    refused, good = outcomes
    assert isinstance(refused, InferenceServerException)
    assert refused.status() == "StatusCode.INVALID_ARGUMENT"
    assert reason in refused.message()
    assert isinstance(good, Transcription)
    assert list(good.tokens) == row["tokens"]


async def test_two_windows_in_one_request_are_refused(client: triton.InferenceServerClient) -> None:
    both = triton.InferInput("AUDIO", [2, 10], "FP32").set_data_from_numpy(np.zeros((2, 10), dtype=np.float32))
    with pytest.raises(InferenceServerException, match="AUDIO_INVALID"):
        client.infer("whisper", [both])


@pytest.mark.parametrize(
    ("parameters", "advice"),
    [
        ({}, "WHISPER_FOLDER"),
        ({"folder": "/nonexistent"}, "/nonexistent"),
        ({"folder": str(MODEL), "precision": "int4"}, "precision is fp32, fp16 or int8"),
        ({"folder": str(MODEL), "precision": "fp16"}, "fp16"),
        ({"folder": str(MODEL), "threads": "many"}, "threads is a whole number"),
        ({"folder": str(MODEL), "providers": "abacus"}, "abacus"),
    ],
)
async def test_a_model_that_cannot_be_loaded_says_why(
    whisper_server: TritonServer, client: triton.InferenceServerClient, parameters: dict[str, str], advice: str
) -> None:
    name = "whisper_broken"
    copy_model("whisper", whisper_server.repository, called=name, parameters=parameters)
    try:
        with pytest.raises(InferenceServerException, match=re.escape(advice)):
            client.load_model(name, client_timeout=LIMIT_S)
    finally:
        whisper_server.remove(name)


async def test_the_repositorys_own_model_needs_nothing_but_a_folder(tmp_path: Path) -> None:
    environment = {"WHISPER_FOLDER": str(MODEL), "WHISPER_PRECISION": "int8", "WHISPER_LAYOUT": "split"}
    server = TritonServer(REPOSITORY, ["whisper"], environment, log=tmp_path / "server.log")
    await asyncio.to_thread(server.start)
    try:
        row = SPEECH[0]
        async with aio.InferenceServerClient(server.address) as calls:
            found = await heard(calls, "whisper", row["clip"], row["language"])
        assert list(found.tokens) == row["tokens"]
    finally:
        await asyncio.to_thread(server.stop)
