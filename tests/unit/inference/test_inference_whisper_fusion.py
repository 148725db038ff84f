"""`fuse_attention`: the same numbers as the graph that it rewrites, in less memory; other graphs are left alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from onnx import GraphProto, TensorProto, helper

from inference.whisper.fusion import LARGEST_BYTES, fuse_attention
from tools import whisper_graphs

Array = npt.NDArray[Any]
BATCH, HEADS, POSITIONS, OTHERS, SIZE, WIDTH = 2, 3, 40, 70, 8, 5


def attention(*lead: int, axis: int = -1) -> GraphProto:
    """softmax(query key_turned) value over the leading dimensions `lead`."""
    shapes = {"query": (POSITIONS, SIZE), "key_turned": (SIZE, OTHERS), "value": (OTHERS, WIDTH)}
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [f"d{place}" for place in range(len(lead))] + [*shape])
        for name, shape in shapes.items()
    ]
    nodes = [
        helper.make_node("MatMul", ["query", "key_turned"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["weights"], axis=axis),
        helper.make_node("MatMul", ["weights", "value"], ["mixed"]),
    ]
    return helper.make_graph(
        nodes, "attention", inputs, [helper.make_tensor_value_info("mixed", TensorProto.FLOAT, None)]
    )


def saved(graph: GraphProto, folder: Path, opset: int = 14) -> Path:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))
    return folder / "model.onnx"


def fused(path: Path) -> bytes:
    pieces = fuse_attention(path)
    assert pieces is not None
    return b"".join(pieces)


def run(model: bytes | str, feed: dict[str, Array]) -> Array:
    (found,) = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, feed)
    return np.asarray(found)


def kinds(model: bytes) -> list[str]:
    return [node.op_type for node in onnx.load_model_from_string(model).graph.node]


@pytest.mark.parametrize("lead", [(BATCH, HEADS), (BATCH * HEADS,)], ids=["heads apart", "heads in the batch"])
@pytest.mark.parametrize("opset", [11, 14, 18])
def test_attention_becomes_one_operator_with_the_same_results(
    lead: tuple[int, ...], opset: int, tmp_path: Path
) -> None:
    path = saved(attention(*lead), tmp_path, opset)
    chance = np.random.default_rng(0)
    shapes = {"query": (POSITIONS, SIZE), "key_turned": (SIZE, OTHERS), "value": (OTHERS, WIDTH)}
    feed = {name: chance.normal(0, 1, (*lead, *shape)).astype(np.float32) for name, shape in shapes.items()}
    model = fused(path)
    assert kinds(model).count("MultiHeadAttention") == 1
    assert "Softmax" not in kinds(model)
    assert run(model, feed) == pytest.approx(run(str(path), feed), abs=1e-5)


@pytest.mark.parametrize("batch", [1, 3])
def test_an_encoder_is_fused_in_every_layer_and_gives_the_same_states(batch: int, tmp_path: Path) -> None:
    path = tmp_path / "encoder.onnx"
    onnx.save(whisper_graphs.encoder(whisper_graphs.Shape(vocabulary=9, encoder_layers=3)), str(path))
    features = np.random.default_rng(0).normal(0, 1, (batch, 80, 3000)).astype(np.float32)
    model = fused(path)
    assert kinds(model).count("MultiHeadAttention") == 3
    expected = run(str(path), {"input_features": features})
    assert run(model, {"input_features": features}) == pytest.approx(expected, abs=1e-4)


def masked(graph: GraphProto) -> None:
    graph.node[1].input[0] = "seen"
    graph.input.append(helper.make_tensor_value_info("mask", TensorProto.FLOAT, [POSITIONS, OTHERS]))
    graph.node.insert(1, helper.make_node("Add", ["scores", "mask"], ["seen"]))


def weights_given(graph: GraphProto) -> None:
    graph.output.append(helper.make_tensor_value_info("weights", TensorProto.FLOAT, None))


def scores_given(graph: GraphProto) -> None:
    graph.output.append(helper.make_tensor_value_info("scores", TensorProto.FLOAT, None))


def weights_used_twice(graph: GraphProto) -> None:
    graph.node.append(helper.make_node("ReduceMax", ["weights"], ["largest"], keepdims=0))
    graph.output.append(helper.make_tensor_value_info("largest", TensorProto.FLOAT, []))


def over_another_axis(graph: GraphProto) -> None:
    graph.CopyFrom(attention(BATCH, HEADS, axis=1))


def no_attention(graph: GraphProto) -> None:
    graph.node[2].input[0] = "query"
    graph.node[2].input[1] = "key_turned"


def weights_elsewhere(graph: GraphProto) -> None:
    weight = TensorProto(name="value", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value="model.onnx_data")
    graph.initializer.append(weight)


@pytest.mark.parametrize(
    "change",
    [masked, weights_given, scores_given, weights_used_twice, over_another_axis, no_attention, weights_elsewhere],
)
def test_what_is_not_plain_attention_is_left_alone(change: Callable[[GraphProto], None], tmp_path: Path) -> None:
    graph = attention(BATCH, HEADS)
    change(graph)
    assert fuse_attention(saved(graph, tmp_path)) is None


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)  # a hole: takes no space
    assert fuse_attention(path) is None


_PEAK = """
import re, sys
from pathlib import Path
import numpy as np
from inference.whisper.providers import Hardware
from inference.whisper.session import Graph

def peak():  # getrusage's would begin with that of the process that started this one
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

graph = Graph(Path(sys.argv[1]), Hardware(providers=("cpu",)), fused=sys.argv[2] == "fused")
before = peak()
graph.run(["last_hidden_state"], {"input_features": np.zeros((1, 80, 3000), np.float32)})
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere encoders are read as they are")
def test_an_encoder_never_holds_its_scores_whole(tmp_path: Path) -> None:
    path, heads = tmp_path / "encoder.onnx", 16
    onnx.save(whisper_graphs.encoder(whisper_graphs.Shape(vocabulary=9, heads=heads)), str(path))
    scores = heads * 1500 * 1500 * 4

    def peak(how: str) -> int:
        command = [sys.executable, "-c", _PEAK, str(path), how]
        return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)

    assert peak("as it is") > scores
    assert peak("fused") < scores / 2
