"""The tensors of the Triton model `whisper`, for both ends of the wire (docs/decisions/0008-triton-model-contract.md).

The model (triton_models/whisper) reads requests and writes responses with this module; the client in speech does the
opposite. Every array has a leading batch axis of 1: one request is one window, and the server makes the batches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.whisper.transcription import DecodeOptions, TimedWord, Transcription, Window

Tensors = Mapping[str, npt.NDArray[Any]]

CONTRACT = 1
"""Rises when a client of the old contract could no longer read the model, or the other way round."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One tensor as Triton's metadata describes it."""

    name: str
    datatype: str
    """KServe name: FP32, INT32, BYTES (UTF-8), BOOL."""
    shape: tuple[int, ...]
    """Without the batch axis; -1: any length."""


INPUTS = (
    TensorSpec("AUDIO", "FP32", (-1,)),  # 16 kHz mono, -1..1, at most 30 s
    TensorSpec("LANGUAGE", "BYTES", (1,)),  # BCP 47 code, optional; empty or missing: detect it
)
OUTPUTS = (
    TensorSpec("TEXT", "BYTES", (1,)),  # trimmed; empty if nothing was heard
    TensorSpec("TOKENS", "INT32", (-1,)),  # text and timestamp tokens, without prompt and end
    TensorSpec("TOKEN_LOG_PROBABILITIES", "FP32", (-1,)),  # natural logarithms, one per token
    TensorSpec("TOKEN_FRAMES", "INT32", (-1,)),  # most attended encoder frame (20 ms) per token; empty: not exported
    TensorSpec("MEAN_LOG_PROBABILITY", "FP32", (1,)),  # over tokens and end token
    TensorSpec("NO_SPEECH_PROBABILITY", "FP32", (1,)),
    TensorSpec("LANGUAGE_USED", "BYTES", (1,)),  # BCP 47 code that was decoded with
    TensorSpec("LANGUAGES", "BYTES", (-1,)),  # BCP 47 codes, and the probability of each
    TensorSpec("LANGUAGE_PROBABILITIES", "FP32", (-1,)),
    TensorSpec("WORDS", "BYTES", (-1,)),  # empty unless asked for
    TensorSpec("WORD_TIMES", "FP32", (-1, 2)),  # start and end of each word, s from the first sample
    TensorSpec("WORD_PROBABILITIES", "FP32", (-1,)),
    TensorSpec("WORDS_ALIGNED", "BOOL", (-1,)),  # whether attention placed each; else spread by length
    TensorSpec("TEMPERATURE", "FP32", (1,)),  # at which the result was found
    TensorSpec("COMPRESSION_RATIO", "FP32", (1,)),
    TensorSpec("DESCRIPTION", "BYTES", (1,)),  # JSON, see Description; asked for alone nothing is decoded
)

_OPTIONS: Mapping[str, type] = {
    "beam_size": int,
    "temperatures": str,  # a list like "0 0.2 0.4"
    "word_times": bool,
    "timestamps": bool,
    "max_tokens": int,
    "prompt": str,
}
"""Request parameters by name and type: DecodeOptions."""
_MOST_BEAMS, _MOST_TEMPERATURES = 16, 8

PRIORITIES = 4
"""Levels, 1 the most urgent: finals, interims, partials, rescoring."""
WAITED_FOR = 2
"""Levels up to this one are waited for; within a batch they are read first."""


