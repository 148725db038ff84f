"""Pulls models: checks what is there, fetches or imports the rest, verifies every byte, then moves it into place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from services.launcher.models.download import Downloader, forget
from services.launcher.models.errors import DiskFull, NotAccepted, WrongContent
from services.launcher.models.manifest import Model, ModelFile, mirrored
from services.launcher.models.store import State, Store, sha256_of, size_text

_MARGIN_BYTES: Final = 64 * 1024 * 1024


class Report(Protocol):
    """Shows how a pull goes; also a download's Listener."""

    def checking(self, path: str, size: int) -> None:
        """A file that is there is read; ``at`` tells how far."""
        ...

    def fetching(self, path: str, size: int | None) -> None:
        """A file is brought; ``at`` tells how far."""
        ...

    def at(self, done: int) -> None:
        """``done`` bytes of the current file."""
        ...

    def note(self, text: str) -> None:
        """A line about the current file."""
        ...

    def done(self, path: str, what: str) -> None:
        """The current file is in place; ``what``: "was there", "pulled", "imported"."""
        ...


@dataclass(frozen=True, slots=True)
class Pulled:
    """One file that a pull has put, or found, in place."""

    path: str
    what: str
    sha256: str
    verified: bool
    """Whether the hash is the manifest's; else it is what was computed, to be pinned there."""


@dataclass(slots=True)
class Plan:
    """What a pull has to do."""

    present: list[ModelFile] = field(default_factory=list)
    wanted: list[ModelFile] = field(default_factory=list)


def plan(models: Sequence[Model], store: Store, report: Report) -> Plan:
    """Reads what is there: files with the right hash stay, all others are wanted."""
    result = Plan()
    files = {file.path: file for model in models for file in model.files}
    for file in files.values():
        if store.state(file) is State.PRESENT:
            report.checking(file.path, store.place(file).stat().st_size)
            counted = _Counted(report.at)
            if store.checked(file, counted.more) is State.PRESENT:
                result.present.append(file)
                report.done(file.path, "was there")
                continue
            report.note("damaged: fetching it again")
        result.wanted.append(file)
    return result


def check_accepted(files: Sequence[ModelFile], accept_unverified: bool) -> None:
    """Raises NotAccepted if a file without a pinned hash is wanted and the user did not accept that."""
    unverified = [file.path for file in files if file.sha256 is None]
    if unverified and not accept_unverified:
        raise NotAccepted(
            f"no hash is pinned for {', '.join(unverified)}: what arrives cannot be checked. --accept-unverified takes "
            "it on trust and prints its hash, to be pinned in the manifest"
        )


def check_room(files: Sequence[ModelFile], store: Store, free: Callable[[Path], int] | None = None) -> None:
    """Raises DiskFull unless what is missing of the files fits with a margin; ``free``: bytes free at a path."""
    store.folder.mkdir(parents=True, exist_ok=True)
    needed = sum(max(0, (file.size or 0) - _part_size(store, file)) for file in files)
    available = (free or _free)(store.folder)
    if files and needed + _MARGIN_BYTES > available:
        raise DiskFull(
            f"{size_text(needed)} are needed in {store.folder}, {size_text(available)} are free: make room, or set "
            "PARLEY_MODEL_DIR to a folder on another disk"
        )


def fetch(file: ModelFile, store: Store, downloader: Downloader, mirror: str, report: Report) -> Pulled:
    """Downloads, verifies and places one file. Raises DownloadFailed, WrongContent or DiskFull."""
    part = store.part(file)
    went_on = part.is_file()
    report.fetching(file.path, file.size)
    url = mirrored(file.url, mirror)
    downloader.fetch(url, part, file.size, report)
    digest = sha256_of(part)
    if went_on and file.sha256 not in (None, digest):
        # The beginning may be from another day's file: only a download of one piece proves anything.
        report.note("the bytes from an earlier pull were of no use: fetching all of it")
        _drop(part)
        downloader.fetch(url, part, file.size, report)
        digest = sha256_of(part)
    return place(file, part, digest, store, report, f"{url} sent", "pulled")


def place(file: ModelFile, part: Path, digest: str, store: Store, report: Report, sent: str, what: str) -> Pulled:
    """Moves verified bytes into place in one step. Raises WrongContent, after deleting bytes that are not right."""
    if file.sha256 not in (None, digest):
        _drop(part)
        raise WrongContent(
            f"{sent} other bytes than the pinned ones for {file.path}: expected sha256 {file.sha256}, got {digest}. "
            "They were deleted; pull again, and if it stays so, set PARLEY_MODEL_MIRROR to a server that you trust"
        )
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    part.replace(store.place(file))
    forget(part)
    report.done(file.path, what)
    if file.sha256 is None:
        report.note(f"taken on trust; to pin: {file.path} sha256 {digest}, {store.place(file).stat().st_size} bytes")
    return Pulled(file.path, what, digest, file.sha256 is not None)


class _Counted:
    """Makes a running total of pieces."""

    def __init__(self, on_total: Callable[[int], None]) -> None:
        self._on_total = on_total
        self._total = 0

    def more(self, count: int) -> None:
        """``count`` bytes more."""
        self._total += count
        self._on_total(self._total)


def _drop(part: Path) -> None:
    part.unlink(missing_ok=True)
    forget(part)


def _part_size(store: Store, file: ModelFile) -> int:
    try:
        return store.part(file).stat().st_size
    except OSError:
        return 0


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
