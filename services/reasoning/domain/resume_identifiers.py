"""Takes personal identifiers out of lines and says which kinds they were. What was taken out is kept nowhere."""

from __future__ import annotations

import re
from dataclasses import replace

from services.reasoning.domain.resume import Identifier, Line
from services.reasoning.domain.resume_patterns import (
    FORMS,
    LABELS,
    LOOSE_KINDS,
    LOOSE_LABEL,
    SENTENCE_END,
    SENTENCES,
    VALUES,
)

PIECE_MARK = re.compile(r"(\s[|/ㅣ│]\s|[|ㅣ│]|\t| {3,})")
VALUE_MARK = re.compile(r"(\s?[,/|·]\s?)")
EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|<\s*>")
EDGES = " \t,;/|·ㅣ│~-–—:："
SHORTEST_SENTENCE = 6  # characters; anything shorter tells nothing about a family


class Redactor:
    """Redacts one résumé. ``dropped`` lists the kinds found so far, each once, in order."""

    def __init__(self) -> None:
        self._dropped: dict[Identifier, None] = {}

    @property
    def dropped(self) -> tuple[Identifier, ...]:
        """The kinds found so far."""
        return tuple(self._dropped)

    def drop(self, *kinds: Identifier) -> None:
        """Note that something of these kinds was taken out."""
        self._dropped.update(dict.fromkeys(kinds))

    def line(self, line: Line) -> Line | None:
        """``line`` without identifiers; None if nothing is left of it."""
        kept: list[str] = []
        value_of: Identifier | None = None
        for cell in line.cells:
            label = _label(cell)
            if label is not None and label[1] == len(cell.strip()):
                value_of = label[0]  # a bare label: the next cell is its value
                self.drop(value_of)
            elif value_of is not None:
                value_of = None
            elif left := self.text(cell):
                kept.append(left)
        if any(any(character.isalnum() for character in cell) for cell in kept):
            return replace(line, cells=tuple(kept))
        return None

    def text(self, text: str) -> str:
        """``text`` without identifiers; empty if nothing is left."""
        pieces = PIECE_MARK.split(text)
        kept = [self._piece(piece) for piece in pieces[::2]]
        if kept == pieces[::2]:
            return text.strip()
        joined = "".join(
            mark + piece for mark, piece in zip(["", *pieces[1::2]], kept, strict=True) if piece.strip(EDGES)
        )
        return _tidy(joined)

    def _piece(self, piece: str) -> str:
        label = _label(piece)
        if label is not None:
            self.drop(label[0])
            return ""
        left = self._without_forms(piece)
        if left != piece and _label(left) is not None:
            return ""  # the label whose value was just taken out
        loose = LOOSE_LABEL.search(left)
        if loose is not None and loose.lastgroup is not None:
            self.drop(LOOSE_KINDS[loose.lastgroup])
            left = left[: loose.start()]
        return self._without_sentences(self._without_values(left))

    def _without_forms(self, text: str) -> str:
        for kind, form in FORMS:
            left = form.sub(" ", text)
            if left != text:
                self.drop(kind)
                text = _tidy(left)
        return text

    def _without_values(self, text: str) -> str:
        parts = VALUE_MARK.split(text)
        kept: list[str] = []
        for place in range(0, len(parts), 2):
            kind = _value(parts[place])
            if kind is not None:
                self.drop(kind)
            else:
                kept += [parts[place - 1] if place else "", parts[place]]
        return text if len(kept) == len(parts) + 1 else _tidy("".join(kept))

    def _without_sentences(self, text: str) -> str:
        if len(text) < SHORTEST_SENTENCE or not any(form.search(text) for _, form in SENTENCES):
            return text
        kept = []
        for sentence in SENTENCE_END.split(text):
            found = [kind for kind, form in SENTENCES if form.search(sentence)]
            self.drop(*found)
            kept += [] if found else [sentence]
        return " ".join(kept)


def holds_identifier(text: str) -> bool:
    """Whether ``text`` still has something that would be taken out."""
    redactor = Redactor()
    redactor.text(text)
    return bool(redactor.dropped)


def _label(text: str) -> tuple[Identifier, int] | None:
    """The label that ``text`` begins with and where it ends, None if it begins with none."""
    stripped = text.strip().lstrip("•-*·▪■●○◦□▶ ")
    skipped = len(text.strip()) - len(stripped)
    for candidate in (stripped, _closed_up(stripped)):
        for kind, form in LABELS:
            found = form.match(candidate)
            if found is not None:
                bare = not candidate[found.end() :].strip()
                return kind, len(text.strip()) if bare else skipped + found.end()
    return None


def _closed_up(text: str) -> str:
    """``text`` with spaced-out Korean letters at its start closed up: "성  명 : 홍길동"."""
    head, mark, rest = text.partition(":")
    if len(head) > 12 or not re.fullmatch(r"[가-힣\s]+", head):
        return text
    return re.sub(r"\s", "", head) + mark + rest


def _value(text: str) -> Identifier | None:
    stripped = text.strip(EDGES + "()")
    return next((kind for kind, form in VALUES if form.fullmatch(stripped)), None)


def _tidy(text: str) -> str:
    text = EMPTY_BRACKETS.sub(" ", text)
    text = re.sub(r"\s{2,}", " ", text)
    text = re.sub(r"(?:\s?[|,/·ㅣ│]\s?){2,}", " | ", text)
    return text.strip(" \t,;/|·ㅣ│")
