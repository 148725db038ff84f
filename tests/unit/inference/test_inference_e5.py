"""E5: pooling, masking, prefixes and lengths against a second computation; files that can't be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from tokenizers import Tokenizer

from inference.e5.engine import E5Engine, Purpose
from inference.errors import ModelUnusable
from tools.make_tiny_e5 import WIDTH, make

TEXTS = ["인덱스를 추가해 응답 시간을 줄였습니다.", "I cut the latency.", "a", "결제 payment"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("e5")
    make(made)
    return made


@pytest.fixture(scope="module")
def engine(folder: Path) -> E5Engine:
    return E5Engine(folder)


def expected(folder: Path, text: str, prefix: str) -> np.ndarray:
    """The same by hand: no padding, no mask, one text."""
    weights = {
        each.name: numpy_helper.to_array(each) for each in onnx.load(folder / "onnx/model.onnx").graph.initializer
    }
    ids = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(f"{prefix}: {text}").ids
    mean = np.tanh(weights["embedding"][ids] @ weights["mix"]).mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def test_a_batch_gives_what_each_text_gives_alone(engine: E5Engine, folder: Path) -> None:
    rows = engine.embed(TEXTS)
    assert rows.shape == (len(TEXTS), WIDTH)
    for row, text in zip(rows, TEXTS, strict=True):
        assert np.allclose(row, expected(folder, text, "query"), atol=1e-5)


def test_the_purpose_is_the_prefix(engine: E5Engine, folder: Path) -> None:
    (row,) = engine.embed(TEXTS[:1], Purpose.PASSAGE)
    assert np.allclose(row, expected(folder, TEXTS[0], "passage"), atol=1e-5)
    assert not np.allclose(row, engine.embed(TEXTS[:1])[0], atol=1e-3)


def test_rows_have_length_one_and_blanks_are_zeros(engine: E5Engine) -> None:
    rows = engine.embed(["", "word", " \n"])
    assert np.allclose(np.linalg.norm(rows, axis=1), [0, 1, 0])
    assert engine.embed([]).shape == (0, WIDTH)


def test_a_very_long_text_counts_up_to_its_limit(engine: E5Engine) -> None:
    rows = engine.embed(["word " * 2000, "word " * 4000])
    assert np.allclose(rows[0], rows[1])


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="parley models pull"):
        E5Engine(tmp_path)


def test_a_damaged_model_says_what_to_do(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "onnx/model.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelUnusable, match="fetch the model again"):
        E5Engine(tmp_path)


def test_another_kind_of_graph_is_told_so(tmp_path: Path) -> None:
    make(tmp_path)
    graph = onnx.load(tmp_path / "onnx/model.onnx")
    graph.graph.output[0].name = graph.graph.node[-1].output[0] = "logits"
    onnx.save(graph, str(tmp_path / "onnx/model.onnx"))
    with pytest.raises(ModelUnusable, match="last_hidden_state"):
        E5Engine(tmp_path)
