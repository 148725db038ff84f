"""No transcription: voice activity, events and delivery still work, and answers can be typed."""

from __future__ import annotations

from collections.abc import Sequence

from services.speech.domain.audio import RATE_HZ
from services.speech.domain.errors import EngineUnavailable
from services.speech.domain.transcript import Hypothesis, WordTimeSource
from services.speech.ports import Quality, RecogniserCapabilities, RecogniserOptions, Speech


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
        upgrade_hint="set PARLEY_SPEECH_MODEL to a Whisper ONNX export: Korean and English, higher accuracy",
    )

    def recognise(self, batch: Sequence[Speech]) -> list[Hypothesis]:
        """Always raises EngineUnavailable."""
        raise EngineUnavailable(f"no transcription engine is installed ({len(batch)} utterances left untranscribed)")

    def close(self) -> None:
        """Nothing to give back."""


def build(options: RecogniserOptions) -> NoRecogniser:
    """Registry entry."""
    return NoRecogniser()
