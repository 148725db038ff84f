"""Makes a tiny language model in the layout of ONNX Runtime GenAI: random weights, one layer, byte-level tokens.

    python -m tools.make_tiny_llm FOLDER [--seed N]

It speaks garbage, on purpose: tests run a real server with it and see that garbage is found out. The graph is a plain
decoder (one head of causal attention over a key/value cache, tied embeddings), the same every time for a seed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

WIDTH = 16
OPSET = 17
CONTEXT = 8192  # tokens
END, PAD = "<|end|>", "<|pad|>"
_F, _I = TensorProto.FLOAT, TensorProto.INT64


def make(folder: Path, seed: int = 7) -> None:
    """Writes the model into ``folder``, about 30 kB."""
    folder.mkdir(parents=True, exist_ok=True)
    size = _write_tokenizer(folder)
    onnx.save(_model(size, seed), str(folder / "model.onnx"))
    (folder / "genai_config.json").write_text(json.dumps(_config(size), indent=2), encoding="utf-8")


def _write_tokenizer(folder: Path) -> int:
    """A token per byte and two that steer; returns how many."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {character: place for place, character in enumerate([*alphabet, END, PAD])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([END, PAD])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "GPT2Tokenizer", "eos_token": END, "pad_token": PAD, "add_prefix_space": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return len(vocabulary)


def _config(size: int) -> dict[str, Any]:
    return {
        "model": {
            "type": "llama",
            "bos_token_id": size - 2,
            "eos_token_id": size - 2,
            "pad_token_id": size - 1,
            "context_length": CONTEXT,
            "vocab_size": size,
            "decoder": {
                "session_options": {"provider_options": []},
                "filename": "model.onnx",
                "head_size": WIDTH,
                "hidden_size": WIDTH,
                "num_attention_heads": 1,
                "num_key_value_heads": 1,
                "num_hidden_layers": 1,
                "inputs": {
                    "input_ids": "input_ids",
                    "attention_mask": "attention_mask",
                    "past_key_names": "past_key_values.%d.key",
                    "past_value_names": "past_key_values.%d.value",
                },
                "outputs": {
                    "logits": "logits",
                    "present_key_names": "present.%d.key",
                    "present_value_names": "present.%d.value",
                },
            },
        },
        "search": {"max_length": CONTEXT, "do_sample": False, "past_present_share_buffer": False},
    }


def _model(size: int, seed: int) -> onnx.ModelProto:
    random = np.random.default_rng(seed)

    def weights(name: str, *shape: int) -> onnx.TensorProto:
        return numpy_helper.from_array(random.standard_normal(shape).astype(np.float32) * 0.4, name)

    constants = [
        weights("embedding", size, WIDTH),
        *(weights(f"project_{name}", WIDTH, WIDTH) for name in ("query", "key", "value", "out")),
        weights("head", WIDTH, size),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "axis_1"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "axis_2"),
        numpy_helper.from_array(np.array(1.0, dtype=np.float32), "one"),
        numpy_helper.from_array(np.array(1, dtype=np.int64), "one_whole"),
        numpy_helper.from_array(np.array(-1e9, dtype=np.float32), "minus_infinity"),
    ]
    cache: list[str | int | None] = ["batch", 1, "past", WIDTH]
    grown: list[str | int | None] = ["batch", 1, "total", WIDTH]
    graph = helper.make_graph(
        _nodes(),
        "tiny_llm",
        [
            helper.make_tensor_value_info("input_ids", _I, ["batch", "new"]),
            helper.make_tensor_value_info("attention_mask", _I, ["batch", "total"]),
            helper.make_tensor_value_info("past_key_values.0.key", _F, cache),
            helper.make_tensor_value_info("past_key_values.0.value", _F, cache),
        ],
        [
            helper.make_tensor_value_info("logits", _F, ["batch", "new", size]),
            helper.make_tensor_value_info("present.0.key", _F, grown),
            helper.make_tensor_value_info("present.0.value", _F, grown),
        ],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _nodes() -> list[onnx.NodeProto]:
    """Embed; attend to all tokens up to the own one; add; project to the vocabulary."""

    def node(kind: str, inputs: str, output: str, **attributes: Any) -> onnx.NodeProto:
        return helper.make_node(kind, inputs.split(), [output], **attributes)

    nodes = [node("Gather", "embedding input_ids", "hidden")]
    for name in ("query", "key", "value"):
        nodes += [
            node("MatMul", f"hidden project_{name}", f"{name}_flat"),
            node("Unsqueeze", f"{name}_flat axis_1", name),
        ]
    nodes += [
        node("Concat", "past_key_values.0.key key", "present.0.key", axis=2),
        node("Concat", "past_key_values.0.value value", "present.0.value", axis=2),
        node("Transpose", "present.0.key", "keys_turned", perm=[0, 1, 3, 2]),
        node("MatMul", "query keys_turned", "scores"),
        # What lies after the own token: above the diagonal that is shifted by the length of the cache.
        node("Shape", "scores", "sizes", start=2),
        node("ConstantOfShape", "sizes", "zeros"),
        node("Add", "zeros one", "ones"),
        node("Shape", "past_key_values.0.key", "past_length", start=2, end=3),
        node("Squeeze", "past_length", "past_whole"),
        node("Add", "past_whole one_whole", "shift"),
        node("Trilu", "ones shift", "later", upper=1),
        node("Mul", "later minus_infinity", "mask"),
        node("Add", "scores mask", "masked"),
        node("Softmax", "masked", "attention", axis=-1),
        node("MatMul", "attention present.0.value", "attended"),
        node("Squeeze", "attended axis_1", "attended_flat"),
        node("MatMul", "attended_flat project_out", "projected"),
        node("Add", "hidden projected", "mixed"),
        node("Tanh", "mixed", "bent"),
        node("MatMul", "bent head", "logits"),
    ]
    return nodes


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    make(given.folder, given.seed)
    print(f"made a tiny language model in {given.folder}")


if __name__ == "__main__":
    main()
