"""`make bench`: every module here that has a `figures()` function; one JSON object per figure, then a table."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

import benches

FIELDS = ("figure", "value", "unit", "bar", "holds")


def main() -> int:
    """Entry point; 1 if a figure is beyond its bar."""
    names = sorted(module.name for module in pkgutil.iter_modules(benches.__path__) if module.name != "__main__")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"which to run (default: {', '.join(names)})")
    chosen = parser.parse_args().modules or names
    found: list[dict[str, Any]] = []
    for name in chosen:
        figures = getattr(importlib.import_module(f"benches.{name}"), "figures", None)
        if figures is None:
            continue
        sys.stderr.write(f"{name} …\n")
        for figure in figures():
            found.append(figure)
            print(json.dumps({field: figure[field] for field in FIELDS}, ensure_ascii=False), flush=True)
    print_table(found)
    return 0 if all(figure["holds"] is not False for figure in found) else 1


def print_table(found: list[dict[str, Any]]) -> None:
    """The figures as a table for people."""
    table = Table()
    for heading in FIELDS:
        table.add_column(heading, justify="right" if heading == "value" else "left")
    signs = {True: "yes", False: "NO", None: ""}
    for figure in found:
        bar = "" if figure["bar"] is None else str(figure["bar"])
        table.add_row(figure["figure"], str(figure["value"]), figure["unit"], bar, signs[figure["holds"]])
    Console().print(table)


if __name__ == "__main__":
    raise SystemExit(main())
