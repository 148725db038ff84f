"""When a decoding is not good enough, what is tried next, and which attempt wins.

The ladder is openai/whisper's `transcribe`: higher temperatures while the text is a loop (compression ratio over 2.4)
or a guess (mean log-probability under -1), unless the model says that nobody spoke.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.whisper.search import Path
from inference.whisper.transcription import FloatSamples

LOOPS_OVER = 2.4
GUESSES_UNDER = -1.0
SILENT_OVER = 0.6


@dataclass(frozen=True, slots=True)
class Attempt:
    """One decoding of one window."""

    path: Path
    text: str
    temperature: float
    compression_ratio: float
    no_speech_probability: float

    @property
    def loops(self) -> bool:
        """Whether the text repeats itself."""
        return self.compression_ratio > LOOPS_OVER

    @property
    def settled(self) -> bool:
        """Whether there is no need to try again."""
        guesses = self.path.mean_log_probability() < GUESSES_UNDER
        if guesses and self.no_speech_probability > SILENT_OVER:
            return True  # there is nothing to find
        return not guesses and not self.loops


def best(tried: Sequence[Attempt]) -> Attempt:
    """The last one if it settled the matter; else the likeliest of those without a loop, if there are any."""
    if tried[-1].settled:
        return tried[-1]
    return max(tried, key=lambda attempt: (not attempt.loops, attempt.path.mean_log_probability()))


def compression_ratio(text: str) -> float:
    """UTF-8 bytes over zlib-compressed bytes; 0 for no text."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def chance(samples: FloatSamples, temperature: float) -> np.random.Generator:
    """A source of chance that is the same for the same audio: tests and replays need one text for one audio."""
    digest = hashlib.blake2b(samples.tobytes() + repr(temperature).encode(), digest_size=16).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))
