"""Whisper on ONNX Runtime: windows of audio in, text out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference.errors import InferenceFailed, Interrupted, ModelUnusable
from inference.whisper import attempts, model_files, providers
from inference.whisper.attempts import Attempt
from inference.whisper.graphs import Encoder, Opening, open_decoder
from inference.whisper.logmel import RATE_HZ, WINDOW_SAMPLES, LogMel
from inference.whisper.rules import TimestampRules, TokenRules
from inference.whisper.search import Beam, Greedy, Strand, log_softmax, search
from inference.whisper.session import Array, Tensor
from inference.whisper.transcription import DecodeOptions, TimedWord, Transcription, Window
from inference.whisper.vocabulary import Vocabulary
from inference.whisper.writing import Writer

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

Interrupt = Callable[[], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineDescription:
    """What is loaded."""

    version: str
    """Folder, precision, the first digits of the encoder's SHA-256, and the provider if it is not the CPU."""
    languages: tuple[str, ...]
    """BCP 47 codes."""
    has_alignment: bool
    """Whether the model exports its cross-attention: then words are aligned and token frames are given."""
    d_model: int
    decoder_layers: int
    providers: tuple[str, ...]
    """What runs it, best first: tensorrt, cuda, cpu."""


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
        engine_cache: Path | None = None,
    ) -> None:
        """Loads the model: seconds.

        `precision`: fp32, fp16 or int8. `layout`: split, merged or auto. `threads`: most CPU threads of one call.
        `providers`: tensorrt, cuda, cpu in order of preference; None: what this machine has. `engine_cache`: folder
        where TensorRT keeps what it built. Raises ModelUnusable with what is wrong and what to do.
        """
        files = model_files.find_graphs(folder, precision, layout)
        hardware = _hardware(providers, files, threads, engine_cache, precision)
        self._model = model_files.describe(folder)
        self._vocabulary = Vocabulary(folder, self._model)
        self._log_mel = LogMel(self._model.mel_bands)
        self._encode = Encoder(files, self._model, hardware)
        self._decoder = open_decoder(files, self._model, hardware)
        size = _vocabulary_size(self._decoder.vocabulary_size, self._vocabulary)
        self._rules = TokenRules(self._model, size)
        self._timestamp_rules = TimestampRules(self._model, self._vocabulary, size)
        self._writer = Writer(self._vocabulary)
        where = "" if hardware.providers[0] == "cpu" else f"-{hardware.providers[0]}"
        self.description = EngineDescription(
            version=f"{folder.name}-{precision}-{_fingerprint(files.encoder)}{where}",
            languages=tuple(self._model.language_tokens) or ("en",),
            has_alignment=self._decoder.has_alignment,
            d_model=self._model.d_model,
            decoder_layers=self._model.layers,
            providers=hardware.providers,
        )

    def transcribe(
        self,
        windows: Sequence[Window],
        options: DecodeOptions | None = None,
        interrupted: Interrupt | None = None,
    ) -> list[Transcription]:
        """Reads a batch; one transcription per window, in order; the same audio always gives the same text.

        `interrupted`: asked between tokens and, from another thread, while the encoder runs. Raises InferenceFailed
        for audio that the engine does not take and where the runtime breaks, Interrupted when told to stop.
        """
        options = options or DecodeOptions()
        for index, window in enumerate(windows):
            self._check(window, index)
        if not windows:
            return []
        features = self._log_mel([window.samples for window in windows])
        if interrupted is not None and interrupted():
            raise Interrupted
        states = self._encode(features, interrupted)
        opening, first, languages = self._open(states, windows, options)
        found = self._attempt(windows, opening, first, options, interrupted)
        return [
            self._writer.write(window, language, logs, attempt, options)
            for window, language, logs, attempt in zip(windows, languages, first, found, strict=True)
        ]

    def _check(self, window: Window, index: int) -> None:
        samples, what = window.samples, f"window {index}"
        if samples.ndim != 1 or samples.dtype != np.float32:
            raise InferenceFailed(f"{what} is {samples.dtype} {list(samples.shape)}; give mono float32 in -1..1")
        if len(samples) > WINDOW_SAMPLES:
            raise InferenceFailed(f"{what} has {len(samples) / RATE_HZ:.1f} s; cut recordings into 30 s or less")
        if not np.isfinite(samples).all():
            raise InferenceFailed(f"{what} has samples that are no numbers")
        if window.language is not None and window.language not in self.description.languages:
            raise InferenceFailed(f"{what} is in {window.language!r}; the model knows {self.description.languages}")

    def _open(
        self, states: Tensor, windows: Sequence[Window], options: DecodeOptions
    ) -> tuple[Opening, list[Array], list[str]]:
        """Runs the prompts. Also returns, per window, the log-probabilities after the start token and the language."""
        context = self._vocabulary.context(options.prompt, self._model.max_tokens // 2 - 1)
        known = [window.language or "" for window in windows]
        prompts = [self._prompt(code or self.description.languages[0], context, options) for code in known]
        detected = len(self.description.languages) > 1 and not all(known)
        # An unknown language is read after the start token alone; then the rest of the prompt follows step by step.
        begun = len(context) + 1 if detected else len(prompts[0])
        tokens = np.array(prompts, dtype=np.int64)
        logits, attention, cache = self._decoder.start(states, tokens[:, :begun])
        first: list[Array] = [log_softmax(row) for row in logits[:, len(context)]]
        languages = [code or self._writer.likeliest_language(logs) for code, logs in zip(known, first, strict=True)]
        opening = Opening(logits[:, -1], attention, cache)
        if detected:
            tokens = np.array([self._prompt(code, context, options) for code in languages], dtype=np.int64)
        for place in range(begun, tokens.shape[1]):
            opening = self._advance(opening, tokens[:, place : place + 1])
        return opening, first, languages

    def _advance(self, opening: Opening, tokens: Array) -> Opening:
        logits, attention, cache = self._decoder.step(tokens, opening.cache)
        if attention is not None and opening.attention is not None:
            attention = np.concatenate([opening.attention, attention], axis=2)
        return Opening(logits, attention, cache)

    def _prompt(self, language: str, context: list[int], options: DecodeOptions) -> list[int]:
        return [*context, *self._vocabulary.prompt(language, options.timestamps)]

    def _attempt(
        self,
        windows: Sequence[Window],
        opening: Opening,
        first: Sequence[Array],
        options: DecodeOptions,
        interrupted: Interrupt | None,
    ) -> list[Attempt]:
        """Decodes at each temperature in turn what the ones before did not settle."""
        found: list[list[Attempt]] = [[] for _ in windows]
        pending = list(range(len(windows)))
        for temperature in options.temperatures:
            strands = [self._strand(windows[row], temperature, options) for row in pending]
            search(self._decoder, opening.rows(pending), strands, self._vocabulary.end, interrupted)
            for row, strand in zip(pending, strands, strict=True):
                found[row].append(self._writer.attempt(strand.best(), first[row], temperature))
            pending = [row for row in pending if not found[row][-1].settled]
            if not pending:
                break
        return [attempts.best(each) for each in found]

    def _strand(self, window: Window, temperature: float, options: DecodeOptions) -> Strand:
        rules = self._timestamp_rules if options.timestamps else self._rules
        end, limit = self._vocabulary.end, self._limit(window, options)
        if temperature > 0:
            return Greedy(rules, end, limit, (temperature, attempts.chance(window.samples, temperature)))
        return Beam(rules, end, limit, options.beam_size) if options.beam_size > 1 else Greedy(rules, end, limit)

    def _limit(self, window: Window, options: DecodeOptions) -> int:
        # Half the decoder's positions belong to the text (openai/whisper: sample_len = n_text_ctx // 2).
        prompt = len(self._vocabulary.prompt(self.description.languages[0], options.timestamps))
        spoken = _LEAST_TOKENS + int(len(window.samples) / RATE_HZ * _TOKENS_PER_SECOND)
        most = max(1, self._model.max_tokens // 2 - prompt)
        return min(spoken if options.max_tokens is None else options.max_tokens, most)


def _hardware(
    wanted: Sequence[str] | None,
    files: model_files.GraphFiles,
    threads: int,
    engine_cache: Path | None,
    precision: str,
) -> providers.Hardware:
    split = files.decoder_with_past is not None
    # Second copies of the weights buy little in floating point and 40 % of a step in int8 (docs/performance.md).
    compact = precision != "int8"
    return providers.choose(wanted, split=split, threads=threads, engine_cache=engine_cache, compact=compact)


def _vocabulary_size(logits: object, vocabulary: Vocabulary) -> int:
    """Length of the logits; raises ModelUnusable if the tokenizer has ids beyond it."""
    if not isinstance(logits, int):
        return vocabulary.largest + 1
    if logits <= vocabulary.largest:
        raise ModelUnusable(
            f"the decoder knows {logits} tokens, its JSON files name token {vocabulary.largest}: files of two models"
            " are mixed, export it again"
        )
    return logits


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:8]
