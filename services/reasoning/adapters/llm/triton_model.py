"""A language model behind Triton's ``llm`` contract, which vLLM's backend set: ``text_input``, ``stream`` and
``sampling_parameters`` in, ``text_output`` and ``finish_reason`` out, decoupled. What serves it, nobody needs to know:
see triton_models/llm and triton_models/llm_onnx.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, Final

import grpc
import numpy as np
from tritonclient.grpc import InferInput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from services.kit.transport import client_options
from services.reasoning.adapters.llm.chat_formats import FORMATS
from services.reasoning.adapters.llm.model import Finish, ModelRequest, Piece
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed

# No retries by gRPC: a full server answers like one that is away, and must not be asked again at once.
_SERVICE_CONFIG: Final = json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})
_ASK_LIMIT_S: Final = 2.0
_END_LIMIT_S: Final = 1.0
_INPUTS: Final[Mapping[str, str]] = {
    "text_input": "BYTES",
    "stream": "BOOL",
    "sampling_parameters": "BYTES",
    "exclude_input_in_output": "BOOL",
    "return_finish_reason": "BOOL",
}
_OUTPUTS: Final = ("text_output", "finish_reason")
_FINISHES: Final[Mapping[str, Finish]] = {"stop": Finish.STOP, "length": Finish.LENGTH, "refusal": Finish.REFUSAL}
_UNFINISHED: Final = ("", "None")
# Errors inside a stream come without a status: these are the words of Triton and of our models.
_BUSY: Final = ("Exceeds maximum queue size", "Request timeout expired", "BUSY")
_TOO_LONG: Final = ("longer than", "maximum context length", "max_model_len")
_REFUSED: Final = ("INVALID_ARG", "unexpected inference", "unknown model", "expected to be")


class TritonModel:
    """See LanguageModel. One client, and so one connection, per object."""

    def __init__(self, address: str, model: str, template: str) -> None:
        """``address`` is host:port of its gRPC; ``template`` one of chat_formats.FORMATS. Opens no connection before
        the first call.
        """
        self._address = address
        self._model = model
        self._format = FORMATS[template]
        self._client: InferenceServerClient | None = None

    @property
    def description(self) -> str:
        """See LanguageModel."""
        return f"{self._model} on Triton at {self._address}"

    async def check(self) -> None:
        """See LanguageModel. Holds the model's tensors to the contract."""
        client = self._open()
        try:
            if not await client.is_model_ready(self._model, client_timeout=_ASK_LIMIT_S):
                why = f"{self.description} is not ready: load it, or set PARLEY_REASONING_TRITON_MODEL to one that is"
                raise ModelFailed(FallbackReason.UNAVAILABLE, why)
            metadata = await client.get_model_metadata(self._model, client_timeout=_ASK_LIMIT_S)
            config = (await client.get_model_config(self._model, client_timeout=_ASK_LIMIT_S)).config
        except InferenceServerException as error:
            raise self._translated(str(error.status() or ""), error.message() or "") from error
        offered = {tensor.name: tensor.datatype for tensor in metadata.inputs}
        missing = [name for name, kind in _INPUTS.items() if offered.get(name) != kind]
        missing += [name for name in _OUTPUTS if name not in {tensor.name for tensor in metadata.outputs}]
        if missing or not config.model_transaction_policy.decoupled:
            what = f"has no {', '.join(missing)}" if missing else "is not decoupled"
            why = f"model {self._model!r} {what}: it does not keep the llm contract (docs/decisions/0015-llm-engine.md)"
            raise ModelFailed(FallbackReason.MISCONFIGURED, why)

    async def generate(self, request: ModelRequest) -> AsyncGenerator[Piece, None]:
        """See LanguageModel."""
        finished = asyncio.Event()
        call = self._open().stream_infer(self._requests(request, finished))
        try:
            async for result, error in call:
                if error is not None:
                    await _end(call, finished)
                    raise self._translated(str(error.status() or ""), error.message() or "")
                piece = _piece(result)
                if piece.finish is not None:
                    await _end(call, finished)
                    yield piece
                    return
                yield piece
        except grpc.aio.AioRpcError as error:
            raise self._translated(error.code().name, error.details() or "") from error
        except asyncio.CancelledError:
            # gRPC says this too when the call was cancelled by neither of us: the server went away.
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise ModelFailed(FallbackReason.UNAVAILABLE, f"Triton at {self._address} dropped the stream") from None
        finally:
            finished.set()
            call.cancel()  # leaving the loop alone would let the server write on; nothing to a call that has ended
        raise ModelFailed(FallbackReason.UNAVAILABLE, f"Triton at {self._address} ended a text without saying why")

    async def close(self) -> None:
        """See LanguageModel."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _requests(self, request: ModelRequest, finished: asyncio.Event) -> AsyncIterator[dict[str, Any]]:
        """The one request; the stream stays open until its text is here."""
        parameters = {
            "temperature": 0.0,
            "seed": request.seed,
            "max_tokens": request.max_tokens,
            # A string inside the string: so vLLM's backend reads it.
            "structured_outputs": json.dumps(
                {"json": dict(request.schema), "disable_any_whitespace": True}, ensure_ascii=False
            ),
        }
        inputs = [
            _text("text_input", self._format(request.messages)),
            _flag("stream", True),
            _text("sampling_parameters", json.dumps(parameters, ensure_ascii=False)),
            _flag("exclude_input_in_output", True),
            _flag("return_finish_reason", True),
        ]
        yield {"model_name": self._model, "inputs": inputs}
        await finished.wait()

    def _open(self) -> InferenceServerClient:
        if self._client is None:
            self._client = InferenceServerClient(self._address, channel_args=list(client_options(_SERVICE_CONFIG)))
        return self._client

    def _translated(self, status: str, message: str) -> ModelFailed:
        code = status.removeprefix("StatusCode.")
        # The first line only: a model's Python traceback may follow, and could hold the text.
        said = (message.strip().splitlines() or ["no reason given"])[0][:200]
        where = f"Triton at {self._address}"
        if any(words in message for words in _BUSY) or code == "RESOURCE_EXHAUSTED":
            return ModelFailed(FallbackReason.BUSY, f"{where} has too much waiting: {said}")
        if any(words in message for words in _TOO_LONG):
            return ModelFailed(FallbackReason.TOO_LONG, f"{where} refuses: {said}")
        if any(words in message for words in _REFUSED) or code in (
            "INVALID_ARGUMENT",
            "NOT_FOUND",
            "UNIMPLEMENTED",
            "PERMISSION_DENIED",
            "UNAUTHENTICATED",
        ):
            return ModelFailed(FallbackReason.MISCONFIGURED, f"{where} refuses: {said}")
        return ModelFailed(FallbackReason.UNAVAILABLE, f"{where} failed: {code} {said}")


async def _end(call: Any, finished: asyncio.Event) -> None:
    """Ends a call whose text is here as the protocol has it: our side closes, the server ends. A Triton of
    early 2025 may crash of a cancellation that meets the end of a request (triton-inference-server/server#8034).
    """
    finished.set()
    with suppress(TimeoutError, grpc.aio.AioRpcError):
        async with asyncio.timeout(_END_LIMIT_S):
            async for _ in call:
                pass


def _piece(result: Any) -> Piece:
    finish = _string(result.as_numpy("finish_reason"))
    return Piece(
        _string(result.as_numpy("text_output")),
        None if finish in _UNFINISHED else _FINISHES.get(finish, Finish.OTHER),
    )


def _string(values: Any) -> str:
    if values is None or not values.size:
        return ""
    value = values.reshape(-1)[0]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _text(name: str, value: str) -> InferInput:
    data = np.array([value.encode("utf-8", "replace")], dtype=np.object_)
    return InferInput(name, [1], "BYTES").set_data_from_numpy(data)


def _flag(name: str, value: bool) -> InferInput:
    return InferInput(name, [1], "BOOL").set_data_from_numpy(np.array([value]))
