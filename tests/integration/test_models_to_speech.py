"""What was pulled is what runs: from an HTTP server to the engines' `auto`, with no setting but the folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from parley.speech.v1 import speech_service_pb2
from typer.testing import CliRunner

from services.launcher.cli import app
from services.launcher.models.manifest import load
from services.vision.adapters import model_file
from tests.support.fixtures import SHARED, needs_shared
from tests.support.model_server import Fault, entry, model_server, write_manifest
from tests.support.speech_audio import MODEL, clip, golden
from tests.support.speech_service import finals, speech_service, stream
from tools import make_supertonic_model

FILES = (
    "config.json",
    "generation_config.json",
    "preprocessor_config.json",
    "tokenizer.json",
    "onnx/encoder_model.onnx",
    "onnx/decoder_model_merged.onnx",
)


def pull(models: Path, name: str, content: Mapping[str, bytes], *faults: tuple[str, Fault]) -> None:
    """Serves the files and has the command fetch them into ``models``."""
    with model_server() as server:
        server.content.update({f"/{path}": each for path, each in content.items()})
        for path, fault in faults:
            server.spoil(f"/{path}", fault)
        manifest = write_manifest(models.parent / f"{name}.json", entry(name, content, server.url))
        result = CliRunner().invoke(
            app, ["models", "pull", "--manifest", str(manifest)], env={"PARLEY_MODEL_DIR": str(models)}
        )
    assert result.exit_code == 0, result.stderr


def files_below(folder: Path, prefix: str) -> dict[str, bytes]:
    """All files of a folder, by their place under ``prefix``."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {f"{prefix}/{path.relative_to(folder)}": path.read_bytes() for path in paths}


@needs_shared
async def test_a_pulled_whisper_and_voice_are_picked_and_the_transcript_is_right(tmp_path: Path) -> None:
    models = tmp_path / "models"
    whisper = {f"whisper/{name}": (MODEL / name).read_bytes() for name in FILES}
    pull(models, "whisper", whisper, ("whisper/onnx/encoder_model.onnx", Fault(cut_after=1_000_000)))
    make_supertonic_model.make(tmp_path / "voice")
    pull(models, "supertonic", files_below(tmp_path / "voice", "supertonic"))
    expected = next(row for row in golden() if row["clip"] == "ko00-clean.flac")
    async with speech_service(model_dir=models) as service:
        found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
        engines = {engine.capability: engine.name for engine in found.engines}
        assert (engines["transcription"], engines["speech_synthesis"]) == ("whisper", "supertonic")
        spoken = finals(await service.responses(stream(expected["language"], clip(expected["clip"]))))
        assert " ".join(each.text for each in spoken) == expected["text"]


@needs_shared
def test_a_pulled_face_model_is_picked_and_is_the_official_one(tmp_path: Path) -> None:
    bundle = (SHARED / "models" / "face_landmarker.task").read_bytes()
    pull(tmp_path / "models", "face", {"face_landmarker.task": bundle})
    found = model_file.locate("auto", tmp_path / "models")
    assert found == tmp_path / "models" / "face_landmarker.task"
    assert model_file.read(found).official


def test_the_own_manifest_puts_models_where_auto_looks() -> None:
    places = {model.name: {file.path.partition("/")[0] for file in model.files} for model in load().chosen([])}
    assert places == {
        "whisper": {"whisper"},
        "supertonic": {"supertonic"},
        "face_landmarker": {"face_landmarker.task"},
    }
