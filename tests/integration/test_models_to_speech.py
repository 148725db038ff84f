"""What was pulled is what runs: from an HTTP server to the right transcript, with no setting but the folder."""

from __future__ import annotations

from pathlib import Path

from parley.speech.v1 import speech_service_pb2
from typer.testing import CliRunner

from services.launcher.cli import app
from tests.support.fixtures import needs_shared
from tests.support.model_server import Fault, entry, model_server, write_manifest
from tests.support.speech_audio import MODEL, clip, golden
from tests.support.speech_service import finals, speech_service, stream

FILES = (
    "config.json",
    "generation_config.json",
    "preprocessor_config.json",
    "tokenizer.json",
    "onnx/encoder_model.onnx",
    "onnx/decoder_model_merged.onnx",
)


@needs_shared
async def test_a_pulled_whisper_is_picked_and_transcribes(tmp_path: Path) -> None:
    models = tmp_path / "models"
    with model_server() as server:
        content = {f"whisper/{name}": (MODEL / name).read_bytes() for name in FILES}
        server.content.update({f"/{path}": each for path, each in content.items()})
        server.spoil("/whisper/onnx/encoder_model.onnx", Fault(cut_after=1_000_000))
        manifest = write_manifest(tmp_path / "manifest.json", entry("whisper", content, server.url))
        result = CliRunner().invoke(
            app, ["models", "pull", "--manifest", str(manifest)], env={"PARLEY_MODEL_DIR": str(models)}
        )
    assert result.exit_code == 0, result.stderr
    expected = next(row for row in golden() if row["clip"] == "ko00-clean.flac")
    async with speech_service(voice="none", model_dir=models) as service:
        found = await service.stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest(), timeout=10)
        assert found.engines[0].name == "whisper"
        spoken = finals(await service.responses(stream(expected["language"], clip(expected["clip"]))))
        assert " ".join(each.text for each in spoken) == expected["text"]
