"""How an utterance was said: pace, pauses, fillers, loudness. Observable quantities only; never part of a score.

Pace is words a minute in English and syllables a minute in Korean (its syllables are nearly equal in length, its words
are not), once over the whole speech with its pauses (speech rate) and once over the voice alone (articulation rate):
F. Goldman-Eisler, Psycholinguistics: Experiments in Spontaneous Speech, 1968, ch. 1. A pause counts as long over
LONG_PAUSE_S. `session` puts answers together out of utterances: silence between two of them is a pause of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.speech.domain.audio import Pcm, Span, in_samples, in_seconds
from services.speech.domain.fillers import count_fillers
from services.speech.domain.loudness import (
    AudioQuality,
    audio_quality,
    clipped_share,
    cut_out,
    loudness_deviation_db,
    rms_dbfs,
    signal_to_noise_db,
)

LONG_PAUSE_S = 2.0
_HANGUL = range(0xAC00, 0xD7A4)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Measures of one utterance; None where there is nothing to measure."""

    span: Span
    voiced_samples: int
    pace_per_minute: float | None
    articulation_per_minute: float | None
    long_pauses: int
    longest_pause: int
    """In samples; 0 if there is none."""
    fillers: int | None
    loudness_dbfs: float | None
    loudness_deviation_db: float | None
    signal_to_noise_db: float | None
    clipped_share: float
    audio_quality: AudioQuality | None


def measure(samples: Pcm, audio: Span, speech: Span, voiced: Sequence[Span], text: str, language: str) -> Delivery:
    """Measures an utterance.

    `samples`: its audio, which lies at `audio`; `speech`: the speech in it; `voiced`: the stretches with voice, in
    order; `text`: what was said, empty if unknown; `language`: BCP 47.
    """
    voice, rest = cut_out(samples, voiced, audio.start)
    pauses = [after.start - before.end for before, after in pairwise(voiced)]
    units = count_units(text, language) if text else None
    loudness, noise, clipped = rms_dbfs(voice), signal_to_noise_db(voice, rest), clipped_share(samples)
    return Delivery(
        span=speech,
        voiced_samples=sum(span.length for span in voiced),
        pace_per_minute=per_minute(units, speech.length),
        articulation_per_minute=per_minute(units, sum(span.length for span in voiced)),
        long_pauses=sum(pause > in_samples(LONG_PAUSE_S) for pause in pauses),
        longest_pause=max(pauses, default=0),
        fillers=count_fillers(text.split(), language) if text else None,
        loudness_dbfs=loudness,
        loudness_deviation_db=loudness_deviation_db(voice),
        signal_to_noise_db=noise,
        clipped_share=clipped,
        audio_quality=audio_quality(loudness, noise, clipped),
    )


def count_units(text: str, language: str) -> int:
    """What pace counts: words, or in Korean syllables (a Hangul block is one; a word without any counts as one)."""
    words = text.split()
    if language != "ko":
        return len(words)
    return sum(max(1, sum(ord(character) in _HANGUL for character in word)) for word in words)


def per_minute(units: int | None, samples: int) -> float | None:
    """Units a minute; None if nothing was counted or there is no time."""
    return None if units is None or samples <= 0 else units / (in_seconds(samples) / 60)
