"""Whisper's front end, and what its files may lack."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from inference.errors import ModelUnusable
from inference.whisper.logmel import WINDOW_SAMPLES, LogMel, mel_filters
from inference.whisper.model_files import describe, find_graphs, is_model_folder


@pytest.mark.parametrize("bands", [80, 128])
def test_filters_cover_the_band_with_equal_area(bands: int) -> None:
    filters = mel_filters(bands)
    assert filters.shape == (201, bands)
    assert (filters >= 0).all()
    assert (filters.sum(axis=0) > 0).all()
    # Slaney's norm: area of each triangle is 1 over hertz; the narrow ones are coarsely sampled at 40 Hz.
    assert filters[:, bands // 2 :].sum(axis=0) * 40 == pytest.approx(np.ones(bands - bands // 2), rel=0.1)


def test_features_of_silence_sound_and_more_than_the_window() -> None:
    log_mel = LogMel(80)
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, WINDOW_SAMPLES + 5_000).astype(np.float32)
    features = log_mel([np.zeros(1_000, dtype=np.float32), noise[:16_000], noise, noise[:WINDOW_SAMPLES]])
    assert features.shape == (4, 80, 3_000)
    assert features.dtype == np.float32
    assert np.all(features[0] == np.float32(-1.5))
    assert features[1, :, :100].min() > features[1, :, 110:].max()
    assert np.array_equal(features[2], features[3])


def test_padding_with_silence_changes_nothing() -> None:
    log_mel = LogMel(80)
    sound = np.random.default_rng(0).normal(0, 0.1, 8_000).astype(np.float32)
    padded = np.concatenate([sound, np.zeros(64_000, dtype=np.float32)])
    short, long = log_mel([sound, padded])
    assert np.allclose(short, long, atol=1e-6)


def model_folder(folder: Path, *graphs: str) -> Path:
    (folder / "onnx").mkdir()
    (folder / "tokenizer.json").write_text("{}")
    for name in graphs:
        (folder / "onnx" / f"{name}.onnx").touch()
    return folder


def test_graphs_are_found_by_precision_and_layout(tmp_path: Path) -> None:
    split = ("encoder_model", "decoder_model", "decoder_with_past_model")
    int8 = [f"{name}_quantized" for name in split]
    folder = model_folder(tmp_path, *split, "decoder_model_merged", *int8)
    assert is_model_folder(folder)
    assert find_graphs(folder, "fp32", "auto").decoder.name == "decoder_model_merged.onnx"
    further = find_graphs(folder, "fp32", "split").decoder_with_past
    assert further is not None
    assert further.name == "decoder_with_past_model.onnx"
    assert find_graphs(folder, "int8", "auto").encoder.name == "encoder_model_quantized.onnx"


def test_missing_files_are_named_with_what_to_do(tmp_path: Path) -> None:
    folder = model_folder(tmp_path, "encoder_model")
    with pytest.raises(ModelUnusable, match=r"decoder_model_merged\.onnx or decoder_model\.onnx"):
        find_graphs(folder, "fp32", "auto")
    assert not is_model_folder(tmp_path / "nowhere")


def test_unreadable_descriptions_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"config\.json"):
        describe(tmp_path)
    for name in ("config", "generation_config", "preprocessor_config"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"feature_size": 80}))
    with pytest.raises(ModelUnusable, match="decoder_attention_heads"):
        describe(tmp_path)
