"""DOCX: WordprocessingML (ISO/IEC 29500-1, clause 17), with tables and text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from services.reasoning.adapters.resumes.blocks import BULLET, Block, Paragraph, Table, lines_of
from services.reasoning.adapters.resumes.packages import Package, attribute, children, local
from services.reasoning.domain.resume import Document

HEADING_SIZE = 16.0  # points, for paragraphs in a heading style: only that it is large matters
PICTURE_TYPES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def read_docx(package: Package) -> Document:
    """The lines of the document's body. Raises Refused."""
    styles = _heading_styles(package) if "word/styles.xml" in package.names else frozenset()
    blocks = [block for body in children(package.xml("word/document.xml"), "body") for block in _blocks(body, styles)]
    pictures = sum(name.startswith("word/media/") and name.lower().endswith(PICTURE_TYPES) for name in package.names)
    return Document(tuple(lines_of(blocks)), pictures)


def _heading_styles(package: Package) -> frozenset[str]:
    """Ids of the styles for headings; their names are English in every edition, their ids are not."""
    found = set()
    for style in children(package.xml("word/styles.xml"), "style"):
        name = next((attribute(child, "val").casefold() for child in children(style, "name")), "")
        if name.startswith(("heading", "title")):
            found.add(attribute(style, "styleId"))
    return frozenset(found)


def _blocks(parent: Element, styles: frozenset[str]) -> Iterator[Block]:
    for child in parent:
        name = local(child.tag)
        if name == "p":
            yield from _paragraph(child, styles)
        elif name == "tbl":
            yield _table(child, styles)
        elif name in ("sdt", "sdtContent", "smartTag", "customXml", "ins"):
            yield from _blocks(child, styles)


def _table(table: Element, styles: frozenset[str]) -> Table:
    rows = [tuple(tuple(_blocks(cell, styles)) for cell in children(row, "tc")) for row in _through(table, "tr")]
    return Table(tuple(rows))


def _through(parent: Element, name: str) -> Iterator[Element]:
    """Children with this name, also inside content controls."""
    for child in parent:
        if local(child.tag) == name:
            yield child
        elif local(child.tag) in ("sdt", "sdtContent"):
            yield from _through(child, name)


def _paragraph(paragraph: Element, styles: frozenset[str]) -> Iterator[Block]:
    """The paragraph, then what the text boxes that are anchored in it hold."""
    boxes: list[Element] = []
    text = "".join(_text(paragraph, boxes))
    properties = next(children(paragraph, "pPr"), None)
    size, numbered = 0.0, False
    if properties is not None:
        numbered = any(True for _ in children(properties, "numPr"))
        if any(attribute(style, "val") in styles for style in children(properties, "pStyle")):
            size = HEADING_SIZE
        numbered = numbered or any("List" in attribute(style, "val") for style in children(properties, "pStyle"))
    if text.strip():
        run_size, bold = _look(paragraph)
        yield Paragraph((BULLET if numbered else "") + text, size or run_size, bold)
    for box in boxes:
        yield from _blocks(box, styles)


def _text(parent: Element, boxes: list[Element]) -> Iterator[str]:
    for child in parent:
        name = local(child.tag)
        if name == "t":
            yield child.text or ""
        elif name == "tab":
            yield "\t"
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "txbxContent":
            boxes.append(child)
        elif name not in ("Fallback", "pPr", "rPr", "del", "delText", "instrText"):
            yield from _text(child, boxes)  # Fallback says the same again for old readers


def _look(paragraph: Element) -> tuple[float, bool]:
    """Size in points and weight of the first run that says so."""
    for run in children(paragraph, "r"):
        for properties in children(run, "rPr"):
            sizes = [attribute(size, "val") for size in children(properties, "sz")]
            bold = any(attribute(each, "val") not in ("0", "false") for each in children(properties, "b"))
            if bold or sizes:
                return (int(sizes[0]) / 2 if sizes and sizes[0].isdecimal() else 0.0), bold
    return 0.0, False
