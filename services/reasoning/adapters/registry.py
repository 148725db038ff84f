"""Engines by name. Adding one is one file and one line here; it is imported only when it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final, cast

from services.reasoning.ports import EngineOptions, ReasoningEngine

ENGINES: Final[Mapping[str, str]] = {
    "builtin": "services.reasoning.adapters.builtin:build",
    "llm-triton": "services.reasoning.adapters.llm.engine:build_triton",
    "llm-openai": "services.reasoning.adapters.llm.engine:build_openai",
}


def build_engine(name: str, options: EngineOptions) -> ReasoningEngine:
    """The engine called ``name``. Raises KeyError for an unknown one (settings allow only names in ENGINES)."""
    module, _, function = ENGINES[name].partition(":")
    return cast(ReasoningEngine, getattr(import_module(module), function)(options))
