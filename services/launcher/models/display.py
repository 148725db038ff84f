"""What `parley models` shows: bars on a terminal, lines elsewhere, one JSON object for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from services.launcher.models.manifest import Model
from services.launcher.models.store import State, Store, model_state, size_text

_COLOURS: Final = {State.PRESENT: "green", State.ABSENT: "dim", State.PARTIAL: "yellow", State.DAMAGED: "red"}


class Lines:
    """Report without a terminal: a line when a file begins, at each tenth, and when it is in place."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._path = ""
        self._size: int | None = None
        self._tenths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        """Nothing to close."""

    def checking(self, path: str, size: int) -> None:
        """See Report."""
        self._begin(path, None)  # reading what is there needs no lines in between

    def fetching(self, path: str, size: int | None) -> None:
        """See Report."""
        self._begin(path, size)
        self._console.print(f"{escape(path)}: {'fetching' if size is None else size_text(size)}", soft_wrap=True)

    def at(self, done: int) -> None:
        """See Report."""
        tenths = 10 * done // self._size if self._size else 0
        if tenths > self._tenths:
            self._tenths = tenths
            self._console.print(f"{escape(self._path)}: {10 * tenths}%", soft_wrap=True)

    def note(self, text: str) -> None:
        """See Report."""
        self._console.print(f"{escape(self._path)}: {escape(text)}", soft_wrap=True)

    def done(self, path: str, what: str) -> None:
        """See Report."""
        self._console.print(f"{escape(path)}: {what}", soft_wrap=True)

    def _begin(self, path: str, size: int | None) -> None:
        self._path, self._size, self._tenths = path, size, 0


class Bars:
    """Report on a terminal: a bar for each file."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", table_column=None),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._console = console
        self._task: TaskID | None = None
        self._path = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._progress.stop()

    def checking(self, path: str, size: int) -> None:
        """See Report."""
        self._begin(path, f"[dim]checking {escape(path)}[/]", size)

    def fetching(self, path: str, size: int | None) -> None:
        """See Report."""
        self._begin(path, escape(path), size)

    def at(self, done: int) -> None:
        """See Report."""
        if self._task is not None:
            self._progress.update(self._task, completed=done)

    def note(self, text: str) -> None:
        """See Report."""
        self._console.print(f"  [yellow]·[/] {escape(self._path)}: {escape(text)}", soft_wrap=True)

    def done(self, path: str, what: str) -> None:
        """See Report."""
        self._end()
        self._console.print(f"  [green]✓[/] {escape(path)} [dim]{what}[/]", soft_wrap=True)

    def _begin(self, path: str, description: str, size: int | None) -> None:
        self._end()
        self._path = path
        self._task = self._progress.add_task(description, total=size)

    def _end(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None


def report_for(console: Console) -> Lines | Bars:
    """Bars on a terminal, else lines."""
    return Bars(console) if console.is_terminal else Lines(console)


def models_table(models: Sequence[Model], store: Store) -> Table:
    """The models with their states, by a look at the sizes."""
    table = Table(title=f"Models in {store.folder}", title_justify="left", caption_justify="left")
    for heading in ("name", "state", "size"):
        table.add_column(heading, no_wrap=True)
    for heading in ("what for", "licence"):
        table.add_column(heading, overflow="fold")
    for model in models:
        state = model_state(store, model)
        name = f"[bold]{model.name}[/]" if model.default else model.name
        what = f"{model.what}\n[dim]{escape(model.hint)}[/]" if model.hint else model.what
        table.add_row(
            name, f"[{_COLOURS[state]}]{state}[/]", size_text(model.size) + model.more, what, escape(model.licence)
        )
    table.caption = "bold: what `parley models pull` without names fetches"
    return table


def model_json(model: Model, store: Store) -> dict[str, Any]:
    """One model for programs."""
    return {
        "name": model.name,
        "state": str(model_state(store, model)),
        "size": model.size,
        "what": model.what,
        "engine": model.engine,
        "default": model.default,
        "licence": model.licence,
        "source": model.source,
        "hint": model.hint,
        "files": [
            {"path": file.path, "size": file.size, "sha256": file.sha256, "state": str(store.state(file))}
            for file in model.files
        ],
    }
