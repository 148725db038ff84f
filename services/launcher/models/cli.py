"""`parley models pull|list|verify`."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from services.kit.settings import SettingsError
from services.launcher.models import manifest as manifests
from services.launcher.models.display import Bars, Lines, model_json, models_table, report_for
from services.launcher.models.download import Downloader, Limits, SystemTimer
from services.launcher.models.errors import ModelsError
from services.launcher.models.importing import import_files
from services.launcher.models.manifest import Manifest, ManifestInvalid, Model, UnknownModel
from services.launcher.models.pull import Plan, Pulled, check_accepted, check_room, fetch, plan
from services.launcher.models.store import State, Store, size_text, together
from services.launcher.settings import Settings

EXIT_FAILED: Final = 1
EXIT_MISUSED: Final = 2
EXIT_INTERRUPTED: Final = 130

app = typer.Typer(name="models", help="Fetch, list and check the models that engines load.", no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(help="Models by name (default: the default set).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ManifestOption = Annotated[
    Path | None, typer.Option("--manifest", help="Another list of models, in the same form as the product's own.")
]


@app.command("list")
def list_models(as_json: AsJson = False, manifest: ManifestOption = None) -> None:
    """Every model: what for, how big, under which licence, and whether it is here (by size; verify reads the bytes)."""
    known, store, _ = _opened(manifest)
    if as_json:
        _print_json({"folder": str(store.folder), "models": [model_json(model, store) for model in known.models]})
        return
    Console().print(models_table(known.models, store))


@app.command()
def pull(
    names: Names = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="Import from this folder instead of the internet; any layout.")
    ] = None,
    accept_unverified: Annotated[
        bool, typer.Option("--accept-unverified", help="Take files without a pinned hash on trust.")
    ] = False,
    as_json: AsJson = False,
    manifest: ManifestOption = None,
) -> None:
    """Fetch models; goes on where an earlier pull was cut. Nothing is used before its hash was checked."""
    known, store, settings = _opened(manifest)
    models = _chosen(known, names)
    errors = Console(stderr=True, highlight=False)
    try:
        with store.locked(), report_for(errors) as report:
            todo = plan(models, store, report)
            check_accepted(todo.wanted, accept_unverified)
            check_room(todo.wanted, store)
            done = _present(todo) + _brought(todo, source, store, settings.model_mirror, report)
    except ModelsError as error:
        _fail(str(error), EXIT_FAILED)
    except KeyboardInterrupt:
        errors.print("[yellow]interrupted[/]: pull again to go on from here")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    _show_pulled(models, done, store, as_json)


@app.command()
def verify(names: Names = None, as_json: AsJson = False, manifest: ManifestOption = None) -> None:
    """Read every byte of the models that are here and compare their hashes. Exit code 1 if one is damaged."""
    known, store, _ = _opened(manifest)
    models = _chosen(known, names) if names else list(known.models)
    errors = Console(stderr=True, highlight=False)
    try:
        states = {model.name: {file.path: store.checked(file) for file in model.files} for model in models}
    except KeyboardInterrupt:
        raise typer.Exit(EXIT_INTERRUPTED) from None
    wrong = [model for model in models if _is_wrong(together([*states[model.name].values()]), asked=bool(names))]
    if as_json:
        _print_json({"folder": str(store.folder), "ok": not wrong, "models": states})
    else:
        for model in models:
            _show_verified(Console(highlight=False), model, states[model.name])
    if wrong:
        errors.print(f"fix: parley models pull {' '.join(model.name for model in wrong)}", soft_wrap=True)
        raise typer.Exit(EXIT_FAILED)


def _is_wrong(state: State, *, asked: bool) -> bool:
    """A model that is not here is wrong only if it was asked for by name."""
    return state in (State.DAMAGED, State.PARTIAL) or (asked and state is State.ABSENT)


def _present(todo: Plan) -> list[Pulled]:
    return [Pulled(file.path, "was there", file.sha256 or "", file.sha256 is not None) for file in todo.present]


def _brought(todo: Plan, source: Path | None, store: Store, mirror: str, report: Lines | Bars) -> list[Pulled]:
    if source is not None:
        return import_files(todo.wanted, source, store, report) if todo.wanted else []
    downloader = Downloader(Limits(), SystemTimer())
    return [fetch(file, store, downloader, mirror, report) for file in todo.wanted]


def _show_pulled(models: list[Model], done: list[Pulled], store: Store, as_json: bool) -> None:
    if as_json:
        _print_json(
            {
                "folder": str(store.folder),
                "models": [model.name for model in models],
                "files": [dataclasses.asdict(row) for row in done],
            }
        )
        return
    console = Console(highlight=False)
    for model in models:
        console.print(f"[green]✓[/] {model.name}: {escape(model.what)}", soft_wrap=True)
        console.print(f"  [dim]licence: {escape(model.licence)}; from {model.source}[/]", soft_wrap=True)
        if model.hint:
            console.print(f"  [dim]{escape(model.hint)}[/]", soft_wrap=True)
    console.print(f"[dim]in {store.folder}; `parley up` uses them from its next start[/]", soft_wrap=True)


def _show_verified(console: Console, model: Model, states: dict[str, State]) -> None:
    state = together([*states.values()])
    sign = {State.PRESENT: "[green]✓[/]", State.ABSENT: "[dim]·[/]"}.get(state, "[red]✗[/]")
    console.print(f"{sign} {model.name}: {state} [dim]({size_text(model.size)})[/]")
    if state in (State.DAMAGED, State.PARTIAL):
        for path, each in states.items():
            if each is not State.PRESENT:
                console.print(f"    {path}: {each}", soft_wrap=True)


def _opened(manifest: Path | None) -> tuple[Manifest, Store, Settings]:
    try:
        settings = Settings.from_env()
        return manifests.load(manifest), Store(settings.model_dir), settings
    except (SettingsError, ManifestInvalid) as error:
        _fail(str(error), EXIT_MISUSED)


def _chosen(known: Manifest, names: list[str] | None) -> list[Model]:
    try:
        return known.chosen(names or [])
    except UnknownModel as error:
        _fail(str(error), EXIT_MISUSED)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(message: str, code: int) -> NoReturn:
    Console(stderr=True, highlight=False).print(f"[red]✗[/] {escape(message)}", soft_wrap=True)
    raise typer.Exit(code) from None
