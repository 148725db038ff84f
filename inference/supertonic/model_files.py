"""Finds and reads a Supertonic model.

```
onnx/duration_predictor.onnx  text_encoder.onnx  vector_estimator.onnx  vocoder.onnx
onnx/tts.json                 split (opensource-en, opensource-multilingual), ae.sample_rate, ae.base_chunk_size,
                              ttl.latent_dim, ttl.chunk_compress_factor
onnx/unicode_indexer.json     list: code point to the model's character id, -1 where it knows none
voice_styles/NAME.json        {"style_ttl": {"dims": [1, 50, 256], "data": …}, "style_dp": {"dims": [1, 8, 16], …}}
```
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.errors import ModelUnusable

GRAPHS = ("duration_predictor", "text_encoder", "vector_estimator", "vocoder")
_STYLE_AXES = 3


@dataclass(frozen=True, slots=True)
class Geometry:
    """What tts.json says: sizes of audio and latent. One latent frame is `frame_samples` of audio."""

    rate_hz: int
    frame_samples: int
    """Samples that one frame of the latent stands for (3,072 at 44.1 kHz: 70 ms)."""
    channels: int
    """Channels of the latent as the vector estimator takes it (144)."""
    english_only: bool
    """Whether this is the first Supertonic, which knows no language tags and would read them out."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a voice sounds (`ttl`) and how it paces (`dp`), each [1, tokens, width]."""

    ttl: npt.NDArray[np.float32]
    dp: npt.NDArray[np.float32]


def is_model_folder(folder: Path) -> bool:
    """Whether `folder` looks like a Supertonic model at all (the cheap question that `auto` asks)."""
    return all((folder / "onnx" / name).is_file() for name in ("tts.json", "vector_estimator.onnx"))


def find_graphs(folder: Path) -> Mapping[str, Path]:
    """The graphs by their names in GRAPHS. Raises ModelUnusable that names every file that is missing."""
    paths = {name: folder / "onnx" / f"{name}.onnx" for name in GRAPHS}
    missing = [path.name for path in paths.values() if not path.is_file()]
    if missing:
        raise ModelUnusable(f"the voice model in {folder} lacks onnx/{', '.join(missing)}: fetch it again")
    return paths


def read_geometry(folder: Path) -> Geometry:
    """Reads tts.json. Raises ModelUnusable."""
    path = folder / "onnx" / "tts.json"
    config = _read(path)
    try:
        audio, latent = config["ae"], config["ttl"]
        rate_hz, base = int(audio["sample_rate"]), int(audio["base_chunk_size"])
        factor, width = int(latent["chunk_compress_factor"]), int(latent["latent_dim"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnusable(f"{path} is not a Supertonic config ({type(error).__name__}: {error})") from error
    if min(rate_hz, base, factor, width) < 1:
        raise ModelUnusable(f"{path} has a size below 1: fetch the model again")
    return Geometry(rate_hz, base * factor, width * factor, config.get("split") == "opensource-en")


def read_indexer(folder: Path) -> npt.NDArray[np.int64]:
    """Character ids by code point, -1 for none. Raises ModelUnusable."""
    path = folder / "onnx" / "unicode_indexer.json"
    try:
        indexer = np.asarray(_read(path), dtype=np.int64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ModelUnusable(f"{path} is no list of whole numbers: fetch the model again") from error
    if indexer.ndim != 1 or len(indexer) <= ord("z"):
        raise ModelUnusable(f"{path} is no list over code points: fetch the model again")
    return indexer


def read_styles(folder: Path) -> Mapping[str, Style]:
    """The voices by name, in order of their names; at least one. Raises ModelUnusable."""
    paths = sorted((folder / "voice_styles").glob("*.json"))
    if not paths:
        raise ModelUnusable(f"the voice model in {folder} has no voice_styles/*.json: fetch it again")
    return {path.stem: _style(path) for path in paths}


def _style(path: Path) -> Style:
    config = _read(path)
    try:
        return Style(_tensor(config["style_ttl"]), _tensor(config["style_dp"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnusable(f"{path} is not a voice style ({type(error).__name__}: {error})") from error


def _tensor(written: Any) -> npt.NDArray[np.float32]:
    values = np.asarray(written["data"], dtype=np.float32).reshape(written["dims"])
    if values.ndim != _STYLE_AXES or values.shape[0] != 1 or not np.isfinite(values).all():
        raise ValueError(f"want finite numbers of shape [1, tokens, width], not {list(values.shape)}")
    return values


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"{path} cannot be read ({type(error).__name__}): fetch the model again") from error
