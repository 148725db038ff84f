"""Makes a tiny embedding model in the layout of E5's ONNX export: random weights, a token per byte.

    python -m tools.make_tiny_e5 FOLDER [--seed N]

Its vectors mean nothing; tests hold pooling, masking, prefixes and tensors to the reference with it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

WIDTH = 12
OPSET = 17
PAD = "<pad>"


def make(folder: Path, seed: int = 11) -> None:
    """Writes ``onnx/model.onnx`` and ``tokenizer.json`` into ``folder``."""
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {character: place for place, character in enumerate([PAD, *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens([PAD])
    tokenizer.save(str(folder / "tokenizer.json"))
    onnx.save(_model(len(vocabulary), seed), str(folder / "onnx" / "model.onnx"))


def _model(size: int, seed: int) -> onnx.ModelProto:
    random = np.random.default_rng(seed)
    weights = [
        numpy_helper.from_array(random.standard_normal((size, WIDTH)).astype(np.float32), "embedding"),
        numpy_helper.from_array(random.standard_normal((WIDTH, WIDTH)).astype(np.float32), "mix"),
    ]
    shape = ["batch", "tokens"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    hidden = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, WIDTH])
    nodes = [
        helper.make_node("Gather", ["embedding", "input_ids"], ["embedded"]),
        helper.make_node("MatMul", ["embedded", "mix"], ["mixed"]),
        helper.make_node("Tanh", ["mixed"], ["last_hidden_state"]),
    ]
    graph = helper.make_graph(nodes, "tiny_e5", inputs, [hidden], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    make(given.folder, given.seed)
    print(f"made a tiny embedding model in {given.folder}")


if __name__ == "__main__":
    main()
