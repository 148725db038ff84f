"""Embeddings by hashed character n-grams (domain/embedding.py), in worker threads."""

from __future__ import annotations

from collections.abc import Sequence

from services.reasoning.adapters.workers import Priority, PriorityWorkers
from services.reasoning.domain.embedding import DIMENSIONS, embed
from services.reasoning.ports import EmbedderOptions, EngineInfo, EngineQuality


def build(options: EmbedderOptions) -> HashedEmbedder:
    """Hashed n-grams, in one thread."""
    return HashedEmbedder(PriorityWorkers(1, options.queue_size, "embeddings"))


class HashedEmbedder:
    """See Embedder. Owns ``workers``."""

    def __init__(self, workers: PriorityWorkers) -> None:
        self._workers = workers

    @property
    def info(self) -> EngineInfo:
        """See Embedder."""
        return EngineInfo(
            capability="embeddings",
            name="hashed-ngrams",
            version=f"1, {DIMENSIONS} dimensions",
            quality=EngineQuality.LOW,  # spelling, not meaning
            languages=(),
            upgrade_hint="",
        )

    async def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """See Embedder."""
        return await self._workers.run(Priority.EVALUATION, lambda: [embed(text) for text in texts])

    async def close(self) -> None:
        """End the threads."""
        await self._workers.close()
