"""HWPX: Hangul's open document format (OWPML, KS X 6101), with tables and text boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from services.reasoning.adapters.resumes.blocks import Block, Paragraph, Table, lines_of
from services.reasoning.adapters.resumes.packages import Package, attribute, children, local
from services.reasoning.adapters.resumes.refusals import ENCRYPTED
from services.reasoning.domain.resume import Document

UNITS_PER_POINT = 100  # heights of letters are in hundredths of a point
PICTURE_TYPES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")
_SECTION = re.compile(r"Contents/section(\d{1,4})\.xml")


def read_hwpx(package: Package) -> Document:
    """The lines of all sections. Raises Refused."""
    if "META-INF/manifest.xml" in package.names:
        manifest = package.xml("META-INF/manifest.xml")
        if any(local(element.tag) == "encryption-data" for element in manifest.iter()):
            raise ENCRYPTED
    sizes = _sizes(package.xml("Contents/header.xml")) if "Contents/header.xml" in package.names else {}
    numbered = {int(found[1]): name for name in package.names if (found := _SECTION.fullmatch(name)) is not None}
    blocks = [block for number in sorted(numbered) for block in _blocks(package.xml(numbered[number]), sizes)]
    pictures = sum(name.startswith("BinData/") and name.lower().endswith(PICTURE_TYPES) for name in package.names)
    return Document(tuple(lines_of(blocks)), pictures)


def _sizes(header: Element) -> Mapping[str, float]:
    """Sizes of letters in points by the id of their properties."""
    found = (element for element in header.iter() if local(element.tag) == "charPr")
    return {
        attribute(each, "id"): int(height) / UNITS_PER_POINT
        for each in found
        if (height := attribute(each, "height")).isdecimal()
    }


def _blocks(parent: Element, sizes: Mapping[str, float]) -> Iterator[Block]:
    for child in parent:
        if local(child.tag) == "p":
            yield from _paragraph(child, sizes)
        elif local(child.tag) == "subList":
            yield from _blocks(child, sizes)


def _paragraph(paragraph: Element, sizes: Mapping[str, float]) -> Iterator[Block]:
    """The paragraph, then the tables and text boxes that are anchored in it."""
    anchored: list[Element] = []
    text = "".join(_text(paragraph, anchored))
    if text.strip():
        runs = (run for run in children(paragraph, "run"))
        yield Paragraph(text, next((sizes.get(attribute(run, "charPrIDRef"), 0.0) for run in runs), 0.0))
    for element in anchored:
        if local(element.tag) == "tbl":
            yield _table(element, sizes)
        else:
            yield from _blocks(element, sizes)


def _table(table: Element, sizes: Mapping[str, float]) -> Table:
    return Table(
        tuple(tuple(tuple(_blocks(cell, sizes)) for cell in children(row, "tc")) for row in children(table, "tr"))
    )


def _text(parent: Element, anchored: list[Element]) -> Iterator[str]:
    for child in parent:
        name = local(child.tag)
        if name in ("tbl", "drawText"):
            anchored.append(child)
        elif name == "t":
            yield child.text or ""
            for mark in child:
                yield {"tab": "\t", "lineBreak": "\n", "nbSpace": " ", "fwSpace": " "}.get(local(mark.tag), "")
                yield mark.tail or ""
        elif name not in ("secPr", "ctrl", "linesegarray"):
            yield from _text(child, anchored)
