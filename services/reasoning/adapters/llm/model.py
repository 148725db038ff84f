"""The port to a language model: messages in, text in pieces out. Two adapters: triton_model.py and openai_model.py."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Finish(StrEnum):
    """Why a text ended."""

    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Message:
    """``role`` is system or user."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What to write. ``schema`` is the JSON Schema of the text, called ``name``; ``max_tokens`` its longest length.

    Always greedy: the same request gets the same text, as far as the server keeps that. ``seed`` is for servers that
    sample all the same.
    """

    messages: tuple[Message, ...]
    name: str
    schema: Mapping[str, Any]
    max_tokens: int
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """The next characters; ``finish`` is on the last piece."""

    text: str
    finish: Finish | None = None


class LanguageModel(Protocol):
    """One model on one server. Stateless; any number of calls at a time. Belongs to one event loop."""

    @property
    def description(self) -> str:
        """Model and server, for versions and messages; without secrets."""
        ...

    async def check(self) -> None:
        """Ask the server whether it can serve the model. Raises ModelFailed saying what to do."""
        ...

    def generate(self, request: ModelRequest) -> AsyncGenerator[Piece, None]:
        """The text, piece by piece; the last has ``finish``. Closing the iterator or cancelling its reader cancels the
        generation on the server. Raises ModelFailed: UNAVAILABLE, BUSY, MISCONFIGURED, REFUSED. Has no deadline of
        its own: the caller sets it.
        """
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...
