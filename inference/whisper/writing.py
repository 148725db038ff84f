"""Turns decoded paths into transcriptions."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from inference.whisper.alignment import align, heard_frames, interpolate, token_frames
from inference.whisper.attempts import Attempt, compression_ratio
from inference.whisper.logmel import RATE_HZ
from inference.whisper.search import Path
from inference.whisper.session import Array
from inference.whisper.transcription import DecodeOptions, TimedWord, Transcription, Window
from inference.whisper.vocabulary import Vocabulary


class Writer:
    """Knows the vocabulary, and what the log-probabilities after the start token say."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def attempt(self, path: Path, first: Array, temperature: float) -> Attempt:
        """Judges a path. `first`: log-probabilities [V] after the start token."""
        text = self._vocabulary.text(path.tokens)
        return Attempt(path, text, temperature, compression_ratio(text), self._no_speech(first))

    def likeliest_language(self, first: Array) -> str:
        """BCP 47 code."""
        odds = self._languages(first)
        return max(odds, key=odds.__getitem__)

    def write(
        self, window: Window, language: str, first: Array, attempt: Attempt, options: DecodeOptions
    ) -> Transcription:
        """The transcription of one window."""
        path = attempt.path
        return Transcription(
            text=attempt.text,
            tokens=path.tokens,
            token_log_probabilities=path.log_probabilities[: len(path.tokens)],
            mean_log_probability=path.mean_log_probability(),
            no_speech_probability=attempt.no_speech_probability,
            language=language,
            language_probabilities=MappingProxyType(self._languages(first)),
            words=tuple(self._words(window, language, path)) if options.word_times else (),
            temperature=attempt.temperature,
            compression_ratio=attempt.compression_ratio,
            token_frames=token_frames(path, heard_frames(len(window.samples))),
        )

    def _words(self, window: Window, language: str, path: Path) -> list[TimedWord]:
        places = [place for place, token in enumerate(path.tokens) if token < self._vocabulary.end]
        words = self._vocabulary.words([path.tokens[place] for place in places], language)
        if path.attention:
            return align(path, words, places, len(window.samples))
        return interpolate(path, words, places, len(window.samples) / RATE_HZ)

    def _no_speech(self, first: Array) -> float:
        return float(np.exp(first[self._vocabulary.no_speech]))

    def _languages(self, first: Array) -> dict[str, float]:
        """After the start token, among all tokens (not renormalised over languages), as the golden data has it."""
        tokens = self._vocabulary.languages
        return {code: float(np.exp(first[token])) for code, token in tokens.items()} or {"en": 1.0}
