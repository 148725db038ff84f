"""From Whisper's transcriptions to speech's hypotheses: the same whether Whisper ran here or in Triton."""

from __future__ import annotations

from inference.whisper.transcription import DecodeOptions, TimedWord, Transcription
from services.speech.domain.audio import Span, in_samples
from services.speech.domain.transcript import Hypothesis, Word
from services.speech.ports import RecogniserOptions

_LADDER = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Temperatures of openai/whisper."""


def decode_options(options: RecogniserOptions) -> DecodeOptions:
    """How utterances are decoded, as the settings say."""
    temperatures = _LADDER if options.fallback else _LADDER[:1]
    return DecodeOptions(beam_size=options.beam, temperatures=temperatures, word_times=True)


def hypothesis(found: Transcription) -> Hypothesis:
    """What use cases see of a transcription; words only where they were aligned: use cases spread them better."""
    return Hypothesis(
        text=found.text,
        words=tuple(_word(word) for word in found.words if word.aligned),
        tokens=found.tokens,
        mean_log_probability=found.mean_log_probability,
        no_speech_probability=found.no_speech_probability,
        language_probabilities=found.language_probabilities,
    )


def _word(word: TimedWord) -> Word:
    start = in_samples(word.start_s)
    return Word(word.text, Span(start, max(start + 1, in_samples(word.end_s))), min(1.0, word.probability))
