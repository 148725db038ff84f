"""Finds and reads a Whisper model in the file layout that Hugging Face Optimum exports.

```
config.json  generation_config.json  preprocessor_config.json  tokenizer.json
onnx/encoder_model{suffix}.onnx
onnx/decoder_model{suffix}.onnx + onnx/decoder_with_past_model{suffix}.onnx     (split)
onnx/decoder_model_merged{suffix}.onnx                                          (merged)
```
`suffix` is empty for fp32, `_fp16`, or `_quantized` for int8.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.errors import ModelUnusable

SUFFIXES: Mapping[str, str] = {"fp32": "", "fp16": "_fp16", "int8": "_quantized"}
LAYOUTS = ("auto", "merged", "split")
_FIRST_TIMESTAMP_WITHIN = 50
"""Encoder frames: 1 s, as openai/whisper's max_initial_timestamp."""


@dataclass(frozen=True)
class GraphFiles:
    """The ONNX files of one precision and layout."""

    encoder: Path
    decoder: Path
    decoder_with_past: Path | None
    """None in the merged layout."""


@dataclass(frozen=True)
class ModelDescription:
    """What the JSON files say about the model."""

    mel_bands: int
    heads: int
    head_size: int
    layers: int
    """Of the decoder."""
    max_tokens: int
    """Most tokens that the decoder can hold, prompt included."""
    end_token: int
    suppressed: tuple[int, ...]
    """Never chosen."""
    suppressed_at_start: tuple[int, ...]
    """Not chosen as the first token of the text."""
    language_tokens: Mapping[str, int]
    """BCP 47 code to token id; empty for a model that knows English only."""
    alignment_heads: tuple[tuple[int, int], ...]
    """Decoder layer and head of the cross-attention that follows the speech; empty if the files don't say."""
    first_timestamp_within: int
    """Latest encoder frame (20 ms) at which the first timestamp may be."""

    @property
    def d_model(self) -> int:
        """Width of the hidden states."""
        return self.heads * self.head_size


def is_model_folder(folder: Path) -> bool:
    """Whether `folder` looks like a Whisper model at all (the cheap question that `auto` asks)."""
    return (folder / "tokenizer.json").is_file() and any((folder / "onnx").glob("encoder_model*.onnx"))


def find_graphs(folder: Path, precision: str, layout: str) -> GraphFiles:
    """The files to load.

    `precision`: fp32, fp16 or int8. `layout`: split, merged, or auto (merged where it is there, else split: on a CPU
    they are equally fast, but split decoders hold most weights twice).
    Raises ModelUnusable that names every file that was looked for.
    """
    if precision not in SUFFIXES or layout not in LAYOUTS:
        known = f"precisions {', '.join(SUFFIXES)}; layouts {', '.join(LAYOUTS)}"
        raise ModelUnusable(f"there is no precision {precision} with layout {layout}; choose from {known}")
    onnx, suffix = folder / "onnx", SUFFIXES[precision]
    split = GraphFiles(
        onnx / f"encoder_model{suffix}.onnx",
        onnx / f"decoder_model{suffix}.onnx",
        onnx / f"decoder_with_past_model{suffix}.onnx",
    )
    merged = GraphFiles(split.encoder, onnx / f"decoder_model_merged{suffix}.onnx", None)
    candidates = {"split": [split], "merged": [merged], "auto": [merged, split]}[layout]
    for graphs in candidates:
        if not _missing(graphs):
            return graphs
    names = " or ".join(", ".join(path.name for path in _missing(graphs)) for graphs in candidates)
    raise ModelUnusable(f"the Whisper model in {folder} lacks {names} for precision {precision}, layout {layout}")


def describe(folder: Path) -> ModelDescription:
    """Reads the JSON files. Raises ModelUnusable if one is missing or not what it should be."""
    config, generation, preprocessor = (
        _read(folder / f"{name}.json") for name in ("config", "generation_config", "preprocessor_config")
    )
    try:
        heads = int(config["decoder_attention_heads"])
        return ModelDescription(
            mel_bands=int(preprocessor["feature_size"]),
            heads=heads,
            head_size=int(config["d_model"]) // heads,
            layers=int(config["decoder_layers"]),
            max_tokens=int(config["max_target_positions"]),
            end_token=int(generation["eos_token_id"]),
            suppressed=_tokens(generation.get("suppress_tokens")),
            suppressed_at_start=_tokens(generation.get("begin_suppress_tokens")),
            language_tokens={tag.strip("<|>"): int(token) for tag, token in _languages(generation)},
            alignment_heads=_heads(generation.get("alignment_heads")),
            first_timestamp_within=int(generation.get("max_initial_timestamp_index") or _FIRST_TIMESTAMP_WITHIN),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        what = f"{type(error).__name__}: {error}"
        raise ModelUnusable(
            f"the JSON files of the Whisper model in {folder} are not what Optimum writes ({what}): export it again"
        ) from error


def _languages(generation: Mapping[str, Any]) -> list[tuple[str, int]]:
    if generation.get("is_multilingual") is False:
        return []
    return list((generation.get("lang_to_id") or {}).items())


def _tokens(value: Any) -> tuple[int, ...]:
    return tuple(int(token) for token in value or ())


def _heads(value: Any) -> tuple[tuple[int, int], ...]:
    return tuple((int(layer), int(head)) for layer, head in value or ())


def _missing(graphs: GraphFiles) -> list[Path]:
    paths = (graphs.encoder, graphs.decoder, graphs.decoder_with_past)
    return [path for path in paths if path is not None and not path.is_file()]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"{path} cannot be read: {type(error).__name__}: {error}") from error
