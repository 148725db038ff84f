"""One question to the model: its turn, its deadlines, its text read and checked, and one retry that says what was
wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from services.reasoning.adapters.llm.model import Finish, LanguageModel, Message, ModelRequest, Piece
from services.reasoning.adapters.llm.outages import Outages
from services.reasoning.adapters.llm.turns import Turns
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.llm_failures import RETRIED, FallbackReason, ModelFailed
from services.reasoning.domain.llm_text import LoopGuard

T = TypeVar("T", bound=BaseModel)

ATTEMPTS = 2
LONGEST_TOKEN = 24  # characters; more text than tokens can hold is a fault of the server
_ENDS: Mapping[Finish, tuple[FallbackReason, str]] = {
    Finish.LENGTH: (FallbackReason.TRUNCATED, "the model used up its tokens"),
    Finish.REFUSAL: (FallbackReason.REFUSED, "the model declined"),
    Finish.OTHER: (FallbackReason.TRUNCATED, "the model stopped before its end"),
}


@dataclass(frozen=True, slots=True)
class Budget:
    """What one question may cost: seconds for all attempts, seconds to the first words of each, and tokens of each."""

    total_s: float
    first_token_s: float
    max_tokens: int
    priority: Priority


@dataclass(frozen=True, slots=True)
class Prompt:
    """``messages`` begin with what never changes, so that servers keep it; ``corrections`` are words for a retry."""

    name: str
    messages: tuple[Message, ...]
    corrections: Mapping[str, str]
    seed: int = 0

    def corrected(self, failure: ModelFailed) -> Prompt:
        """The prompt that also says what was wrong; at its very end, behind everything that the server has kept."""
        words = failure.correction or self.corrections.get(failure.reason.value, "")
        last = self.messages[-1]
        told = replace(last, content=f"{last.content}\n\n{words}".rstrip())
        return replace(self, messages=(*self.messages[:-1], told), seed=self.seed + 1)


class Asking:
    """Asks ``model`` by the rules of this file."""

    def __init__(self, model: LanguageModel, turns: Turns, outages: Outages) -> None:
        self._model = model
        self._turns = turns
        self._outages = outages

    async def ask(self, prompt: Prompt, shape: type[T], check: Callable[[T], None], budget: Budget) -> T:
        """What the model writes, as a ``shape`` that passes ``check`` (which raises ModelFailed).

        Raises ModelFailed with the reason of the last attempt. Never takes longer than the budget.
        """
        self._outages.check()
        last: ModelFailed | None = None
        try:
            async with asyncio.timeout(budget.total_s), self._turns.turn(budget.priority):
                for _ in range(ATTEMPTS):
                    try:
                        return await self._attempt(prompt, shape, check, budget)
                    except ModelFailed as failure:
                        last = failure
                        if failure.reason not in RETRIED:
                            raise
                        prompt = prompt.corrected(failure)
        except TimeoutError:
            # After a whole first attempt its fault says more than the clock does.
            last = last or ModelFailed(FallbackReason.TIMEOUT, f"no whole text within {budget.total_s:g} s")
            self._outages.failed(last)
        except ModelFailed as failure:
            self._outages.failed(failure)
            raise
        assert last is not None  # noqa: S101  # every attempt has returned or failed
        raise last

    async def _attempt(self, prompt: Prompt, shape: type[T], check: Callable[[T], None], budget: Budget) -> T:
        request = ModelRequest(prompt.messages, prompt.name, schema_of(shape), budget.max_tokens, prompt.seed)
        text = await self._text(request, budget)
        self._outages.worked()
        try:
            written = shape.model_validate_json(text)
        except ValidationError as error:
            # Names of fields and kinds of faults only: the values may be what a candidate said.
            faults = ", ".join(sorted({f"{'.'.join(map(str, each['loc']))} {each['type']}" for each in error.errors()}))
            raise ModelFailed(FallbackReason.MALFORMED, f"the model's text is not as asked: {faults[:300]}") from None
        check(written)
        return written

    async def _text(self, request: ModelRequest, budget: Budget) -> str:
        """The whole text. Raises ModelFailed; the generation has ended on the server then, or is told to."""
        guard, parts, length = LoopGuard(), [], 0
        async with aclosing(self._model.generate(request)) as pieces:
            finish = None
            first = await self._first(pieces, budget)
            while first is not None or (first := await anext(pieces, None)) is not None:
                piece, first = first, None
                guard.feed(piece.text)
                parts.append(piece.text)
                length += len(piece.text)
                if length > request.max_tokens * LONGEST_TOKEN:
                    raise ModelFailed(FallbackReason.LOOPING, "the model writes more than it was given tokens for")
                finish = piece.finish
        if finish is not Finish.STOP:
            reason, why = _ENDS[finish or Finish.OTHER]
            raise ModelFailed(reason, why)
        return "".join(parts)

    async def _first(self, pieces: AsyncGenerator[Piece, None], budget: Budget) -> Piece | None:
        try:
            async with asyncio.timeout(budget.first_token_s):
                while (piece := await anext(pieces, None)) is not None:
                    if piece.text or piece.finish is not None:  # some servers open with a piece that says nothing
                        return piece
                return None
        except TimeoutError:
            why = f"no first words within {budget.first_token_s:g} s"
            raise ModelFailed(FallbackReason.SLOW_START, why) from None


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of ``shape`` without words that cost tokens and say nothing."""
    return dict(_without_titles(shape.model_json_schema()))


def _without_titles(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: _without_titles(value) for key, value in part.items() if key != "title" or not isinstance(value, str)
        }
    return [_without_titles(each) for each in part] if isinstance(part, list) else part
