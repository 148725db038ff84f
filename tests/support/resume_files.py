"""Résumé files of every format, made from the marked texts beside this file: ``# heading``, ``- item``, ``| a | b |``.

The Korean font is made here (boxes for letters): what is tested is that its letters are read, not how they look.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FOLDER = Path(__file__).with_name("resumes")
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))
EMBEDDED, NOT_EMBEDDED = "ParleyBoxes", "HYSMyeongJo-Medium"
MARGIN, LEADING, BODY, HEADING = 50.0, 16.0, 10.0, 13.0


@dataclass(frozen=True)
class Marked:
    """A line of a marked text: ``kind`` is "heading", "item", "row" or "text"."""

    kind: str
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return ("- " if self.kind == "item" else "") + "   ".join(self.cells)


def marked(name: str) -> list[Marked]:
    """The lines of the résumé ``name``."""
    return [_marked(line) for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines() if line.strip()]


def _marked(line: str) -> Marked:
    if line.startswith("# "):
        return Marked("heading", (line[2:],))
    if line.startswith("- "):
        return Marked("item", (line[2:],))
    if line.startswith("| "):
        return Marked("row", tuple(cell.strip() for cell in line.strip("| ").split(" | ")))
    return Marked("text", (line,))


def as_text(lines: Sequence[Marked]) -> str:
    """A plain text as people write it."""
    return "\n".join(("\n" if line.kind == "heading" else "") + line.text for line in lines)


@cache
def korean_font() -> str:
    """The name of an embedded font with every sign that these tests print."""
    letters = [*range(0x20, 0x250), *range(0x2010, 0x2030), 0x25CF, *range(0x3131, 0x3164)]
    letters += [*range(0xAC00, 0xD7A4)]
    names = [".notdef", *(f"u{letter:04X}" for letter in letters)]
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (450, 700), (450, 0)):
        pen.lineTo(corner)
    pen.closePath()
    box = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({letter: f"u{letter:04X}" for letter in letters})
    font.setupGlyf(dict.fromkeys(names, box))
    widths = [500, *(1000 if letter > 0x3000 else 250 if letter == 0x20 else 520 for letter in letters)]
    font.setupHorizontalMetrics({name: (width, 50) for name, width in zip(names, widths, strict=True)})
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupNameTable({"familyName": EMBEDDED, "styleName": "Regular", "psName": EMBEDDED})
    font.setupOS2()
    font.setupPost()
    file = io.BytesIO()
    font.save(file)
    file.seek(0)
    pdfmetrics.registerFont(TTFont(EMBEDDED, file))
    return EMBEDDED


@cache
def cid_font() -> str:
    """The name of a Korean font that is not in the file: the reader must know its letters itself."""
    pdfmetrics.registerFont(UnicodeCIDFont(NOT_EMBEDDED))
    return NOT_EMBEDDED


class Page:
    """Prints lines, wrapped, into columns of a PDF."""

    def __init__(self, font: str, **options: object) -> None:
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=A4, **options)
        self.font = font

    def column(self, lines: Sequence[Marked], left: float, right: float, top: float) -> float:
        """Print ``lines`` downwards from ``top``; where the last one ended."""
        for line in lines:
            size = HEADING if line.kind == "heading" else BODY
            self.canvas.setFont(self.font, size)
            top -= 8 if line.kind == "heading" else 0
            if line.kind == "row":
                step = (right - left) / len(line.cells)
                for place, cell in enumerate(line.cells):
                    self.canvas.drawString(left + place * step, top, cell)
                top -= LEADING
                continue
            for part in self._wrapped(("• " if line.kind == "item" else "") + line.cells[0], right - left, size):
                self.canvas.drawString(left, top, part)
                top -= LEADING
                if top < MARGIN:
                    self.canvas.showPage()
                    self.canvas.setFont(self.font, size)
                    top = A4[1] - MARGIN
        return top

    def _wrapped(self, text: str, width: float, size: float) -> list[str]:
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if pdfmetrics.stringWidth(longer, self.font, size) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def done(self) -> bytes:
        """The file."""
        self.canvas.save()
        return self.file.getvalue()


def as_pdf(lines: Sequence[Marked], font: str, **options: object) -> bytes:
    """One column."""
    page = Page(font, **options)
    page.column(lines, MARGIN, A4[0] - MARGIN, A4[1] - MARGIN)
    return page.done()


def as_two_columns(lines: Sequence[Marked], font: str, aside: Sequence[str]) -> bytes:
    """The sections with a heading of ``aside`` in a narrow column beside the others; the head above both."""
    head: list[Marked] = []
    narrow: list[Marked] = []
    wide: list[Marked] = []
    target = head
    for line in lines:
        if line.kind == "heading":
            target = narrow if line.cells[0] in aside else wide
        target.append(line)
    page = Page(font)
    top = page.column(head, MARGIN, A4[0] - MARGIN, A4[1] - MARGIN) - 10
    page.column(narrow, MARGIN, 190, top)
    page.column(wide, 210, A4[0] - MARGIN, top)
    return page.done()


def scanned_pdf() -> bytes:
    """A page that is one picture."""
    page = Page("Helvetica")
    page.canvas.drawImage(ImageReader(Image.new("L", (210, 297), 200)), 0, 0, *A4)
    return page.done()


def photographed_pdf(lines: Sequence[Marked], font: str) -> bytes:
    """One column with a photograph in the corner."""
    page = Page(font)
    page.canvas.drawImage(ImageReader(Image.new("RGB", (90, 120), "grey")), 450, 700, 90, 120)
    page.column(lines, MARGIN, 430, A4[1] - MARGIN)
    return page.done()


def as_docx(lines: Sequence[Marked], *, boxed: bool = False) -> bytes:
    """Headings, lists and tables as Word makes them; ``boxed``: the text before the first heading in a text box."""
    document = Document()
    table = None
    headed = False
    for line in lines:
        if line.kind == "row":
            if table is None or len(table.columns) != len(line.cells):
                table = document.add_table(rows=0, cols=len(line.cells))
            for cell, text in zip(table.add_row().cells, line.cells, strict=True):
                cell.text = text
            continue
        table = None
        headed = headed or line.kind == "heading"
        if line.kind == "heading":
            document.add_heading(line.cells[0], level=1)
        elif boxed and not headed:
            document.add_paragraph()._p.append(parse_xml(_TEXT_BOX.format(escape(line.cells[0]))))
        else:
            document.add_paragraph(line.cells[0], style="List Bullet" if line.kind == "item" else None)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


_TEXT_BOX = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    "<mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>{0}</w:t></w:r></w:p>"
    "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>{0}</w:t>"
    "</w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def as_hwpx(lines: Sequence[Marked]) -> bytes:
    """A package as Hangul makes it, of what the reader looks at."""
    body = "".join(
        _hwpx_table(line.cells) if line.kind == "row" else _hwpx_paragraph(line.text, heading=line.kind == "heading")
        for line in lines
    )
    namespaces = (
        'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section"'
    )
    header = (
        '<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"><hh:refList><hh:charProperties>'
        '<hh:charPr id="0" height="1000"/><hh:charPr id="1" height="1400"/></hh:charProperties></hh:refList></hh:head>'
    )
    return zipped(
        {
            "mimetype": "application/hwp+zip",
            "Contents/header.xml": header,
            "Contents/section0.xml": f"<hs:sec {namespaces}>{body}</hs:sec>",
        }
    )


def _hwpx_paragraph(text: str, *, heading: bool = False) -> str:
    return f'<hp:p><hp:run charPrIDRef="{int(heading)}"><hp:t>{escape(text)}</hp:t></hp:run></hp:p>'


def _hwpx_table(cells: Sequence[str]) -> str:
    inner = "".join(f"<hp:tc><hp:subList>{_hwpx_paragraph(cell)}</hp:subList></hp:tc>" for cell in cells)
    return f'<hp:p><hp:run charPrIDRef="0"><hp:tbl><hp:tr>{inner}</hp:tr></hp:tbl></hp:run></hp:p>'


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
