"""Encoder and decoders as functions: features to states, tokens to logits, with a key-value cache."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from inference.errors import ModelUnusable
from inference.whisper.model_files import GraphFiles, ModelDescription
from inference.whisper.providers import Hardware
from inference.whisper.session import Array, Graph, Tensor, rows

TokenIds = npt.NDArray[np.int64]
_PAST, _PRESENT, _CROSS = "past_key_values", "present", ".encoder."
_STATES = "encoder_hidden_states"
_ATTENTION = re.compile(r"cross_attentions\.(\d+)")


@dataclass(frozen=True)
class Cache:
    """Attention keys and values, [B, heads, P, size], by input name.

    `past_key_values.{layer}.{decoder|encoder}.{key|value}`. Never written to: a step makes a new one.
    """

    own: dict[str, Tensor]
    """Of the tokens so far."""
    cross: dict[str, Tensor]
    """Of the audio: the same at every step. The encoder's states are here too where the decoder wants them."""
    device: str = "cpu"

    def rearranged(self, sources: Sequence[int], *, same_windows: bool) -> Cache:
        """The cache for other rows. `sources`: for each new row the one it follows; `same_windows`: as before."""
        if same_windows and list(sources) == list(range(len(sources))):
            return self
        own = {name: rows(value, sources, self.device) for name, value in self.own.items()}
        if same_windows:
            return Cache(own, self.cross, self.device)
        return Cache(own, {name: rows(value, sources, self.device) for name, value in self.cross.items()}, self.device)


@dataclass(frozen=True)
class Opening:
    """The decoder after its prompts."""

    logits: Array
    """[B, 1, V] before the first text token, as of `step`."""
    attention: Array | None
    """[B, heads, N, frames]: cross-attention of the N prompt tokens."""
    cache: Cache

    def rows(self, wanted: Sequence[int]) -> Opening:
        """The same for some of the rows."""
        if list(wanted) == list(range(len(self.logits))):
            return self
        attention = None if self.attention is None else self.attention[list(wanted)]
        return Opening(self.logits[list(wanted)], attention, self.cache.rearranged(wanted, same_windows=False))


Step = tuple[Array, Array | None, Cache]
"""Logits [B, V] of the last token; cross-attention [B, heads, N, frames] or None; the new cache."""


class Decoder(Protocol):
    """A decoder with a key-value cache, in whatever layout it was exported."""

    def start(self, states: Tensor, tokens: TokenIds) -> tuple[Array, Array | None, Cache]:
        """First step. `states`: [B, 1500, D]; `tokens`: [B, N]. Returns logits [B, N, V], attention, cache."""
        ...

    def step(self, tokens: TokenIds, cache: Cache) -> Step:
        """One more token per row. `tokens`: [B, 1]."""
        ...


class Encoder:
    """`input_features` [B, bands, 3000] to `last_hidden_state` [B, 1500, D]."""

    def __init__(self, files: GraphFiles, model: ModelDescription, hardware: Hardware) -> None:
        """Raises ModelUnusable."""
        self._graph = Graph(files.encoder, hardware, fused=True)
        if len(self._graph.inputs) != 1:
            raise ModelUnusable(f"{files.encoder.name} wants {', '.join(self._graph.inputs)}, not features alone")
        (self._input,) = self._graph.inputs
        self._output = next(iter(self._graph.outputs))
        self._dtype = self._graph.dtype(self._input)
        self._graph.require_size(self._input, 1, model.mel_bands, "preprocessor_config.json")
        self._graph.require_size(self._output, -1, model.d_model, "config.json")

    def __call__(self, features: Array, interrupted: Callable[[], bool] | None = None) -> Tensor:
        """Encodes a batch of log-mel features. Raises InferenceFailed, Interrupted."""
        feed = {self._input: features.astype(self._dtype, copy=False)}
        return self._graph.run([self._output], feed, stay=[self._output], interrupted=interrupted)[self._output]


@dataclass
class _Exported:
    """What one decoder graph gives beside its logits."""

    graph: Graph
    present: list[str]
    attention: list[str] = field(default_factory=list)
    """Output names of the layers whose attention is wanted."""

    @property
    def outputs(self) -> list[str]:
        return ["logits", *self.present, *self.attention]

    def run(self, feed: dict[str, Tensor]) -> dict[str, Tensor]:
        return self.graph.run(self.outputs, feed, stay=self.present)


class _CachedDecoder:
    """What both layouts share: the model's description, and which heads of the cross-attention are of use."""

    def __init__(self, model: ModelDescription, hardware: Hardware, attention: Sequence[str]) -> None:
        self._model = model
        self._device = hardware.device
        layers = {int(name.rpartition(".")[2]): name for name in attention}
        self._heads = _alignment_heads(model, layers)
        self._attention_outputs = {layer: layers[layer] for layer, _ in self._heads}

    @property
    def has_alignment(self) -> bool:
        """Whether steps give attention."""
        return bool(self._heads)

    def _attention(self, results: dict[str, Tensor]) -> Array | None:
        """[B, heads, N, frames] of the alignment heads."""
        if not self._heads:
            return None
        return np.stack([results[self._attention_outputs[layer]][:, head] for layer, head in self._heads], axis=1)

    def _cache(self, states: Tensor | None, results: dict[str, Tensor]) -> Cache:
        past = _as_past(results)
        cross = {name: value for name, value in past.items() if _CROSS in name}
        if states is not None:
            cross[_STATES] = states
        return Cache({name: value for name, value in past.items() if name not in cross}, cross, self._device)

    def _next(self, results: dict[str, Tensor], cache: Cache) -> Step:
        logits: Array = results["logits"][:, -1]
        own = {name: value for name, value in _as_past(results).items() if _CROSS not in name}
        return logits, self._attention(results), Cache(own, cache.cross, cache.device)


