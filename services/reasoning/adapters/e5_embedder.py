"""E5 embeddings (inference/e5): in this process, or by the model ``embedder`` of a Triton server."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from tritonclient.grpc import InferInput, InferRequestedOutput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from inference.e5.engine import E5Engine
from inference.errors import InferenceError
from services.kit.transport import client_options
from services.reasoning.adapters.workers import Priority, PriorityWorkers
from services.reasoning.domain.embedding import EmbedderUnavailable
from services.reasoning.domain.errors import Overloaded
from services.reasoning.ports import EmbedderOptions, EngineInfo, EngineQuality

BATCH: Final = 16  # texts of one run: more are not faster on a CPU, and hold the memory of the longest times the number
MODEL: Final = "embedder"
_LIMIT_S: Final = 30.0


def _info(name: str, version: str) -> EngineInfo:
    return EngineInfo("embeddings", name, version, EngineQuality.HIGH, ("ko", "en"), "")


def build_e5(options: EmbedderOptions) -> E5Embedder:
    """E5 in this process."""
    return E5Embedder(options.folder, PriorityWorkers(1, options.queue_size, "embeddings"), options.threads)


def build_triton(options: EmbedderOptions) -> TritonEmbedder:
    """E5 on a Triton server."""
    return TritonEmbedder(options.triton)


class E5Embedder:
    """See Embedder. Owns ``workers``, and loads its model at the first call."""

    def __init__(self, folder: Path, workers: PriorityWorkers, threads: int) -> None:
        self._folder = folder
        self._workers = workers
        self._threads = threads
        self._engine: E5Engine | None = None

    @property
    def info(self) -> EngineInfo:
        """See Embedder."""
        return _info("e5", self._engine.description.version if self._engine is not None else self._folder.name)

    async def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """See Embedder. Raises EmbedderUnavailable."""
        vectors: list[tuple[float, ...]] = []
        for start in range(0, len(texts), BATCH):  # a turn each: one long request does not hold up the others
            part = texts[start : start + BATCH]
            vectors += await self._workers.run(Priority.EVALUATION, partial(self._embed, part))
        return vectors

    async def close(self) -> None:
        """End the threads."""
        await self._workers.close()

    def _embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        try:
            if self._engine is None:
                self._engine = E5Engine(self._folder, threads=self._threads)
            return [tuple(map(float, row)) for row in self._engine.embed(texts)]
        except InferenceError as error:
            raise EmbedderUnavailable(str(error)) from error


class TritonEmbedder:
    """See Embedder. One client, and so one connection."""

    def __init__(self, address: str, model: str = MODEL) -> None:
        self._address = address
        self._model = model
        self._client: InferenceServerClient | None = None

    @property
    def info(self) -> EngineInfo:
        """See Embedder."""
        return _info("e5-triton", f"{self._model} on Triton at {self._address}")

    async def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """See Embedder. Raises EmbedderUnavailable."""
        if self._client is None:
            self._client = InferenceServerClient(self._address, channel_args=list(client_options("{}")))
        vectors: list[tuple[float, ...]] = []
        for start in range(0, len(texts), BATCH):
            vectors += await self._batch(self._client, texts[start : start + BATCH])
        return vectors

    async def close(self) -> None:
        """Give the connection back."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _batch(self, client: InferenceServerClient, texts: Sequence[str]) -> list[tuple[float, ...]]:
        data = np.array([[text.encode("utf-8")] for text in texts], dtype=np.object_)
        given = InferInput("TEXT", [len(texts), 1], "BYTES").set_data_from_numpy(data)
        wanted = [InferRequestedOutput("EMBEDDING")]
        try:
            async with asyncio.timeout(_LIMIT_S):
                result = await client.infer(self._model, [given], outputs=wanted, client_timeout=_LIMIT_S)
        except TimeoutError:
            raise EmbedderUnavailable(f"Triton at {self._address} took more than {_LIMIT_S:g} s") from None
        except InferenceServerException as error:
            message = (error.message() or "no reason given").strip().splitlines()[0][:200]
            if "Exceeds maximum queue size" in message:
                raise Overloaded(f"Triton at {self._address} has too much waiting") from error
            why = f"{self._model} of Triton at {self._address}: {message}; see PARLEY_REASONING_EMBEDDER"
            raise EmbedderUnavailable(why) from error
        return [tuple(map(float, row)) for row in result.as_numpy("EMBEDDING")]
