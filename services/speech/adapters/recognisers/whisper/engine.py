"""Whisper on ONNX Runtime, in process: whole utterances, greedy decoding."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from services.speech.adapters.recognisers.whisper import model_files
from services.speech.adapters.recognisers.whisper.graphs import Encoder, open_decoder
from services.speech.adapters.recognisers.whisper.greedy import Decoded, GreedyDecoding
from services.speech.adapters.recognisers.whisper.logmel import RATE_HZ, WINDOW_SAMPLES, LogMel
from services.speech.domain.errors import EngineUnavailable
from services.speech.domain.transcript import Hypothesis, WordTimeSource
from services.speech.ports import Quality, RecogniserCapabilities, RecogniserOptions, Speech

# Nobody says more than about 12 tokens a second, also not in Korean (3 tokens for some syllables): beyond is a decoding
# loop.
_TOKENS_PER_SECOND = 25
_LEAST_TOKENS = 16


class WhisperRecogniser:
    """Recogniser over a Whisper model. `recognise` is thread-safe: sessions are, and nothing else is written."""

    def __init__(self, folder: Path, precision: str, layout: str, threads: int) -> None:
        """Loads the model: seconds. Raises EngineUnavailable with what is wrong and what to do."""
        graphs = model_files.find_graphs(folder, precision, layout)
        self._model = model_files.describe(folder)
        self._tokenizer = _read_tokenizer(folder)
        self._log_mel = LogMel(self._model.mel_bands)
        self._encode = Encoder(graphs.encoder, threads)
        self._decode = GreedyDecoding(open_decoder(graphs, self._model, threads), self._model)
        self._no_speech = self._token("<|nospeech|>", "<|nocaptions|>")
        self._start = self._token("<|startoftranscript|>")
        self.capabilities = RecogniserCapabilities(
            name="whisper",
            version=f"{folder.name}-{precision}-{_fingerprint(graphs.encoder)}",
            languages=tuple(self._model.language_tokens) or ("en",),
            quality=Quality.HIGH,
            word_times=WordTimeSource.INTERPOLATED,
            max_samples=WINDOW_SAMPLES,
            partials=True,
        )

    def recognise(self, batch: Sequence[Speech]) -> list[Hypothesis]:
        """See Recogniser."""
        features = self._log_mel([speech.samples for speech in batch])
        prompts = [self._prompt(speech.language) for speech in batch]
        limits = [self._limit(speech, len(prompts[0])) for speech in batch]
        rows = self._decode(self._encode(features), prompts, limits)
        return [self._hypothesis(row) for row in rows]

    def close(self) -> None:
        """Nothing to give back: the sessions go with the object."""

    def _prompt(self, language: str) -> list[int]:
        if not self._model.language_tokens:
            return [self._start, self._token("<|notimestamps|>")]
        tags = ("<|transcribe|>", "<|notimestamps|>")
        return [self._start, self._model.language_tokens[language], *map(self._token, tags)]

    def _limit(self, speech: Speech, prompt: int) -> int:
        # Half the decoder's positions belong to the text (openai/whisper: sample_len = n_text_ctx // 2).
        spoken = _LEAST_TOKENS + int(len(speech.samples) / RATE_HZ * _TOKENS_PER_SECOND)
        return min(spoken, self._model.max_tokens // 2 - prompt)

    def _hypothesis(self, row: Decoded) -> Hypothesis:
        odds = {code: float(np.exp(row.first_logs[token])) for code, token in self._model.language_tokens.items()}
        return Hypothesis(
            text=self._tokenizer.decode(row.tokens, skip_special_tokens=True).strip(),
            tokens=tuple(row.tokens),
            mean_log_probability=row.mean_log_probability(),
            no_speech_probability=float(np.exp(row.first_logs[self._no_speech])),
            language_probabilities=odds,
        )

    def _token(self, *names: str) -> int:
        for name in names:
            token = self._tokenizer.token_to_id(name)
            if token is not None:
                return int(token)
        raise EngineUnavailable(f"the Whisper model's tokenizer.json knows none of {', '.join(names)}")


def build(options: RecogniserOptions) -> WhisperRecogniser:
    """Registry entry."""
    return WhisperRecogniser(options.model_folder, options.precision, options.layout, options.threads)


def _read_tokenizer(folder: Path) -> Tokenizer:
    path = folder / "tokenizer.json"
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:
        raise EngineUnavailable(f"{path} cannot be read: {error}") from error


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]
