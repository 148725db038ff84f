"""Whisper's encoder and decoders as ONNX graphs with random weights, in the interface that Hugging Face Optimum writes.

The architecture is Radford et al. 2022 (pre-norm transformer, learned decoder positions, tied output embedding). Each
weight follows from its name, so that the split decoders, the merged one and the encoder fit together.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

FRAMES = 1500
_OPSET = 17


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """Sizes of a model."""

    vocabulary: int
    bands: int = 80
    d_model: int = 16
    heads: int = 2
    encoder_layers: int = 1
    layers: int = 2
    """Of the decoder."""
    positions: int = 448
    half: bool = False
    """float16 weights and caches."""

    @property
    def head_size(self) -> int:
        """Width of one head."""
        return self.d_model // self.heads

    @property
    def element(self) -> int:
        """ONNX element type of the floating-point values."""
        return int(TensorProto.FLOAT16 if self.half else TensorProto.FLOAT)


class Builder:
    """A graph in the making."""

    def __init__(self, shape: Shape, prefix: str = "", weights: dict[str, TensorProto] | None = None) -> None:
        """`prefix`: keeps the names of two branches apart; `weights`: where weights go, shared between branches."""
        self.shape = shape
        self.weights = {} if weights is None else weights
        self.nodes: list[NodeProto] = []
        self._prefix = prefix

    def op(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Appends an operator with one output and returns the output's name."""
        output = name or f"{self._prefix}{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=f"{self._prefix}n{output}", **attributes))
        return output

    def constant(self, value: Sequence[int] | int | float) -> str:
        """An int64 (or, for a float, floating-point) constant."""
        array = np.array(value, dtype=np.int64)
        if isinstance(value, float):
            array = np.array(value, dtype=np.float16 if self.shape.half else np.float32)
        return self._keep(f"constant_{zlib.crc32(array.tobytes()):08x}_{array.dtype}_{array.ndim}", array)

    def weight(self, name: str, *sizes: int, scale: float = 1.0) -> str:
        """Normal random numbers that follow from `name`."""
        chance = np.random.default_rng(zlib.crc32(name.encode()))
        return self._keep(name, (chance.normal(0, scale, sizes)).astype(np.float16 if self.shape.half else np.float32))

    def linear(self, x: str, name: str, wide_in: int, wide_out: int) -> str:
        """x W + b."""
        product = self.op("MatMul", x, self.weight(f"{name}.weight", wide_in, wide_out, scale=wide_in**-0.5))
        return self.op("Add", product, self.weight(f"{name}.bias", wide_out, scale=0.02))

    def norm(self, x: str, name: str) -> str:
        """Layer normalisation with gains around 1."""
        gain = self.op("Add", self.constant(1.0), self.weight(f"{name}.gain", self.shape.d_model, scale=0.05))
        bias = self.weight(f"{name}.bias", self.shape.d_model, scale=0.05)
        return self.op("LayerNormalization", x, gain, bias, axis=-1, epsilon=1e-5)

    def gelu(self, x: str) -> str:
        """The exact form."""
        error = self.op("Erf", self.op("Mul", x, self.constant(0.5**0.5)))
        return self.op("Mul", self.op("Mul", x, self.constant(0.5)), self.op("Add", error, self.constant(1.0)))

    def heads(self, x: str) -> str:
        """[B, T, D] to [B, heads, T, size]."""
        split = self.op("Reshape", x, self.constant([0, -1, self.shape.heads, self.shape.head_size]))
        return self.op("Transpose", split, perm=[0, 2, 1, 3])

    def attend(self, x: str, name: str, key: str, value: str, mask: str | None = None) -> str:
        """Attention of `x` over keys and values [B, heads, P, size], with the projections around it."""
        wide = self.shape.d_model
        query = self.heads(self.linear(x, f"{name}.q", wide, wide))
        query = self.op("Mul", query, self.constant(self.shape.head_size**-0.5))
        scores = self.op("MatMul", query, self.op("Transpose", key, perm=[0, 1, 3, 2]))
        if mask is not None:
            scores = self.op("Add", scores, mask)
        mixed = self.op("MatMul", self.op("Softmax", scores, axis=-1), value)
        joined = self.op("Reshape", self.op("Transpose", mixed, perm=[0, 2, 1, 3]), self.constant([0, -1, wide]))
        return self.linear(joined, f"{name}.out", wide, wide)

    def feed_forward(self, x: str, name: str) -> str:
        """The layer's second half with its residual."""
        wide = self.shape.d_model
        inner = self.gelu(self.linear(self.norm(x, f"{name}.norm"), f"{name}.1", wide, 4 * wide))
        return self.op("Add", x, self.linear(inner, f"{name}.2", 4 * wide, wide))

    def graph(self, name: str, inputs: list[ValueInfoProto], outputs: list[ValueInfoProto]) -> GraphProto:
        """The finished graph."""
        return helper.make_graph(self.nodes, name, inputs, outputs, list(self.weights.values()))

    def _keep(self, name: str, array: npt.NDArray[Any]) -> str:
        self.weights.setdefault(name, numpy_helper.from_array(array, name))
        return name


