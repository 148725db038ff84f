"""The set-up step that makes the landmark model: its surgery, its container, and its refusals.

That the result gives the right landmarks is proven in tests/integration/test_vision_landmarks.py.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as tfl
from flatbuffers import flexbuffers
from numpy.typing import NDArray

from tools import make_face_model
from tools.make_face_model import ModelError, bundle, join_outputs, read_models

WIDTHS = {
    "output_mesh_identity": 1404,
    "output_lips": 160,
    "output_left_eye": 142,
    "output_right_eye": 142,
    "output_left_iris": 10,
    "output_right_iris": 10,
    "conv_faceflag": 1,
}
OPERATORS: dict[int, Callable[[list[Any]], Any]] = {
    tfl.BuiltinOperator.CONCATENATION: np.concatenate,
    tfl.BuiltinOperator.GATHER: lambda parts: parts[0][parts[1]],
    tfl.BuiltinOperator.MEAN: lambda parts: np.array([parts[0].mean()]),
}
LISTS = (list(range(80)), list(range(100, 171)), list(range(300, 371)))


def skeleton(lists: tuple[list[int], ...] = LISTS) -> bytes:
    """A network with the outputs and refinement lists of the attention mesh, and no weights."""
    net, graph = tfl.ModelT(), tfl.SubGraphT()
    code = tfl.OperatorCodeT()
    code.builtinCode, code.customCode = tfl.BuiltinOperator.CUSTOM, b"Landmarks2TransformMatrix"
    graph.tensors, graph.operators = [], []
    for name, width in WIDTHS.items():
        tensor = tfl.TensorT()
        tensor.name, tensor.shape = name.encode(), np.array([1, 1, 1, width], np.int32)
        graph.tensors.append(tensor)
    for indices in lists:
        operator = tfl.OperatorT()
        operator.customOptions = np.frombuffer(bytes(flexbuffers.Dumps({"subset_idxs": indices})), np.uint8)
        graph.operators.append(operator)
    net.version, net.operatorCodes, net.subgraphs, net.buffers = 3, [code], [graph], [tfl.BufferT()]
    builder = flatbuffers.Builder(4096)
    builder.Finish(net.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def run(model: bytes, values: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """The joined outputs for ``values`` of the seven old ones: the appended operators, in numpy."""
    net = tfl.ModelT.InitFromObj(tfl.Model.GetRootAs(model, 0))
    graph = net.subgraphs[0]
    known = {index: values[t.name.decode()] for index, t in enumerate(graph.tensors) if t.name.decode() in values}
    for index, tensor in enumerate(graph.tensors):
        data = net.buffers[tensor.buffer].data
        if index not in known and data is not None:
            known[index] = np.frombuffer(bytes(data), np.int32)
    for operator in graph.operators[len(LISTS) :]:
        kind = net.operatorCodes[operator.opcodeIndex].builtinCode
        inputs = [known[index] for index in operator.inputs]
        known[operator.outputs[0]] = OPERATORS[kind](inputs)
    return [known[index] for index in graph.outputs]


def test_refined_points_replace_the_meshs_and_presence_comes_second() -> None:
    values = {name: np.arange(width, dtype=np.float32) + 10_000 * n for n, (name, width) in enumerate(WIDTHS.items())}
    landmarks, presence = run(join_outputs(skeleton()), values)
    points, mesh = landmarks.reshape(478, 3), values["output_mesh_identity"].reshape(468, 3)
    assert presence.tolist() == values["conv_faceflag"].tolist()
    names = ("output_lips", "output_left_eye", "output_right_eye")
    for name, indices in zip(names, LISTS, strict=True):
        assert (points[indices, :2] == values[name].reshape(-1, 2)).all(), name
    assert (points[:468, 2] == mesh[:, 2]).all(), "depth stays the mesh's"
    untouched = sorted(set(range(468)) - {index for indices in LISTS for index in indices})
    assert (points[untouched] == mesh[untouched]).all()
    for start, name, contour in ((468, "output_left_iris", LISTS[1]), (473, "output_right_iris", LISTS[2])):
        assert (points[start : start + 5, :2] == values[name].reshape(5, 2)).all()
        assert (points[start : start + 5, 2] == mesh[contour[:16], 2].mean()).all()


def test_another_network_is_refused() -> None:
    with pytest.raises(ModelError, match="refinement lists"):
        join_outputs(skeleton(LISTS[:2]))


def test_a_bundle_is_stored_aligned_and_the_same_each_time() -> None:
    made = bundle(b"<first model>", b"<second model>" * 7)
    assert made == bundle(b"<first model>", b"<second model>" * 7)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["face_detector.tflite", "face_landmarks_detector.tflite"]
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            data = archive.read(entry)
            assert made.index(data) % 4 == 0


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "mediapipe-0.10.21.whl"
    wheel.write_bytes(b"something else")
    with pytest.raises(ModelError, match="is not the published wheel"):
        read_models(wheel)


def test_no_registry_is_told_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelError, match="--wheel FILE"):
        make_face_model.fetch_wheel(tmp_path)


def test_a_failure_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel, target = tmp_path / "wrong.whl", tmp_path / "models" / "face.task"
    wheel.write_bytes(b"something else")
    monkeypatch.setattr(sys, "argv", ["make_face_model", "--to", str(target), "--wheel", str(wheel)])
    assert make_face_model.main() == 1
    assert list(target.parent.iterdir()) == []
    assert "not the published wheel" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["make_face_model", "--to", str(target), "--wheel", str(tmp_path / "none.whl")])
    assert make_face_model.main() == 1


def test_a_model_that_is_whole_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "face.task"
    target.write_bytes(bundle(b"detector", b"landmarks"))
    monkeypatch.setattr(sys, "argv", ["make_face_model", "--to", str(target), "--wheel", "never-read.whl"])
    assert make_face_model.main() == 0
    assert "is there" in capsys.readouterr().out
    target.write_bytes(target.read_bytes()[:100])
    assert make_face_model.main() == 1, "a half one is made again"
