"""A model that is missing, damaged or of the wrong kind is refused at start, with the command that helps."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as tfl

from services.vision.adapters import model_file
from services.vision.domain.errors import ModelUnusable
from tools.make_face_model import bundle


def network(width: int) -> bytes:
    """The least flatbuffer that is a TFLite model with an output of ``width`` numbers."""
    tensor = tfl.TensorT()
    tensor.shape, tensor.name = np.array([1, 1, 1, width], np.int32), b"out"
    graph = tfl.SubGraphT()
    graph.tensors, graph.outputs = [tensor], np.array([0], np.int32)
    model = tfl.ModelT()
    model.version, model.subgraphs = 3, [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def written(folder: Path, content: bytes) -> Path:
    path = folder / "face.task"
    path.write_bytes(content)
    return path


def test_a_good_one_is_named_by_its_content(tmp_path: Path) -> None:
    model = model_file.read(written(tmp_path, bundle(b"detector", network(478 * 3))))
    assert model.model_id.startswith("face-")
    assert model.detector == b"detector"
    assert not model.official
    other = model_file.read(written(tmp_path, bundle(b"another detector", network(478 * 3))))
    assert other.model_id != model.model_id


def test_the_plain_468_point_mesh_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="does not give 478 landmarks"):
        model_file.read(written(tmp_path, bundle(b"detector", network(468 * 3))))


def test_a_missing_one_is_refused_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"no face model at .*make setup"):
        model_file.read(tmp_path / "face.task")


def _other_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", _other_zip(), bundle(b"d", network(1434))[:-30], bundle(b"d", b"x"), bundle(b"d", bytes(64))],
)
def test_damaged_ones_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ModelUnusable):
        model_file.read(written(tmp_path, content))


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable):
        model_file.read(tmp_path)
