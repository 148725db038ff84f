"""Paragraphs and tables of word processors as lines in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.reasoning.domain.resume import Line

BULLET = "• "
_CELL_GAP = re.compile(r"\t+| {3,}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``size`` in points, 0.0 if not stated. Line feeds in ``text`` are forced line ends."""

    text: str
    size: float = 0.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each of blocks."""

    rows: tuple[tuple[tuple[Block, ...], ...], ...]


Block = Paragraph | Table


def lines_of(blocks: Sequence[Block]) -> Iterator[Line]:
    """The lines of ``blocks``. A row of one-line cells is one line; cells of many lines are read one by one."""
    for block in blocks:
        if isinstance(block, Paragraph):
            for part in block.text.splitlines():
                yield Line(tuple(_CELL_GAP.split(part.strip())), block.size, block.bold)
        else:
            for row in block.rows:
                yield from _row(row)


def _row(row: Sequence[Sequence[Block]]) -> Iterator[Line]:
    cells = [[line for line in lines_of(cell) if line.text.strip()] for cell in row]
    cells = [cell for cell in cells if cell]
    if not cells:
        return
    if len(cells) > 1 and all(len(cell) > 1 for cell in cells):  # a page laid out in columns by a table
        for cell in cells:
            yield from cell
        return
    first = cells[0][0]
    yield Line(tuple(part for cell in cells for part in cell[0].cells), first.size, first.bold)
    for cell in cells:
        yield from cell[1:]
