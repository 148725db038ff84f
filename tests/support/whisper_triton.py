"""One Triton server for the whole test run, with the fixture's Whisper model in three forms; and what asks it.

A test module that wants it says ``pytest_plugins = ["tests.support.whisper_triton"]`` and takes ``whisper_server``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import tritonclient.grpc as triton

from inference.whisper import wire
from inference.whisper.transcription import DecodeOptions, FloatSamples, Transcription
from tests.support.speech_audio import MODEL
from tests.support.triton import TritonServer, copy_model, triton_server

MODELS: dict[str, dict[str, str]] = {
    "whisper": {},
    "whisper_split": {"layout": "split"},
    "whisper_int8": {"precision": "int8", "layout": "split"},
}
"""Name in the server's repository, and the model's parameters."""
OUTPUTS = tuple(spec.name for spec in wire.OUTPUTS if spec.name != "DESCRIPTION")
_DEADLINE_S = 60.0


@pytest.fixture(scope="session")
def whisper_server() -> Iterator[TritonServer]:
    """The run's server. Leave its models as they are: load others under other names, or start another server."""
    # Not under pytest's base folder: a second run beside this one may tidy that up.
    with tempfile.TemporaryDirectory(prefix="parley-triton-", ignore_cleanup_errors=True) as folder:
        repository = Path(folder) / "models"
        for name, parameters in MODELS.items():
            copy_model("whisper", repository, called=name, parameters={"folder": str(MODEL), **parameters})
        with triton_server(repository, list(MODELS)) as server:
            yield server


def inputs(samples: FloatSamples, language: str = "") -> list[triton.InferInput]:
    """The tensors of a request, for tritonclient."""
    audio = triton.InferInput("AUDIO", [1, len(samples)], "FP32").set_data_from_numpy(samples[None])
    code = triton.InferInput("LANGUAGE", [1, 1], "BYTES").set_data_from_numpy(wire.write_text(language))
    return [audio, code]


def read(result: triton.InferResult, *, aligned: bool = False) -> Transcription:
    """The transcription in an answer."""
    return wire.read_transcription({name: result.as_numpy(name) for name in OUTPUTS}, aligned=aligned)


def transcribe(
    client: triton.InferenceServerClient,
    model: str,
    samples: FloatSamples,
    language: str = "",
    options: DecodeOptions | None = None,
) -> Transcription:
    """One window through the server, blocking. Raises InferenceServerException."""
    parameters = wire.write_options(options or DecodeOptions())
    result = client.infer(model, inputs(samples, language), client_timeout=_DEADLINE_S, parameters=parameters or None)
    return read(result)
