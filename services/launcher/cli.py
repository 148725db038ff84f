"""The `parley` command."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from services.kit.errors import ServiceError
from services.kit.settings import SettingsError
from services.launcher import doctor as checks
from services.launcher.mesh import NotReady
from services.launcher.models.cli import app as models
from services.launcher.rehearse import RehearsalRequest, rehearse_once
from services.launcher.settings import Settings
from services.launcher.supervisor import StartFailed
from services.launcher.transcribe import (
    Transcript,
    TranscriptionRequest,
    UnreadableFile,
    clock_text,
    transcribe_file,
)
from services.launcher.up import AlreadyUp, run_until_interrupted

EXIT_FAILED = 1
EXIT_MISUSED = 2

app = typer.Typer(
    name="parley",
    help="Parley: real-time AI mock interviews on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models)


class LanguageOption(StrEnum):
    """Languages of an interview."""

    ko = "ko"
    en = "en"


@app.command()
def up() -> None:
    """Run the whole mesh on this machine until Ctrl-C."""
    console = Console(highlight=False)
    _guarded(run_until_interrupted(_settings(), console), Console(stderr=True, highlight=False))


@app.command()
def rehearse(
    audio: Annotated[list[Path], typer.Option(help="A spoken answer; repeat it, one per answer, in order.")],
    video: Annotated[Path | None, typer.Option(help="What the camera shows, in a loop. Without it: no camera.")] = None,
    language: Annotated[LanguageOption, typer.Option(help="Language of the interview.")] = LanguageOption.en,
    role: Annotated[str, typer.Option(help="A role of the question bank, or free text.")] = "backend_engineer",
    questions: Annotated[
        int | None, typer.Option(min=1, max=20, help="Planned questions (default: as many as answers).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
    connect: Annotated[
        str | None,
        typer.Option(
            help="host:port of session and media (SESSION,MEDIA if they differ). Default: the mesh that is up."
        ),
    ] = None,
) -> None:
    """Sit a whole interview as a synthetic candidate and print the report.

    Uses the mesh that is up on this machine, or starts a private one and stops it again.
    """
    errors = Console(stderr=True, highlight=False)
    request = RehearsalRequest(
        audio=tuple(audio),
        video=video,
        language=language.value,
        role=role,
        questions=questions or min(len(audio), 20),
        connect=connect,
    )
    result = _guarded(rehearse_once(_settings(), request, errors), errors)
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        return
    from services.launcher.console import print_report  # rich tables are not needed for --json

    print_report(Console(), result)


@app.command()
def transcribe(
    file: Annotated[Path, typer.Argument(help="A recording: WebM, MP4, WAV, FLAC, MP3, Ogg or AAC.")],
    language: Annotated[LanguageOption, typer.Option(help="Language that is spoken.")] = LanguageOption.en,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on the last line.")] = False,
) -> None:
    """Print what is said in a recording, with times.

    Uses the speech service of the mesh that is up on this machine, or starts one by itself and stops it again.
    """
    errors, out = Console(stderr=True, highlight=False), Console(highlight=False)
    result = _guarded(
        transcribe_file(
            _settings(),
            TranscriptionRequest(file, language.value),
            lambda line: errors.print(f"[dim]·[/] {escape(line)}", soft_wrap=True),
            lambda utterance: None if as_json else out.print(_spoken_line(utterance), soft_wrap=True),
        ),
        errors,
    )
    if result["truncated"]:
        errors.print("[yellow]![/] the recording ends before it should, or parts of it could not be decoded")
    if result["quality"] == "low" and result["upgrade_hint"]:
        errors.print(
            f"[yellow]![/] low accuracy ({result['engine']}): {escape(result['upgrade_hint'])}", soft_wrap=True
        )
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


def _spoken_line(utterance: Transcript) -> str:
    text = escape(utterance["text"]) or f"[dim](no text: {utterance['no_text_reason']})[/]"
    return f"[dim]{clock_text(utterance['start_s'])} – {clock_text(utterance['end_s'])}[/]  {text}"


@app.command()
def doctor() -> None:
    """Check this installation: settings, ports, libraries, models, database, web client; each failure with its fix."""
    console = Console(highlight=False)
    results = asyncio.run(checks.run_all())
    for result in results:
        sign = {"ok": "[green]✓[/]", "note": "[yellow]·[/]", "failed": "[red]✗[/]"}[result.state]
        console.print(f"{sign} {result.subject:<16} {escape(result.finding)}", soft_wrap=True)
        if result.fix:
            console.print(f"  [dim]fix: {escape(result.fix)}[/]")
    failed = sum(result.state == "failed" for result in results)
    console.print(f"\n{failed} of {len(results)} checks failed" if failed else "\nAll is well.")
    raise typer.Exit(EXIT_FAILED if failed else 0)


def main() -> None:
    """Entry point of the `parley` command."""
    app()


def _settings() -> Settings:
    try:
        return Settings.from_env()
    except SettingsError as exc:
        _fail(str(exc), EXIT_MISUSED)


def _guarded(work: Coroutine[Any, Any, Any], console: Console) -> Any:
    from services.candidate.adapters.peer import ConnectionFailed
    from services.candidate.adapters.recordings import UnreadableRecording
    from services.candidate.plan import RehearsalFailed

    try:
        return asyncio.run(work)
    except (
        *(AlreadyUp, StartFailed, NotReady, UnreadableFile),
        *(ConnectionFailed, UnreadableRecording, RehearsalFailed),
    ) as exc:
        _fail(str(exc), EXIT_FAILED)
    except ServiceError as exc:
        _fail(f"{exc.reason}: {exc.message}", EXIT_FAILED)
    except KeyboardInterrupt:
        console.print("[yellow]interrupted[/]")
        raise typer.Exit(130) from None


def _fail(message: str, code: int) -> NoReturn:
    Console(stderr=True, highlight=False).print(f"[red]✗[/] {escape(message)}", soft_wrap=True)
    raise typer.Exit(code) from None
