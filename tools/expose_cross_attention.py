"""Makes a Whisper model's decoders give their cross-attention, so that words can be aligned and AlignAtt can be used.

    python -m tools.expose_cross_attention FROM TO

FROM is a model folder as Hugging Face Optimum exports it; TO becomes a copy whose decoders have one output more per
layer, `cross_attentions.{layer}` [batch, heads, tokens, 1500] (the softmax that is computed anyway), which is what
Optimum names them where it exports attentions. The weights and all other outputs stay as they are. Decoders that an
optimiser has fused have no such softmax left: then this says so.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

DECODERS = "decoder*.onnx"
_KEY = re.compile(r"(?:present|past_key_values)\.(\d+)\.encoder\.key")
_CARRIES = {"Transpose", "Reshape", "Mul", "Div", "Cast", "Identity", "Unsqueeze", "Squeeze", "Expand", "Concat"}
"""Operators between a layer's keys and the product with its queries."""
_LARGE = 2_000_000_000
"""Bytes from which weights must lie in a file of their own (protobuf's limit is 2 GiB)."""


class NotExposable(Exception):
    """The graph has no cross-attention that could be an output; the message says why."""


def expose_folder(source: Path, target: Path) -> list[str]:
    """Copies the model folder `source` to `target` with exposed decoders; returns their names. Raises NotExposable."""
    graphs = sorted((source / "onnx").glob(DECODERS))
    if not graphs:
        raise NotExposable(f"{source / 'onnx'} has no {DECODERS}: is this a model folder of Optimum's?")
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(DECODERS))
    (target / "onnx").chmod(0o755)  # a read-only source made a read-only copy
    for path in graphs:
        model = onnx.load(str(path))
        expose(model)
        large = model.ByteSize() > _LARGE
        onnx.save(model, str(target / "onnx" / path.name), save_as_external_data=large)
    return [path.name for path in graphs]


def expose(model: ModelProto) -> None:
    """Adds the outputs to a split or merged decoder, in place. Raises NotExposable."""
    graph = model.graph
    branching = next((node for node in graph.node if node.op_type == "If"), None)
    if branching is None:
        _expose_graph(graph, list(graph.input), list(graph.output))
        return
    layers = [_expose_graph(branch.g, list(graph.input), list(branch.g.output)) for branch in branching.attribute]
    if [value.name for value in layers[0]] != [value.name for value in layers[1]]:
        raise NotExposable("the two branches of the merged decoder have different layers")
    branching.output.extend(value.name for value in layers[0])
    graph.output.extend(layers[0])


def _expose_graph(
    graph: GraphProto, inputs: list[ValueInfoProto], outputs: list[ValueInfoProto]
) -> list[ValueInfoProto]:
    """Appends `cross_attentions.{layer}` to one graph's outputs and returns them in order of the layers."""
    keys = {value.name: value for value in (*inputs, *outputs) if _KEY.fullmatch(value.name)}
    if not keys:
        raise NotExposable("the graph has no keys of a cross-attention cache")
    found = dict(_cross_softmaxes(graph, set(keys)))
    layers = {int(match[1]) for match in map(_KEY.fullmatch, keys) if match}
    if missing := sorted(layers - found.keys()):
        raise NotExposable(f"no softmax over the audio in layers {missing}: an optimiser has fused the attention")
    heads = next(iter(keys.values())).type.tensor_type
    exposed = []
    for layer in sorted(found):
        name = f"cross_attentions.{layer}"
        graph.node.append(helper.make_node("Identity", [found[layer]], [name], name=name))
        shape = ["batch_size", heads.shape.dim[1].dim_value or "heads", "decoder_sequence_length", "frames"]
        exposed.append(helper.make_tensor_value_info(name, heads.elem_type or TensorProto.FLOAT, shape))
    graph.output.extend(exposed)
    return exposed


def _cross_softmaxes(graph: GraphProto, keys: set[str]) -> Iterator[tuple[int, str]]:
    """Layer and output of each softmax over scores against a layer's cross-attention keys."""
    made_by = {output: node for node in graph.node for output in node.output}
    # Attention may read the keys from anywhere on the way to the cache: before a transposition, say.
    layer_of = {name: int(key.split(".")[1]) for key in keys for name in _way_up(made_by, key)}
    for node in graph.node:
        scores = _upward(made_by, node.input[0], "MatMul") if node.op_type == "Softmax" else None
        if scores is not None:
            layers = [layer_of[name] for name in _way_up(made_by, scores.input[1]) if name in layer_of]
            yield from ((layer, node.output[0]) for layer in layers[:1])


def _upward(made_by: dict[str, NodeProto], name: str, wanted: str) -> NodeProto | None:
    """The nearest `wanted` operator above a tensor, across scaling and masking."""
    for _ in range(8):
        node = made_by.get(name)
        if node is None or node.op_type == wanted:
            return node
        name = node.input[0]
    return None


def _way_up(made_by: dict[str, NodeProto], name: str) -> Iterator[str]:
    """A tensor and those it is made from but for layout and scale."""
    for _ in range(12):
        yield name
        node = made_by.get(name)
        if node is None or node.op_type not in _CARRIES:
            return
        name = node.input[0]


def main() -> int:
    """Entry point; 1 if the model cannot be exposed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FROM")
    parser.add_argument("target", type=Path, metavar="TO")
    chosen = parser.parse_args()
    try:
        done = expose_folder(chosen.source, chosen.target)
    except NotExposable as error:
        sys.stderr.write(f"cannot expose: {error}\n")
        return 1
    print(f"{chosen.target}: {', '.join(done)} give cross_attentions.*")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
