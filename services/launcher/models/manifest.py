"""Which models there are: a data file with pinned addresses, sizes and hashes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import jsonschema

HERE: Final = Path(__file__).resolve().parent
MANIFEST: Final = HERE / "manifest.json"
SCHEMA: Final = HERE / "manifest.schema.json"


class ManifestInvalid(Exception):
    """The list of models cannot be read; the message names the file and the place in it."""


class UnknownModel(Exception):
    """No model of that name; the message lists those that there are."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model."""

    path: str
    """Place in the folder of models, with "/"."""
    url: str
    size: int | None
    """Bytes; None if not known: then the hash alone decides."""
    sha256: str | None
    """Hexadecimal; None for a file whose hash could not be established (pulled only if the user accepts that)."""


@dataclass(frozen=True)
class Model:
    """One model: what it is for and the files it consists of."""

    name: str
    what: str
    engine: str
    default: bool
    licence: str
    source: str
    hint: str
    """What to do after pulling; empty if the engine's `auto` finds it."""
    files: tuple[ModelFile, ...]

    @cached_property
    def size(self) -> int:
        """Bytes of the files whose size is known."""
        return sum(file.size or 0 for file in self.files)

    @cached_property
    def more(self) -> str:
        """A plus sign if there are files whose size is not known; else empty."""
        return "+" if any(file.size is None for file in self.files) else ""


@dataclass(frozen=True)
class Manifest:
    """All models, in the order in which they are listed."""

    models: tuple[Model, ...]

    def chosen(self, names: Sequence[str]) -> list[Model]:
        """The models of these names; without names, the default ones. Raises UnknownModel."""
        if not names:
            return [model for model in self.models if model.default]
        known = {model.name: model for model in self.models}
        for name in names:
            if name not in known:
                raise UnknownModel(f"no model is called {name!r}; there are: {', '.join(known)}")
        return [known[name] for name in dict.fromkeys(names)]


def load(path: Path | None = None) -> Manifest:
    """Reads and checks a list of models (default: the product's own). Raises ManifestInvalid."""
    path = path or MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(data, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ManifestInvalid(f"{path} cannot be read as a list of models: {error}") from error
    except jsonschema.ValidationError as error:
        raise ManifestInvalid(f"{path}, {error.json_path}: {error.message}") from error
    return Manifest(tuple(map(_model, data["models"])))


def mirrored(url: str, mirror: str) -> str:
    """``url`` with its scheme and host replaced by the base URL ``mirror`` (which may have a path); empty: as it is."""
    if not mirror:
        return url
    parts = urlsplit(url)
    return mirror.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")


def _model(row: dict[str, Any]) -> Model:
    files = tuple(ModelFile(file["path"], file["url"], file.get("size"), file.get("sha256")) for file in row["files"])
    return Model(
        name=row["name"],
        what=row["what"],
        engine=row["engine"],
        default=row["default"],
        licence=row["licence"],
        source=row["source"],
        hint=row.get("hint", ""),
        files=files,
    )
