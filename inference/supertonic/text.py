"""Text as the model takes it: plain characters between language tags, as ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_LONGEST = {"ko": 120}
_LONGEST_ELSE = 300
"""Characters of one run, as upstream limits them: one duration is predicted for the whole text."""
_REPLACED = str.maketrans(
    {
        "–": "-",
        "‑": "-",
        "—": "-",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "´": "'",
        "`": "'",
        **dict.fromkeys("_[]|/#→←<>{}\\", " "),
    }
)
_ENDS = re.compile(r"[.!?;:,'\")\]}…。」』】〉》›»]$")
_CLAUSES = re.compile(r"(?<=[.!?,;:。！？，、])\s+")
_SPACE_BEFORE_MARK = re.compile(r"\s+(?=[,.!?;:])")
_BLANKS = re.compile(r"\s+")


class CharacterIds:
    """Turns texts into ids."""

    def __init__(self, indexer: npt.NDArray[np.int64], *, tags: bool) -> None:
        """`indexer`: character ids by code point, -1 for none; `tags`: whether the model wants its language named."""
        self._indexer = indexer
        self._tags = tags
        # The models know more languages than Parley has; Korean is known by its jamo.
        self.languages: tuple[str, ...] = ("en", "ko") if tags and self._knows("\u1100") else ("en",)

    def __call__(self, text: str, language: str) -> npt.NDArray[np.int64]:
        """[1, characters] ids of `text` in `language`; characters that the model does not know are left out."""
        plain = plain_text(text)
        tagged = f"<{language}>{plain}</{language}>" if self._tags else plain
        return np.array([[self._indexer[ord(each)] for each in tagged if self._knows(each)]], dtype=np.int64)

    def speakable(self, text: str) -> bool:
        """Whether the model knows a letter or digit of `text`."""
        return any(each.isalnum() and self._knows(each) for each in plain_text(text))

    def _knows(self, character: str) -> bool:
        return ord(character) < len(self._indexer) and bool(self._indexer[ord(character)] >= 0)


def plain_text(text: str) -> str:
    """`text` decomposed (Hangul into jamo), without signs that are not spoken, ending in a mark."""
    text = unicodedata.normalize("NFKD", text).translate(_REPLACED)
    text = "".join(each for each in text if unicodedata.category(each) not in ("So", "Cs", "Cc", "Co", "Cn"))
    text = _SPACE_BEFORE_MARK.sub("", _BLANKS.sub(" ", text)).strip()
    return text if not text or _ENDS.search(text) else f"{text}."


def runs(text: str, language: str) -> list[str]:
    """`text` in pieces that the model can pace, cut at clauses and else between words."""
    longest = _LONGEST.get(language, _LONGEST_ELSE)
    pieces: list[str] = []
    for clause in _CLAUSES.split(_BLANKS.sub(" ", text).strip()):
        for part in _words_at_most(clause, longest):
            if pieces and len(pieces[-1]) + 1 + len(part) <= longest:
                pieces[-1] = f"{pieces[-1]} {part}"
            else:
                pieces.append(part)
    return [piece for piece in pieces if piece]


def _words_at_most(clause: str, longest: int) -> Sequence[str]:
    if len(clause) <= longest:
        return [clause]
    return [word[at : at + longest] for word in clause.split() for at in range(0, len(word), longest)]
