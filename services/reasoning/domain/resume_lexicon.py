"""The words that résumés are made of, as data (adapters/resumes/lexicon.yaml), and how lines are compared with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.reasoning.domain.resume import Identifier, SectionKind

LONGEST_HEADING = 40  # characters
BULLETS = "•●○◦▪▫■□◆◇▶▷►‣⁃∙·*-–—✓✔※★☆⦁"
_NUMBERING = re.compile(r"^(?:\(?\d{1,2}[.)]|[IVX]{1,4}\.|[가-하][.)]|[①-⑳])\s*")
_BRACKETED = re.compile(r"\s*[(\[（][^)\]）]{1,30}[)\]）]\s*$")
_AND = re.compile(r"\s*[/&,·+|]\s*|\s+and\s+|\s+및\s+")


@dataclass(frozen=True)
class ResumeLexicon:
    """All words are as ``key`` gives them."""

    headings: Mapping[str, SectionKind]
    personal_headings: Mapping[str, Identifier]
    personal_blocks: frozenset[str]
    inline_kinds: frozenset[SectionKind]
    column_names: frozenset[str]
    position_labels: frozenset[str]
    role_words: frozenset[str]
    degree_words: frozenset[str]
    places: frozenset[str]

    def heading(self, text: str) -> SectionKind | Identifier | None:
        """What ``text`` heads: a section of this kind, or personal facts (NAME also for blocks of several); None if it
        is no heading.
        """
        shown = text.strip()
        if not shown or len(shown) > LONGEST_HEADING or shown.endswith((".", "다", "요")):
            return None
        for candidate in (shown, _BRACKETED.sub("", shown)):
            for part in (candidate, *_AND.split(candidate)[:1]):
                found = self._known_heading(key(part))
                if found is not None and (part is candidate or self._all_known(candidate)):
                    return found
        return None

    def _known_heading(self, word: str) -> SectionKind | Identifier | None:
        if word in self.personal_blocks:
            return Identifier.NAME
        return self.headings.get(word) or self.personal_headings.get(word)

    def _all_known(self, text: str) -> bool:
        return all(self._known_heading(key(part)) is not None for part in _AND.split(text))

    def is_block(self, text: str) -> bool:
        """Whether ``text`` heads a block of labelled personal facts."""
        return key(_BRACKETED.sub("", text)) in self.personal_blocks

    def names_role(self, text: str) -> bool:
        """Whether ``text`` is a name of a role, such as "Senior Backend Engineer" or "백엔드 개발자"."""
        words = [key(word) for word in re.split(r"[\s/()]+", text) if word]
        return any(word in self.role_words or word.endswith(_LONG_ROLES) for word in words)

    def names_degree(self, text: str) -> bool:
        """Whether ``text`` names a degree."""
        return any(word.strip(",()").casefold() in self.degree_words for word in text.split()) or bool(
            re.search(r"(?:학|석|박)사(?:\s|$|\()", text)
        )


_LONG_ROLES = ("개발자", "엔지니어", "디자이너", "기획자", "마케터", "매니저", "연구원", "팀장", "인턴", "담당자")


def key(text: str) -> str:
    """``text`` as words are compared: no case, marks, numbering and blanks."""
    bare = _NUMBERING.sub("", text.strip().lstrip(BULLETS + " 【[<《「").rstrip(" 】]>》」:：-–—_")).strip()
    return re.sub(r"\s+", "", bare).casefold()
