"""One model on a Triton server: what speech's engines there have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy.typing as npt
from tritonclient.grpc import InferInput, InferRequestedOutput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from services.kit.transport import client_options
from services.speech.domain.errors import EngineFailed, EngineUnavailable, Overloaded, SpeechError

Tensors = Mapping[str, npt.NDArray[Any]]

# No retries here: "queue full" has the status of "server away", and must not be tried again at once.
_SERVICE_CONFIG: Final = json.dumps({"loadBalancingConfig": [{"round_robin": {}}]})
_ASK_TIMEOUT_S: Final = 2.0
"""For questions that are answered without inference."""
_BUSY: Final = ("Exceeds maximum queue size", "Request timeout expired")
"""Triton's words for a refusal by queue policy; the status is UNAVAILABLE."""
_STUB_DEAD: Final = "is not healthy"
"""Triton's words when a model's process has died."""


class NotServed(EngineUnavailable):
    """The server is away, or does not have the model ready; it may come back by itself."""


@dataclass(frozen=True, slots=True)
class TensorShape:
    """A tensor's type and shape without the batch axis, in Triton's words."""

    datatype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.datatype} {list(self.shape)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ServedModel:
    """What the server says about a model."""

    inputs: Mapping[str, TensorShape]
    outputs: Mapping[str, TensorShape]
    max_batch: int
    instances: int
    priority_levels: int
    """0: all requests are equal."""
    decoupled: bool
    """Whether a request may have any number of responses."""


class TritonModel:
    """Asks one model. Belongs to one event loop; one client, and so one connection, per object."""

    def __init__(self, address: str, model: str) -> None:
        """`address`: gRPC target, host:port. Opens no connection before the first call."""
        self._address = address
        self._model = model
        self._client: InferenceServerClient | None = None

    @property
    def where(self) -> str:
        """For messages."""
        return f"model {self._model!r} of the Triton server at {self._address}"

    async def check_ready(self) -> None:
        """Asks whether the model is ready, which is cheap. Raises NotServed."""
        try:
            ready = await self._open().is_model_ready(self._model, client_timeout=_ASK_TIMEOUT_S)
        except InferenceServerException as error:
            raise NotServed(f"{self.where} does not answer: {self._reason(error)}") from error
        if not ready:
            raise NotServed(f"{self.where} is not ready: load it, or set PARLEY_SPEECH_TRITON_MODEL to one that is")

    async def look(self) -> ServedModel:
        """The model as it is loaded. Raises NotServed."""
        await self.check_ready()
        client = self._open()
        try:
            metadata = await client.get_model_metadata(self._model, client_timeout=_ASK_TIMEOUT_S)
            response = await client.get_model_config(self._model, client_timeout=_ASK_TIMEOUT_S)
        except InferenceServerException as error:
            raise NotServed(f"{self.where} does not answer: {self._reason(error)}") from error
        config = response.config
        batched = int(config.max_batch_size > 0)
        return ServedModel(
            inputs=_tensors(metadata.inputs, batched),
            outputs=_tensors(metadata.outputs, batched),
            max_batch=config.max_batch_size,
            instances=sum(group.count * max(1, len(group.gpus)) for group in config.instance_group) or 1,
            priority_levels=config.dynamic_batching.priority_levels,
            decoupled=config.model_transaction_policy.decoupled,
        )

    async def infer(
        self,
        inputs: Tensors,
        outputs: Sequence[str],
        *,
        timeout_s: float,
        priority: int = 0,
        parameters: Mapping[str, str | int | bool] | None = None,
    ) -> dict[str, npt.NDArray[Any]]:
        """One request; returns the outputs asked for.

        `inputs`: with their batch axis; float32 arrays or arrays of bytes. `priority`: 1 is the most urgent, 0 the
        model's default. Cancelling the caller cancels the request. Raises Overloaded (the queue is full, or the answer
        took longer than `timeout_s`), NotServed, EngineFailed.
        """
        try:
            result = await self._open().infer(
                self._model,
                [_input(name, value) for name, value in inputs.items()],
                outputs=[InferRequestedOutput(name) for name in outputs],
                priority=priority,
                client_timeout=timeout_s,
                parameters=dict(parameters) if parameters else None,
            )
        except InferenceServerException as error:
            raise self._translated(error, timeout_s) from error
        found = {name: result.as_numpy(name) for name in outputs}
        missing = [name for name, value in found.items() if value is None]
        if missing:
            raise EngineFailed(f"{self.where} left out {', '.join(missing)}")
        return found

    async def close(self) -> None:
        """Closes the connection; requests in flight are cancelled."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _open(self) -> InferenceServerClient:
        if self._client is None:
            self._client = InferenceServerClient(self._address, channel_args=list(client_options(_SERVICE_CONFIG)))
        return self._client

    def _translated(self, error: InferenceServerException, timeout_s: float) -> SpeechError:
        code, message = str(error.status() or "").removeprefix("StatusCode."), self._reason(error)
        if code == "DEADLINE_EXCEEDED":
            return Overloaded(f"{self.where} took more than {timeout_s:g} s")
        if code == "UNAVAILABLE" and any(words in message for words in _BUSY):
            return Overloaded(f"{self.where} has too much waiting: {message}")
        if code in ("UNAVAILABLE", "NOT_FOUND", "CANCELLED") or _STUB_DEAD in message:
            return NotServed(f"{self.where} is away: {message}")
        return EngineFailed(f"{self.where} failed: {code} {message}")

    @staticmethod
    def _reason(error: InferenceServerException) -> str:
        """The first line of what the server or gRPC says: a model's Python traceback may follow."""
        return (error.message() or "no reason given").strip().splitlines()[0][:300]


def _tensors(described: Sequence[Any], batched: int) -> dict[str, TensorShape]:
    return {each.name: TensorShape(each.datatype, tuple(each.shape)[batched:]) for each in described}


def _input(name: str, value: npt.NDArray[Any]) -> InferInput:
    tensor = InferInput(name, list(value.shape), "BYTES" if value.dtype == object else "FP32")
    return tensor.set_data_from_numpy(value)
