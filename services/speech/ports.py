"""What the use cases need from the outside: recognisers, voices, voice activity, and threads to run them in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from services.speech.domain.recording import RecordingInfo
from services.speech.domain.transcript import Hypothesis, WordTimeSource

Result = TypeVar("Result")
FloatSamples = npt.NDArray[np.float32]
"""Mono samples in -1..1."""
PcmSamples = npt.NDArray[np.int16]
"""Mono samples at full 16-bit scale."""


class Quality(Enum):
    """How far an engine's results can be trusted."""

    LOW = "low"
    STANDARD = "standard"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Speech:
    """One utterance to recognise."""

    samples: FloatSamples
    """16 kHz mono, at most the engine's `max_samples`."""
    language: str
    """BCP 47 code; one of the engine's languages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecogniserCapabilities:
    """What a recogniser can do."""

    name: str
    """Registry name."""
    version: str
    """Engine and model together; empty if unknown."""
    languages: tuple[str, ...]
    """BCP 47 codes; empty: transcribes nothing."""
    quality: Quality
    word_times: WordTimeSource
    """Where word times come from: the engine, or interpolation by the caller."""
    max_samples: int
    """Longest utterance that is taken, in samples at 16 kHz."""
    partials: bool
    """Whether it is fast enough for texts before the final one."""
    aligned: bool = False
    """Whether hypotheses say which audio each word comes from: words with times, or `attended`."""
    context: int = 0
    """Speech before an utterance, in samples, that makes its text better; only for engines whose words have times."""
    batch: int = 1
    """Most utterances that it takes at a time with gain."""
    size: int = 0
    """Width of the model (Whisper's d_model: 512 is base, 768 small, 1280 large); 0 if unknown."""
    upgrade_hint: str = ""
    """How to get a better one; empty if this is the best there is."""


class Priority(IntEnum):
    """Order in which waiting inference is taken up; the smaller first."""

    FINAL = 0
    """Text that is waited for: finals, and the first sentence of a speech."""
    INTERIM = 1
    """Text that probably becomes final, and later sentences."""
    PARTIAL = 2
    """Text that will be replaced."""


class Recogniser(Protocol):
    """Turns utterances into text, wherever it runs: in threads here, in another process, on another machine.

    Made outside any event loop (loading takes seconds and is done in a thread); called from one event loop after that.
    """

    capabilities: RecogniserCapabilities
    """Hold once `open` has returned."""

    @property
    def idle(self) -> bool:
        """Whether a recognition would start at once."""
        ...

    async def open(self) -> None:
        """Connects to wherever it runs. Called once, before the rest. Raises EngineUnavailable."""
        ...

    async def trouble(self) -> str:
        """Why it cannot recognise anything now; empty if it can. Cheap: asked every second."""
        ...

    async def recognise(self, speech: Speech, priority: Priority) -> Hypothesis:
        """Recognises one utterance; the engine may take it together with those of other streams.

        The same samples and language always give the same hypothesis, whatever they are batched with. Cancelling the
        caller withdraws what waits and interrupts what runs. Raises Overloaded if too much waits, or if a partial had
        to make room for something more urgent; EngineFailed if the engine broke on this utterance; EngineUnavailable
        if it cannot go on at all.
        """
        ...

    async def close(self) -> None:
        """Gives back threads, processes, connections and memory; what waits is refused. Called once."""
        ...


Interrupted = Callable[[], bool]
"""Asked between the steps of an inference, from its thread: whether nobody wants the result any more."""


class BatchRecogniser(Protocol):
    """An engine in this process. Blocking: called in inference threads only (adapters/batching.py)."""

    capabilities: RecogniserCapabilities

    def recognise(self, batch: Sequence[Speech], interrupted: Interrupted | None = None) -> list[Hypothesis]:
        """Recognises a batch of at least one; one hypothesis per utterance, in order.

        The same samples and language always give the same hypothesis. Thread-safe. Raises RecognitionInterrupted soon
        after `interrupted` has become true (an engine that cannot stop half-way just ends), EngineFailed if the engine
        broke on this batch and EngineUnavailable if it cannot go on at all.
        """
        ...

    def close(self) -> None:
        """Gives back processes and memory. Called once, after the last `recognise` has returned."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class RecogniserOptions:
    """What a recogniser is built from."""

    model_folder: Path
    precision: str = "fp32"
    """fp32, fp16 or int8."""
    layout: str = "auto"
    """split, merged or auto."""
    threads: int = 1
    """Most CPU threads of one recognition."""
    workers: int = 1
    """Most recognitions at the same time; engines that need a process for each start so many."""
    batch: int | None = None
    """Most utterances of one recognition; None: as many as the engine gains from."""
    beam: int = 1
    """Texts that are followed at a time; 1: only the likeliest next token."""
    fallback: bool = False
    """Whether a text that looks like a loop or a guess is decoded again at rising temperatures."""
    most_waiting: int = 16
    """Utterances that may wait; more are refused."""
    triton: str = ""
    """gRPC target (host:port) of a Triton server; empty: none."""
    triton_model: str = "whisper"
    """Name of the model there."""
    providers: tuple[str, ...] = ()
    """tensorrt, cuda, cpu in order of preference; empty: what this machine has."""
    engine_cache: Path | None = None
    """Folder where TensorRT keeps what it built; None: built at every start, minutes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VoiceCapabilities:
    """What a voice can do."""

    name: str
    version: str
    languages: tuple[str, ...]
    quality: Quality
    upgrade_hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VoiceOptions:
    """What a voice is built from."""

    model_folder: Path
    style: str = ""
    """Which of the model's voices; empty: its first."""
    steps: int = 5
    """Steps of a flow-matching model: more are slower and cleaner."""
    threads: int = 1
    """Most CPU threads of one sentence."""


class Voice(Protocol):
    """Speaks. Blocking: called in the voice thread only."""

    capabilities: VoiceCapabilities

    def speak(
        self, sentence: str, language: str, rate_hz: int, speed: float, interrupted: Interrupted | None = None
    ) -> PcmSamples:
        """Speaks one sentence.

        `language`: BCP 47 code, one of the voice's; `rate_hz`: rate of the result; `speed`: tempo against normal,
        0.5..2. Returns loudness-normalised mono samples. Raises SynthesisInterrupted soon after `interrupted` is true,
        and EngineFailed if the engine broke.
        """
        ...

    def close(self) -> None:
        """Gives the engine back. Called once."""
        ...


class VoiceActivityDetector(Protocol):
    """Judges frames of one stream, in order. Blocking, some milliseconds. Not thread-safe."""

    def __call__(self, frames: PcmSamples) -> list[float]:
        """Probability of speech in each frame. `frames`: [N, 512] at 16 kHz, following on those of the last call."""
        ...

    def reset(self) -> None:
        """Forgets the frames heard so far (before audio that does not follow on)."""
        ...


DetectorFactory = Callable[[], VoiceActivityDetector]


class InferencePool(Protocol):
    """A bounded set of threads with a queue by priority."""

    @property
    def idle(self) -> bool:
        """Whether a job would start at once."""
        ...

    async def run(self, job: Callable[[], Result], priority: Priority) -> Result:
        """Runs `job` in one of the threads.

        Cancelling the caller withdraws a job that waits; one that runs is finished and its result dropped. Raises
        Overloaded if the queue is full, and whatever the job raises.
        """
        ...


class Upload(Protocol):
    """One file on its way in, kept on disk. One task at a time calls it."""

    async def add(self, data: bytes) -> None:
        """Appends the next bytes."""
        ...

    async def decode(self, most_samples: int) -> RecordingInfo:
        """Decodes what was added to 16 kHz mono; call once, after the last `add`.

        Gaps in the file's timestamps become silence, at most 30 s each. Raises RecordingUnreadable (also when decoding
        takes too long), RecordingHasNoAudio, or RecordingTooLong beyond `most_samples`.
        """
        ...

    def pieces(self) -> AsyncIterator[PcmSamples]:
        """The decoded samples, at most 1 s a piece, in order. After `decode`."""
        ...


class Recordings(Protocol):
    """Where whole files are received."""

    def receive(self) -> AbstractAsyncContextManager[Upload]:
        """A place for one file; everything in it is gone on leaving."""
        ...
