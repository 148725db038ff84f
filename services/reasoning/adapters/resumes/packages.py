"""Zip packages of XML from strangers: read within bounds, and XML without document types.

A document type is where entity expansion ("billion laughs") and outside entities come from; office files have none.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree  # document types are refused below

from services.reasoning.adapters.resumes.refusals import BROKEN, ENCRYPTED, Reason, Refused

MOST_MEMBERS = 5000
MOST_XML_BYTES = 32 * 1024 * 1024  # of one part, uncompressed; a long résumé has 1 MiB
TOO_LARGE = Refused(Reason.TOO_LARGE, "the document is far larger than a résumé; upload the résumé alone")


class Package:
    """A zip file's parts. Raises Refused for everything that is wrong with them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        if len(archive.infolist()) > MOST_MEMBERS:
            raise TOO_LARGE
        self.names = tuple(archive.namelist())

    def xml(self, name: str) -> ElementTree.Element:
        """The root of the XML part ``name``."""
        parser = ElementTree.XMLParser(target=_NoDocumentTypes())  # noqa: S314  # document types are refused
        try:
            parser.feed(self._read(name))
            root = parser.close()
        except (ElementTree.ParseError, ValueError, LookupError):
            raise BROKEN from None
        if not isinstance(root, ElementTree.Element):
            raise BROKEN
        return root

    def _read(self, name: str) -> bytes:
        try:
            info = self._archive.getinfo(name)
            if info.flag_bits & 1:
                raise ENCRYPTED
            with self._archive.open(info) as part:
                data = part.read(MOST_XML_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, NotImplementedError, RuntimeError):
            raise BROKEN from None
        if len(data) > MOST_XML_BYTES:
            raise TOO_LARGE
        return data


class _NoDocumentTypes(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Called at a document type, before anything that it declares is used."""
        raise BROKEN


def local(tag: object) -> str:
    """A tag's name without its namespace, whose year differs between versions of a format."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: ElementTree.Element, name: str) -> str:
    """The attribute with this local name, empty if there is none."""
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def children(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """The children with this local name."""
    return (child for child in element if local(child.tag) == name)
