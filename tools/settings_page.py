"""Writes docs/settings.md from the settings classes themselves: `python -m tools.settings_page`."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.kit.settings import REQUIRED, CommonSettings

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "settings.md"
SERVICES = ("session", "media", "speech", "vision", "reasoning", "gateway", "launcher")
HEAD = """# Settings

Every setting is an environment variable. A name that begins with `PARLEY_` and is none of these stops the service at
once and names the nearest valid one. This page is made by `python -m tools.settings_page`; a test compares it with the
code.
"""


def page() -> str:
    """The whole page."""
    seen: set[str] = set()
    parts = [HEAD, *_section("Every service", CommonSettings, seen)]
    for name in SERVICES:
        parts += _section(name, importlib.import_module(f"services.{name}.settings").Settings, seen)
    return "\n".join(parts) + "\n"


def _section(title: str, settings: type[Any], seen: set[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| name | default | meaning |"
    yield "|---|---|---|"
    for field in dataclasses.fields(settings):
        spec = field.metadata.get("setting")
        if spec is None or spec.name in seen:
            continue
        seen.add(spec.name)
        choices = f" ({', '.join(f'`{choice}`' for choice in spec.choices)})" if spec.choices else ""
        yield f"| `{spec.name}` | {_default(spec.default)} | {spec.help}{choices} |"
    yield ""


def _default(value: object) -> str:
    if value is REQUIRED:
        return "made by `parley up`"
    if value is None or value in ("", ()):
        return ""
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
