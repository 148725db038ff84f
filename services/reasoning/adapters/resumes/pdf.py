"""PDF: PDFium gives letters with their places, layout.py their order."""

from __future__ import annotations

import ctypes
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from services.reasoning.adapters.resumes.layout import Fragment, lines_in_order
from services.reasoning.adapters.resumes.refusals import BROKEN, ENCRYPTED, SCANNED, Reason, Refused
from services.reasoning.domain.resume import Document, Line, SectionKind
from services.reasoning.domain.resume_lexicon import ResumeLexicon

BLANKS: Final = frozenset({0x20, 0xA0, 0x3000, 0x0A, 0x0D})
MOST_PAGES: Final = 30
MOST_LETTERS: Final = 100_000
LEAST_LETTERS: Final = 20  # of a document; a scan may have a page number
MOST_UNREADABLE: Final = 0.3  # of letters without a meaning (no ToUnicode map)
WIDE_GAP: Final = 1.0  # of the size of letters: what is wider parts cells or columns
WORD_GAP: Final = 0.18
SAME_BASELINE: Final = 0.35
BOLD_WEIGHT: Final = 600
PICTURE_POINTS: Final = 40.0  # least width and height of what may be a photograph
PAGE_SHARE: Final = 0.3  # of the page; larger pictures are scans or backgrounds
ERROR_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    spaced: bool  # after a blank


def read_pdf(data: bytes, lexicon: ResumeLexicon) -> Document:
    """The lines of all pages. Raises Refused."""
    document = _open(data)
    if len(document) > MOST_PAGES:
        raise Refused(Reason.TOO_LARGE, f"the document has more than {MOST_PAGES} pages; upload the résumé alone")

    def heading_of(text: str) -> SectionKind | None:
        found = lexicon.heading(text)
        return found if isinstance(found, SectionKind) else None

    lines: list[Line] = []
    pictures = scans = letters = 0
    for index in range(len(document)):
        try:
            page = document[index]
            found = _letters(page)
            photographs, large = _pictures(page)
        except pypdfium2.PdfiumError:
            raise BROKEN from None
        pictures, scans, letters = pictures + photographs, scans + large, letters + len(found)
        if letters > MOST_LETTERS:
            raise Refused(Reason.TOO_LARGE, "the document has far more text than a résumé; upload the résumé alone")
        _check_readable(found)
        lines += lines_in_order(_fragments(found), heading_of)
    if letters < LEAST_LETTERS:
        raise SCANNED if pictures or scans else Refused(Reason.EMPTY, "the document has no text; upload the résumé")
    return Document(tuple(lines), pictures)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
        if not len(document):
            raise BROKEN
    except pypdfium2.PdfiumError as error:
        raise (ENCRYPTED if getattr(error, "err_code", 0) == ERROR_PASSWORD else BROKEN) from None
    return document


def _letters(page: Any) -> list[_Letter]:
    """The printed letters of a page, in the order of the file; blanks left out, gaps say where they are."""
    text = page.get_textpage()
    found: list[_Letter] = []
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    spaced = False
    count = text.count_chars()
    if count > MOST_LETTERS:
        raise Refused(Reason.TOO_LARGE, "the document has far more text than a résumé; upload the résumé alone")
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in BLANKS or pdfium.FPDFText_IsGenerated(text, index) == 1:
            spaced = True
            continue
        if not pdfium.FPDFText_GetCharOrigin(text, index, x, y) or not pdfium.FPDFText_GetLooseCharBox(
            text, index, box
        ):
            continue
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            continue  # half of a sign beyond the basic plane: an emoji
        bold = pdfium.FPDFText_GetFontWeight(text, index) >= BOLD_WEIGHT
        letter = _Letter(chr(code), box.left, box.right, y.value, _size(text, index), bold, spaced)
        spaced = False
        if not found or not _printed_twice(found[-1], letter):
            found.append(letter)
    return found


def _size(text: Any, index: int) -> float:
    """The size of a letter in points: the font's, scaled as the page scales it."""
    matrix = pdfium.FS_MATRIX()
    size: float = pdfium.FPDFText_GetFontSize(text, index)
    return size * math.hypot(matrix.c, matrix.d) if pdfium.FPDFText_GetMatrix(text, index, matrix) else size


def _printed_twice(one: _Letter, other: _Letter) -> bool:
    """Some programs make letters bold by printing them twice."""
    near = abs(one.left - other.left) < 0.1 * one.size and abs(one.baseline - other.baseline) < 0.1 * one.size
    return near and one.text == other.text


def _pictures(page: Any) -> tuple[int, int]:
    """Number of pictures that may be photographs, and of larger ones."""
    width, height = page.get_size()
    photographs = larger = 0
    for each in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = each.get_bounds()
        if (right - left) * (top - bottom) > PAGE_SHARE * width * height:
            larger += 1
        elif min(right - left, top - bottom) >= PICTURE_POINTS:
            photographs += 1
    return photographs, larger


def _check_readable(letters: Sequence[_Letter]) -> None:
    unknown = sum(
        "\ue000" <= each.text <= "\uf8ff" or each.text in "\ufffd\ufffe\uffff" or each.text < " " for each in letters
    )
    if unknown > MOST_UNREADABLE * len(letters) and len(letters) > LEAST_LETTERS:
        raise Refused(
            Reason.UNREADABLE,
            "the letters of this PDF cannot be told (its fonts have no character map); export it again, or as DOCX",
        )


def _fragments(letters: Sequence[_Letter]) -> list[Fragment]:
    return [fragment for row in _baselines(letters) for fragment in _split(row)]


def _baselines(letters: Sequence[_Letter]) -> Iterator[list[_Letter]]:
    """The letters by their baselines from top to bottom, each from left to right."""
    row: list[_Letter] = []
    for each in sorted(letters, key=lambda letter: -letter.baseline):
        if row and row[0].baseline - each.baseline > SAME_BASELINE * min(each.size, row[0].size):
            yield sorted(row, key=lambda letter: letter.left)
            row = []
        row.append(each)
    if row:
        yield sorted(row, key=lambda letter: letter.left)


def _split(row: Sequence[_Letter]) -> Iterator[Fragment]:
    """A row cut at wide gaps, with blanks at narrower ones."""
    start = 0
    for place in range(1, len(row) + 1):
        if place == len(row) or row[place].left - row[place - 1].right > WIDE_GAP * row[place].size:
            yield _fragment(row[start:place])
            start = place


def _fragment(letters: Sequence[_Letter]) -> Fragment:
    text = letters[0].text
    for before, letter in itertools.pairwise(letters):
        gap = letter.left - before.right
        text += " " * (gap > WORD_GAP * min(before.size, letter.size) or (letter.spaced and gap > 0)) + letter.text
    size = sorted(each.size for each in letters)[len(letters) // 2]
    bold = sum(each.bold for each in letters) * 2 > len(letters)
    return Fragment(text, letters[0].left, letters[-1].right, letters[0].baseline, size, bold)
