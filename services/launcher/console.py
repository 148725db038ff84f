"""What the `parley` command shows: one readable line per service and per engine, and failures with their fix."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from parley.common.v1 import engine_pb2
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.launcher.processes import spec_of
from services.launcher.supervisor import Died, Event, Listening

Result = dict[str, Any]  # made by candidate.result.to_json

_QUALITY = {
    engine_pb2.QUALITY_TIER_LOW: "[yellow]low accuracy[/]",
    engine_pb2.QUALITY_TIER_STANDARD: "standard",
    engine_pb2.QUALITY_TIER_HIGH: "[green]full model[/]",
}
_CAPABILITIES = {
    "transcription": "transcription",
    "voice_activity": "voice activity",
    "speech_synthesis": "voice",
    "landmarks": "landmarks",
    "language": "interviewer",
    "embeddings": "embeddings",
}
_EXIT = {2: "wrong settings", -9: "killed", -11: "crashed", -15: "terminated"}


def event_line(event: Event) -> str:
    """One line for something that happened to a process."""
    if isinstance(event, Died):
        why = _EXIT.get(event.code, f"exit code {event.code}")
        return f"  [red]✗[/] {event.name:<10} ended ({why}); starting it again in {event.restart_in_s:g} s"
    return _listening_line(event)


def _listening_line(event: Listening) -> str:
    where = "" if event.name == "database" else event.address
    what = spec_of(event.name).what
    again = f"  [yellow](restart {event.restarts})[/]" if event.restarts else ""
    return f"  [green]✓[/] {event.name:<10} {where:<18} [dim]{what}[/]{again}"


def engine_lines(engines: Iterable[engine_pb2.EngineInfo]) -> Iterable[str]:
    """One line per capability: the engine in use, its languages and quality, and how to get the better one."""
    for engine in engines:
        name = engine.name if engine.name != "none" else "[yellow]none[/]"
        languages = f" [dim]({', '.join(engine.languages)})[/]" if engine.languages else ""
        quality = _QUALITY.get(engine.quality, "")
        capability = _CAPABILITIES.get(engine.capability, engine.capability)
        yield f"  · {capability:<15} {name}{languages}" + (f", {quality}" if quality else "")
        if engine.fallback_for:
            reason = engine_pb2.FallbackReason.Name(engine.fallback_reason).removeprefix("FALLBACK_REASON_").lower()
            why = reason.replace("_", " ")
            yield f"    [yellow]in the place of {escape(engine.fallback_for)}: {why}; see the log of its service[/]"
        if engine.upgrade_hint:
            yield f"    [dim]better: {escape(engine.upgrade_hint)}[/]"


def print_report(console: Console, result: Result) -> None:
    """A rehearsal's result for people."""
    report = result["report"]
    console.print()
    for sentence in report.get("summary", []):
        console.print(sentence, highlight=False)
    console.print(_answers_table(result))
    behaviour = result.get("behaviour")
    if behaviour:
        console.print(_behaviour_table(behaviour))
    console.print(_latency_line(result["latency_ms"]))
    for notice in report.get("notices", []):
        console.print(f"[yellow]![/] {escape(notice)}")


def _answers_table(result: Result) -> Table:
    table = Table(title="Answers", title_justify="left", show_lines=False)
    for heading in ("Q", "question", "answer", "levels (range)"):
        table.add_column(heading, overflow="fold")
    questions = {row["question_id"]: row for row in result["questions"]}
    for number, answer in enumerate(result["answers"], start=1):
        question = questions[answer["question_id"]]["text"]
        levels = "\n".join(_level(row) for row in answer["evaluation"]["criteria"])
        levels = levels or f"no level: {answer['evaluation'].get('reason', '')}"
        table.add_row(str(number), question, answer["transcript"] or "(nothing was understood)", levels)
    return table


def _level(row: Result) -> str:
    name = str(row["name"]).replace("_", " ")
    if row["level"] is None:
        return f"{name}: – ({str(row.get('reason', '')).replace('_', ' ')})"
    low, high = row["range"]
    return f"{name}: {row['level']}" + (f" ({low}–{high})" if low != high else "")


def _behaviour_table(behaviour: Result) -> Table:
    table = Table(title="Observable behaviour (practice data, never part of a score)", title_justify="left")
    names = ("gaze", "voice", "smile", "posture", "composure", "total")
    for heading in ("Q", *names):
        table.add_column(heading, justify="left" if heading == "Q" else "right")
    for row in [*behaviour["rows"], behaviour["averages"]]:
        table.add_row(row["label"], *("–" if row[name] is None else f"{row[name]:.1f}" for name in names))
    return table


def _latency_line(latency: Result) -> str:
    voice, final = latency["answer_end_to_voice"], latency["speech_end_to_final"]
    caption = latency["word_to_caption"]
    return (
        f"[dim]answer end → voice p50 {voice['p50']} ms, p95 {voice['p95']} ms · "
        f"speech end → final p50 {final['p50']} ms · word → caption p50 {caption['p50']} ms[/]"
    )
