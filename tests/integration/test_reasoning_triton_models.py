"""`llm_onnx` and `embedder` on a real Triton server, with tiny models that mean nothing: tensors, guided decoding,
ends, refusals and cancellation hold; and garbage is found out.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from inference.e5.engine import E5Engine
from services.reasoning.adapters.e5_embedder import E5Embedder, TritonEmbedder
from services.reasoning.adapters.llm.asking import schema_of
from services.reasoning.adapters.llm.engine import assembled
from services.reasoning.adapters.llm.model import Finish, Message, ModelRequest
from services.reasoning.adapters.llm.shapes import FollowUpShape, evaluation_shape, follow_up_shape
from services.reasoning.adapters.llm.triton_model import TritonModel
from services.reasoning.adapters.workers import PriorityWorkers
from services.reasoning.domain.embedding import EmbedderUnavailable
from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.llm_failures import RETRIED, FallbackReason, ModelFailed
from services.reasoning.domain.questions import Exchange, Language, Question, QuestionKind
from services.reasoning.ports import EngineOptions, ModelOptions
from tests.support.reasoning_answers import ANSWERS
from tests.support.triton import REPOSITORY, TritonServer, copy_model, needs_triton, triton_server
from tools import make_tiny_e5, make_tiny_llm

LIMIT_S = 60.0
SHAPE = follow_up_shape(("result", "detail"))
TEXTS = ["인덱스를 추가했습니다.", "I cut the latency.", "", "결제"]
SOURCES = {Language.KOREAN: "ko-backend-index-tradeoff", Language.ENGLISH: "en-backend-index-cost"}
HELLO = (Message("user", "Hello 안녕하세요"),)


@dataclass(frozen=True)
class Served:
    server: TritonServer
    e5: Path


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with tempfile.TemporaryDirectory(prefix="parley-models-", ignore_cleanup_errors=True) as at:
        repository, llm, e5 = Path(at) / "models", Path(at) / "llm", Path(at) / "e5"
        make_tiny_llm.make(llm)
        make_tiny_e5.make(e5)
        copy_model("llm_onnx", repository, parameters={"folder": str(llm), "threads": "1"})
        copy_model("llm_onnx", repository, called="llm_narrow", parameters=NARROW | {"folder": str(llm)})
        copy_model("embedder", repository, parameters={"folder": str(e5)})
        with triton_server(repository, ["llm_onnx", "llm_narrow", "embedder"]) as server:
            yield Served(server, e5)


NARROW = {"streams": "1", "waiting": "1", "threads": "1"}


def request(
    max_tokens: int = 2000, shape: type[FollowUpShape] = SHAPE, messages: tuple[Message, ...] = HELLO
) -> ModelRequest:
    return ModelRequest(messages, "test", schema_of(shape), max_tokens)


async def whole(model: TritonModel, wanted: ModelRequest) -> tuple[str, Finish | None, int]:
    parts = [piece async for piece in model.generate(wanted)]
    return "".join(piece.text for piece in parts), parts[-1].finish, len(parts)


@needs_triton
async def test_a_text_is_streamed_guided_and_the_same_again(served: Served) -> None:
    model = TritonModel(served.server.address, "llm_onnx", "chatml")
    try:
        await model.check()
        text, finish, pieces = await whole(model, request())
        assert finish is Finish.STOP
        assert pieces > 20
        # What random weights write is garbage; that it is garbage of this shape is the guide's work.
        assert set(SHAPE.model_validate_json(text).model_dump()) == {"ask", "missing", "quote", "question"}
        assert (await whole(model, request()))[0] == text
    finally:
        await model.close()


@needs_triton
async def test_tokens_are_a_budget(served: Served) -> None:
    model = TritonModel(served.server.address, "llm_onnx", "plain")
    try:
        text, finish, _ = await whole(model, request(max_tokens=12))
        assert finish is Finish.LENGTH
        assert len(text.encode()) <= 12 * 4
        with pytest.raises(ModelFailed) as failure:
            await whole(model, request(messages=(Message("user", "long " * 5000),)))
        assert failure.value.reason is FallbackReason.TOO_LONG
    finally:
        await model.close()


@needs_triton
async def test_a_cancelled_text_frees_its_place_and_a_full_queue_refuses(served: Served) -> None:
    """One stream and one place to wait: of two more one is refused, and who leaves makes room for the other."""
    model = TritonModel(served.server.address, "llm_narrow", "plain")
    slow = ModelRequest(HELLO, "test", schema_of(evaluation_shape(tuple(Criterion), (), True)), 6000)
    try:
        first = model.generate(slow)
        await anext(first)
        others = [asyncio.create_task(whole(model, request(max_tokens=5))) for _ in range(2)]
        (refused,), (waiting,) = await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED, timeout=LIMIT_S)
        failure = refused.exception()
        assert isinstance(failure, ModelFailed)
        assert failure.reason is FallbackReason.BUSY
        await first.aclose()
        async with asyncio.timeout(LIMIT_S):
            assert (await waiting)[1] is Finish.LENGTH
    finally:
        await model.close()


@needs_triton
@pytest.mark.parametrize(
    ("sampling", "said"),
    [("{", "sampling_parameters"), ('{"max_tokens": 0}', "max_tokens"), ('{"top_k": "x"}', "read")],
)
async def test_wrong_requests_are_refused_in_words(served: Served, sampling: str, said: str) -> None:
    answers: list[object] = []
    with served.server.client as client:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()

        def answered(result: object, error: object) -> None:
            answers.append(error)
            loop.call_soon_threadsafe(done.set)

        client.start_stream(answered)
        inputs = [
            triton.InferInput(name, [1], "BYTES").set_data_from_numpy(np.array([text.encode()], dtype=np.object_))
            for name, text in (("text_input", "hi"), ("sampling_parameters", sampling))
        ]
        client.async_stream_infer("llm_onnx", inputs)
        async with asyncio.timeout(LIMIT_S):
            await done.wait()
        client.stop_stream()
    assert isinstance(answers[0], InferenceServerException)
    assert said in str(answers[0])


@needs_triton
async def test_garbage_is_found_out(served: Served) -> None:
    limits = ModelOptions(first_token_s=LIMIT_S, question_s=LIMIT_S)
    model = TritonModel(served.server.address, "llm_onnx", "chatml")
    engine = assembled("llm-triton", model, EngineOptions(model=limits))
    await engine.start()
    try:
        for language in Language:
            source = SOURCES[language]
            entry = engine.fallback.bank.find(Question(source, "?", QuestionKind.TECHNICAL))
            assert entry is not None
            with pytest.raises(ModelFailed) as failure:
                await engine.follow_up(language, Exchange(entry.question, ANSWERS[source].fair), ())
            assert failure.value.reason in RETRIED
        assert engine.readiness().fallback is None  # it writes nonsense, but it is there
    finally:
        await engine.close()


@needs_triton
async def test_embeddings_are_those_of_this_process(served: Served) -> None:
    workers = PriorityWorkers(1, 8, "test")
    near, far = E5Embedder(served.e5, workers, 1), TritonEmbedder(served.server.address)
    try:
        ours, theirs = await near.embed(TEXTS * 20), await far.embed(TEXTS * 20)
        assert np.allclose(ours, theirs, atol=1e-6)
        assert np.allclose(ours[:4], E5Engine(served.e5).embed(TEXTS), atol=1e-5)
        assert "e5" in near.info.version
    finally:
        await near.close()
        await far.close()


async def test_an_embedder_without_its_model_says_what_to_do(tmp_path: Path) -> None:
    near, far = E5Embedder(tmp_path, PriorityWorkers(1, 8, "test"), 1), TritonEmbedder("127.0.0.1:9")
    try:
        with pytest.raises(EmbedderUnavailable, match="parley models pull"):
            await near.embed(["a"])
        with pytest.raises(EmbedderUnavailable, match="PARLEY_REASONING_EMBEDDER"):
            await far.embed(["a"])
    finally:
        await near.close()
        await far.close()


def test_all_models_of_the_contract_have_the_same_tensors() -> None:
    """vLLM does not run here: its configuration is held to that of the model that does."""
    scripted = Path(__file__).parents[1] / "support/triton_models/scripted_llm"
    configs = [
        (folder / "config.pbtxt").read_text() for folder in (REPOSITORY / "llm", REPOSITORY / "llm_onnx", scripted)
    ]
    tensors = [re.findall(r"\{ name: .* \}", config) for config in configs]
    assert len(tensors[0]) == 7
    assert tensors[0] == tensors[1] == tensors[2]
    for config in configs:
        assert "max_batch_size: 0" in config
        assert "decoupled: true" in config
    options = json.loads((REPOSITORY / "llm/1/model.json").read_text())
    assert options["enable_prefix_caching"] is True
    assert options["max_model_len"] >= 8192