def encoder(shape: Shape) -> ModelProto:
    """`input_features` [B, bands, 3000] to `last_hidden_state` [B, 1500, D]."""
    build, wide = Builder(shape), shape.d_model
    x = "input_features"
    for name, channels, stride in (("conv1", shape.bands, 1), ("conv2", wide, 2)):
        kernel = build.weight(f"{name}.weight", wide, channels, 3, scale=(3 * channels) ** -0.5)
        bias = build.weight(f"{name}.bias", wide, scale=0.02)
        x = build.gelu(build.op("Conv", x, kernel, bias, pads=[1, 1], strides=[stride], kernel_shape=[3]))
    x = build.op("Transpose", x, perm=[0, 2, 1])
    x = build.op("Add", x, build.weight("encoder.positions", FRAMES, wide, scale=0.3))
    for layer in range(shape.encoder_layers):
        name = f"encoder.{layer}"
        normed = build.norm(x, f"{name}.attention.norm")
        key, value = (build.heads(build.linear(normed, f"{name}.attention.{part}", wide, wide)) for part in "kv")
        x = build.op("Add", x, build.attend(normed, f"{name}.attention", key, value))
        x = build.feed_forward(x, f"{name}.mlp")
    gain = build.norm(x, "encoder.norm")
    build.op("Identity", gain, name="last_hidden_state")
    inputs = [_value(shape, "input_features", ["batch_size", shape.bands, 2 * FRAMES])]
    return _model(build.graph("encoder", inputs, [_value(shape, "last_hidden_state", ["batch_size", FRAMES, wide])]))


def decoder(shape: Shape) -> ModelProto:
    """The decoder for the prompt: `input_ids`, `encoder_hidden_states` to `logits` and `present.*`."""
    build = Builder(shape)
    _decode(build, shape, past=False)
    return _model(build.graph("decoder", _prompt_inputs(shape), _outputs(shape, cross=True)))


def decoder_with_past(shape: Shape) -> ModelProto:
    """The decoder for one more token: `input_ids`, `past_key_values.*` to `logits` and the decoder's `present.*`."""
    build = Builder(shape)
    _decode(build, shape, past=True)
    inputs = [_prompt_inputs(shape)[0], *_caches(shape, "past_key_values", cross=True)]
    return _model(build.graph("decoder_with_past", inputs, _outputs(shape, cross=False)))


def merged_decoder(shape: Shape) -> ModelProto:
    """Both in one graph, chosen by `use_cache_branch`."""
    weights: dict[str, TensorProto] = {}
    branches: dict[str, Any] = {}
    for branch, past in (("else_branch", False), ("then_branch", True)):
        build = Builder(shape, f"{branch}.", weights)
        _decode(build, shape, past=past)
        branches[branch] = helper.make_graph(build.nodes, branch, [], _outputs(shape, cross=True))
    names = [value.name for value in _outputs(shape, cross=True)]
    node = helper.make_node("If", ["use_cache_branch"], names, name="if", **branches)
    inputs = [*_prompt_inputs(shape), *_caches(shape, "past_key_values", cross=True)]
    inputs.append(helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1]))
    return _model(helper.make_graph([node], "merged", inputs, _outputs(shape, cross=True), list(weights.values())))


