"""Finding, reading and judging the landmark model's file: a MediaPipe `.task` bundle."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flatbuffers import encode, number_types
from flatbuffers.table import Table

from services.vision.domain.errors import ModelUnusable
from services.vision.domain.face import LANDMARK_COUNT

AUTO: Final = "auto"
OFFICIAL: Final = "face_landmarker.task"  # what `parley models pull` fetches: with blendshapes
NAME: Final = "attention.task"  # what `make setup` makes
CHECKOUT: Final = Path(__file__).resolve().parents[3]
FIX: Final = "run `make setup` (or `python -m tools.make_face_model`), or set PARLEY_VISION_MODEL to a .task bundle"
DETECTOR: Final = "face_detector.tflite"
LANDMARKS: Final = "face_landmarks_detector.tflite"
BLENDSHAPES: Final = "face_blendshapes.tflite"  # only in MediaPipe's official bundle

# Field numbers in TensorFlow Lite's flatbuffer schema, version 3.
_MODEL_SUBGRAPHS, _SUBGRAPH_TENSORS, _SUBGRAPH_OUTPUTS, _TENSOR_SHAPE = 2, 0, 2, 0


@dataclass(frozen=True, slots=True)
class FaceModel:
    """A usable bundle: its bytes, those of the detector in it, its identity, and whether it is the official one."""

    model_id: str
    bundle: bytes
    detector: bytes
    official: bool


def locate(wanted: str, model_dir: Path) -> Path:
    """Where the model is.

    "auto": `face_landmarker.task` among the models, else `attention.task` there, else in `build/models/` of this
    checkout.
    """
    if wanted != AUTO:
        return Path(wanted).expanduser()
    placed = (model_dir / name for name in (OFFICIAL, NAME))
    return next((path for path in placed if path.is_file()), CHECKOUT / "build" / "models" / NAME)


def read(path: Path) -> FaceModel:
    """Reads and judges the bundle at ``path``. Raises ModelUnusable, which says what to do."""
    try:
        content = path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            detector, landmarks = archive.read(DETECTOR), archive.read(LANDMARKS)
    except FileNotFoundError:
        raise ModelUnusable(f"there is no face model at {path}: {FIX}") from None
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise ModelUnusable(f"{path} is not a face landmark bundle ({error}): {FIX}") from error
    if _output_width(landmarks, path) != LANDMARK_COUNT * 3:
        # Such a bundle loads, and reports 478 points of which ten are invented.
        raise ModelUnusable(f"the model in {path} does not give {LANDMARK_COUNT} landmarks: {FIX}")
    digest = hashlib.sha256(content).hexdigest()
    return FaceModel(f"{path.stem}-{digest[:12]}", content, detector, BLENDSHAPES in names)


def _output_width(model: bytes, path: Path) -> int:
    """Last dimension of a TFLite model's output 0, read by hand: the generated schema module takes 0.4 s to import."""
    try:
        root = Table(model, encode.Get(number_types.UOffsetTFlags.packer_type, model, 0))
        graph = _tables(root, _MODEL_SUBGRAPHS)[0]
        tensor = _tables(graph, _SUBGRAPH_TENSORS)[_integers(graph, _SUBGRAPH_OUTPUTS)[0]]
        return _integers(tensor, _TENSOR_SHAPE)[-1]
    except Exception as error:  # whatever a damaged flatbuffer does to its reader means one thing
        raise ModelUnusable(f"the landmark model in {path} is damaged ({type(error).__name__}): {FIX}") from error


def _tables(table: Table, field: int) -> list[Table]:
    start, length = _vector(table, field)
    return [Table(table.Bytes, table.Indirect(start + 4 * index)) for index in range(length)]


def _integers(table: Table, field: int) -> list[int]:
    start, length = _vector(table, field)
    return [int(table.Get(number_types.Int32Flags, start + 4 * index)) for index in range(length)]


def _vector(table: Table, field: int) -> tuple[int, int]:
    offset = table.Offset(4 + 2 * field)
    return table.Vector(offset), table.VectorLen(offset)
