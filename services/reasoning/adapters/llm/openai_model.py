"""A language model behind an OpenAI-compatible server: ``POST /chat/completions`` as server-sent events, with the
schema in ``response_format``.

Speaks the part of that interface that vLLM, llama.cpp, Ollama, SGLang and Triton's own front end share.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from services.reasoning.adapters.llm.model import Finish, ModelRequest, Piece
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed

CONNECT_LIMIT_S = 5.0
LONGEST_EVENT = 1 << 20  # bytes of one line of the stream
_FINISHES: Final[Mapping[str, Finish]] = {
    "stop": Finish.STOP,
    "length": Finish.LENGTH,
    "content_filter": Finish.REFUSAL,
}
_REASONS: Final[Mapping[int, tuple[FallbackReason, str]]] = {
    400: (
        FallbackReason.MISCONFIGURED,
        "it takes no such request: does it support json_schema output and this length?",
    ),
    401: (FallbackReason.MISCONFIGURED, "check PARLEY_REASONING_LLM_API_KEY"),
    403: (FallbackReason.MISCONFIGURED, "check what PARLEY_REASONING_LLM_API_KEY may use"),
    404: (
        FallbackReason.MISCONFIGURED,
        "check PARLEY_REASONING_LLM_URL (it ends in /v1) and PARLEY_REASONING_LLM_MODEL",
    ),
    413: (FallbackReason.TOO_LONG, "the request is too large for it"),
    422: (FallbackReason.MISCONFIGURED, "it takes no such request: does it support json_schema output?"),
    429: (FallbackReason.BUSY, "it takes no more requests now"),
    503: (FallbackReason.BUSY, "it takes no requests now"),
}


class OpenAIModel:
    """See LanguageModel."""

    def __init__(self, url: str, model: str, api_key: str) -> None:
        """``url`` is the server's base, up to and with ``/v1``; ``model`` "" is its only model; ``api_key`` "" sends
        none. Opens no connection before the first call.
        """
        self._url = url.rstrip("/")
        self._model = model
        self._api_key = api_key
        self._session: aiohttp.ClientSession | None = None

    @property
    def description(self) -> str:
        """See LanguageModel."""
        return f"{self._model or 'the only model'} at {self._url}"

    async def check(self) -> None:
        """See LanguageModel. Learns the name of the server's model if none was given."""
        async with self._calling("GET", "/models") as response:
            try:
                listed = [str(each["id"]) for each in (await response.json(content_type=None))["data"]]
            except (ValueError, KeyError, TypeError) as error:
                why = f"{self._url} is no OpenAI-compatible server: check PARLEY_REASONING_LLM_URL"
                raise ModelFailed(FallbackReason.MISCONFIGURED, why) from error
        if not self._model and len(listed) == 1:
            self._model = listed[0]
        if self._model not in listed:
            choice = ", ".join(listed[:8]) or "none"
            why = f"set PARLEY_REASONING_LLM_MODEL to a model of {self._url} (it has: {choice})"
            raise ModelFailed(FallbackReason.MISCONFIGURED, why)

    async def generate(self, request: ModelRequest) -> AsyncGenerator[Piece, None]:
        """See LanguageModel."""
        async with self._calling("POST", "/chat/completions", json=self._body(request)) as response:
            async for event in self._events(response):
                piece = self._piece(event)
                if piece is not None:
                    yield piece
                    if piece.finish is not None:
                        return
        raise ModelFailed(FallbackReason.UNAVAILABLE, f"{self._url} ended a text without saying why")

    async def close(self) -> None:
        """See LanguageModel."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _body(self, request: ModelRequest) -> dict[str, Any]:
        return {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
            "temperature": 0,
            "seed": request.seed,
            "max_tokens": request.max_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": request.name, "schema": dict(request.schema), "strict": True},
            },
        }

    @asynccontextmanager
    async def _calling(self, method: str, path: str, **fields: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request, answered with success. Leaving early closes its connection, which ends it on the server too."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_LIMIT_S)
            self._session = aiohttp.ClientSession(timeout=timeout, read_bufsize=LONGEST_EVENT)
        headers = {"Authorization": f"Bearer {self._api_key}"} if self._api_key else {}
        try:
            async with self._session.request(method, self._url + path, headers=headers, **fields) as response:
                if response.status >= 400:
                    raise self._refused(response.status)
                try:
                    yield response
                finally:
                    response.close()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ModelFailed(FallbackReason.UNAVAILABLE, f"{self._url}: {_in_words(error)}") from error

    def _refused(self, status: int) -> ModelFailed:
        reason, hint = _REASONS.get(status, (FallbackReason.UNAVAILABLE, "its own log says why"))
        return ModelFailed(reason, f"{self._url} answered {status}: {hint}")

    async def _events(self, response: aiohttp.ClientResponse) -> AsyncIterator[Mapping[str, Any]]:
        """The data of each server-sent event, up to [DONE]."""
        while True:
            try:
                line = await response.content.readline()
            except ValueError as error:  # a line longer than the buffer
                raise ModelFailed(FallbackReason.MALFORMED, f"{self._url} sent an event that is too long") from error
            if not line:
                return
            field, _, value = line.decode("utf-8", "replace").strip().partition(":")
            if field != "data" or not value.strip():
                continue
            if value.strip() == "[DONE]":
                return
            try:
                event = json.loads(value)
            except ValueError as error:
                raise ModelFailed(FallbackReason.UNAVAILABLE, f"{self._url} sent half an event") from error
            if isinstance(event, dict):
                yield event

    def _piece(self, event: Mapping[str, Any]) -> Piece | None:
        if event.get("error"):
            raise ModelFailed(FallbackReason.UNAVAILABLE, f"{self._url} failed while it wrote")
        choices = event.get("choices")
        if not choices:
            return None  # counts of tokens
        delta = choices[0].get("delta") or {}
        if delta.get("refusal"):
            raise ModelFailed(FallbackReason.REFUSED, "the model declined")
        reason = choices[0].get("finish_reason")
        finish = _FINISHES.get(reason, Finish.OTHER) if reason else None
        return Piece(delta.get("content") or "", finish)


def _in_words(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection; is the server running, and is PARLEY_REASONING_LLM_URL right?"
    return f"the connection broke ({type(error).__name__})"