class RequestInvalid(Exception):
    """A request is not what the contract says; the message starts with a reason in capitals and says what is right."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")


class ResponseInvalid(Exception):
    """A response or description is not what the contract says: the model is another one, or of another time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What the model says of itself."""

    contract: int
    version: str
    languages: tuple[str, ...]
    has_alignment: bool
    d_model: int
    decoder_layers: int
    max_samples: int
    """Longest window, in samples at 16 kHz."""
    providers: tuple[str, ...]
    """ONNX Runtime's execution providers in use."""

    def to_json(self) -> str:
        """The DESCRIPTION output."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_json(cls, text: str | bytes) -> Description:
        """Reads a DESCRIPTION output; fields that are not known here are left alone. Raises ResponseInvalid."""
        try:
            said = json.loads(text)
            if said["contract"] != CONTRACT:
                raise ResponseInvalid(f"it speaks contract {said['contract']}, and this side contract {CONTRACT}")
            values = {name: said[name] for name in cls.__slots__}
            lists = {name: tuple(map(str, values[name])) for name in ("languages", "providers")}
            return cls(**values | lists)
        except (ValueError, KeyError, TypeError) as error:
            raise ResponseInvalid(f"its DESCRIPTION cannot be read: {type(error).__name__}: {error}") from error


def read_window(
    audio: npt.NDArray[Any] | None,
    language: npt.NDArray[Any] | None,
    languages: Sequence[str],
    max_samples: int,
) -> Window:
    """The window of a request. `audio`: [1, N]; `language`: [1, 1] or None. Raises RequestInvalid."""
    if audio is None or audio.ndim != 2 or len(audio) != 1 or audio.dtype != np.float32:
        raise RequestInvalid("AUDIO_INVALID", "AUDIO is one window, float32 of shape [1, samples]")
    samples = audio[0]
    if not 0 < len(samples) <= max_samples:
        raise RequestInvalid("AUDIO_LENGTH", f"AUDIO has {len(samples)} samples, and 1 to {max_samples} can be read")
    if not np.isfinite(samples).all():
        raise RequestInvalid("AUDIO_INVALID", "AUDIO has samples that are no numbers")
    return Window(samples, _language(language, languages))


def _language(tensor: npt.NDArray[Any] | None, known: Sequence[str]) -> str | None:
    if tensor is None or not tensor.size:
        return None
    try:
        code = bytes(tensor.reshape(-1)[0]).decode()
    except UnicodeDecodeError as error:
        raise RequestInvalid("LANGUAGE_INVALID", "LANGUAGE is a BCP 47 code in UTF-8") from error
    if code and code not in known:
        raise RequestInvalid("LANGUAGE_UNSUPPORTED", f"the model does not know the language {code[:16]!r}")
    return code or None


def write_options(options: DecodeOptions) -> dict[str, int | str | bool]:
    """Request parameters for `options`; what is at its default is left out."""
    usual = DecodeOptions()
    changed = {name: getattr(options, name) for name in _OPTIONS if getattr(options, name) != getattr(usual, name)}
    if "temperatures" in changed:
        changed["temperatures"] = " ".join(f"{each:g}" for each in options.temperatures)
    return changed


def read_options(parameters: Mapping[str, object]) -> DecodeOptions:
    """The options in a request's parameters; others than ours are left alone. Raises RequestInvalid."""
    found: dict[str, Any] = {name: parameters[name] for name in _OPTIONS if name in parameters}
    for name, value in found.items():
        if type(value) is not _OPTIONS[name]:
            raise RequestInvalid("OPTION_INVALID", f"the parameter {name} is of type {_OPTIONS[name].__name__}")
    try:
        if "temperatures" in found:
            found["temperatures"] = tuple(map(float, found["temperatures"].split()))
        options = DecodeOptions(**found)
    except ValueError as error:
        raise RequestInvalid("OPTION_INVALID", str(error)) from error
    if options.beam_size > _MOST_BEAMS or not 0 < len(options.temperatures) <= _MOST_TEMPERATURES:
        raise RequestInvalid(
            "OPTION_INVALID", f"there are at most {_MOST_BEAMS} beams and {_MOST_TEMPERATURES} temperatures"
        )
    return options


def read_priority(parameters: Mapping[str, object]) -> int:
    """The level that a request names in its parameter `urgency` (Triton does not show a model its own `priority`).

    The least urgent if it names none. Raises RequestInvalid.
    """
    level = parameters.get("urgency", PRIORITIES)
    if type(level) is not int or not 1 <= level <= PRIORITIES:
        raise RequestInvalid("OPTION_INVALID", f"the parameter urgency is 1 to {PRIORITIES}")
    return level


