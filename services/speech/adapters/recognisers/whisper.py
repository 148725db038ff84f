"""Whisper in process: puts the engine of `inference` behind speech's port."""

from __future__ import annotations

from collections.abc import Sequence

from inference.errors import InferenceFailed, ModelUnusable
from inference.errors import Interrupted as GivenUp
from inference.whisper.engine import WINDOW_SAMPLES, WhisperEngine, Window
from services.speech.adapters.batching import BatchingRecogniser, batching
from services.speech.adapters.recognisers.transcriptions import decode_options, hypothesis
from services.speech.domain.errors import EngineFailed, EngineUnavailable, RecognitionInterrupted
from services.speech.domain.transcript import Hypothesis, WordTimeSource
from services.speech.ports import Interrupted, Quality, RecogniserCapabilities, RecogniserOptions, Speech

# On a CPU the encoder's cost grows with the batch, and a text waits for the longest beside it.
_GPU_BATCH, _CPU_BATCH = 8, 1


class WhisperRecogniser:
    """BatchRecogniser over a Whisper model. `recognise` is thread-safe."""

    def __init__(self, options: RecogniserOptions) -> None:
        """Loads the model: seconds. Raises EngineUnavailable with what is wrong and what to do."""
        try:
            self._engine = WhisperEngine(
                options.model_folder,
                precision=options.precision,
                layout=options.layout,
                threads=options.threads,
                providers=options.providers or None,
                engine_cache=options.engine_cache,
            )
        except ModelUnusable as error:
            names = "PARLEY_SPEECH_MODEL, _PRECISION, _LAYOUT, _PROVIDERS"
            raise EngineUnavailable(f"{error}; check {names}") from error
        self._decoding = decode_options(options)
        aligned = self._engine.description.has_alignment
        self.capabilities = RecogniserCapabilities(
            name="whisper",
            version=self._engine.description.version,
            languages=self._engine.description.languages,
            quality=Quality.HIGH,
            word_times=WordTimeSource.ALIGNED if aligned else WordTimeSource.INTERPOLATED,
            max_samples=WINDOW_SAMPLES,
            partials=True,
            aligned=aligned,
            batch=_CPU_BATCH if self._engine.description.providers[0] == "cpu" else _GPU_BATCH,
            size=self._engine.description.d_model,
        )

    def recognise(self, batch: Sequence[Speech], interrupted: Interrupted | None = None) -> list[Hypothesis]:
        """See BatchRecogniser."""
        windows = [Window(speech.samples, speech.language) for speech in batch]
        try:
            found = self._engine.transcribe(windows, self._decoding, interrupted)
        except GivenUp as error:
            raise RecognitionInterrupted(str(error)) from error
        except InferenceFailed as error:
            raise EngineFailed(str(error)) from error
        return [hypothesis(each) for each in found]

    def close(self) -> None:
        """Nothing to give back: the sessions go with the object."""


def build(options: RecogniserOptions) -> BatchingRecogniser:
    """Registry entry."""
    return batching(WhisperRecogniser(options), options)
