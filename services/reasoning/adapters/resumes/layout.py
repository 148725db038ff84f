"""Reading order of a PDF page: columns by where nothing is printed between them, rows by their baselines.

A page has two columns where a vertical strip is (nearly) free of text and the text on both sides is not one table: the
rows of a table stand on common baselines, those of columns mostly do not. What crosses the strip (a name across the
page, a full-width summary) cuts the page into bands, read from top to bottom.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from services.reasoning.domain.resume import Line, SectionKind
from services.reasoning.domain.resume_lexicon import BULLETS
from services.reasoning.domain.resume_periods import find_period

STEP = 4.0  # points between the strips that are tried
LEAST_FRAGMENTS = 3  # on each side of a gutter
MOST_CROSSING = 0.25  # of the fragments
ALIGNED_SHARE = 0.6  # of the side with fewer fragments: from here on it is a table
SAME_BASELINE = 0.35  # of the size of letters
SAME_SIZE = 0.4  # points
LARGER = 1.1  # times the usual size, and it may be a heading
WORD_SLACK = 1.2  # a word's width is told from its number of letters
OPEN_ENDS = (",", "–", "—", "&", "/", " and", " of", " the", " -")  # after which a line always goes on
LISTS = (
    SectionKind.SKILLS,
    SectionKind.EDUCATION,
    SectionKind.CERTIFICATES,
    SectionKind.AWARDS,
)  # short lines, each its own
# Korean endings and particles that begin no word: the line broke inside one.
_INSIDE_WORD = re.compile(
    r"(?:(?:했|였|었|았)?(?:습니다|다|고|며|지만)|니다|입니다|은|는|가|을|를|에|에서|의|로|으로|와|과|하는|하여)(?=[\s.,]|$)"
)
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
HeadingOf = Callable[[str], SectionKind | None]


def lines_in_order(fragments: Sequence[Fragment], heading_of: HeadingOf) -> Iterator[Line]:
    """The lines of a page as one reads them."""
    gutter = _gutter(fragments, heading_of)
    for block in _blocks(fragments, gutter):
        yield from _lines(block, heading_of)


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


def _gutter(fragments: Sequence[Fragment], heading_of: HeadingOf) -> float | None:
    """Where the page parts into two columns; None if it has one."""
    if len(fragments) < 2 * LEAST_FRAGMENTS:
        return None
    first, last = min(each.left for each in fragments), max(each.right for each in fragments)
    tried = [first + STEP * step for step in range(1, int((last - first) / STEP))]
    fit = [place for place in tried if _parts(fragments, place, heading_of)]
    if not fit:
        return None
    least = min(_crossing(fragments, place) for place in fit)
    best = [place for place in fit if _crossing(fragments, place) == least]
    return best[len(best) // 2]


def _parts(fragments: Sequence[Fragment], place: float, heading_of: HeadingOf) -> bool:
    left = [each for each in fragments if each.right <= place + 1]
    right = [each for each in fragments if each.left >= place - 1]
    fewer, more = sorted((left, right), key=len)
    if len(fewer) < LEAST_FRAGMENTS or _crossing(fragments, place) > MOST_CROSSING * len(fragments):
        return False
    aligned = sum(any(_same_row(each, other) for other in more) for each in fewer)
    both_headed = _has_heading(left, right, heading_of) and _has_heading(right, left, heading_of)
    return aligned < ALIGNED_SHARE * len(fewer) or both_headed


def _has_heading(side: Sequence[Fragment], other: Sequence[Fragment], heading_of: HeadingOf) -> bool:
    """Whether a column's text has a heading: in a table such a word ("인턴") stands in rows, as small as all others."""
    usual = sorted(each.size for each in side)[len(side) // 2]
    return any(
        heading_of(each.text) is not None
        and (each.size > LARGER * usual or not any(_same_row(each, beside) for beside in other))
        for each in side
    )


def _crossing(fragments: Sequence[Fragment], place: float) -> int:
    return sum(_crosses(each, place) for each in fragments)


def _crosses(fragment: Fragment, place: float) -> bool:
    return fragment.left < place - 1 and fragment.right > place + 1


def _same_row(one: Fragment, other: Fragment) -> bool:
    return abs(one.baseline - other.baseline) <= SAME_BASELINE * max(one.size, other.size)


def _lines(fragments: Sequence[Fragment], heading_of: HeadingOf) -> Iterator[Line]:
    """Rows from top to bottom; rows that go on with a paragraph are joined to it."""
    if not fragments:
        return
    edge = max(each.right for each in fragments)
    pending: Row = []
    last: Row = []
    kind: SectionKind | None = None
    for row in _rows(fragments):
        kind = heading_of(row[0].text) or kind
        if last and _goes_on(last, row, edge, kind, heading_of):
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


def _goes_on(last: Row, row: Row, edge: float, kind: SectionKind | None, heading_of: HeadingOf) -> bool:
    """Whether ``row`` is the rest of a paragraph that ``last`` had no room for."""
    if len(last) > 1 or len(row) > 1 or not row[0].text or row[0].text[0] in BULLETS:
        return False
    above, below = last[0], row[0]
    if abs(above.size - below.size) > SAME_SIZE or above.bold != below.bold:
        return False
    near = above.baseline - below.baseline <= LINE_FEED * below.size and below.left >= above.left - 2
    if not near or heading_of(above.text) or heading_of(below.text) or _LABEL.match(below.text):
        return False
    if above.text.endswith(OPEN_ENDS):
        return True
    if above.text.endswith((".", "!", "?", ":")) or _ends_with_period(above.text) or _begins_with_period(below.text):
        return False
    if kind in LISTS and not _is_long_item(above.text, below.text, kind):
        return False
    word = (len(below.text.split(" ", 1)[0]) + 1) / len(below.text) * (below.right - below.left)
    return above.right + word * WORD_SLACK > edge


def _is_long_item(above: str, below: str, kind: SectionKind | None) -> bool:
    """Whether two lines of a list may be one item: in lists each line is nearly always an item of its own."""
    inline = kind is SectionKind.SKILLS and above.count(",") > 1
    return inline or below[0].islower() or _begins_with_period(above)


def _ends_with_period(text: str) -> bool:
    found = find_period(text)
    return found is not None and not text[found.end :].strip(" ).")


def _begins_with_period(text: str) -> bool:
    found = find_period(text)
    return found is not None and not text[: found.begin].strip(" (")


def _joined(one: Fragment, other: Fragment) -> Fragment:
    inside = "가" <= one.text[-1] <= "힣" and _INSIDE_WORD.match(other.text)
    mark = "" if inside or one.text.endswith("-") else " "
    return Fragment(one.text + mark + other.text, one.left, other.right, one.baseline, one.size, one.bold)


def _line(row: Row) -> Line:
    return Line(tuple(each.text for each in row), max(each.size for each in row), all(each.bold for each in row))
