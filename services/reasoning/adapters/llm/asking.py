"""One question to the model: its turn, its deadlines, its text read and checked, and one retry that says what was
wrong; whole, or part by part while it is written.

Deadlines are set around each wait for the model, never across a ``yield``: there the reader's own task would meet them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from services.reasoning.adapters.llm.model import Finish, LanguageModel, Message, ModelRequest, Piece
from services.reasoning.adapters.llm.outages import Outages
from services.reasoning.adapters.llm.turns import Turns
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.llm_failures import RETRIED, FallbackReason, ModelFailed
from services.reasoning.domain.llm_text import LoopGuard

T = TypeVar("T", bound=BaseModel)
P_co = TypeVar("P_co", covariant=True)

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


class Reader(Protocol[P_co]):
    """Reads a text while it is written, and lets out the parts that need not wait for its end."""

    @property
    def begun(self) -> bool:
        """Whether a part was let out: it can't be taken back, so nothing is written anew."""
        ...

    def read(self, text: str) -> Iterable[P_co]:
        """What the text so far lets out that was not let out before. Raises ModelFailed for what can't be used."""
        ...

    def end(self, text: str) -> Iterable[P_co]:
        """The same of the whole text. Raises ModelFailed."""
        ...


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
        async with aclosing(self.stream(prompt, shape, Whole(shape, check), budget)) as results:
            return await anext(results)

    async def stream(
        self, prompt: Prompt, shape: type[BaseModel], reader: Reader[P_co], budget: Budget
    ) -> AsyncGenerator[P_co, None]:
        """What ``reader`` lets out of what the model writes as a ``shape``, as soon as it does.

        Raises ModelFailed with the reason of the last attempt; after the first part there is no further attempt. The
        model is never waited for longer than the budget says, and closing this ends its writing.
        """
        self._outages.check()
        deadline = asyncio.get_running_loop().time() + budget.total_s
        last: ModelFailed | None = None
        try:
            async with AsyncExitStack() as held:
                async with asyncio.timeout_at(deadline):
                    await held.enter_async_context(self._turns.turn(budget.priority))
                for attempt in range(1, ATTEMPTS + 1):
                    request = ModelRequest(
                        prompt.messages, prompt.name, schema_of(shape), budget.max_tokens, prompt.seed
                    )
                    try:
                        async with aclosing(self._attempt(request, reader, budget, deadline)) as parts:
                            async for part in parts:
                                yield part
                        return
                    except ModelFailed as failure:
                        last = failure
                        if failure.reason not in RETRIED or reader.begun or attempt == ATTEMPTS:
                            raise
                        prompt = prompt.corrected(failure)
        except TimeoutError:
            # After a whole first attempt its fault says more than the clock does.
            last = last or ModelFailed(FallbackReason.TIMEOUT, f"no whole text within {budget.total_s:g} s")
            self._outages.failed(last)
            raise last from None
        except ModelFailed as failure:
            self._outages.failed(failure)
            raise

    async def _attempt(
        self, request: ModelRequest, reader: Reader[P_co], budget: Budget, deadline: float
    ) -> AsyncGenerator[P_co, None]:
        """One text, read as it comes. Raises ModelFailed or TimeoutError; the generation has ended on the server then,
        or is told to.
        """
        guard, text, finish = LoopGuard(), "", None
        async with aclosing(self._model.generate(request)) as pieces:
            piece = await self._first(pieces, budget, deadline)
            while piece is not None:
                guard.feed(piece.text)
                text += piece.text
                if len(text) > request.max_tokens * LONGEST_TOKEN:
                    raise ModelFailed(FallbackReason.LOOPING, "the model writes more than it was given tokens for")
                for part in reader.read(text):
                    yield part
                finish = piece.finish
                async with asyncio.timeout_at(deadline):
                    piece = await anext(pieces, None)
        if finish is not Finish.STOP:
            reason, why = _ENDS[finish or Finish.OTHER]
            raise ModelFailed(reason, why)
        self._outages.worked()
        for part in reader.end(text):
            yield part

    async def _first(self, pieces: AsyncGenerator[Piece, None], budget: Budget, deadline: float) -> Piece | None:
        limit = min(asyncio.get_running_loop().time() + budget.first_token_s, deadline)
        try:
            async with asyncio.timeout_at(limit):
                while (piece := await anext(pieces, None)) is not None:
                    if piece.text or piece.finish is not None:  # some servers open with a piece that says nothing
                        return piece
                return None
        except TimeoutError:
            if limit == deadline:
                raise
            why = f"no first words within {budget.first_token_s:g} s"
            raise ModelFailed(FallbackReason.SLOW_START, why) from None


class Whole(Generic[T]):
    """A reader that waits for the whole text."""

    begun = False

    def __init__(self, shape: type[T], check: Callable[[T], None]) -> None:
        self._shape = shape
        self._check = check

    def read(self, text: str) -> Iterable[T]:
        """See Reader: nothing yet."""
        return ()

    def end(self, text: str) -> Iterable[T]:
        """See Reader."""
        written = validated(self._shape, text)
        self._check(written)
        return (written,)


def validated(shape: type[T], text: str) -> T:
    """``text`` as a ``shape``. Raises ModelFailed (MALFORMED)."""
    try:
        return shape.model_validate_json(text)
    except ValidationError as error:
        # Names of fields and kinds of faults only: the values may be what a candidate said.
        faults = ", ".join(sorted({f"{'.'.join(map(str, each['loc']))} {each['type']}" for each in error.errors()}))
        raise ModelFailed(FallbackReason.MALFORMED, f"the model's text is not as asked: {faults[:300]}") from None


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of ``shape`` without words that cost tokens and say nothing."""
    return dict(_without_titles(shape.model_json_schema()))


def _without_titles(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: _without_titles(value) for key, value in part.items() if key != "title" or not isinstance(value, str)
        }
    return [_without_titles(each) for each in part] if isinstance(part, list) else part
