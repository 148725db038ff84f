"""Divides a text into what a voice speaks in one go, so that the first audio need not wait for the last."""

from __future__ import annotations

import re

LONGEST = 160
"""Characters. A longer sentence is spoken in clauses: its first audio would come late."""

# Up to a stop with its closing marks and a blank behind it (a decimal point has none), or to the end of the line.
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?。！？…][\"'”’)\]]*(?=\s)|$)", re.MULTILINE)
_CLAUSE_END = re.compile(r"(?<=[,;:，、])\s*|\s+(?=[–—-]\s)")
_BLANK = re.compile(r"\s+")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text` in order, each trimmed and with something to say; [] if there is none."""
    sentences = (_BLANK.sub(" ", part).strip() for part in _SENTENCE.findall(text))
    pieces = [piece for sentence in sentences for piece in _shorten(sentence)]
    return [piece for piece in pieces if any(character.isalnum() for character in piece)]


def _shorten(sentence: str) -> list[str]:
    if len(sentence) <= LONGEST:
        return [sentence]
    pieces: list[str] = []
    for clause in _words_at_most(_CLAUSE_END.split(sentence)):
        if pieces and len(pieces[-1]) + 1 + len(clause) <= LONGEST:
            pieces[-1] = f"{pieces[-1]} {clause}"
        else:
            pieces.append(clause)
    return pieces


def _words_at_most(clauses: list[str]) -> list[str]:
    """The clauses, those that are still too long cut between words, and words without end cut anywhere."""
    short: list[str] = []
    for clause in (clause.strip() for clause in clauses):
        if len(clause) <= LONGEST:
            short.append(clause)
            continue
        words = [word[at : at + LONGEST] for word in clause.split() for at in range(0, len(word), LONGEST)]
        short.extend(words)
    return [piece for piece in short if piece]
