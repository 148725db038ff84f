"""Makes one operator of attention that an exporter spelt out, so that its scores are never held whole.

An export computes softmax(Q K^T) V with a product, a softmax and a product. For the 1500 positions of Whisper's encoder
each of the first two results takes 9 MB per head and window in fp32. ONNX Runtime's MultiHeadAttention computes them
in blocks on a CPU (Dao et al. 2022, FlashAttention) and needs next to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

LARGEST_BYTES: Final = 512 << 20
"""Of a file that is rewritten: reading it takes twice its size for a moment, beyond this more than the scores."""
_DOMAIN, _PREFIX = "com.microsoft", "parley.attention"
_CONSTANTS: Final = {"rest": [-1], "first": [0], "last": [-1], "last_two": [-2, -1]}


@dataclass(frozen=True, slots=True)
class _Attention:
    """softmax(query key_turned) value, without a mask. All are names of values."""

    query: str
    """[..., T, size], scaled already."""
    key_turned: str
    """[..., size, P]"""
    value: str
    """[..., P, size]"""
    scores: str
    weights: str
    mixed: str
    """[..., T, size]: the result."""


def fuse_attention(path: Path) -> Iterator[bytes] | None:
    """The ONNX model in `path` with its unmasked attention fused; None where there is nothing to fuse.

    It comes in pieces, to be joined: messages of protobuf merge when they are written one after the other, so that the
    weights need not be in memory a second time. Results differ in the order of sums only (about 1e-6). A model whose
    weights are in a file beside it (over 2 GB) is left as it is. Raises what onnx raises for a file that is no model.
    """
    if path.stat().st_size > LARGEST_BYTES:
        return None
    model = onnx.load(path, load_external_data=False)
    found = {each.mixed: each for each in _unmasked(model.graph)}
    if not found or any(weight.data_location == TensorProto.EXTERNAL for weight in model.graph.initializer):
        return None
    _replace(model.graph, found)
    if all(each.domain != _DOMAIN for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    return _in_pieces(model)


def _replace(graph: GraphProto, found: Mapping[str, _Attention]) -> None:
    gone = {name for each in found.values() for name in (each.scores, each.weights)}
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node.output[0] in found:
            nodes += _fused(found[node.output[0]])
        elif node.output[0] not in gone:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    for name, numbers in _CONSTANTS.items():
        constant = numpy_helper.from_array(np.array(numbers, dtype=np.int64), f"{_PREFIX}.{name}")
        graph.initializer.append(constant)


def _in_pieces(model: ModelProto) -> Iterator[bytes]:
    weights = list(model.graph.initializer)
    del model.graph.initializer[:]
    yield model.SerializeToString()
    for weight in weights:
        yield ModelProto(graph=GraphProto(initializer=[weight])).SerializeToString()


def _unmasked(graph: GraphProto) -> Iterator[_Attention]:
    makers = {name: node for node in graph.node for name in node.output}
    users: dict[str, list[NodeProto]] = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            users[name].append(node)
    given = {value.name for value in graph.output}
    for softmax in graph.node:
        if softmax.op_type != "Softmax" or not _over_the_last_axis(softmax):
            continue
        scores, weights = softmax.input[0], softmax.output[0]
        product, mixes = makers.get(scores), users[weights]
        if product is None or product.op_type != "MatMul" or len(users[scores]) != 1 or given & {scores, weights}:
            continue
        if len(mixes) == 1 and mixes[0].op_type == "MatMul" and mixes[0].input[0] == weights:
            yield _Attention(
                query=product.input[0],
                key_turned=product.input[1],
                value=mixes[0].input[1],
                scores=scores,
                weights=weights,
                mixed=mixes[0].output[0],
            )


def _over_the_last_axis(softmax: NodeProto) -> bool:
    # By number only where it cannot be another: exports have [B, heads, T, P], or [B * heads, T, P].
    return any(attribute.name == "axis" and attribute.i in (-1, 3) for attribute in softmax.attribute)


def _fused(attention: _Attention) -> list[NodeProto]:
    """The nodes that take the place of three. Heads go along the batch, so nobody needs to know how many there are."""
    nodes: list[NodeProto] = []

    def op(kind: str, *inputs: str, to: str = "", **attributes: Any) -> str:
        output = to or f"{_PREFIX}.{attention.mixed}.{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [output], name=f"{_PREFIX}.n.{output}", **attributes))
        return output

    def constant(name: str) -> str:
        return f"{_PREFIX}.{name}"

    def flat(value: str) -> str:
        inner = op("Gather", op("Shape", value), constant("last_two"), axis=0)
        return op("Reshape", value, op("Concat", constant("rest"), inner, axis=0))

    query, value = flat(attention.query), flat(attention.value)
    key = op("Transpose", flat(attention.key_turned), perm=[0, 2, 1])
    mixed = op("MultiHeadAttention", query, key, value, domain=_DOMAIN, num_heads=1, scale=1.0)
    outer = op("Slice", op("Shape", attention.query), constant("first"), constant("last"))
    width = op("Gather", op("Shape", attention.value), constant("last"), axis=0)
    op("Reshape", mixed, op("Concat", outer, width, axis=0), to=attention.mixed)
    return nodes
