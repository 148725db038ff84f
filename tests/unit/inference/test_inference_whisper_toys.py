"""The engine on generated models of every kind: what it must read from the files, and files that are broken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from inference.errors import InferenceFailed, ModelUnusable
from inference.whisper import providers, session
from inference.whisper.engine import DecodeOptions, Transcription, WhisperEngine, Window
from inference.whisper.graphs import Encoder, open_decoder
from inference.whisper.model_files import describe, find_graphs
from inference.whisper.providers import Hardware
from tools.expose_cross_attention import NotExposable, expose, expose_folder
from tools.make_whisper_model import BYTES, KINDS, make_toy, special_tokens

SHORT = DecodeOptions(max_tokens=6)


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    made: dict[tuple[str, bool], Path] = {}

    def toy(kind: str = "multilingual", *, half: bool = False) -> Path:
        if (kind, half) not in made:
            made[kind, half] = make_toy(tmp_path_factory.mktemp(kind), kind, half=half)
        return made[kind, half]

    return toy


@pytest.fixture
def toy(toys: Callable[..., Path], tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(toys(), tmp_path / "toy"))


def sounds() -> list[Window]:
    chance = np.random.default_rng(1)
    return [Window(chance.normal(0, 0.1, length).astype(np.float32), None) for length in (8_000, 24_000)]


def tokens(found: list[Transcription]) -> list[tuple[int, ...]]:
    return [each.tokens for each in found]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_the_same_split_or_merged_alone_or_together(toys: Callable[..., Path], kind: str) -> None:
    split, merged = (WhisperEngine(toys(kind), layout=layout) for layout in ("split", "merged"))
    together = split.transcribe(sounds(), SHORT)
    assert tokens(together) == tokens(merged.transcribe(sounds(), SHORT))
    assert tokens(together) == [each for window in sounds() for each in tokens(split.transcribe([window], SHORT))]
    assert all(len(each.tokens) == 6 for each in together)
    expected = {"multilingual": ("en", "ko"), "v3": ("en", "ko", "yue"), "english": ("en",)}[kind]
    assert split.description.languages == expected
    assert tuple(together[0].language_probabilities) == expected
    assert (split.description.d_model, split.description.decoder_layers) == (16, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_ids_shift_with_the_kind(toys: Callable[..., Path], kind: str) -> None:
    begin = BYTES + len(special_tokens(kind))
    options = DecodeOptions(timestamps=True, max_tokens=12)
    for found in WhisperEngine(toys(kind)).transcribe(sounds(), options):
        times = [token - begin for token in found.tokens if token >= begin]
        assert found.tokens[0] >= begin
        assert times[0] <= 50
        assert times == sorted(times)
        assert all(token < BYTES or token >= begin for token in found.tokens)
        runs = "".join("t" if token >= begin else "w" for token in found.tokens)
        assert "ttt" not in runs


def test_half_precision_is_read_from_the_graphs(toys: Callable[..., Path]) -> None:
    full = WhisperEngine(toys("v3")).transcribe(sounds(), SHORT)
    engine = WhisperEngine(toys("v3", half=True), precision="fp16", layout="merged")
    for half, single in zip(engine.transcribe(sounds(), SHORT), full, strict=True):
        assert half.mean_log_probability == pytest.approx(single.mean_log_probability, abs=0.2)
        assert half.no_speech_probability == pytest.approx(single.no_speech_probability, rel=0.1)


def test_the_cache_gives_what_reading_everything_again_gives(toys: Callable[..., Path]) -> None:
    folder = toys()
    model, hardware = describe(folder), Hardware(providers=("cpu",))
    files = find_graphs(folder, "fp32", "split")
    decoder = open_decoder(files, model, hardware)
    features = np.random.default_rng(2).normal(0, 1, (2, 80, 3000)).astype(np.float32)
    states = Encoder(files, model, hardware)(features)
    text = np.random.default_rng(3).integers(0, BYTES, (2, 7))
    whole, _, _ = decoder.start(states, text)
    _, _, cache = decoder.start(states, text[:, :3])
    for place in range(3, 7):
        logits, _, cache = decoder.step(text[:, place : place + 1], cache)
        assert np.allclose(logits, whole[:, place], atol=1e-4)


def test_values_bound_to_a_device_give_what_arrays_give(toys: Callable[..., Path]) -> None:
    # The path that CUDA uses, on the only device that is here.
    folder, model = toys(), describe(toys())
    features = np.random.default_rng(2).normal(0, 1, (2, 80, 3000)).astype(np.float32)
    text = np.random.default_rng(3).integers(0, BYTES, (2, 3))
    for layout in ("split", "merged"):
        files = find_graphs(folder, "fp32", layout)
        found = []
        for bound in (False, True):
            hardware = Hardware(providers=("cpu",), bound=bound)
            decoder = open_decoder(files, model, hardware)
            _, _, cache = decoder.start(Encoder(files, model, hardware)(features), text)
            cache = cache.rearranged([1, 0, 1], same_windows=False)
            found.append(decoder.step(np.array([[1], [2], [3]]), cache)[0])
        assert np.allclose(found[0], found[1], atol=1e-5)


def test_words_are_aligned_where_the_toy_gives_its_attention(toys: Callable[..., Path], tmp_path: Path) -> None:
    expose_folder(toys(), tmp_path / "exposed")
    options = DecodeOptions(max_tokens=8, word_times=True)
    for layout in ("split", "merged"):
        engine = WhisperEngine(tmp_path / "exposed", layout=layout)
        assert engine.description.has_alignment
        plain = WhisperEngine(toys(), layout=layout).transcribe(sounds(), options)
        for found, same in zip(engine.transcribe(sounds(), options), plain, strict=True):
            assert found.tokens == same.tokens
            assert found.token_frames is not None
            assert all(before.end_s <= after.start_s + 1e-6 for before, after in pairwise(found.words))


def test_a_fused_decoder_cannot_be_exposed(toys: Callable[..., Path]) -> None:
    model = onnx.load(str(toys() / "onnx" / "decoder_model.onnx"))
    for node in model.graph.node:
        if node.op_type == "Softmax":
            node.op_type = "LogSoftmax"
    with pytest.raises(NotExposable, match="layers \\[0, 1\\]"):
        expose(model)


def edited(folder: Path, name: str, **changes: Any) -> None:
    content = json.loads((folder / name).read_text(encoding="utf-8"))
    (folder / name).write_text(json.dumps(content | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        ("config.json", {"decoder_attention_heads": 0}, "ZeroDivisionError"),
        ("config.json", {"decoder_attention_heads": 4}, "config.json says 4"),
        ("config.json", {"d_model": 32}, "config.json says 32"),
        ("config.json", {"d_model": "wide"}, "ValueError"),
        ("config.json", {"decoder_layers": 3}, r"present\.2\."),
        ("generation_config.json", {"eos_token_id": None}, "TypeError"),
        ("generation_config.json", {"eos_token_id": 99_999}, "99999"),
        ("generation_config.json", {"lang_to_id": {"<|en|>": 99_998}}, "99998"),
        ("generation_config.json", {"lang_to_id": ["en"]}, "AttributeError"),
        ("generation_config.json", {"suppress_tokens": ["a"]}, "ValueError"),
        ("generation_config.json", {"alignment_heads": [1]}, "TypeError"),
        ("preprocessor_config.json", {"feature_size": 128}, "preprocessor_config.json says 128"),
    ],
)
def test_json_files_that_do_not_fit_are_named(toy: Path, name: str, changes: dict[str, Any], says: str) -> None:
    edited(toy, name, **changes)
    with pytest.raises(ModelUnusable, match=says):
        WhisperEngine(toy)


@pytest.mark.parametrize(
    "name", ["config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json"]
)
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00"])
def test_json_files_that_are_broken_are_named(toy: Path, name: str, content: bytes) -> None:
    (toy / name).write_bytes(content)
    with pytest.raises(ModelUnusable, match=r"toy"):
        WhisperEngine(toy)


def test_a_tokenizer_of_another_model_is_noticed(toy: Path) -> None:
    text = (toy / "tokenizer.json").read_text(encoding="utf-8")
    (toy / "tokenizer.json").write_text(text.replace("<|startoftranscript|>", "<|start|>"), encoding="utf-8")
    with pytest.raises(ModelUnusable, match=r"startoftranscript.*wrong tokenizer"):
        WhisperEngine(toy)


@pytest.mark.parametrize("graph", ["encoder_model", "decoder_model", "decoder_with_past_model"])
def test_graphs_that_are_cut_short_are_named(toy: Path, graph: str) -> None:
    path = toy / "onnx" / f"{graph}.onnx"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ModelUnusable, match=rf"{graph}\.onnx cannot be loaded.*again"):
        WhisperEngine(toy, layout="split")


def test_graphs_in_one_anothers_place_are_noticed(toy: Path) -> None:
    shutil.copy(toy / "onnx" / "encoder_model.onnx", toy / "onnx" / "decoder_model.onnx")
    with pytest.raises(ModelUnusable, match=r"decoder_model\.onnx has no input_ids.*no Optimum export"):
        WhisperEngine(toy, layout="split")
    shutil.copy(toy / "onnx" / "decoder_model_merged.onnx", toy / "onnx" / "encoder_model.onnx")
    with pytest.raises(ModelUnusable, match=r"encoder_model\.onnx wants input_ids"):
        WhisperEngine(toy, layout="merged")


def test_inputs_of_an_unknown_type_are_named(toy: Path) -> None:
    path = toy / "onnx" / "encoder_model.onnx"
    model = onnx.load(str(path))
    model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    model.graph.node.insert(0, onnx.helper.make_node("Cast", ["input_features"], ["single"], to=onnx.TensorProto.FLOAT))
    model.graph.node[1].input[0] = "single"
    onnx.save(model, str(path))
    with pytest.raises(ModelUnusable, match=r"tensor\(double\)"):
        WhisperEngine(toy)


def test_a_runtime_failure_is_told_without_the_speech(toys: Callable[..., Path]) -> None:
    graph = session.Graph(toys() / "onnx" / "encoder_model.onnx", Hardware(providers=("cpu",)))
    with pytest.raises(InferenceFailed, match=r"failed on encoder_model\.onnx: \w+$"):
        graph.run(["last_hidden_state"], {"input_features": np.zeros((1, 80, 17), np.float32)})


@pytest.mark.parametrize(
    ("wanted", "split", "says"),
    [
        (["npu"], True, "choose from tensorrt, cuda, cpu"),
        ([], True, "empty list"),
        (["tensorrt"], True, "does not work on this machine"),
        (["cuda"], False, "does not work on this machine"),
    ],
)
def test_providers_that_are_not_there_are_refused(wanted: list[str], split: bool, says: str) -> None:
    if set(wanted) & set(providers.available()):
        pytest.skip("this machine has that hardware")
    with pytest.raises(ModelUnusable, match=says):
        providers.choose(wanted, split=split)


def test_what_runs_it_is_in_the_description(toys: Callable[..., Path]) -> None:
    engine = WhisperEngine(toys(), providers=["cpu"])
    assert engine.description.providers == ("cpu",)
    assert engine.description.version.count("-") == 2
    chosen = providers.choose(None, split=False)
    assert chosen.providers[-1] == "cpu"
    assert "tensorrt" not in chosen.providers
    cached = Hardware(providers=("tensorrt", "cpu"), engine_cache=Path("/var/cache/engines"))
    assert cached.for_session()[0][1]["trt_engine_cache_path"] == "/var/cache/engines"
    assert cached.device == "cuda"
