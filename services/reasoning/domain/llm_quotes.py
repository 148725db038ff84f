"""Finds what a model quotes in what was said. A quote differs at most in blanks, case and the form of its marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from services.reasoning.domain.evaluations import Quote
from services.reasoning.domain.quoting import EDGES, LONGEST_QUOTE

LEAST_QUOTED = 2  # letters or digits; one alone shows nothing
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "."})


def locate(text: str, quoted: str) -> Quote | None:
    """The words of ``text`` that ``quoted`` repeats, as they stand there; None if nobody said them.

    Marks and blanks at the edges of ``quoted`` don't count. What is longer than may be shown is none.
    """
    wanted = "".join(character for _, character in _letters(quoted.strip(EDGES)))
    if sum(character.isalnum() for character in wanted) < LEAST_QUOTED:
        return None
    places, said = zip(*letters, strict=True) if (letters := list(_letters(text))) else ((), ())
    found = "".join(said).find(wanted)
    if found < 0:
        return None
    start, end = places[found], places[found + len(wanted) - 1] + 1
    return Quote(text[start:end], start, end) if end - start <= LONGEST_QUOTE else None


def _letters(text: str) -> Iterator[tuple[int, str]]:
    """The characters that count, each with its place; one character stays one."""
    for place, character in enumerate(text):
        folded = unicodedata.normalize("NFC", character).translate(_SAME).casefold()
        if not character.isspace():
            yield place, folded[:1] or character
