"""E5: texts in, unit vectors out. The mean of the last hidden states over the real tokens, scaled to length one (Wang
et al., "Text Embeddings by Weakly-Supervised Contrastive Pre-training", 2022; the model card's own code).

Texts begin with what they are for: "query: " for questions and for comparing like with like, "passage: " for what is
searched. Without it the vectors are worse, so it is not left to callers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from inference.errors import InferenceFailed, ModelUnusable

MAX_TOKENS = 512
_GRAPHS = ("onnx/model.onnx", "onnx/model_qint8_avx512_vnni.onnx", "model.onnx", "model_quantized.onnx")
_TOKENIZERS = ("tokenizer.json", "onnx/tokenizer.json")
_HIDDEN = "last_hidden_state"
_NEEDED = frozenset({"input_ids", "attention_mask"})
_SMALLEST_NORM = 1e-12

Vectors = npt.NDArray[np.float32]
"""[texts, dimensions], rows of unit length."""


class Purpose(StrEnum):
    """What a text is embedded for."""

    QUERY = "query"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Description:
    """What is loaded; ``version`` is the folder's name and the first digits of the graph's SHA-256."""

    version: str
    dimensions: int


class E5Engine:
    """One model in this process. Thread-safe; a call takes one run of the graph."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """``folder`` holds ``tokenizer.json`` and a graph as Hugging Face exports it. Raises ModelUnusable."""
        graph, tokenizer = _first(folder, _GRAPHS), _first(folder, _TOKENIZERS)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
            self._session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # both libraries raise bare Exception for damaged files
            raise ModelUnusable(f"{folder}: {error}; fetch the model again (`parley models pull`)") from error
        self._inputs = {each.name for each in self._session.get_inputs()}
        outputs = {each.name: each.shape for each in self._session.get_outputs()}
        if not self._inputs >= _NEEDED or _HIDDEN not in outputs:
            raise ModelUnusable(f"{graph} is no E5 graph: it has no {', '.join(sorted(_NEEDED))} or {_HIDDEN}")
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding(pad_id=_pad_id(self._tokenizer))
        digest = hashlib.sha256(graph.read_bytes()).hexdigest()[:8]
        self.description = Description(f"{folder.name} {digest}", int(outputs[_HIDDEN][-1]))

    def embed(self, texts: Sequence[str], purpose: Purpose = Purpose.QUERY) -> Vectors:
        """One row per text, in order; zeros for a blank one. Longer texts count up to 512 tokens. Raises
        InferenceFailed.
        """
        rows = np.zeros((len(texts), self.description.dimensions), dtype=np.float32)
        said = [place for place, text in enumerate(texts) if text.strip()]
        if not said:
            return rows
        encoded = self._tokenizer.encode_batch([f"{purpose.value}: {texts[place].strip()}" for place in said])
        ids = np.array([each.ids for each in encoded], dtype=np.int64)
        mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
        given: Mapping[str, Any] = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            (hidden,) = self._session.run([_HIDDEN], {name: given[name] for name in self._inputs})
        except Exception as error:  # ONNX Runtime has no exception type of its own
            raise InferenceFailed(f"embedding {len(said)} texts failed: {type(error).__name__}") from error
        rows[said] = unit(mean_over(np.asarray(hidden, dtype=np.float32), mask))
        return rows


def mean_over(hidden: npt.NDArray[np.float32], mask: npt.NDArray[np.int64]) -> Vectors:
    """The mean of ``hidden`` [texts, tokens, dimensions] over the tokens where ``mask`` [texts, tokens] is 1."""
    weights = mask[:, :, None].astype(np.float32)
    return np.asarray((hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0), dtype=np.float32)


def unit(rows: Vectors) -> Vectors:
    """``rows`` scaled to length one."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _SMALLEST_NORM), dtype=np.float32)


def _first(folder: Path, names: Sequence[str]) -> Path:
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is None:
        raise ModelUnusable(f"{folder} has none of {', '.join(names)}: fetch the model with `parley models pull`")
    return found


def _pad_id(tokenizer: Tokenizer) -> int:
    padding = tokenizer.padding
    if padding is not None:
        return int(padding["pad_id"])
    return next((place for token in ("<pad>", "[PAD]") if (place := tokenizer.token_to_id(token)) is not None), 0)
