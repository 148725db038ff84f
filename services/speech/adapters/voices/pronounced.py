"""Wraps any voice so that it is given words as they are spoken, not as they are written."""

from __future__ import annotations

from services.speech.domain.pronunciation import Pronunciation
from services.speech.ports import Interrupted, PcmSamples, Voice


class PronouncedVoice:
    """Voice that writes numbers, units and foreign words out for the voice inside. What the caller shows is its own."""

    def __init__(self, inside: Voice, pronunciation: Pronunciation) -> None:
        self.capabilities = inside.capabilities
        self._inside = inside
        self._pronounce = pronunciation

    def speak(
        self, sentence: str, language: str, rate_hz: int, speed: float, interrupted: Interrupted | None = None
    ) -> PcmSamples:
        """See Voice."""
        return self._inside.speak(self._pronounce(sentence, language), language, rate_hz, speed, interrupted)

    def close(self) -> None:
        """See Voice."""
        self._inside.close()
