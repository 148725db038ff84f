"""The lexicon of résumés from its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from services.reasoning.domain.resume import Identifier, SectionKind
from services.reasoning.domain.resume_lexicon import ResumeLexicon, key

LEXICON_FILE: Final = Path(__file__).with_name("lexicon.yaml")


def load_resume_lexicon(path: Path = LEXICON_FILE) -> ResumeLexicon:
    """The lexicon. Raises KeyError or ValueError where the file does not hold what it must."""
    data: dict[str, Any] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return ResumeLexicon(
        headings={key(word): SectionKind(kind) for kind, words in data["headings"].items() for word in words},
        personal_headings={
            key(word): Identifier(kind) for kind, words in data["personal_headings"].items() for word in words
        },
        personal_blocks=_words(data, "personal_blocks"),
        inline_kinds=frozenset(SectionKind(kind) for kind in data["inline_kinds"]),
        column_names=_words(data, "column_names"),
        position_labels=_words(data, "position_labels"),
        role_words=_words(data, "role_words"),
        degree_words=frozenset(word.casefold() for word in data["degree_words"]),
        places=_words(data, "places"),
    )


def _words(data: dict[str, Any], name: str) -> frozenset[str]:
    return frozenset(key(word) for word in data[name])
