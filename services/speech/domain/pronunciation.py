"""How a text is spoken: numbers, units, symbols and foreign words written out for a voice.

Only what a voice is given changes; what the candidate reads stays as it was written. Voices differ in what they can
read themselves, so the result is plain words that each of them can.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.speech.domain.pronunciation_en import spoken_english
from services.speech.domain.pronunciation_ko import spoken_korean

Lexicon = Mapping[str, str]
"""Written word to spoken words. A key of lower case stands for every case, any other for itself alone."""


class Pronunciation:
    """Writes texts as they are spoken."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        """`lexicons`: by BCP 47 code; a language without one knows the rules alone."""
        self._lexicons = lexicons

    def __call__(self, text: str, language: str) -> str:
        """`text` as it is spoken in `language` (BCP 47); unchanged in languages without rules. Never raises."""
        lexicon = self._lexicons.get(language, {})
        if language == "ko":
            return spoken_korean(text, lexicon)
        return spoken_english(text, lexicon) if language == "en" else text
