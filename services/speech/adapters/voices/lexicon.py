"""Reads the lexicons that say how words are spoken: one file per language beside this one."""

from __future__ import annotations

from pathlib import Path

from services.speech.domain.pronunciation import Lexicon

FOLDER = Path(__file__).parent / "lexicons"


def read_lexicons(folder: Path = FOLDER) -> dict[str, Lexicon]:
    """The lexicons of `folder` by BCP 47 code (ko.tsv, en.tsv): lines of key, tab, spoken words; # begins a comment.

    Raises ValueError that names the line that is not one, or whose key was there before.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.tsv"))}


def _read(path: Path) -> Lexicon:
    lexicon: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("# "):
            continue
        key, tab, spoken = line.partition("\t")
        if not (key and tab and spoken.strip()) or key in lexicon:
            raise ValueError(f"{path.name}, line {number}: want a new word, a tab and how it is spoken")
        lexicon[key] = spoken.strip()
    return lexicon
