"""Word lists as data: services/speech/data/*.toml, part of the package, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

Lists = Mapping[str, Sequence[str]]


@cache
def lists(name: str) -> Lists:
    """The lists of `<name>.toml` by their keys. Raises FileNotFoundError for a name that is not part of the package."""
    text = files("services.speech.data").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    found: Lists = tomllib.loads(text)
    return found
