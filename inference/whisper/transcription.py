"""What goes into the engine and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatSamples = npt.NDArray[np.float32]
"""Mono samples in -1..1 at 16 kHz."""


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of audio to read."""

    samples: FloatSamples
    """16 kHz mono, at most 30 s; longer recordings are cut by the caller."""
    language: str | None
    """BCP 47 code, one of the model's; None: the engine detects it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DecodeOptions:
    """How to decode; the defaults are the fastest way."""

    beam_size: int = 1
    """Hypotheses that are followed at a time; 1 is greedy. Applies at temperature 0."""
    temperatures: tuple[float, ...] = (0.0,)
    """Tried in turn while the result looks like a loop or a guess (openai/whisper's fallback ladder)."""
    word_times: bool = False
    """Whether to place the words in the audio."""
    timestamps: bool = False
    """Whether the model writes its own segment times between the words."""
    max_tokens: int | None = None
    """Most text tokens per window; None: what nobody can outspeak in the window's length."""
    prompt: str = ""
    """Terms to expect, or earlier text, for every window of the batch; of a long one the end is used."""

    def __post_init__(self) -> None:
        """Raises ValueError for what makes no sense: the caller's mistake, not the audio's."""
        if self.beam_size < 1 or not self.temperatures or min(self.temperatures) < 0:
            raise ValueError("beam_size is at least 1, and there is at least one temperature, none of them negative")
        if self.max_tokens is not None and self.max_tokens < 1:
            raise ValueError("max_tokens is at least 1")


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One word, punctuation attached; in Korean one eojeol."""

    text: str
    start_s: float
    """From the first sample of the window."""
    end_s: float
    probability: float
    """Mean probability of its tokens, 0..1."""
    aligned: bool
    """True: placed by the model's attention; False: spread over the window by length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcription:
    """What the model made of one window."""

    text: str
    """Trimmed; empty if it heard nothing."""
    tokens: tuple[int, ...]
    """Text and timestamp tokens, without prompt and end."""
    token_log_probabilities: tuple[float, ...]
    """Natural logarithms, one per token: the model's own confidence, before suppression."""
    mean_log_probability: float
    """Over the tokens and the end token (openai/whisper's avg_logprob)."""
    no_speech_probability: float
    language: str
    """BCP 47 code that was decoded with."""
    language_probabilities: Mapping[str, float]
    """By BCP 47 code; {"en": 1.0} for a model that knows English only."""
    words: tuple[TimedWord, ...] = ()
    """Empty unless asked for."""
    temperature: float = 0.0
    """At which the result was found."""
    compression_ratio: float = 0.0
    """Bytes of the text over its zlib-compressed bytes: over 2.4 is a loop. 0 for no text."""
    token_frames: tuple[int, ...] | None = None
    """The most attended encoder frame (20 ms) of each token; None if the model does not export its attention."""
