"""The folder of models: what is there, in which state, and who may write to it."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from services.launcher.models.errors import PullRunning
from services.launcher.models.manifest import Model, ModelFile

_BLOCK: Final = 1024 * 1024
_LOCK: Final = ".pull.lock"


class State(StrEnum):
    """How a file or a model stands."""

    PRESENT = "present"
    ABSENT = "absent"
    PARTIAL = "partial"
    """Some of it is there; a pull goes on from it."""
    DAMAGED = "damaged"
    """The size or the hash is wrong; a pull fetches it again."""


class Store:
    """A folder of models."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, file: ModelFile) -> Path:
        """Where the file belongs."""
        return self.folder / file.path

    def part(self, file: ModelFile) -> Path:
        """Where the bytes of an unfinished download are kept."""
        place = self.place(file)
        return place.with_name(place.name + ".part")

    def state(self, file: ModelFile) -> State:
        """By a look at the sizes, without reading the file."""
        try:
            size = self.place(file).stat().st_size
        except OSError:
            return State.PARTIAL if self.part(file).is_file() else State.ABSENT
        return State.PRESENT if file.size in (None, size) else State.DAMAGED

    def checked(self, file: ModelFile, on_bytes: Callable[[int], None] = lambda count: None) -> State:
        """By reading the file and comparing its hash. ``on_bytes`` hears of each piece read."""
        state = self.state(file)
        if state is State.PRESENT and file.sha256 is not None:
            right = sha256_of(self.place(file), on_bytes) == file.sha256
            return State.PRESENT if right else State.DAMAGED
        return state

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other pulls out while inside; ends with the process if that is killed. Raises PullRunning."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _LOCK).open("a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise PullRunning(
                    f"process {lock.read().strip() or '?'} pulls into {self.folder} already: wait for it, or stop it"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def together(states: Sequence[State]) -> State:
    """The state of a model from those of its files."""
    for whole in (State.PRESENT, State.ABSENT):
        if all(state is whole for state in states):
            return whole
    return State.DAMAGED if State.DAMAGED in states else State.PARTIAL


def model_state(store: Store, model: Model) -> State:
    """A model's state by a look at the sizes."""
    return together([store.state(file) for file in model.files])


def sha256_of(path: Path, on_bytes: Callable[[int], None] = lambda count: None) -> str:
    """The file's SHA-256, hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            on_bytes(len(block))
    return digest.hexdigest()


def size_text(size: int) -> str:
    """Bytes for people: "294 MB", "3.8 MB", "339 B"."""
    if size < 1000:
        return f"{size} B"
    value, unit = (size / 1e9, "GB") if size >= 1e9 else (size / 1e6, "MB") if size >= 1e6 else (size / 1e3, "kB")
    return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
