"""House sizes: modules of at most 300 lines, functions of at most 40 (docs/decisions has the reasons).

A longer module says why on a line of its header that begins with "Longer than the house size:".
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("inference", "services", "tools", "benches", "triton_models")
MODULE_LINES = 300
FUNCTION_LINES = 40
EXCUSE = "Longer than the house size:"


def problems(path: Path) -> Iterator[str]:
    """What is too long in one file."""
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    tree = ast.parse(text)
    excused = EXCUSE in (ast.get_docstring(tree) or "")
    if lines > MODULE_LINES and not excused:
        yield f"{path.relative_to(ROOT)}: {lines} lines (at most {MODULE_LINES}, or a reason in its header)"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield f"{where}: {node.name} has {length} lines (at most {FUNCTION_LINES})"


def main() -> int:
    """Entry point; 1 if anything is too long."""
    found = [
        line
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
        for line in problems(path)
    ]
    print("\n".join(found) if found else "sizes are fine")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