def write_transcription(found: Transcription) -> dict[str, npt.NDArray[Any]]:
    """The outputs of a response, DESCRIPTION left out."""
    return {
        "TEXT": _texts([found.text]),
        "TOKENS": _row(found.tokens, np.int32),
        "TOKEN_LOG_PROBABILITIES": _row(found.token_log_probabilities, np.float32),
        "TOKEN_FRAMES": _row(found.token_frames or (), np.int32),
        "MEAN_LOG_PROBABILITY": _row([found.mean_log_probability], np.float32),
        "NO_SPEECH_PROBABILITY": _row([found.no_speech_probability], np.float32),
        "LANGUAGE_USED": _texts([found.language]),
        "LANGUAGES": _texts(found.language_probabilities),
        "LANGUAGE_PROBABILITIES": _row(list(found.language_probabilities.values()), np.float32),
        "WORDS": _texts([word.text for word in found.words]),
        "WORD_TIMES": _row([(word.start_s, word.end_s) for word in found.words], np.float32).reshape(1, -1, 2),
        "WORD_PROBABILITIES": _row([word.probability for word in found.words], np.float32),
        "WORDS_ALIGNED": _row([word.aligned for word in found.words], np.bool_),
        "TEMPERATURE": _row([found.temperature], np.float32),
        "COMPRESSION_RATIO": _row([found.compression_ratio], np.float32),
    }


def write_text(text: str) -> npt.NDArray[np.object_]:
    """One text as a tensor."""
    return _texts([text])


def _texts(texts: Sequence[str] | Mapping[str, object]) -> npt.NDArray[np.object_]:
    return np.array([[text.encode() for text in texts]], dtype=np.object_).reshape(1, len(texts))


def _row(values: Sequence[Any], kind: type[Any]) -> npt.NDArray[Any]:
    return np.array([list(values)], dtype=kind)


def read_transcription(tensors: Tensors, *, aligned: bool) -> Transcription:
    """The transcription in a response. `aligned`: whether the model gives frames. Raises ResponseInvalid."""
    try:
        return _transcription({name: tensor[0] for name, tensor in tensors.items()}, aligned)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ResponseInvalid(f"its response cannot be read: {type(error).__name__}: {error}") from error


def _transcription(rows: Tensors, aligned: bool) -> Transcription:
    texts = {name: _strings(rows[name]) for name in ("TEXT", "LANGUAGE_USED", "LANGUAGES")}
    lists = {name: rows[name].tolist() for name in ("TOKENS", "TOKEN_LOG_PROBABILITIES", "TOKEN_FRAMES")}
    single = {name: float(rows[name][0]) for name in ("TEMPERATURE", "COMPRESSION_RATIO")}
    return Transcription(
        text=texts["TEXT"][0],
        tokens=tuple(lists["TOKENS"]),
        token_log_probabilities=tuple(lists["TOKEN_LOG_PROBABILITIES"]),
        mean_log_probability=float(rows["MEAN_LOG_PROBABILITY"][0]),
        no_speech_probability=float(rows["NO_SPEECH_PROBABILITY"][0]),
        language=texts["LANGUAGE_USED"][0],
        language_probabilities=dict(
            zip(texts["LANGUAGES"], rows["LANGUAGE_PROBABILITIES"].tolist(), strict=True),
        ),
        words=_words(rows),
        temperature=single["TEMPERATURE"],
        compression_ratio=single["COMPRESSION_RATIO"],
        token_frames=tuple(lists["TOKEN_FRAMES"]) if aligned else None,
    )


def _words(rows: Tensors) -> tuple[TimedWord, ...]:
    lists = [rows[name].tolist() for name in ("WORD_TIMES", "WORD_PROBABILITIES", "WORDS_ALIGNED")]
    return tuple(
        TimedWord(text, start_s, end_s, probability, aligned)
        for text, (start_s, end_s), probability, aligned in zip(_strings(rows["WORDS"]), *lists, strict=True)
    )


def _strings(row: npt.NDArray[Any]) -> list[str]:
    return [bytes(each).decode() for each in row.tolist()]
