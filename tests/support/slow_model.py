"""A language model that writes what it is told, token by token, in the time that it is told; for virtual time.

``test_reasoning_llm_follow_up_stream.py`` holds it to what the engine relies on, and the outcomes with real servers are
in ``test_reasoning_llm_follow_ups_streamed.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from services.reasoning.adapters.llm.model import Finish, ModelRequest, Piece
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed

TOKEN = 4  # characters


@dataclass
class Script:
    """One text: its first token after ``first_s``, the next each ``token_s``; after the words ``dies_after`` the
    server is gone, after ``stalls_after`` nothing comes any more.
    """

    text: str
    first_s: float = 0.2
    token_s: float = 0.1
    dies_after: str = ""
    stalls_after: str = ""


@dataclass
class SlowModel:
    """See LanguageModel. ``scripts`` are used in turn, the last one again and again."""

    scripts: list[Script]
    requests: list[ModelRequest] = field(default_factory=list)
    written: str = ""
    writing: int = 0
    cut_off: int = 0
    description: str = "slow"

    async def check(self) -> None:
        """See LanguageModel."""

    async def close(self) -> None:
        """See LanguageModel."""

    async def generate(self, request: ModelRequest) -> AsyncGenerator[Piece, None]:
        """See LanguageModel."""
        self.requests.append(request)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        self.written, whole = "", False
        self.writing += 1
        try:
            await asyncio.sleep(script.first_s)
            for at in range(0, len(script.text), TOKEN):
                yield self._token(script.text[at : at + TOKEN])
                if script.dies_after and script.dies_after in self.written:
                    raise ModelFailed(FallbackReason.UNAVAILABLE, "the server is gone")
                if script.stalls_after and script.stalls_after in self.written:
                    await asyncio.Event().wait()
                await asyncio.sleep(script.token_s)
            whole = True
            yield Piece("", Finish.STOP)
        except ModelFailed:
            whole = True
            raise
        finally:
            self.writing -= 1
            self.cut_off += not whole

    def _token(self, text: str) -> Piece:
        self.written += text
        return Piece(text)
