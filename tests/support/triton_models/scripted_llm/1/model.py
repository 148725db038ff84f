"""A model of the llm contract whose words come from the scripted server of a test: each request is relayed, and a
request that is cancelled here drops its connection there.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import numpy as np
import triton_python_backend_utils as pb_utils

_CANCEL_CHECK_S = 0.02


class TritonPythonModel:
    """What Triton's python backend calls."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Starts the loop that relays."""
        self._url = json.loads(args["model_config"])["parameters"]["url"]["string_value"]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def execute(self, requests: Sequence[Any]) -> None:
        """Takes each request; its responses follow through its sender."""
        for request in requests:
            asyncio.run_coroutine_threadsafe(self._serve(request, request.get_response_sender()), self._loop)

    def finalize(self) -> None:
        """Ends the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, request: Any, sender: Any) -> None:
        relaying = asyncio.ensure_future(self._relay(request, sender))
        while not relaying.done():
            await asyncio.wait([relaying], timeout=_CANCEL_CHECK_S)
            if sender.is_cancelled():
                relaying.cancel()
        error = None if relaying.cancelled() else relaying.exception()
        if error is not None or relaying.cancelled():
            code = pb_utils.TritonError.CANCELLED if relaying.cancelled() else _code(error)
            sender.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(_said(error), code)))
        sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)

    async def _relay(self, request: Any, sender: Any) -> None:
        parameters = json.loads(_string(request, "sampling_parameters"))
        schema = json.loads(parameters["structured_outputs"])["json"]
        body = {
            "messages": [{"role": "user", "content": _string(request, "text_input")}],
            "response_format": {"json_schema": {"schema": schema}},
            **{name: parameters[name] for name in ("temperature", "seed", "max_tokens")},
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self._url}/chat/completions", json=body) as response,
        ):
            response.raise_for_status()
            async for line in response.content:
                if line.startswith(b"data: {"):
                    _pass_on(json.loads(line[6:])["choices"][0], sender)


def _pass_on(choice: Mapping[str, Any], sender: Any) -> None:
    delta = choice["delta"]
    finish = "refusal" if delta.get("refusal") else choice["finish_reason"]
    tensors = [_tensor("text_output", delta.get("content", "")), _tensor("finish_reason", str(finish))]
    sender.send(pb_utils.InferenceResponse(output_tensors=tensors))


def _code(error: BaseException | None) -> Any:
    status = getattr(error, "status", 0)
    known = {429: pb_utils.TritonError.UNAVAILABLE, 401: pb_utils.TritonError.INVALID_ARG}
    return known.get(status, pb_utils.TritonError.INTERNAL)


def _said(error: BaseException | None) -> str:
    return "BUSY: told to" if getattr(error, "status", 0) == 429 else f"{type(error).__name__}"


def _string(request: Any, name: str) -> str:
    return str(pb_utils.get_input_tensor_by_name(request, name).as_numpy()[0].decode())


def _tensor(name: str, text: str) -> Any:
    return pb_utils.Tensor(name, np.array([text.encode()], dtype=np.object_))
