"""Vision's settings, and where it finds its model."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.kit.settings import SettingsError
from services.vision.adapters import model_file
from services.vision.settings import Settings
from tests.support.fixtures import ROOT

SECRETS = {"PARLEY_INTERNAL_SECRET": "i" * 40, "PARLEY_TOKEN_SECRET": "t" * 40}


def test_defaults() -> None:
    settings = Settings.from_env(SECRETS)
    assert (settings.listen, settings.engine, settings.model) == ("127.0.0.1:7104", "mediapipe", "auto")
    assert settings.max_streams == 16
    assert settings.workers >= 1


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PARLEY_VISION_WORKERS", "0", "1 or more"),
        ("PARLEY_VISION_MAX_STREAMS", "many", "1 or more"),
        ("PARLEY_VISION_ENGINE", "dlib", "expected one of mediapipe"),
        ("PARLEY_VISION_MODLE", "x.task", "the nearest is PARLEY_VISION_MODEL"),
    ],
)
def test_wrong_settings_are_named(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        Settings.from_env({**SECRETS, name: value})


def test_auto_prefers_the_folder_of_models_and_falls_back_to_the_checkout(tmp_path: Path) -> None:
    assert model_file.locate("auto", tmp_path) == ROOT / "build" / "models" / "attention.task"
    placed = tmp_path / "attention.task"
    placed.write_bytes(b"")
    assert model_file.locate("auto", tmp_path) == placed
    pulled = tmp_path / "face_landmarker.task"
    pulled.write_bytes(b"")
    assert model_file.locate("auto", tmp_path) == pulled


def test_a_named_model_is_taken_wherever_it_is(tmp_path: Path) -> None:
    assert model_file.locate("~/other.task", tmp_path) == Path.home() / "other.task"
