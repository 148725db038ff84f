"""A scripted language model behind a real OpenAI-compatible HTTP server: answers well, or badly in the way it is told.

The contract test of engines runs over it in both transports: that is what makes it trustworthy. Triton's side of it is
tests/support/triton_models/scripted_llm, which relays what this server says.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

MODEL = "scripted"
KEY = "a-key-of-the-scripted-server"
PIECE = 24  # characters
LIMIT_S = 30.0
_FENCED = re.compile(r"\[\[BEGIN (\w+)\]\]\n(.*?)\n\[\[END \1\]\]", re.DOTALL)
_WORDS = {
    "ko": {
        "why": "답변이 무엇을 했는지 분명하게 말합니다.",
        "next": "결과를 한 문장으로 더 말해 보세요.",
        "point": "무엇을 어떤 순서로 확인하는지 설명합니다",
        "question": "그 일을 다시 한다면 무엇을 다르게 하시겠습니까?",
        "text": "이 일을 직접 하셨을 때 어떻게 풀어 가셨습니까: {about}?",
        "competency": "문제를 나누어 푸는 방법",
        "plain": "다음 면접에서는 결과를 먼저 말하는 연습을 하세요.",
    },
    "en": {
        "why": "The answer says clearly what was done.",
        "next": "Add one sentence on what came of it.",
        "point": "It names what is checked, and in which order",
        "question": "What would you do differently the next time?",
        "text": "How did you go about this in your own work: {about}?",
        "competency": "Taking a problem apart",
        "plain": "Practise putting the result into your first sentence.",
    },
}


@dataclass(frozen=True)
class Ask:
    """One request as the server got it."""

    messages: tuple[Mapping[str, str], ...]
    schema: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """All that was sent as text."""
        return "\n".join(message["content"] for message in self.messages)

    @property
    def language(self) -> str:
        """The language of the prompt."""
        return "ko" if "한국어" in self.prompt else "en"

    @property
    def fenced(self) -> str:
        """What stands in the last fence."""
        found = _FENCED.findall(self.prompt)
        return str(found[-1][1]) if found else ""


@dataclass(frozen=True)
class Play:
    """What the server does with one request. ``text``: what it writes; ``stall_at``, ``cut_at``: characters after which
    nothing comes any more, or the connection breaks, or words that are the last; ``status``: instead of an answer.
    """

    text: Callable[[Ask], str] = lambda ask: json.dumps(good(ask), ensure_ascii=False, separators=(",", ":"))
    finish: str = "stop"
    stall_at: int | str | None = None
    cut_at: int | str | None = None
    status: int = 200
    refusal: str = ""


def good(ask: Ask) -> dict[str, Any]:
    """A result that keeps the schema and every rule of the prompts."""
    return {name: _value(name, part, ask) for name, part in ask.schema["properties"].items()}


def altered(change: Callable[[dict[str, Any], Ask], None]) -> Play:
    """Writes a good result after ``change``."""

    def text(ask: Ask) -> str:
        written = good(ask)
        change(written, ask)
        return json.dumps(written, ensure_ascii=False)

    return Play(text)


def with_field(ending: str, value: Any) -> Play:
    """Writes ``value`` in every field whose name ends so."""

    def change(written: dict[str, Any], ask: Ask) -> None:
        for name in [name for name in written if name.endswith(ending)]:
            written[name] = value

    return altered(change)


def other_language(ask: Ask) -> str:
    """A good result in the language that nobody speaks here, with the candidate's own quotes."""
    swapped = replace(ask, messages=({"role": "system", "content": "한국어" if ask.language == "en" else ""},))
    written = good(swapped)
    quotes = {name: value for name, value in good(ask).items() if name.endswith("quote")}
    return json.dumps(written | quotes, ensure_ascii=False)