def _decode(build: Builder, shape: Shape, *, past: bool) -> None:
    """Appends a decoder whose outputs have the names of the interface."""
    wide = shape.d_model
    length = build.op("Gather", build.op("Shape", "input_ids"), build.constant(1))
    before = build.constant(0)
    if past:
        before = build.op("Gather", build.op("Shape", "past_key_values.0.decoder.key"), build.constant(2))
    places = build.op("Range", before, build.op("Add", before, length), build.constant(1))
    embedding = build.weight("embedding", shape.vocabulary, wide, scale=0.4)
    positions = build.op("Gather", build.weight("decoder.positions", shape.positions, wide, scale=0.4), places)
    x = build.op("Add", build.op("Gather", embedding, "input_ids"), positions)
    mask = None if past else _causal_mask(build, length)
    for layer in range(shape.layers):
        x = _decoder_layer(build, x, layer, mask, past=past)
    logits = build.op("MatMul", build.norm(x, "decoder.norm"), build.op("Transpose", embedding, perm=[1, 0]))
    build.op("Identity", logits, name="logits")


def _decoder_layer(build: Builder, x: str, layer: int, mask: str | None, *, past: bool) -> str:
    wide, name = build.shape.d_model, f"decoder.{layer}"
    for kind, part in (("decoder", "attention"), ("encoder", "cross")):
        normed = build.norm(x, f"{name}.{part}.norm")
        cached = {which: f"past_key_values.{layer}.{kind}.{which}" for which in ("key", "value")}
        source = normed if kind == "decoder" else "encoder_hidden_states"
        keyed: list[str] = []
        for which in ("key", "value"):
            if past and kind == "encoder":
                made = cached[which]
            else:
                made = build.heads(build.linear(source, f"{name}.{part}.{which[0]}", wide, wide))
                made = build.op("Concat", cached[which], made, axis=2) if past else made
            keyed.append(made)
            build.op("Identity", made, name=f"present.{layer}.{kind}.{which}")
        own_mask = mask if kind == "decoder" else None
        x = build.op("Add", x, build.attend(normed, f"{name}.{part}", keyed[0], keyed[1], own_mask))
    return build.feed_forward(x, f"{name}.mlp")


def _causal_mask(build: Builder, length: str) -> str:
    """[N, N]: 0 where a token may look, else a large negative number."""
    square = build.op("Concat", *[build.op("Unsqueeze", length, build.constant([0]))] * 2, axis=0)
    ones = build.op("Expand", build.constant(1.0), square)
    hidden = build.op("Sub", ones, build.op("Trilu", ones, upper=0))
    return build.op("Mul", hidden, build.constant(-10_000.0))


def _prompt_inputs(shape: Shape) -> list[ValueInfoProto]:
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch_size", "decoder_sequence_length"])
    return [ids, _value(shape, "encoder_hidden_states", ["batch_size", FRAMES, shape.d_model])]


def _outputs(shape: Shape, *, cross: bool) -> list[ValueInfoProto]:
    logits = _value(shape, "logits", ["batch_size", "decoder_sequence_length", shape.vocabulary])
    return [logits, *_caches(shape, "present", cross=cross)]


def _caches(shape: Shape, prefix: str, *, cross: bool) -> list[ValueInfoProto]:
    return [
        _value(shape, f"{prefix}.{layer}.{kind}.{part}", ["batch_size", shape.heads, f"{kind}_length", shape.head_size])
        for layer in range(shape.layers)
        for kind in (("decoder", "encoder") if cross else ("decoder",))
        for part in ("key", "value")
    ]


def _value(shape: Shape, name: str, sizes: Sequence[int | str] | None) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, shape.element, sizes)


def _model(graph: GraphProto) -> ModelProto:
    return helper.make_model(
        graph, producer_name="parley", opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=9
    )
