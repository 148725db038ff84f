"""Keeps what candidates say data: fenced by lines that nobody can guess, without the marks that models are steered by.

A fence's name is a keyed hash of what it holds: a candidate cannot know the key, so no answer can hold its own fence;
and the same text has the same fence, so that the same request stays the same request while the service runs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

FENCE_BYTES = 8
# What chat formats are made of begins like these: <|im_start|>, </s>, [INST], <<SYS>>, <start_of_turn>. A blank after
# the bracket makes them plain text to every tokenizer.
_CONTROL_START = re.compile(r"<+(?=[|/A-Za-z])|\[(?=/?INST\b)")
_CONTROL = re.compile(r"<\||\|>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?think>", re.IGNORECASE)
# A line that plays the part of another speaker of the conversation.
_ROLE = re.compile(r"(?im)^(\s*)(system|assistant|developer|user|시스템|어시스턴트)(\s*[:：])")
# A result written out in advance, or a fence.
_PREPARED = re.compile(
    r"""[{"'](?:\w*_)?(?:level|score|character|점수|수준)["']\s*[:=]|\[\[\s*(?:BEGIN|END)""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fence:
    """The two lines around a piece of data."""

    name: str

    @property
    def begin(self) -> str:
        """The line before."""
        return f"[[BEGIN {self.name}]]"

    @property
    def end(self) -> str:
        """The line after."""
        return f"[[END {self.name}]]"

    def around(self, text: str) -> str:
        """``text`` inside, made harmless."""
        return f"{self.begin}\n{harmless(text)}\n{self.end}"


def fence_for(key: bytes, texts: Sequence[str]) -> Fence:
    """The fence for all of ``texts`` in one request; ``key`` is a secret of the process, of at least 16 bytes."""
    digest = hashlib.blake2b(digest_size=FENCE_BYTES, key=key)
    for text in texts:
        digest.update(len(text).to_bytes(8, "big") + text.encode("utf-8", "surrogatepass"))
    return Fence(digest.hexdigest())


def harmless(text: str) -> str:
    """``text`` without the marks of chat formats, and without lines that begin like another speaker's."""
    spaced = _CONTROL_START.sub(lambda found: f"{found.group()} ", text)
    return _ROLE.sub(r"\1- \2\3", spaced)


def speaks_to_model(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Whether ``text`` tries to steer whoever judges it: by ``patterns`` (per language, as data), by the marks of chat
    formats, by lines in another speaker's name, or by a result written out in advance.
    """
    return (
        bool(_CONTROL.search(text))
        or bool(_ROLE.search(text))
        or bool(_PREPARED.search(text))
        or any(pattern.search(text) for pattern in patterns)
    )