class SplitDecoder(_CachedDecoder):
    """Two graphs: one for the prompt, one for every further token."""

    def __init__(self, files: GraphFiles, model: ModelDescription, hardware: Hardware) -> None:
        """Raises ModelUnusable."""
        assert files.decoder_with_past is not None  # noqa: S101  the layout says so
        first, further = Graph(files.decoder, hardware), Graph(files.decoder_with_past, hardware)
        super().__init__(model, hardware, [name for name in _attentions(first) if name in further.outputs])
        wanted = list(self._attention_outputs.values())
        first.require(["input_ids", _STATES], ["logits", *_cache_names(model, _PRESENT, cross=True)])
        further.require(["input_ids", *_cache_names(model, _PAST, cross=True)], ["logits"])
        further.require([], _cache_names(model, _PRESENT, cross=False))
        _require_sizes([first, further], model)
        self._first = _Exported(first, _cache_names(model, _PRESENT, cross=True), wanted)
        self._further = _Exported(further, _cache_names(model, _PRESENT, cross=False), wanted)
        self._wants_states = _STATES in further.inputs  # older exports keep the unused input
        self.vocabulary_size = first.outputs["logits"].shape[-1]

    def start(self, states: Tensor, tokens: TokenIds) -> tuple[Array, Array | None, Cache]:
        """See Decoder."""
        results = self._first.run({"input_ids": tokens, _STATES: states})
        cache = self._cache(states if self._wants_states else None, results)
        return results["logits"], self._attention(results), cache

    def step(self, tokens: TokenIds, cache: Cache) -> Step:
        """See Decoder."""
        return self._next(self._further.run({"input_ids": tokens, **cache.own, **cache.cross}), cache)


class MergedDecoder(_CachedDecoder):
    """One graph with a branch for the prompt and one for further tokens (`use_cache_branch`)."""

    def __init__(self, files: GraphFiles, model: ModelDescription, hardware: Hardware) -> None:
        """Raises ModelUnusable."""
        graph = Graph(files.decoder, hardware)
        super().__init__(model, hardware, _attentions(graph))
        wanted = list(self._attention_outputs.values())
        self._past = _cache_names(model, _PAST, cross=True)
        everything = _cache_names(model, _PRESENT, cross=True)
        graph.require(["input_ids", _STATES, "use_cache_branch", *self._past], ["logits", *everything])
        _require_sizes([graph], model)
        self._dtype = graph.dtype(self._past[0])
        self._first = _Exported(graph, everything, wanted)
        # With the cache in use the graph answers placeholders for the cross attention: keep the first step's.
        self._further = _Exported(graph, _cache_names(model, _PRESENT, cross=False), wanted)
        self.vocabulary_size = graph.outputs["logits"].shape[-1]

    def start(self, states: Tensor, tokens: TokenIds) -> tuple[Array, Array | None, Cache]:
        """See Decoder."""
        shape = (len(tokens), self._model.heads, 0, self._model.head_size)
        nothing = {name: np.zeros(shape, self._dtype) for name in self._past}
        feed = {"input_ids": tokens, _STATES: states, "use_cache_branch": np.array([False]), **nothing}
        results = self._first.run(feed)
        return results["logits"], self._attention(results), self._cache(states, results)

    def step(self, tokens: TokenIds, cache: Cache) -> Step:
        """See Decoder."""
        feed = {"input_ids": tokens, "use_cache_branch": np.array([True]), **cache.own, **cache.cross}
        return self._next(self._further.run(feed), cache)


def open_decoder(files: GraphFiles, model: ModelDescription, hardware: Hardware) -> SplitDecoder | MergedDecoder:
    """Loads the decoder of whichever layout `files` has. Raises ModelUnusable."""
    if files.decoder_with_past is None:
        return MergedDecoder(files, model, hardware)
    return SplitDecoder(files, model, hardware)


def _cache_names(model: ModelDescription, prefix: str, *, cross: bool) -> list[str]:
    kinds = ("decoder", "encoder") if cross else ("decoder",)
    return [
        f"{prefix}.{layer}.{kind}.{part}"
        for layer in range(model.layers)
        for kind in kinds
        for part in ("key", "value")
    ]


def _require_sizes(graphs: Sequence[Graph], model: ModelDescription) -> None:
    for graph in graphs:
        for name in (*graph.inputs, *graph.outputs):
            if name.startswith((_PAST, _PRESENT)):
                graph.require_size(name, 1, model.heads, "config.json")
                graph.require_size(name, 3, model.head_size, "config.json")


def _attentions(graph: Graph) -> list[str]:
    return [name for name in graph.outputs if _ATTENTION.fullmatch(name)]


def _alignment_heads(model: ModelDescription, layers: dict[int, str]) -> list[tuple[int, int]]:
    """The heads that the model's files name, else all of the upper half (as openai/whisper's default)."""
    named = [(layer, head) for layer, head in model.alignment_heads if layer in layers and head < model.heads]
    upper = [layer for layer in layers if layer >= model.layers // 2]
    return named or [(layer, head) for layer in upper for head in range(model.heads)]


def _as_past(results: dict[str, Tensor]) -> dict[str, Tensor]:
    past = ((name, value) for name, value in results.items() if name.startswith(_PRESENT))
    return {name.replace(_PRESENT, _PAST, 1): value for name, value in past}
