"""Fakes of the speech ports. tests/contract/test_speech_engines.py holds them to the same contract as the real ones."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from services.speech.domain.audio import RATE_HZ
from services.speech.domain.errors import EngineFailed
from services.speech.domain.transcript import Hypothesis, WordTimeSource
from services.speech.ports import (
    PcmSamples,
    Priority,
    Quality,
    RecogniserCapabilities,
    Speech,
    VoiceCapabilities,
)

Result = TypeVar("Result")

LOUD = 8_000
_WORDS_PER_SECOND = 2
_LETTERS_PER_SECOND = 20


class FakeRecogniser:
    """Hears a word for every half second that is loud ("one two three"); can be held up and can fail."""

    def __init__(self, *, languages: tuple[str, ...] = ("en", "ko"), partials: bool = True) -> None:
        self.capabilities = RecogniserCapabilities(
            name="fake",
            version="1",
            languages=languages,
            quality=Quality.STANDARD,
            word_times=WordTimeSource.INTERPOLATED,
            max_samples=30 * RATE_HZ,
            partials=partials,
        )
        self.started = threading.Event()
        """Set by the first recognition."""
        self.release = threading.Event()
        """Recognition waits for it."""
        self.release.set()
        self.failures = 0
        """How many of the next calls fail."""
        self.calls = 0
        self.closed = False

    def recognise(self, batch: Sequence[Speech]) -> list[Hypothesis]:
        """See Recogniser."""
        self.calls += 1
        self.started.set()
        if not self.release.wait(30):
            raise TimeoutError("the test never let the recogniser go on")
        if self.failures:
            self.failures -= 1
            raise EngineFailed("the fake was told to fail")
        return [_heard(speech) for speech in batch]

    def close(self) -> None:
        """See Recogniser."""
        self.closed = True


def _heard(speech: Speech) -> Hypothesis:
    loud = np.count_nonzero(np.abs(speech.samples) > LOUD / 2 / 32_768) / RATE_HZ
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    count = round(loud * _WORDS_PER_SECOND)
    return Hypothesis(" ".join(words[index % len(words)] for index in range(count)), mean_log_probability=-0.1)


class FakeDetector:
    """Takes loud frames for speech."""

    def __call__(self, frames: PcmSamples) -> list[float]:
        """See VoiceActivityDetector."""
        return [float(np.mean(np.abs(frame.astype(np.int32))) > LOUD / 2) for frame in frames]

    def reset(self) -> None:
        """See VoiceActivityDetector."""


class FakeVoice:
    """Speaks a tone whose length and pitch follow from the sentence; can be held up."""

    capabilities = VoiceCapabilities(name="fake", version="1", languages=("en", "ko"), quality=Quality.LOW)

    def __init__(self) -> None:
        self.release = threading.Semaphore(1_000)
        """One permit is taken for each sentence."""
        self.spoken: list[str] = []

    def speak(self, sentence: str, language: str, rate_hz: int, speed: float) -> PcmSamples:
        """See Voice."""
        if not self.release.acquire(timeout=30):
            raise TimeoutError("the test never let the voice go on")
        self.spoken.append(sentence)
        times = np.arange(round(len(sentence) / _LETTERS_PER_SECOND / speed * rate_hz)) / rate_hz
        pitch_hz = 200 + 20 * (sum(map(ord, sentence)) % 20)
        return np.asarray(np.sin(2 * np.pi * pitch_hz * times) * 0.1 * np.sqrt(2) * 32_767, dtype=np.int16)

    def close(self) -> None:
        """See Voice."""


class InlinePool:
    """Runs jobs in the event loop, one turn of it later; nothing waits."""

    def __init__(self) -> None:
        self.idle = True
        self.jobs: list[Priority] = []

    async def run(self, job: Callable[[], Result], priority: Priority) -> Result:
        """See InferencePool."""
        self.jobs.append(priority)
        await asyncio.sleep(0)
        return job()


def speech(seconds: float) -> PcmSamples:
    """What FakeDetector takes for speech."""
    return np.full(round(seconds * RATE_HZ), LOUD, dtype=np.int16)
