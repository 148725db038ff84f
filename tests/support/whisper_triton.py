"""The fixture's Whisper model on a Triton server (triton_session.py starts one), and what asks it."""

from __future__ import annotations

import tritonclient.grpc as triton

from inference.whisper import wire
from inference.whisper.transcription import DecodeOptions, FloatSamples, Transcription

MODELS: dict[str, dict[str, str]] = {
    "whisper": {"threads": "2"},
    "whisper_split": {"threads": "2", "layout": "split"},
    "whisper_int8": {"threads": "2", "precision": "int8", "layout": "split"},
}
"""Name in the server's repository, and the model's parameters."""
OUTPUTS = tuple(spec.name for spec in wire.OUTPUTS if spec.name != "DESCRIPTION")
_DEADLINE_S = 60.0


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
    *,
    aligned: bool = False,
) -> Transcription:
    """One window through the server, blocking. Raises InferenceServerException."""
    parameters = wire.write_options(options or DecodeOptions())
    result = client.infer(model, inputs(samples, language), client_timeout=_DEADLINE_S, parameters=parameters or None)
    return read(result, aligned=aligned)
