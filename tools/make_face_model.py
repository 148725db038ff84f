"""Makes `attention.task`, the embedded face landmark model, from the content of one published wheel.

    python -m tools.make_face_model [--to FILE] [--wheel FILE] [--force]

MediaPipe's packages since 0.10.30 carry no model, and Parley downloads none from a hub without being asked. The wheel
of 0.10.21 carries the detector and the attention mesh (Apache-2.0); it is fetched from the package registry, checked
against its sha256, read as a zip and thrown away: nothing of it is installed. It is always the x86-64 wheel, because
the two models in it are the same bytes for every machine (and 0.10.21 has no wheel for arm64).

The attention mesh has seven outputs, and the task graph of MediaPipe reads only two: output 0 as all 478 landmarks and
output 1 as the presence of a face. So the refined points are put in their places inside the model:

    eye_z   = MEAN(GATHER(mesh, z of the first 16 points of an eye's list))      once per eye, for the iris
    all     = CONCATENATION(mesh, lips, left eye, right eye, left iris, right iris, left eye_z, right eye_z)
    output0 = GATHER(all, source of each of the 478 x 3 coordinates)             [1, 1, 1, 1434]
    output1 = conv_faceflag

which is the arrangement of MediaPipe's `face_landmarks_from_pose_to_face_mesh` refinement (legacy FaceMesh with
`refine_landmarks=True`): x, y of lips, eyes and irises come from the refined outputs, z of the mesh is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import struct
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as tfl
from flatbuffers import flexbuffers
from numpy.typing import NDArray

from tools import wheels

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_TARGET = ROOT / "build" / "models" / "attention.task"  # where services.vision looks in a source checkout

PACKAGE = "mediapipe==0.10.21"
PLATFORM = "manylinux_2_28_x86_64"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
DETECTOR = "mediapipe/modules/face_detection/face_detection_short_range.tflite"
MESH = "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite"

MESH_POINTS = 468
IRIS_POINTS = 5
REFINED = ("output_lips", "output_left_eye", "output_right_eye")  # order of the model's three transform operators
IRISES = ("output_left_iris", "output_right_iris")
EYE_CONTOUR = 16  # the first points of an eye's list are its contour: their mean z is the iris' z
ZIP_LOCAL_HEADER = 30
ZIP_ALIGNMENT = 4  # MediaPipe maps the entries in place and TFLite wants 4-byte aligned flatbuffers


class ModelError(Exception):
    """The model could not be made; the text says what to do."""


def fetch_wheel(folder: Path) -> Path:
    """Downloads the wheel by name, version and sha256 with pip. Returns its path. Raises ModelError."""
    try:
        return wheels.download(PACKAGE, WHEEL_SHA256, PLATFORM, folder)
    except wheels.WheelError as error:
        raise ModelError(
            f"the face model's content is missing: {error}, and run `python -m tools.make_face_model --wheel FILE`"
        ) from error


def read_models(wheel: Path) -> tuple[bytes, bytes]:
    """The detector and the attention mesh inside `wheel`, whose sha256 must be the known one. Raises ModelError."""
    content = wheel.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != WHEEL_SHA256:
        raise ModelError(f"{wheel.name} is not the published wheel: sha256 {digest}, expected {WHEEL_SHA256}")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(DETECTOR), archive.read(MESH)


def join_outputs(model: bytes) -> bytes:
    """The attention mesh (flatbuffer) with its seven outputs joined to the task graph's two. Raises ModelError."""
    net = tfl.ModelT.InitFromObj(tfl.Model.GetRootAs(model, 0))
    graph = net.subgraphs[0]
    names = {tensor.name.decode(): index for index, tensor in enumerate(graph.tensors)}
    mesh, presence = names["output_mesh_identity"], names["conv_faceflag"]
    lists = _subset_lists(net)
    depths = [_append_eye_depth(net, mesh, lists[name][:EYE_CONTOUR]) for name in REFINED[1:]]
    parts = [mesh, *(names[name] for name in (*REFINED, *IRISES)), *depths]
    widths = [int(graph.tensors[part].shape[-1]) for part in parts]
    sources = _coordinate_sources(lists, widths)
    joined = _append(net, tfl.BuiltinOperator.CONCATENATION, parts, sum(widths), "joined")
    landmarks = _append_gather(net, joined, sources, "landmarks_478")
    graph.outputs = np.array([landmarks, presence], dtype=np.int32)
    net.signatureDefs = None
    builder = flatbuffers.Builder(len(model) + 65536)
    builder.Finish(net.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _subset_lists(net: Any) -> dict[str, list[int]]:
    """Which mesh points each refined output replaces, as the model itself says (80 lips, 71 and 71 eyes)."""
    codes = [code.customCode for code in net.operatorCodes]
    transforms = [
        flexbuffers.Loads(bytes(operator.customOptions))["subset_idxs"]
        for operator in net.subgraphs[0].operators
        if codes[operator.opcodeIndex] == b"Landmarks2TransformMatrix"
    ]
    if [len(indices) for indices in transforms] != [80, 71, 71]:
        raise ModelError("the attention mesh does not have the three known refinement lists: its file is another model")
    return dict(zip(REFINED, transforms, strict=True))


def _coordinate_sources(lists: dict[str, list[int]], widths: list[int]) -> NDArray[np.int32]:
    """For each of the 478 x 3 coordinates its index in the concatenation (int32 [1434])."""
    starts = dict(zip(("mesh", *REFINED, *IRISES, "left_z", "right_z"), np.cumsum([0, *widths[:-1]]), strict=True))
    sources = np.zeros((MESH_POINTS + 2 * IRIS_POINTS, 3), dtype=np.int32)
    sources[:MESH_POINTS] = np.arange(MESH_POINTS * 3).reshape(-1, 3)
    for name in REFINED:
        for position, point in enumerate(lists[name]):
            sources[point, :2] = starts[name] + 2 * position + np.arange(2)
    for eye, (name, depth) in enumerate(zip(IRISES, ("left_z", "right_z"), strict=True)):
        iris = sources[MESH_POINTS + eye * IRIS_POINTS :][:IRIS_POINTS]
        iris[:, :2] = starts[name] + np.arange(2 * IRIS_POINTS).reshape(-1, 2)
        iris[:, 2] = starts[depth]
    return sources.reshape(-1)


def _append_eye_depth(net: Any, mesh: int, contour: list[int]) -> int:
    """Appends MEAN over the z of an eye's contour. Returns the tensor index, shape [1, 1, 1, 1]."""
    z = _append_gather(net, mesh, np.array([3 * point + 2 for point in contour], dtype=np.int32), "eye_z")
    axis = _append_constant(net, np.array([3], dtype=np.int32), "eye_z_axis")
    return _append(net, tfl.BuiltinOperator.MEAN, [z, axis], 1, "eye_z_mean")


def _append_gather(net: Any, source: int, indices: NDArray[np.int32], name: str) -> int:
    constant = _append_constant(net, indices, f"{name}_indices")
    return _append(net, tfl.BuiltinOperator.GATHER, [source, constant], len(indices), name)


def _append_constant(net: Any, values: NDArray[np.int32], name: str) -> int:
    buffer = tfl.BufferT()
    buffer.data = np.frombuffer(values.tobytes(), dtype=np.uint8)
    net.buffers.append(buffer)
    return _append_tensor(net, list(values.shape), tfl.TensorType.INT32, name, len(net.buffers) - 1)


def _append_tensor(net: Any, shape: list[int], kind: int, name: str, buffer: int = 0) -> int:
    tensor = tfl.TensorT()
    tensor.shape, tensor.type, tensor.name, tensor.buffer = np.array(shape, np.int32), kind, name.encode(), buffer
    net.subgraphs[0].tensors.append(tensor)
    return len(net.subgraphs[0].tensors) - 1


def _append(net: Any, code: int, inputs: list[int], width: int, name: str) -> int:
    """Appends one operator with one float output of shape [1, 1, 1, width]. Returns the output's tensor index."""
    kind, options = _options(code)
    output = _append_tensor(net, [1, 1, 1, width], tfl.TensorType.FLOAT32, name)
    operator = tfl.OperatorT()
    operator.opcodeIndex = _operator_code(net, code)
    operator.inputs, operator.outputs = np.array(inputs, np.int32), np.array([output], np.int32)
    operator.builtinOptionsType, operator.builtinOptions = kind, options
    net.subgraphs[0].operators.append(operator)
    return output


def _options(code: int) -> tuple[int, Any]:
    if code == tfl.BuiltinOperator.CONCATENATION:
        joined = tfl.ConcatenationOptionsT()
        joined.axis = 3
        return tfl.BuiltinOptions.ConcatenationOptions, joined
    if code == tfl.BuiltinOperator.GATHER:
        gather = tfl.GatherOptionsT()
        gather.axis = 3
        return tfl.BuiltinOptions.GatherOptions, gather
    mean = tfl.ReducerOptionsT()
    mean.keepDims = True
    return tfl.BuiltinOptions.ReducerOptions, mean


def _operator_code(net: Any, code: int) -> int:
    for index, known in enumerate(net.operatorCodes):
        if known.builtinCode == code:
            return index
    added = tfl.OperatorCodeT()
    added.builtinCode = added.deprecatedBuiltinCode = code
    added.version = 1
    net.operatorCodes.append(added)
    return len(net.operatorCodes) - 1


def bundle(detector: bytes, landmarks: bytes) -> bytes:
    """A `.task`: a stored zip with 4-byte aligned entries and fixed times, so that equal models are equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (("face_detector.tflite", detector), ("face_landmarks_detector.tflite", landmarks)):
            entry = zipfile.ZipInfo(name)  # dated 1980-01-01
            padding = -(target.tell() + ZIP_LOCAL_HEADER + len(name)) % ZIP_ALIGNMENT
            # A well-formed extra field (zipalign's id): minizip refuses bare zeros.
            entry.extra = struct.pack("<HH", 0xD935, padding) + bytes(padding)
            archive.writestr(entry, data)
    return target.getvalue()


def check(task: bytes) -> None:
    """Loads `task` in MediaPipe and looks at a grey picture: no face, no error. Raises ModelError."""
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions
    from mediapipe.tasks.python.vision.core.image import Image, ImageFormat

    grey = np.full((240, 320, 3), 90, dtype=np.uint8)
    options = FaceLandmarkerOptions(BaseOptions(model_asset_buffer=task))
    try:
        with _native_silence(), FaceLandmarker.create_from_options(options) as landmarker:
            faces = landmarker.detect(Image(ImageFormat.SRGB, grey)).face_landmarks
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(f"MediaPipe does not accept the face model that was made: {error}") from error
    if faces:
        raise ModelError("the face model that was made sees a face in a plain grey picture")


@contextmanager
def _native_silence() -> Iterator[None]:
    """MediaPipe tells file descriptor 2 about every landmarker that it makes, and has no switch for it."""
    kept = os.dup(2)
    with open(os.devnull, "wb") as sink:
        os.dup2(sink.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def is_whole(target: Path) -> bool:
    """Whether a complete bundle is at `target` (its checksums hold)."""
    try:
        with zipfile.ZipFile(target) as archive:
            return archive.testzip() is None and "face_landmarks_detector.tflite" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def make(target: Path, wheel: Path | None = None) -> None:
    """Makes the model at `target`, atomically: a reader sees the whole file or none. Raises ModelError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        detector, mesh = read_models(wheel or fetch_wheel(Path(scratch)))
        task = bundle(detector, join_outputs(mesh))
        check(task)
        part = Path(scratch) / target.name
        part.write_bytes(task)
        os.replace(part, target)


def main() -> int:
    """The command: 0 = the model is there, 1 = it could not be made (the reason is on stderr)."""
    parser = argparse.ArgumentParser(description="Make the embedded face landmark model.")
    parser.add_argument("--to", type=Path, default=DEFAULT_TARGET, help="file to write (build/models/attention.task)")
    parser.add_argument("--wheel", type=Path, help=f"an already downloaded wheel of {PACKAGE}")
    parser.add_argument("--force", action="store_true", help="make it again even if it is there")
    wanted = parser.parse_args()
    if not wanted.force and is_whole(wanted.to):
        print(f"face model is there: {wanted.to}")
        return 0
    try:
        make(wanted.to, wanted.wheel)
    except (ModelError, OSError) as error:
        print(f"make_face_model: {error}", file=sys.stderr)
        return 1
    print(f"face model made: {wanted.to} ({wanted.to.stat().st_size} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
