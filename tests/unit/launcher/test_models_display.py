"""What a pull shows: bars where there is a terminal, lines where there is none."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from services.launcher.models.display import Bars, Lines, models_table, report_for
from services.launcher.models.manifest import load
from services.launcher.models.store import Store


def shown(report: Lines | Bars) -> None:
    """A file that was there, and one that came with a cut."""
    with report:
        report.checking("m/config.json", 2)
        report.at(2)
        report.done("m/config.json", "was there")
        report.fetching("m/[weights].onnx", 1_000_000)
        for done in range(0, 1_000_001, 50_000):
            report.at(done)
        report.note("nothing came for 30 s; trying again in 1 s")
        report.done("m/[weights].onnx", "pulled")


def console(*, terminal: bool) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, force_terminal=terminal, width=120, color_system=None), out


def test_without_a_terminal_there_is_a_line_for_each_tenth() -> None:
    where, out = console(terminal=False)
    report = report_for(where)
    assert isinstance(report, Lines)
    shown(report)
    lines = out.getvalue().splitlines()
    assert lines[0] == "m/config.json: was there"
    assert lines[1] == "m/[weights].onnx: 1.0 MB"
    assert [line.rpartition(" ")[2] for line in lines[2:12]] == [f"{tenth}0%" for tenth in range(1, 11)]
    assert lines[12:] == [
        "m/[weights].onnx: nothing came for 30 s; trying again in 1 s",
        "m/[weights].onnx: pulled",
    ]


def test_on_a_terminal_there_is_a_bar_and_a_line_when_it_is_done() -> None:
    where, out = console(terminal=True)
    report = report_for(where)
    assert isinstance(report, Bars)
    shown(report)
    text = out.getvalue()
    assert "/1.0 MB" in text
    assert "✓ m/[weights].onnx pulled" in text
    assert "trying again in 1 s" in text


def test_the_table_has_every_model_with_its_hint(tmp_path: Path) -> None:
    where, out = console(terminal=False)
    where.print(models_table(load().models, Store(tmp_path)))
    text = out.getvalue()
    assert all(model.name in text for model in load().models)
    assert "OpenRAIL-M" in text
    assert "264 MB+" in text
