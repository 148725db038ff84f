"""Whisper on ONNX Runtime: windows of audio in, text out."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from inference.errors import Interrupted, ModelUnusable
from inference.whisper import model_files
from inference.whisper.graphs import Encoder, open_decoder
from inference.whisper.greedy import Decoded, GreedyDecoding
from inference.whisper.logmel import RATE_HZ, WINDOW_SAMPLES, LogMel
from inference.whisper.transcription import DecodeOptions, TimedWord, Transcription, Window

__all__ = [
    "RATE_HZ",
    "WINDOW_SAMPLES",
    "DecodeOptions",
    "EngineDescription",
    "TimedWord",
    "Transcription",
    "WhisperEngine",
    "Window",
]

# Nobody says more than about 12 tokens a second, also not in Korean (3 tokens for some syllables): beyond is a decoding
# loop.
_TOKENS_PER_SECOND = 25
_LEAST_TOKENS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineDescription:
    """What is loaded."""

    version: str
    """Folder, precision and the first digits of the encoder's SHA-256."""
    languages: tuple[str, ...]
    """BCP 47 codes."""
    has_alignment: bool
    """Whether the model exports its cross-attention: then words are aligned and token frames are given."""
    d_model: int
    decoder_layers: int


class WhisperEngine:
    """A loaded Whisper model. `transcribe` is thread-safe: sessions are, and nothing else is written."""

    def __init__(
        self,
        folder: Path,
        *,
        precision: str = "fp32",
        layout: str = "auto",
        threads: int = 1,
        providers: Sequence[str] | None = None,
    ) -> None:
        """Loads the model: seconds. Raises ModelUnusable with what is wrong and what to do."""
        graphs = model_files.find_graphs(folder, precision, layout)
        self._model = model_files.describe(folder)
        self._tokenizer = _read_tokenizer(folder)
        self._log_mel = LogMel(self._model.mel_bands)
        self._encode = Encoder(graphs.encoder, threads)
        self._decode = GreedyDecoding(open_decoder(graphs, self._model, threads), self._model)
        self._no_speech = self._token("<|nospeech|>", "<|nocaptions|>")
        self._start = self._token("<|startoftranscript|>")
        self.description = EngineDescription(
            version=f"{folder.name}-{precision}-{_fingerprint(graphs.encoder)}",
            languages=tuple(self._model.language_tokens) or ("en",),
            has_alignment=False,
            d_model=self._model.heads * self._model.head_size,
            decoder_layers=0,
        )

    def transcribe(
        self,
        windows: Sequence[Window],
        options: DecodeOptions | None = None,
        interrupted: Callable[[], bool] | None = None,
    ) -> list[Transcription]:
        """Reads a batch; one transcription per window, in order. Raises Interrupted and InferenceFailed."""
        if interrupted is not None and interrupted():
            raise Interrupted
        features = self._log_mel([window.samples for window in windows])
        prompts = [self._prompt(window.language or "en") for window in windows]
        limits = [self._limit(window, len(prompts[0])) for window in windows]
        rows = self._decode(self._encode(features), prompts, limits)
        return [self._transcription(row, window) for row, window in zip(rows, windows, strict=True)]

    def _prompt(self, language: str) -> list[int]:
        if not self._model.language_tokens:
            return [self._start, self._token("<|notimestamps|>")]
        tags = ("<|transcribe|>", "<|notimestamps|>")
        return [self._start, self._model.language_tokens[language], *map(self._token, tags)]

    def _limit(self, window: Window, prompt: int) -> int:
        # Half the decoder's positions belong to the text (openai/whisper: sample_len = n_text_ctx // 2).
        spoken = _LEAST_TOKENS + int(len(window.samples) / RATE_HZ * _TOKENS_PER_SECOND)
        return min(spoken, self._model.max_tokens // 2 - prompt)

    def _transcription(self, row: Decoded, window: Window) -> Transcription:
        odds = {code: float(np.exp(row.first_logs[token])) for code, token in self._model.language_tokens.items()}
        text = self._tokenizer.decode(row.tokens, skip_special_tokens=True).strip()
        return Transcription(
            text=text,
            tokens=tuple(row.tokens),
            token_log_probabilities=(),
            mean_log_probability=row.mean_log_probability(),
            no_speech_probability=float(np.exp(row.first_logs[self._no_speech])),
            language=window.language or "en",
            language_probabilities=odds or {"en": 1.0},
            compression_ratio=_compression_ratio(text),
        )

    def _token(self, *names: str) -> int:
        for name in names:
            token = self._tokenizer.token_to_id(name)
            if token is not None:
                return int(token)
        raise ModelUnusable(f"the Whisper model's tokenizer.json knows none of {', '.join(names)}")


def _compression_ratio(text: str) -> float:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def _read_tokenizer(folder: Path) -> Tokenizer:
    path = folder / "tokenizer.json"
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:
        raise ModelUnusable(f"{path} cannot be read: {error}") from error


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]
