"""Engines by name. Adding one is one file and one line here; it is imported only when it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

from services.reasoning.ports import Embedder, EmbedderOptions, EngineOptions, ReasoningEngine

ENGINES: Final[Mapping[str, str]] = {
    "builtin": "services.reasoning.adapters.builtin:build",
    "llm-triton": "services.reasoning.adapters.llm.engine:build_triton",
    "llm-openai": "services.reasoning.adapters.llm.engine:build_openai",
}
EMBEDDERS: Final[Mapping[str, str]] = {
    "hashed": "services.reasoning.adapters.hashed_embedder:build",
    "e5": "services.reasoning.adapters.e5_embedder:build_e5",
    "e5-triton": "services.reasoning.adapters.e5_embedder:build_triton",
}


def build_engine(name: str, options: EngineOptions) -> ReasoningEngine:
    """The engine called ``name``. Raises KeyError for an unknown one (settings allow only names in ENGINES)."""
    return cast(ReasoningEngine, _builder(ENGINES[name])(options))


def build_embedder(name: str, options: EmbedderOptions) -> Embedder:
    """The embedder called ``name``. Raises KeyError for an unknown one (settings allow only names in EMBEDDERS)."""
    return cast(Embedder, _builder(EMBEDDERS[name])(options))


def _builder(place: str) -> Callable[..., object]:
    module, _, function = place.partition(":")
    return cast(Callable[..., object], getattr(import_module(module), function))
