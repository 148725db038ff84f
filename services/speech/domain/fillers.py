"""Counts filler words in context: the same syllables may be a filler or a word.

Counted (INTERVIEW.md): English um, uh, like, you know, I mean, sort of, kind of;
Korean 어, 음, 그, 저, 뭐, 이제, 약간, 막.

Sounds that are no words count wherever they stand. The others count only where the writing or the neighbours show that
they mean nothing: a comma, another filler, the same word again, or a following word with which they make no phrase
(그 결과 is a determiner and its noun; 그 저는 is not). In doubt a word is a word: a count that is too low does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.speech.domain import fillers_en, fillers_ko
from services.speech.domain.filler_words import Words


def count_fillers(words: Sequence[str], language: str) -> int:
    """Number of fillers in an utterance; "you know" is one.

    `words`: as written, in order; `language`: BCP 47. A language without rules has none.
    """
    rules = {"en": fillers_en.fillers, "ko": fillers_ko.fillers}
    return sum(length > 0 for length in rules[language](Words(words))) if language in rules else 0
