"""Supertonic in process: puts the engine of `inference` behind speech's port."""

from __future__ import annotations

from inference.errors import InferenceFailed, ModelUnusable
from inference.errors import Interrupted as GivenUp
from inference.supertonic.engine import SupertonicEngine
from services.speech.adapters.voices.mastering import master
from services.speech.domain.errors import EngineFailed, EngineUnavailable, SynthesisInterrupted
from services.speech.ports import Interrupted, PcmSamples, Quality, VoiceCapabilities, VoiceOptions


class SupertonicVoice:
    """Voice over a Supertonic model. Thread-safe."""

    def __init__(self, options: VoiceOptions) -> None:
        """Loads the model: seconds. Raises EngineUnavailable with what is wrong and what to do."""
        try:
            self._engine = SupertonicEngine(options.model_folder, threads=options.threads)
        except ModelUnusable as error:
            raise EngineUnavailable(f"{error}; check PARLEY_SPEECH_VOICE_MODEL") from error
        found = self._engine.description
        if options.style and options.style not in found.styles:
            raise EngineUnavailable(
                f"PARLEY_SPEECH_VOICE_STYLE is {options.style!r}; the model has {', '.join(found.styles)}"
            )
        self._style, self._steps = options.style, options.steps
        self.capabilities = VoiceCapabilities(
            name="supertonic", version=found.version, languages=found.languages, quality=Quality.HIGH
        )

    def speak(
        self, sentence: str, language: str, rate_hz: int, speed: float, interrupted: Interrupted | None = None
    ) -> PcmSamples:
        """See Voice."""
        try:
            wave = self._engine.speak(
                sentence, language, style=self._style, steps=self._steps, speed=speed, interrupted=interrupted
            )
        except GivenUp as error:
            raise SynthesisInterrupted("nobody listens any more") from error
        except InferenceFailed as error:
            raise EngineFailed(str(error)) from error
        return master(wave, self._engine.description.rate_hz, rate_hz)

    def close(self) -> None:
        """Nothing to give back: the sessions go with the object."""


def build(options: VoiceOptions) -> SupertonicVoice:
    """Registry entry."""
    return SupertonicVoice(options)
