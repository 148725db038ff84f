"""Runs the exported encoder and decoders; the only module here that knows ONNX Runtime.

Names, shapes and types are read from the loaded graphs, so fp16 caches and other head counts need no code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from inference.errors import InferenceFailed, ModelUnusable
from inference.whisper.model_files import GraphFiles, ModelDescription

Array = npt.NDArray[Any]
Cache = dict[str, Array]
"""Attention keys and values, [B, heads, P, size], by input name:
`past_key_values.{layer}.{decoder|encoder}.{key|value}`."""

_NUMPY_TYPES: Mapping[str, type[np.floating[Any]]] = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
_PAST, _PRESENT, _CROSS = "past_key_values", "present", ".encoder."


class Decoder(Protocol):
    """A decoder with a key-value cache, in whatever layout it was exported."""

    def start(self, states: Array, tokens: npt.NDArray[np.int64]) -> tuple[Array, Cache]:
        """First step. `states`: [B, 1500, D]; `tokens`: [B, N]. Returns logits [B, N, V] and the cache."""
        ...

    def step(self, states: Array, tokens: npt.NDArray[np.int64], cache: Cache) -> tuple[Array, Cache]:
        """One more token per row. `tokens`: [B, 1]. Returns logits [B, 1, V] and the new cache; `cache` is used up."""
        ...


class Graph:
    """One loaded ONNX file."""

    def __init__(self, path: Path, threads: int) -> None:
        """`threads`: most CPU threads that one run uses. Raises ModelUnusable if the file is no usable model."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning workers would burn a core while nobody speaks.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The arena would keep the encoder's 80 MB of attention scratch between utterances.
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelUnusable(f"{path.name} cannot be loaded: {error}") from error
        self.inputs = {value.name: value for value in self._session.get_inputs()}
        self.outputs = [value.name for value in self._session.get_outputs()]

    def dtype(self, name: str) -> type[np.floating[Any]]:
        """The numpy type of a floating-point input."""
        return _NUMPY_TYPES[self.inputs[name].type]

    def run(self, outputs: Sequence[str], feed: Cache) -> dict[str, Array]:
        """One run; returns the outputs asked for by name. Raises InferenceFailed."""
        try:
            results = self._session.run(list(outputs), feed)
        except Exception as error:
            raise InferenceFailed(f"ONNX Runtime failed: {type(error).__name__}") from error
        return dict(zip(outputs, results, strict=True))


class Encoder:
    """`input_features` [B, bands, 3000] to `last_hidden_state` [B, 1500, D]."""

    def __init__(self, path: Path, threads: int) -> None:
        self._graph = Graph(path, threads)
        (self._input,) = self._graph.inputs
        self._output = self._graph.outputs[0]

    def __call__(self, features: Array) -> Array:
        """Encodes a batch of log-mel features."""
        feed = {self._input: features.astype(self._graph.dtype(self._input), copy=False)}
        return self._graph.run([self._output], feed)[self._output]


class SplitDecoder:
    """Two graphs: one for the prompt, one for every further token."""

    def __init__(self, first: Path, further: Path, threads: int) -> None:
        self._first, self._further = Graph(first, threads), Graph(further, threads)

    def start(self, states: Array, tokens: npt.NDArray[np.int64]) -> tuple[Array, Cache]:
        """See Decoder."""
        results = self._first.run(self._first.outputs, {"input_ids": tokens, "encoder_hidden_states": states})
        return results.pop("logits"), _as_past(results)

    def step(self, states: Array, tokens: npt.NDArray[np.int64], cache: Cache) -> tuple[Array, Cache]:
        """See Decoder."""
        feed = {"input_ids": tokens, **cache}
        if "encoder_hidden_states" in self._further.inputs:  # older exports keep the unused input
            feed["encoder_hidden_states"] = states
        results = self._further.run(self._further.outputs, feed)
        logits = results.pop("logits")
        return logits, cache | _as_past(results)


class MergedDecoder:
    """One graph with a branch for the prompt and one for further tokens (`use_cache_branch`)."""

    def __init__(self, path: Path, model: ModelDescription, threads: int) -> None:
        self._graph = Graph(path, threads)
        self._model = model
        self._past = [name for name in self._graph.inputs if name.startswith(_PAST)]
        # With the cache in use the graph answers placeholders for the cross attention: keep the first step's.
        self._step_outputs = [name for name in self._graph.outputs if _CROSS not in name]

    def start(self, states: Array, tokens: npt.NDArray[np.int64]) -> tuple[Array, Cache]:
        """See Decoder."""
        shape = (len(tokens), self._model.heads, 0, self._model.head_size)
        nothing = {name: np.zeros(shape, self._graph.dtype(name)) for name in self._past}
        results = self._graph.run(self._graph.outputs, self._feed(states, tokens, nothing, cached=False))
        return results.pop("logits"), _as_past(results)

    def step(self, states: Array, tokens: npt.NDArray[np.int64], cache: Cache) -> tuple[Array, Cache]:
        """See Decoder."""
        results = self._graph.run(self._step_outputs, self._feed(states, tokens, cache, cached=True))
        return results.pop("logits"), cache | _as_past(results)

    @staticmethod
    def _feed(states: Array, tokens: npt.NDArray[np.int64], cache: Cache, *, cached: bool) -> Cache:
        branch = np.array([cached])
        return {"input_ids": tokens, "encoder_hidden_states": states, "use_cache_branch": branch, **cache}


def open_decoder(files: GraphFiles, model: ModelDescription, threads: int) -> Decoder:
    """Loads the decoder of whichever layout `files` has."""
    if files.decoder_with_past is None:
        return MergedDecoder(files.decoder, model, threads)
    return SplitDecoder(files.decoder, files.decoder_with_past, threads)


def _as_past(present: dict[str, Array]) -> Cache:
    return {name.replace(_PRESENT, _PAST, 1): value for name, value in present.items()}
