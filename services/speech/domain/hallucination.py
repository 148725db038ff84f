"""Whether a text is an invention: recognisers write over sound that is not speech what they have seen most.

What must hold for a text to stand, in the order in which it is asked:

1. The gate heard speech, and was sure of it once: the mean of its three highest frames reaches 0.85. Music, keys and
   breath open it at times, but never as sure as a voice does (test_speech_non_speech.py).
2. Not both: no-speech probability over 0.6 and mean log-probability under -1 (Radford et al. 2022, section 4.5, as in
   openai/whisper `transcribe`).
3. Compression ratio at most 2.4 (the same): only repetition goes beyond.
4. A word at the edge of the text, in silence, needs a probability of 0.15, and if its length is not in 0.133 s to 2 s
   one of 0.5; else it goes and the rest stays. Only where words are aligned. The figures but the last are those of
   openai/whisper's `hallucination_silence_threshold`; alignment misplaces first words that are as good as certain.
5. At most 25 tokens for each second of voice, and 12 more.
6. Not what only videos say; and where the sound is weak not what is short and often invented. Lists: data/phrases.toml.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from services.speech.domain.audio import Span, in_samples, in_seconds
from services.speech.domain.lexicon import lists
from services.speech.domain.transcript import Hypothesis, NoText, Word

LEAST_STRENGTH = 0.85
NO_SPEECH_PROBABILITY = 0.6
LEAST_MEAN_LOG_PROBABILITY = -1.0
MOST_COMPRESSION = 2.4
LEAST_WORD_PROBABILITY, LEAST_ODD_WORD_PROBABILITY = 0.15, 0.5
SHORTEST_WORD, LONGEST_WORD = in_samples(0.133), in_samples(2.0)
_TOKENS_PER_SECOND, _TOKENS_ANYWAY = 25, 12
_CREDIT_WORDS = 8
_WEAK_STRENGTH = 0.9
_WEAK_NO_SPEECH = 0.3
_WEAK_LOG_PROBABILITY = -0.6
_WEAK_VOICE_S = 0.2


@dataclass(frozen=True, slots=True)
class Sound:
    """What is known of the audio apart from its text."""

    strength: float
    """How sure the gate was at its surest, 0..1."""
    voiced: Sequence[Span]
    """The voiced stretches, in order, in samples from the first of the audio."""


def judge(hypothesis: Hypothesis, sound: Sound | None = None) -> Hypothesis | NoText:
    """The hypothesis as it may become a transcript, or why it must not.

    `sound`: None while the utterance is not complete; then the rules that need it are left out.
    """
    if sound is not None and sound.strength < LEAST_STRENGTH:
        return NoText.NOT_SPEECH
    if not normalised(hypothesis.text) or _hears_nothing(hypothesis):
        return NoText.NOT_SPEECH
    if compression_ratio(hypothesis.text) > MOST_COMPRESSION:
        return NoText.SUPPRESSED
    if sound is not None:
        hypothesis = without_words_in_silence(hypothesis, sound.voiced)
        if not hypothesis.text or _too_many_tokens(hypothesis, sound):
            return NoText.SUPPRESSED
    invented = is_media_phrase(hypothesis.text) or (is_sayable(hypothesis.text) and _is_weak(hypothesis, sound))
    return NoText.SUPPRESSED if invented else hypothesis


def normalised(text: str) -> str:
    """Letters and digits of `text`, case folded: blanks and punctuation vary between recognisers."""
    return "".join(character for character in text.casefold() if character.isalnum())


def compression_ratio(text: str) -> float:
    """UTF-8 bytes over their zlib-compressed size; 0 for an empty text. Repetition drives it up."""
    plain = text.encode()
    return len(plain) / len(zlib.compress(plain)) if plain else 0.0


def is_media_phrase(text: str) -> bool:
    """Whether the whole text is something that videos say and candidates do not."""
    folded = normalised(text)
    short = len(text.split()) <= _CREDIT_WORDS
    return folded in _phrases("media") or (short and folded.startswith(tuple(_phrases("media_openings"))))


def is_sayable(text: str) -> bool:
    """Whether the whole text is something that candidates say and recognisers often invent."""
    return normalised(text) in _phrases("sayable")


def without_words_in_silence(hypothesis: Hypothesis, voiced: Sequence[Span]) -> Hypothesis:
    """Leaves out words at both ends of the text that lie in silence and are improbable, too short or too long.

    `voiced`: in samples from the first of the audio, like the words' spans. A hypothesis without words stays as it is.
    """
    first, end = 0, len(hypothesis.words)
    while first < end and _is_stray(hypothesis.words[first], voiced):
        first += 1
    while end > first and _is_stray(hypothesis.words[end - 1], voiced):
        end -= 1
    if end - first == len(hypothesis.words):
        return hypothesis
    kept = hypothesis.words[first:end]
    return replace(hypothesis, words=kept, text=" ".join(word.text for word in kept))


def _is_stray(word: Word, voiced: Sequence[Span]) -> bool:
    heard = sum(max(0, min(word.span.end, each.end) - max(word.span.start, each.start)) for each in voiced)
    if 2 * heard >= word.span.length:
        return False
    odd = not SHORTEST_WORD <= word.span.length <= LONGEST_WORD
    least = LEAST_ODD_WORD_PROBABILITY if odd else LEAST_WORD_PROBABILITY
    return word.confidence is not None and word.confidence < least


def _hears_nothing(hypothesis: Hypothesis) -> bool:
    confidence = hypothesis.mean_log_probability
    return (
        hypothesis.no_speech_probability > NO_SPEECH_PROBABILITY
        and confidence is not None
        and confidence < LEAST_MEAN_LOG_PROBABILITY
    )


def _too_many_tokens(hypothesis: Hypothesis, sound: Sound) -> bool:
    return len(hypothesis.tokens) > _TOKENS_ANYWAY + _TOKENS_PER_SECOND * _voice_s(sound)


def _is_weak(hypothesis: Hypothesis, sound: Sound | None) -> bool:
    confidence = hypothesis.mean_log_probability
    return (
        hypothesis.no_speech_probability > _WEAK_NO_SPEECH
        or (confidence is not None and confidence < _WEAK_LOG_PROBABILITY)
        or (sound is not None and (sound.strength < _WEAK_STRENGTH or _voice_s(sound) < _WEAK_VOICE_S))
    )


def _voice_s(sound: Sound) -> float:
    return in_seconds(sum(each.length for each in sound.voiced))


@cache
def _phrases(name: str) -> frozenset[str]:
    return frozenset(normalised(phrase) for phrase in lists("phrases")[name])
