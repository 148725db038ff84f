"""From Whisper's transcriptions to speech's hypotheses: the same whether Whisper ran here or in Triton."""

from __future__ import annotations

from inference.whisper.transcription import DecodeOptions, Transcription
from services.speech.domain.transcript import Hypothesis

OPTIONS = DecodeOptions()
"""How utterances are decoded."""


def hypothesis(found: Transcription) -> Hypothesis:
    """What use cases see of a transcription."""
    return Hypothesis(
        text=found.text,
        tokens=found.tokens,
        mean_log_probability=found.mean_log_probability,
        no_speech_probability=found.no_speech_probability,
        language_probabilities=found.language_probabilities,
    )
