"""No transcription: voice activity, events and delivery still work, and answers can be typed."""

from __future__ import annotations

from services.speech.domain.audio import RATE_HZ
from services.speech.domain.errors import EngineUnavailable
from services.speech.domain.transcript import Hypothesis, WordTimeSource
from services.speech.ports import Priority, Quality, RecogniserCapabilities, RecogniserOptions, Speech

MODEL_HINT = (
    "run `parley models pull` for Korean and English with higher accuracy, or set PARLEY_SPEECH_MODEL to the folder "
    "of a Whisper ONNX export"
)


class NoRecogniser:
    """A recogniser that knows no language, so that nobody asks it anything."""

    capabilities = RecogniserCapabilities(
        name="none",
        version="",
        languages=(),
        quality=Quality.LOW,
        word_times=WordTimeSource.INTERPOLATED,
        max_samples=30 * RATE_HZ,
        partials=False,
        upgrade_hint=MODEL_HINT,
    )

    @property
    def idle(self) -> bool:
        """See Recogniser."""
        return True

    async def open(self) -> None:
        """There is nothing to connect to."""

    async def trouble(self) -> str:
        """No trouble: that nothing is transcribed is what was chosen."""
        return ""

    async def recognise(self, speech: Speech, priority: Priority) -> Hypothesis:
        """Always raises EngineUnavailable."""
        raise EngineUnavailable(f"no transcription engine is installed; {MODEL_HINT}")

    async def close(self) -> None:
        """Nothing to give back."""


def build(options: RecogniserOptions) -> NoRecogniser:
    """Registry entry."""
    return NoRecogniser()