def _value(name: str, part: Mapping[str, Any], ask: Ask) -> Any:
    if "enum" in part:
        return next((each for each in part["enum"] if each), part["enum"][0])
    if part.get("type") == "integer":
        return (part["minimum"] + part["maximum"]) // 2
    if part.get("type") == "boolean":
        return True
    if part.get("type") == "array":
        return [_value(name.rstrip("s"), part["items"], ask)] * (3 if name == "points" else 1)
    return _sentence(name, ask)


def _sentence(name: str, ask: Ask) -> str:
    words = _WORDS[ask.language]
    if name.endswith("quote"):
        return " ".join(re.split(r"[.,!?]", ask.fenced)[0].split()[:6])
    if name == "stronger":
        return ""
    if name == "text":
        found = re.search(r"(?:Question to replace|바꿀 질문): (.*)", ask.prompt)
        return words["text"].format(about=" ".join(found.group(1).rstrip("?.").split()[-4:]) if found else "")
    key = name.rpartition("_")[2]
    return words.get(key, words["plain"])


class ScriptedLlm:
    """The running server. Requests take the next of ``plays``; when there are none, ``default``."""

    def __init__(self) -> None:
        self.plays: deque[Play] = deque()
        self.default = Play()
        self.asks: list[Ask] = []
        self.url = ""
        self.models = [MODEL]
        self.stalled = threading.Event()
        self.dropped = threading.Event()
        """Set when a client goes away while a text is being written."""

    def reset(self) -> None:
        """As new."""
        self.plays.clear()
        self.asks.clear()
        self.default, self.models = Play(), [MODEL]
        self.stalled.clear()
        self.dropped.clear()

    async def list_models(self, request: web.Request) -> web.Response:
        """GET /v1/models."""
        if self.default.status != 200:
            return web.Response(status=self.default.status)
        return web.json_response({"data": [{"id": name} for name in self.models]})

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/chat/completions."""
        body = await request.json()
        schema = body["response_format"]["json_schema"]["schema"]
        ask = Ask(tuple(body["messages"]), schema, dict(request.headers), body)
        self.asks.append(ask)
        play = self.plays.popleft() if self.plays else self.default
        if play.status != 200:
            return web.json_response({"error": {"message": "told to"}}, status=play.status)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await self._write(request, response, play, ask)
        except (asyncio.CancelledError, ConnectionError):
            self.dropped.set()
            raise
        return response

    async def _write(self, request: web.Request, response: web.StreamResponse, play: Play, ask: Ask) -> None:
        await _send(response, {"role": "assistant", "content": ""})
        if play.refusal:
            await _send(response, {"refusal": play.refusal})
        text = play.text(ask)
        end = min(_place(text, place) for place in (play.stall_at, play.cut_at, len(text)) if place is not None)
        for at in range(0, end, PIECE):
            await _send(response, {"content": text[at : min(at + PIECE, end)]})
        if play.stall_at is not None:
            self.stalled.set()
            await asyncio.Event().wait()
        if play.cut_at is not None:
            assert request.transport is not None
            request.transport.abort()
            return
        await _send(response, {}, play.finish)
        await response.write(b"data: [DONE]\n\n")


def _place(text: str, at: int | str) -> int:
    return at if isinstance(at, int) else text.index(at) + len(at)


async def _send(response: web.StreamResponse, delta: Mapping[str, str], finish: str | None = None) -> None:
    event = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    await response.write(f"data: {json.dumps(event)}\n\n".encode())


@contextmanager
def scripted_llm() -> Iterator[ScriptedLlm]:
    """The server on a free port, in a thread with a loop of its own: it outlives a test's loop."""
    server, started, loop = ScriptedLlm(), threading.Event(), asyncio.new_event_loop()
    stopping = asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.add_routes([web.get("/v1/models", server.list_models), web.post("/v1/chat/completions", server.complete)])
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}/v1"
        started.set()
        await stopping.wait()
        await runner.cleanup()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, name="scripted-llm")
    thread.start()
    try:
        assert started.wait(LIMIT_S)
        yield server
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
