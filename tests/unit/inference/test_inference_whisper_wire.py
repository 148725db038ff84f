"""The Triton model's tensors: both ends of the wire read what the other end writes, and refuse what is wrong."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from inference.whisper import wire
from inference.whisper.transcription import DecodeOptions, TimedWord, Transcription

LANGUAGES = ("en", "ko")
LIMIT = 480_000

SPOKEN = Transcription(
    text="안녕하세요, Parley입니다.",
    tokens=(17, 4, 9),
    token_log_probabilities=(-0.5, -0.25, -1.0),
    mean_log_probability=-0.5,
    no_speech_probability=0.125,
    language="ko",
    language_probabilities={"ko": 0.75, "en": 0.25},
    words=(TimedWord("안녕하세요,", 0.5, 1.25, 0.5, True), TimedWord("Parley입니다.", 1.25, 2.0, 0.25, False)),
    temperature=0.5,
    compression_ratio=1.5,
    token_frames=(25, 40, 99),
)
NOTHING = Transcription(
    text="",
    tokens=(),
    token_log_probabilities=(),
    mean_log_probability=0.0,
    no_speech_probability=1.0,
    language="en",
    language_probabilities={"en": 1.0},
    token_frames=(),
)


@pytest.mark.parametrize("found", [SPOKEN, NOTHING])
def test_a_transcription_survives_the_wire(found: Transcription) -> None:
    assert wire.read_transcription(wire.write_transcription(found), aligned=True) == found


def test_frames_of_a_model_that_exports_none_are_none() -> None:
    assert wire.read_transcription(wire.write_transcription(SPOKEN), aligned=False).token_frames is None


@pytest.mark.parametrize("found", [SPOKEN, NOTHING])
def test_every_tensor_is_as_the_contract_describes_it(found: Transcription) -> None:
    written = wire.write_transcription(found) | {"DESCRIPTION": wire.write_text("{}")}
    kinds = {"FP32": np.float32, "INT32": np.int32, "BOOL": np.bool_, "BYTES": np.object_}
    assert set(written) == {spec.name for spec in wire.OUTPUTS}
    for spec in wire.OUTPUTS:
        tensor = written[spec.name]
        assert tensor.dtype == kinds[spec.datatype], spec.name
        assert len(tensor) == 1, spec.name
        assert len(tensor.shape) == len(spec.shape) + 1, spec.name
        assert all(wanted in (-1, size) for wanted, size in zip(spec.shape, tensor.shape[1:], strict=True)), spec.name


@pytest.mark.parametrize(
    "options",
    [
        DecodeOptions(),
        DecodeOptions(beam_size=5, temperatures=(0.0, 0.2, 1.0), word_times=True),
        DecodeOptions(timestamps=True, max_tokens=7, prompt="Kubernetes, 쿠버네티스"),
    ],
)
def test_options_survive_the_wire(options: DecodeOptions) -> None:
    parameters = json.loads(json.dumps(wire.write_options(options)))  # as Triton hands them to the model
    assert wire.read_options({**parameters, "somebody_elses": 1}) == options


def test_usual_options_cost_no_parameters() -> None:
    assert wire.write_options(DecodeOptions()) == {}


@pytest.mark.parametrize(
    "parameters",
    [
        {"beam_size": "5"},
        {"beam_size": 0},
        {"beam_size": 1000},
        {"beam_size": True},
        {"temperatures": "warm"},
        {"temperatures": ""},
        {"temperatures": "-1"},
        {"temperatures": " ".join(["0"] * 100)},
        {"word_times": 1},
        {"max_tokens": 0},
        {"prompt": 5},
    ],
)
def test_wrong_options_are_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(wire.RequestInvalid, match="OPTION_INVALID: "):
        wire.read_options(parameters)


@pytest.mark.parametrize(("parameters", "level"), [({}, 4), ({"urgency": 1}, 1), ({"urgency": 4}, 4)])
def test_the_priority_is_the_one_named_or_the_least(parameters: dict[str, Any], level: int) -> None:
    assert wire.read_priority(parameters) == level


@pytest.mark.parametrize("level", [0, 5, "1", True])
def test_a_priority_that_does_not_exist_is_refused(level: Any) -> None:
    with pytest.raises(wire.RequestInvalid, match="urgency"):
        wire.read_priority({"urgency": level})


def audio(samples: int = 16_000) -> np.ndarray[Any, Any]:
    return np.zeros((1, samples), dtype=np.float32)


def test_a_window_is_what_was_sent() -> None:
    window = wire.read_window(audio(3), wire.write_text("ko"), LANGUAGES, LIMIT)
    assert (window.samples.tolist(), window.language) == ([0.0, 0.0, 0.0], "ko")


@pytest.mark.parametrize("language", [None, wire.write_text("")])
def test_without_a_language_it_is_detected(language: Any) -> None:
    assert wire.read_window(audio(), language, LANGUAGES, LIMIT).language is None


@pytest.mark.parametrize(
    ("samples", "language", "reason"),
    [
        (None, "en", "AUDIO_INVALID"),
        (audio()[0], "en", "AUDIO_INVALID"),
        (np.concatenate([audio(), audio()]), "en", "AUDIO_INVALID"),
        (audio().astype(np.float64), "en", "AUDIO_INVALID"),
        (np.full((1, 5), np.nan, dtype=np.float32), "en", "AUDIO_INVALID"),
        (np.full((1, 5), np.inf, dtype=np.float32), "en", "AUDIO_INVALID"),
        (audio(0), "en", "AUDIO_LENGTH"),
        (audio(LIMIT + 1), "en", "AUDIO_LENGTH"),
        (audio(), "xx", "LANGUAGE_UNSUPPORTED"),
        (audio(), b"\xff", "LANGUAGE_INVALID"),
    ],
)
def test_a_wrong_window_is_refused_with_its_reason(samples: Any, language: str | bytes, reason: str) -> None:
    code = wire.write_text(language) if isinstance(language, str) else np.array([[language]], dtype=np.object_)
    with pytest.raises(wire.RequestInvalid, match=f"{reason}: "):
        wire.read_window(samples, code, LANGUAGES, LIMIT)


DESCRIPTION = wire.Description(
    contract=wire.CONTRACT,
    version="a-model",
    languages=LANGUAGES,
    has_alignment=True,
    d_model=512,
    decoder_layers=6,
    max_samples=LIMIT,
    providers=("cuda", "cpu"),
)


def test_a_description_survives_the_wire_and_newer_fields_do_no_harm() -> None:
    said = json.loads(DESCRIPTION.to_json())
    assert wire.Description.from_json(json.dumps({**said, "newer": 1})) == DESCRIPTION


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"contract": 1}', '{"contract": 2}', b"\xff"])
def test_another_description_is_refused(text: str | bytes) -> None:
    with pytest.raises(wire.ResponseInvalid):
        wire.Description.from_json(text)


def without(name: str) -> dict[str, Any]:
    tensors = wire.write_transcription(SPOKEN)
    del tensors[name]
    return tensors


@pytest.mark.parametrize(
    "tensors",
    [
        without("TEXT"),
        without("WORDS"),
        wire.write_transcription(SPOKEN) | {"WORD_TIMES": np.zeros((1, 1, 2), np.float32)},
        wire.write_transcription(SPOKEN) | {"TEXT": np.array([[b"\xff"]], dtype=np.object_)},
        wire.write_transcription(SPOKEN) | {"MEAN_LOG_PROBABILITY": np.zeros((1, 0), np.float32)},
        wire.write_transcription(SPOKEN) | {"LANGUAGES": np.zeros((1, 1), np.float32)},
    ],
)
def test_another_response_is_refused(tensors: dict[str, Any]) -> None:
    with pytest.raises(wire.ResponseInvalid):
        wire.read_transcription(tensors, aligned=True)
