"""Settings, and which engine they choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.kit.settings import SettingsError
from services.speech.adapters import registry
from services.speech.settings import Settings
from tests.support.speech_service import SECRETS


def settings(**env: str) -> Settings:
    return Settings.from_env({**SECRETS, **env})


def test_defaults_follow_the_data_folder_and_the_machine() -> None:
    found = settings(PARLEY_DATA_DIR="/data")
    assert found.model == Path("/data/models/whisper")
    assert found.threads in (1, 2)
    assert found.workers >= 1
    assert (found.engine, found.precision, found.patience_s) == ("auto", "fp32", 2.0)


def test_what_is_set_counts() -> None:
    found = settings(PARLEY_SPEECH_MODEL="/m", PARLEY_SPEECH_THREADS="3", PARLEY_SPEECH_PATIENCE="1.5")
    assert (found.model, found.threads, found.patience_s) == (Path("/m"), 3, 1.5)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("PARLEY_SPEECH_ENGINE", "wisper", "whisper"),
        ("PARLEY_SPEECH_PATIENCE", "60", "0.3 to 10"),
        ("PARLEY_SPEECH_THREADS", "0", "at least 1"),
        ("PARLEY_SPEECH_MODLE", "/m", "PARLEY_SPEECH_MODEL"),
    ],
)
def test_wrong_settings_are_named_with_what_is_right(name: str, value: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=hint):
        settings(**{name: value})


def test_auto_is_whisper_where_a_model_is(tmp_path: Path) -> None:
    assert registry.choose_recogniser("auto", tmp_path, "") == "pocketsphinx"
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "encoder_model.onnx").touch()
    (tmp_path / "tokenizer.json").touch()
    assert registry.choose_recogniser("auto", tmp_path, "") == "whisper"
    assert registry.choose_recogniser("auto", tmp_path, "127.0.0.1:8001") == "triton"
    assert registry.choose_recogniser("none", tmp_path, "127.0.0.1:8001") == "none"
