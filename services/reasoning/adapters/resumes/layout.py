"""Reading order of a PDF page: columns by where nothing is printed between them, rows by their baselines.

A page has two columns where a vertical strip is (nearly) free of text and the text on both sides is not one table: the
rows of a table stand on common baselines, those of columns mostly do not. What crosses the strip (a name across the
page, a full-width summary) cuts the page into bands, read from top to bottom.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from services.reasoning.domain.resume import Line
from services.reasoning.domain.resume_lexicon import BULLETS
from services.reasoning.domain.resume_periods import find_period

STEP = 4.0  # points between the strips that are tried
LEAST_FRAGMENTS = 3  # on each side of a gutter
MOST_CROSSING = 0.25  # of the fragments
ALIGNED_SHARE = 0.6  # of the side with fewer fragments: from here on it is a table
SAME_BASELINE = 0.35  # of the size of letters
SAME_SIZE = 0.4  # points
WORD_SLACK = 1.2  # a word's width is told from its number of letters
OPEN_ENDS = (",", "–", "—", "&", "/", " and", " of", " the", " -")  # after which a line always goes on
LINE_FEED = 2.0  # of the size of letters, between lines of one paragraph

_LABEL = re.compile(r"[\w /&]{2,20}\s?[:：]\s")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Text without wide gaps on one baseline. Points from the page's lower left corner."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool


Row = list[Fragment]


def lines_in_order(fragments: Sequence[Fragment], is_heading: Callable[[str], bool]) -> Iterator[Line]:
    """The lines of a page as one reads them."""
    gutter = _gutter(fragments, is_heading)
    for block in _blocks(fragments, gutter):
        yield from _lines(block, is_heading)


def _blocks(fragments: Sequence[Fragment], gutter: float | None) -> Iterator[list[Fragment]]:
    """The fragments block by block: all, or band by band the left column, then the right one."""
    ordered = sorted(fragments, key=lambda each: -each.baseline)
    if gutter is None:
        yield ordered
        return
    left: list[Fragment] = []
    right: list[Fragment] = []
    for each in ordered:
        if _crosses(each, gutter):
            yield from (left, right, [each])
            left, right = [], []
        else:
            (left if each.right <= gutter + 1 else right).append(each)
    yield from (left, right)


def _gutter(fragments: Sequence[Fragment], is_heading: Callable[[str], bool]) -> float | None:
    """Where the page parts into two columns; None if it has one."""
    if len(fragments) < 2 * LEAST_FRAGMENTS:
        return None
    first, last = min(each.left for each in fragments), max(each.right for each in fragments)
    tried = [first + STEP * step for step in range(1, int((last - first) / STEP))]
    fit = [place for place in tried if _parts(fragments, place, is_heading)]
    if not fit:
        return None
    least = min(_crossing(fragments, place) for place in fit)
    best = [place for place in fit if _crossing(fragments, place) == least]
    return best[len(best) // 2]


def _parts(fragments: Sequence[Fragment], place: float, is_heading: Callable[[str], bool]) -> bool:
    left = [each for each in fragments if each.right <= place + 1]
    right = [each for each in fragments if each.left >= place - 1]
    fewer, more = sorted((left, right), key=len)
    if len(fewer) < LEAST_FRAGMENTS or _crossing(fragments, place) > MOST_CROSSING * len(fragments):
        return False
    aligned = sum(any(_same_row(each, other) for other in more) for each in fewer)
    both_headed = all(sum(is_heading(each.text) for each in side) for side in (left, right))
    return aligned < ALIGNED_SHARE * len(fewer) or both_headed


def _crossing(fragments: Sequence[Fragment], place: float) -> int:
    return sum(_crosses(each, place) for each in fragments)


def _crosses(fragment: Fragment, place: float) -> bool:
    return fragment.left < place - 1 and fragment.right > place + 1


def _same_row(one: Fragment, other: Fragment) -> bool:
    return abs(one.baseline - other.baseline) <= SAME_BASELINE * max(one.size, other.size)


def _lines(fragments: Sequence[Fragment], is_heading: Callable[[str], bool]) -> Iterator[Line]:
    """Rows from top to bottom; rows that go on with a paragraph are joined to it."""
    if not fragments:
        return
    edge = max(each.right for each in fragments)
    pending: Row = []
    last: Row = []
    for row in _rows(fragments):
        if last and _goes_on(last, row, edge, is_heading):
            pending = [_joined(pending[0], row[0])]
        else:
            if pending:
                yield _line(pending)
            pending = row
        last = row
    yield _line(pending)


def _rows(fragments: Sequence[Fragment]) -> Iterator[Row]:
    row: Row = []
    for each in fragments:
        if row and not _same_row(row[0], each):
            yield sorted(row, key=lambda fragment: fragment.left)
            row = []
        row.append(each)
    yield sorted(row, key=lambda fragment: fragment.left)


def _goes_on(last: Row, row: Row, edge: float, is_heading: Callable[[str], bool]) -> bool:
    """Whether ``row`` is the rest of a paragraph that ``last`` had no room for."""
    if len(last) > 1 or len(row) > 1 or not row[0].text or row[0].text[0] in BULLETS:
        return False
    above, below = last[0], row[0]
    if abs(above.size - below.size) > SAME_SIZE or above.bold != below.bold:
        return False
    near = above.baseline - below.baseline <= LINE_FEED * below.size and below.left >= above.left - 2
    if not near or is_heading(above.text) or is_heading(below.text) or _LABEL.match(below.text):
        return False
    if above.text.endswith(OPEN_ENDS):
        return True
    if above.text.endswith((".", "!", "?", ":")) or _ends_with_period(above.text) or _begins_with_period(below.text):
        return False
    word = (len(below.text.split(" ", 1)[0]) + 1) / len(below.text) * (below.right - below.left)
    return above.right + word * WORD_SLACK > edge


def _ends_with_period(text: str) -> bool:
    found = find_period(text)
    return found is not None and not text[found.end :].strip(" ).")


def _begins_with_period(text: str) -> bool:
    found = find_period(text)
    return found is not None and not text[: found.begin].strip(" (")


def _joined(one: Fragment, other: Fragment) -> Fragment:
    mark = "" if one.text.endswith("-") else " "
    return Fragment(one.text + mark + other.text, one.left, other.right, one.baseline, one.size, one.bold)


def _line(row: Row) -> Line:
    return Line(tuple(each.text for each in row), max(each.size for each in row), all(each.bold for each in row))
