"""What `up` and `doctor` say of models that are here, broken or missing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from services.launcher import doctor
from services.launcher.models.manifest import Manifest, Model, ModelFile
from services.launcher.models.offer import offer, standing
from services.launcher.models.store import State


def model(name: str, *, default: bool = True) -> Model:
    file = ModelFile(f"{name}/weights", "http://x/y", 4, hashlib.sha256(b"good").hexdigest())
    return Model(name, "", "", default, "", "", "", (file,))


def test_all_states_are_told_and_optional_models_only_when_broken(tmp_path: Path) -> None:
    contents = {"here": b"good", "torn": b"go", "optional-torn": b"g"}
    for name, content in contents.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_bytes(content)
    names = ("here", "torn", "gone")
    manifest = Manifest((*map(model, names), *(model(f"optional-{name}", default=False) for name in names)))
    assert standing(tmp_path, manifest) == {
        State.PRESENT: ["here (4 B)"],
        State.DAMAGED: ["torn (4 B)", "optional-torn (4 B)"],
        State.ABSENT: ["gone (4 B)"],
    }
    assert offer(tmp_path, manifest).endswith("not here: gone (4 B), torn (4 B), optional-torn (4 B)")
    assert offer(tmp_path, Manifest((model("here"),))) == ""


def test_the_real_set_is_offered_to_a_new_installation(tmp_path: Path) -> None:
    assert "`parley models pull`" in offer(tmp_path)
    assert "whisper (294 MB)" in offer(tmp_path)


def test_doctor_notes_what_is_missing_and_fails_on_what_is_broken(tmp_path: Path) -> None:
    (missing,) = doctor._models(tmp_path)
    assert (missing.state, missing.fix) == ("note", "parley models pull whisper supertonic face_landmarker")
    (tmp_path / "face_landmarker.task").write_bytes(b"half")
    states = {finding.state: finding.fix for finding in doctor._models(tmp_path)}
    assert states["failed"] == "parley models pull face_landmarker"
