"""Whether a hypothesis is an invention. The gate comes first; this judges what passed it.

Thresholds are those of Radford et al. 2022, section 4.5 (openai/whisper `transcribe`): no-speech probability over 0.6
together with a mean log-probability under -1, and a compression ratio over 2.4, which only repetition reaches.
"""

from __future__ import annotations

import zlib

from services.speech.domain.phrases import MEDIA_OPENINGS, MEDIA_PHRASES
from services.speech.domain.transcript import Hypothesis, NoText

NO_SPEECH_PROBABILITY = 0.6
LEAST_MEAN_LOG_PROBABILITY = -1.0
MOST_COMPRESSION = 2.4
_CREDIT_WORDS = 8


def normalised(text: str) -> str:
    """Letters and digits of `text`, case folded: blanks and punctuation vary between recognisers."""
    return "".join(character for character in text.casefold() if character.isalnum())


_PHRASES = frozenset(normalised(phrase) for phrase in MEDIA_PHRASES)
_OPENINGS = tuple(normalised(opening) for opening in MEDIA_OPENINGS)


def judge(hypothesis: Hypothesis) -> NoText | None:
    """Why the hypothesis must not become a transcript, or None if it may."""
    if not normalised(hypothesis.text) or _hears_nothing(hypothesis):
        return NoText.NOT_SPEECH
    if compression_ratio(hypothesis.text) > MOST_COMPRESSION or is_media_phrase(hypothesis.text):
        return NoText.SUPPRESSED
    return None


def compression_ratio(text: str) -> float:
    """UTF-8 bytes over their zlib-compressed size; 0 for an empty text. Repetition drives it up."""
    plain = text.encode()
    return len(plain) / len(zlib.compress(plain)) if plain else 0.0


def is_media_phrase(text: str) -> bool:
    """Whether the whole text is something that videos say and candidates do not."""
    folded = normalised(text)
    return folded in _PHRASES or (len(text.split()) <= _CREDIT_WORDS and folded.startswith(_OPENINGS))


def _hears_nothing(hypothesis: Hypothesis) -> bool:
    confidence = hypothesis.mean_log_probability
    return (
        hypothesis.no_speech_probability > NO_SPEECH_PROBABILITY
        and confidence is not None
        and confidence < LEAST_MEAN_LOG_PROBABILITY
    )
