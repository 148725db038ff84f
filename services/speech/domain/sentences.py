"""Divides a text into what a voice speaks in one go, so that the first audio need not wait for the last."""

from __future__ import annotations

import re

LONGEST = 160
"""Characters. A longer sentence is spoken in clauses: its first audio would come late."""

# A stop with its closing marks and a blank behind it (a decimal point has none); Korean is also written without blank.
_STOP = re.compile(r"([.!?。！？…]+)[\"'”’)\]]*(?:\s+|(?<=[가-힣][.!?])(?=[가-힣]))")
# After these a full stop ends nothing.
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof", "st", "e.g", "i.e", "vs", "cf", "approx", "est"})
# After these it ends a sentence if the next one begins like one.
_SHORTENED = frozenset(
    {"etc", "inc", "ltd", "co", "corp", "jr", "sr", "dept", "al", "a.m", "p.m", "u.s", "u.k", "ph.d"}
)
# After these a number follows.
_COUNTED = frozenset({"no", "fig", "vol", "ch", "sec", "p", "pp", "eq"})
_INITIAL = re.compile(r"[A-Z]")
_CLAUSE_END = re.compile(r"(?<=[,;:，、])\s*|\s+(?=[–—-]\s)")
_BLANK = re.compile(r"\s+")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text` in order, each trimmed and with something to say; [] if there is none.

    Abbreviations (Dr., e.g., p.m.), initials, dates (2024. 3. 15.), list numbers and what is in brackets are not cut.
    """
    sentences = (_BLANK.sub(" ", part).strip() for line in text.splitlines() for part in _sentences(line))
    pieces = [piece for sentence in sentences for piece in _shorten(sentence)]
    return [piece for piece in pieces if any(character.isalnum() for character in piece)]


def _sentences(line: str) -> list[str]:
    parts, start = [], 0
    for stop in _STOP.finditer(line):
        if _ends(line[start : stop.start(1)], stop[1], line[stop.end() :]):
            parts.append(line[start : stop.end()])
            start = stop.end()
    return [*parts, line[start:]]


def _ends(before: str, stop: str, after: str) -> bool:
    """Whether the sentence `before` ends with the marks `stop`, given what comes `after` them."""
    if before.count("(") > before.count(")") and ")" in after:
        return False
    if stop == ".":
        return _full_stop_ends(before, after)
    return not (after[:1].islower() and stop[-1] in ".…")  # "Wait... what?" goes on


def _full_stop_ends(before: str, after: str) -> bool:
    words = before.split()
    last = words[-1].lstrip("(\"'“‘") if words else ""
    abbreviation = last.casefold()
    if abbreviation in _TITLES or (abbreviation in _COUNTED and after[:1].isdigit()):
        return False
    if abbreviation in _SHORTENED:
        return not after[:1].islower()
    if _INITIAL.fullmatch(last):  # J. R. Smith; the price is that "plan B. Then …" is spoken in one go
        return len(words) > 1 and not _INITIAL.match(words[-2]) and not after[:1].isupper()
    if last.isdigit():  # "1. Experience", and 2024. 3. 15.
        return len(words) > 1 and not after[:1].isdigit()
    return True


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
