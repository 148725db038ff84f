"""Generates a small model in the file layout of Supertonic 2, for tests: python -m tools.make_supertonic_model FOLDER.

The graphs take and give exactly the tensors of the published ones (names, ranks, types) but hold next to no weights:
a text of n characters lasts n · 0.06 s, and sounds like a tone whose pitch follows from the style. They prove the
loading and the order of steps, and nothing about how the real voices sound.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

RATE_HZ = 44_100
SECONDS_PER_CHARACTER = 0.06
FRAME_CHANNELS = 144
FRAME_SAMPLES = 3_072
_BASE_CHUNK, _FACTOR, _LATENT = 512, 6, 24
_EMBEDDING = 256
_OPSET = 17


@dataclass(frozen=True)
class Make:
    """ONNX types of the tensors (the published files have float32 and int64), and how fast it speaks."""

    number: int = TensorProto.FLOAT
    integer: int = TensorProto.INT64
    seconds_per_character: float = SECONDS_PER_CHARACTER

    @property
    def numpy(self) -> Any:
        """The numpy type of `number`."""
        return helper.tensor_dtype_to_np_dtype(self.number)


def make(folder: Path, kind: Make = Make(), *, multilingual: bool = True) -> None:
    """Writes the model. `multilingual`: whether its characters include Hangul, as those of Supertonic 2 do."""
    onnx = folder / "onnx"
    onnx.mkdir(parents=True, exist_ok=True)
    (folder / "voice_styles").mkdir(exist_ok=True)
    for name, build in _GRAPHS.items():
        save(build(kind), onnx / f"{name}.onnx")
    sizes = {
        "split": "opensource-multilingual" if multilingual else "opensource-en",
        "ae": {"sample_rate": RATE_HZ, "base_chunk_size": _BASE_CHUNK},
        "ttl": {"chunk_compress_factor": _FACTOR, "latent_dim": _LATENT},
    }
    (onnx / "tts.json").write_text(json.dumps(sizes), encoding="utf-8")
    (onnx / "unicode_indexer.json").write_text(json.dumps(_indexer(multilingual)), encoding="utf-8")
    for name, pitch in (("F1", 0.06), ("M1", 0.03)):
        style = {
            "style_ttl": {"data": np.full((1, 50, 256), pitch).tolist(), "dims": [1, 50, 256], "type": "float32"},
            "style_dp": {"data": np.zeros((1, 8, 16)).tolist(), "dims": [1, 8, 16], "type": "float32"},
        }
        (folder / "voice_styles" / f"{name}.json").write_text(json.dumps(style), encoding="utf-8")


def _indexer(multilingual: bool) -> list[int]:
    known = [*range(0x20, 0x7F), *(range(0x1100, 0x1200) if multilingual else ())]
    indexer = [-1] * 0x10000
    for index, code in enumerate(known):
        indexer[code] = index
    return indexer


def _duration_predictor(kind: Make) -> Any:
    """Duration [B] in s: the number of characters times SECONDS_PER_CHARACTER."""
    nodes = [
        helper.make_node("ReduceSum", ["text_mask", "axes"], ["characters"], keepdims=0),
        helper.make_node("Mul", ["characters", "pace"], ["duration"]),
    ]
    inputs: dict[str, Sequence[str | int]] = {
        "text_ids": ["B", "T"],
        "style_dp": ["B", 8, 16],
        "text_mask": ["B", 1, "T"],
    }
    constants = {"axes": np.array([1, 2], np.int64), "pace": np.array(kind.seconds_per_character, kind.numpy)}
    return _model("duration_predictor", nodes, inputs, {"duration": ["B"]}, constants, kind)


def _text_encoder(kind: Make) -> Any:
    """Embedding [B, 256, T]: ones where there is text."""
    nodes = [helper.make_node("Mul", ["text_mask", "ones"], ["text_emb"])]
    inputs: dict[str, Sequence[str | int]] = {
        "text_ids": ["B", "T"],
        "style_ttl": ["B", 50, 256],
        "text_mask": ["B", 1, "T"],
    }
    constants = {"ones": np.ones((1, _EMBEDDING, 1), kind.numpy)}
    return _model("text_encoder", nodes, inputs, {"text_emb": ["B", _EMBEDDING, "T"]}, constants, kind)


def _vector_estimator(kind: Make) -> Any:
    """One Euler step of the straight flow from the noise to the mean of the style: x += (target - x) / (total - t)."""
    nodes = [
        helper.make_node("ReduceMean", ["style_ttl"], ["target"], axes=[1, 2], keepdims=1),
        helper.make_node("Sub", ["target", "noisy_latent"], ["way"]),
        helper.make_node("Sub", ["total_step", "current_step"], ["left"]),
        helper.make_node("Reshape", ["left", "column"], ["left_column"]),
        helper.make_node("Div", ["way", "left_column"], ["stride"]),
        helper.make_node("Add", ["noisy_latent", "stride"], ["moved"]),
        helper.make_node("Mul", ["moved", "latent_mask"], ["denoised_latent"]),
    ]
    inputs: dict[str, Sequence[str | int]] = {
        "noisy_latent": ["B", FRAME_CHANNELS, "L"],
        "text_emb": ["B", _EMBEDDING, "T"],
        "style_ttl": ["B", 50, 256],
        "latent_mask": ["B", 1, "L"],
        "text_mask": ["B", 1, "T"],
        "current_step": ["B"],
        "total_step": ["B"],
    }
    constants = {"column": np.array([-1, 1, 1], np.int64)}
    return _model("vector_estimator", nodes, inputs, {"denoised_latent": ["B", FRAME_CHANNELS, "L"]}, constants, kind)


def _vocoder(kind: Make) -> Any:
    """Samples [B, L · 3072]: in each frame a sine of FRAME_SAMPLES whose pitch is the frame's mean."""
    nodes = [
        helper.make_node("ReduceMean", ["latent"], ["pitch"], axes=[1], keepdims=0),
        helper.make_node("Unsqueeze", ["pitch", "last"], ["pitch_column"]),
        helper.make_node("Mul", ["pitch_column", "time"], ["phase"]),
        helper.make_node("Cast", ["phase"], ["phase32"], to=TensorProto.FLOAT),  # Sin has no float16 on a CPU
        helper.make_node("Sin", ["phase32"], ["sine"]),
        helper.make_node("Mul", ["sine", "level"], ["quiet"]),
        helper.make_node("Reshape", ["quiet", "row"], ["samples"]),
        helper.make_node("Cast", ["samples"], ["wav_tts"], to=kind.number),
    ]
    constants = {
        "last": np.array([2], np.int64),
        "time": np.arange(FRAME_SAMPLES).astype(kind.numpy)[None, None],
        "level": np.array(0.3, np.float32),
        "row": np.array([1, -1], np.int64),
    }
    return _model("vocoder", nodes, {"latent": ["B", FRAME_CHANNELS, "L"]}, {"wav_tts": ["B", "S"]}, constants, kind)


_GRAPHS = {
    "duration_predictor": _duration_predictor,
    "text_encoder": _text_encoder,
    "vector_estimator": _vector_estimator,
    "vocoder": _vocoder,
}


def _model(
    name: str,
    nodes: Sequence[Any],
    inputs: Mapping[str, Sequence[str | int]],
    outputs: Mapping[str, Sequence[str | int]],
    constants: Mapping[str, Any],
    kind: Make,
) -> Any:
    def values(shapes: Mapping[str, Sequence[str | int]]) -> list[Any]:
        kinds = {each: kind.integer if each == "text_ids" else kind.number for each in shapes}
        return [helper.make_tensor_value_info(each, kinds[each], shape) for each, shape in shapes.items()]

    weights = [numpy_helper.from_array(value, each) for each, value in constants.items()]
    graph = helper.make_graph(nodes, name, values(inputs), values(outputs), weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=10)
    checker.check_model(model)
    return model


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write the model")
    make(parser.parse_args().folder)


if __name__ == "__main__":
    main()
