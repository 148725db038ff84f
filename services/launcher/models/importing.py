"""Imports models from a folder, for machines without internet: found by hash, however the files lie there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.launcher.models.errors import NotFoundInFolder
from services.launcher.models.manifest import ModelFile
from services.launcher.models.pull import Pulled, Report, place
from services.launcher.models.store import Store, sha256_of


def import_files(files: Sequence[ModelFile], folder: Path, store: Store, report: Report) -> list[Pulled]:
    """Copies the files from ``folder`` (searched with its sub-folders) into their places, each verified.

    Files that are found are imported even if others are missing. Raises NotFoundInFolder naming those, and
    WrongContent if a copy differs from what was read before.
    """
    there = _Index(folder)
    imported, missing = [], []
    for file in files:
        source = there.find(file)
        if source is None:
            missing.append(file)
            continue
        report.fetching(file.path, source.stat().st_size)
        part = store.part(file)
        part.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, part)
        report.at(part.stat().st_size)
        imported.append(place(file, part, sha256_of(part), store, report, f"{source} has", "imported"))
    if missing:
        names = ", ".join(file.path for file in missing)
        raise NotFoundInFolder(f"{folder} has no file with the pinned content of: {names}")
    return imported


class _Index:
    """The files below a folder, by size; hashed only when one could be meant, and once."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotFoundInFolder(f"{folder} is not a folder")
        self._paths = sorted(_files(folder))
        self._hashes: dict[Path, str] = {}

    def find(self, file: ModelFile) -> Path | None:
        """Where the file's content is; the same name is tried first."""
        name = Path(file.path).name
        for path in sorted(self._paths, key=lambda path: path.name != name):
            if file.sha256 is None:
                if path.name == name:
                    return path
            elif file.size in (None, path.stat().st_size) and self._hash(path) == file.sha256:
                return path
        return None

    def _hash(self, path: Path) -> str:
        if path not in self._hashes:
            self._hashes[path] = sha256_of(path)
        return self._hashes[path]


def _files(folder: Path) -> Iterator[Path]:
    for base, _, names in os.walk(folder):
        for name in names:
            path = Path(base) / name
            if path.is_file():
                yield path
