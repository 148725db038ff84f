"""Which format a file has, told from its bytes; its name is not believed."""

from __future__ import annotations

import io
import zipfile

from services.reasoning.adapters.resumes.docx import read_docx
from services.reasoning.adapters.resumes.hwpx import read_hwpx
from services.reasoning.adapters.resumes.packages import Package
from services.reasoning.adapters.resumes.pdf import read_pdf
from services.reasoning.adapters.resumes.plain import read_plain
from services.reasoning.adapters.resumes.refusals import BROKEN, ENCRYPTED, Reason, Refused
from services.reasoning.domain.resume import Document
from services.reasoning.domain.resume_lexicon import ResumeLexicon

MAGIC_RANGE = 1024  # bytes in which a PDF's header may stand (ISO 32000-1, annex H.3.4.1)
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KNOWN = "upload PDF, DOCX, HWPX or TXT"
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


def read_document(data: bytes, lexicon: ResumeLexicon) -> Document:
    """The lines of a résumé file. Raises Refused."""
    if b"%PDF-" in data[:MAGIC_RANGE]:
        return read_pdf(data, lexicon)
    if data.startswith(b"PK"):
        return _read_package(data)
    if data.startswith(OLE_MAGIC):
        raise _old_office(data)
    if data.startswith(b"{\\rtf"):
        raise Refused(Reason.UNSUPPORTED, f"RTF files are not read; save it as DOCX or PDF ({KNOWN})")
    if data.startswith(PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:8] == b"ftyp":
        raise Refused(Reason.UNSUPPORTED, f"this is a picture or video, not a document; {KNOWN}")
    return read_plain(data)


def _read_package(data: bytes) -> Document:
    try:
        package = Package(zipfile.ZipFile(io.BytesIO(data)))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        raise BROKEN from None
    names = package.names
    if "word/document.xml" in names:
        return read_docx(package)
    if any(name.startswith("Contents/section") for name in names):
        return read_hwpx(package)
    raise Refused(Reason.UNSUPPORTED, f"this archive is no résumé document; {KNOWN}")


def _old_office(data: bytes) -> Refused:
    """What to say of an OLE compound file: HWP 5, an encrypted DOCX, or an old DOC."""
    if b"HWP Document File" in data or "HwpSummaryInformation".encode("utf-16-le") in data:
        return Refused(
            Reason.UNSUPPORTED,
            "HWP 5 files are not read; in Hangul (한글) choose 'save as' HWPX or PDF and upload that",
        )
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ENCRYPTED
    return Refused(Reason.UNSUPPORTED, f"old DOC files are not read; save it as DOCX or PDF ({KNOWN})")
