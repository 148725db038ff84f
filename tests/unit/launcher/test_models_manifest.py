"""The list of models: the product's own is sound, and a wrong one is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.launcher.models.manifest import MANIFEST, ManifestInvalid, UnknownModel, load, mirrored
from services.launcher.models.store import size_text
from tests.support.fixtures import SHARED, needs_shared


def test_the_own_manifest_pins_every_byte_that_a_default_pull_fetches() -> None:
    manifest = load()
    assert [model.name for model in manifest.chosen([])] == ["whisper", "supertonic", "face_landmarker"]
    for model in manifest.models:
        assert model.licence
        assert model.source.startswith("https://")
        for file in model.files:
            assert file.url.startswith("https://")
            assert file.sha256 is not None or not model.default, file.path


def test_what_is_not_pinned_is_known_and_said() -> None:
    unpinned = {file.path: model for model in load().models for file in model.files if file.sha256 is None}
    assert list(unpinned) == ["whisper-aligned/onnx/decoder_model_merged.onnx"]
    assert all("--accept-unverified" in model.hint for model in unpinned.values())


def test_the_own_manifest_pins_revisions_not_branches() -> None:
    for model in load().models:
        for file in model.files:
            assert "/main/" not in file.url
            assert "latest" not in file.url


def test_models_that_share_a_place_agree_on_what_is_there() -> None:
    seen: dict[str, object] = {}
    for model in load().models:
        for file in model.files:
            assert seen.setdefault(file.path, file) == file


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("path",), "../outside"),
        (("path",), "/etc/passwd"),
        (("path",), "a/.hidden"),
        (("url",), "file:///etc/passwd"),
        (("sha256",), "0123"),
        (("size",), 0),
        (("unverified",), True),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place(tmp_path: Path, place: tuple[str], value: object) -> None:
    data = json.loads(MANIFEST.read_text(encoding="utf-8"))
    data["models"][0]["files"][0][place[0]] = value
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ManifestInvalid, match=r"wrong\.json, \$\.models\[0\]\.files\[0\]"):
        load(wrong)


def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("whisper, please", encoding="utf-8")
    with pytest.raises(ManifestInvalid, match=r"list\.json"):
        load(tmp_path / "list.json")
    with pytest.raises(ManifestInvalid, match="absent"):
        load(tmp_path / "absent.json")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match="whisper-small-int8"):
        load().chosen(["whisper-smal"])


@pytest.mark.parametrize(
    ("mirror", "result"),
    [
        ("", "https://example.org/a/b?download=1"),
        ("https://mirror.example", "https://mirror.example/a/b?download=1"),
        ("http://10.0.0.1:8000/models/", "http://10.0.0.1:8000/models/a/b?download=1"),
    ],
)
def test_a_mirror_replaces_the_base_of_an_address(mirror: str, result: str) -> None:
    assert mirrored("https://example.org/a/b?download=1", mirror) == result


@pytest.mark.parametrize(
    ("size", "text"),
    [(339, "339 B"), (8_699, "8.7 kB"), (3_758_596, "3.8 MB"), (294_231_266, "294 MB"), (1_200_000_000, "1.2 GB")],
)
def test_sizes_read_as_people_write_them(size: int, text: str) -> None:
    assert size_text(size) == text


@needs_shared
def test_the_pinned_face_model_is_the_one_that_we_test_with() -> None:
    from services.launcher.models.store import sha256_of

    (model,) = load().chosen(["face_landmarker"])
    bundle = SHARED / "models" / "face_landmarker.task"
    assert (model.files[0].sha256, model.files[0].size) == (sha256_of(bundle), bundle.stat().st_size)
