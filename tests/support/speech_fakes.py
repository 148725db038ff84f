"""Fakes of the speech ports. tests/contract/test_speech_engines.py holds them to the same contract as the real ones."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from services.kit.clock import Clock
from services.speech.domain.audio import RATE_HZ
from services.speech.domain.errors import EngineFailed, RecognitionInterrupted, SpeechError, SynthesisInterrupted
from services.speech.domain.transcript import Hypothesis, WordTimeSource
from services.speech.ports import (
    Interrupted,
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
_PATIENCE_S = 30.0
"""Longest that a test may hold the voice up."""


def _capabilities(languages: tuple[str, ...], partials: bool) -> RecogniserCapabilities:
    return RecogniserCapabilities(
        name="fake",
        version="1",
        languages=languages,
        quality=Quality.STANDARD,
        word_times=WordTimeSource.INTERPOLATED,
        max_samples=30 * RATE_HZ,
        partials=partials,
        batch=8,
    )


class FakeEngine:
    """A BatchRecogniser that hears a word for every half second that is loud ("one two three").

    Can be held up and can fail; while held up it notices that it is interrupted.
    """

    def __init__(self, *, languages: tuple[str, ...] = ("en", "ko"), partials: bool = True) -> None:
        self.capabilities = _capabilities(languages, partials)
        self.started = threading.Event()
        """Set by every recognition."""
        self.release = threading.Event()
        """Recognition waits for it."""
        self.release.set()
        self.poisonous: Speech | None = None
        """Fails every batch that holds it."""
        self.batches: list[int] = []
        """Sizes of the batches so far."""
        self.interruptions = 0
        self.interrupted = threading.Event()
        self.closed = False

    def recognise(self, batch: Sequence[Speech], interrupted: Interrupted | None = None) -> list[Hypothesis]:
        """See BatchRecogniser."""
        self.batches.append(len(batch))
        self.started.set()
        deadline = time.monotonic() + 30
        while not self.release.wait(0.002):
            if interrupted is not None and interrupted():
                self.interruptions += 1
                self.interrupted.set()
                raise RecognitionInterrupted
            if time.monotonic() > deadline:
                raise TimeoutError("the test never let the recogniser go on")
        if any(speech is self.poisonous for speech in batch):
            raise EngineFailed("the fake was told to fail")
        return [hear(speech) for speech in batch]

    def close(self) -> None:
        """See BatchRecogniser."""
        self.closed = True


class FakeRecogniser:
    """A Recogniser in the event loop that hears what FakeEngine hears; one recognition at a time is `idle`'s limit.

    Can be held up, take time on a clock, and fail.
    """

    def __init__(
        self,
        *,
        languages: tuple[str, ...] = ("en", "ko"),
        partials: bool = True,
        clock: Clock | None = None,
        takes_s: float = 0.0,
        hears: Callable[[Speech], Hypothesis] | None = None,
    ) -> None:
        """`takes_s`: on `clock`, for each recognition; `hears`: what it makes of speech, if not numbers."""
        self.capabilities = _capabilities(languages, partials)
        self.started = asyncio.Event()
        """Set by the first recognition."""
        self.release = asyncio.Event()
        """Recognition waits for it."""
        self.release.set()
        self.failures = 0
        """How many of the next calls fail."""
        self.failure: SpeechError = EngineFailed("the fake was told to fail")
        self.asked: list[Priority] = []
        self.cancelled = 0
        self.closed = False
        self._running = 0
        self._clock = clock
        self._takes_s = takes_s
        self._hears = hears or hear

    @property
    def calls(self) -> int:
        """How often it was asked."""
        return len(self.asked)

    @property
    def idle(self) -> bool:
        """See Recogniser."""
        return not self._running

    async def open(self) -> None:
        """See Recogniser."""

    async def trouble(self) -> str:
        """See Recogniser."""
        return ""

    async def recognise(self, speech: Speech, priority: Priority) -> Hypothesis:
        """See Recogniser."""
        self.asked.append(priority)
        self.started.set()
        self._running += 1
        try:
            await asyncio.sleep(0)
            await self.release.wait()
            if self._clock is not None:
                await self._clock.sleep(self._takes_s)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self._running -= 1
        if self.failures:
            self.failures -= 1
            raise self.failure
        return self._hears(speech)

    async def close(self) -> None:
        """See Recogniser."""
        self.closed = True


def hear(speech: Speech) -> Hypothesis:
    """A word for every half second that is loud."""
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
        self.held_up = threading.Event()
        """Set while a sentence waits for its permit."""
        self.interrupted: list[str] = []
        """Sentences that were given up."""

    def speak(
        self, sentence: str, language: str, rate_hz: int, speed: float, interrupted: Interrupted | None = None
    ) -> PcmSamples:
        """See Voice."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            if interrupted is not None and interrupted():
                self.interrupted.append(sentence)
                raise SynthesisInterrupted("nobody listens any more")
            if self.release.acquire(timeout=0.01):
                break
            self.held_up.set()
            if time.monotonic() > deadline:
                raise TimeoutError("the test never let the voice go on")
        self.held_up.clear()
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
