"""Plain text files, in the encodings that Korean and English writers have."""

from __future__ import annotations

import codecs
import re

from services.reasoning.adapters.resumes.refusals import BROKEN, Reason, Refused
from services.reasoning.domain.resume import Document, Line

# BOM of UTF-32 first: that of UTF-16 is its beginning.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MOST_BYTES = 1024 * 1024  # what a résumé never has, even in four bytes a letter
MOST_CONTROLS = 0.02  # of characters; text has none but line ends and tabs
MOST_NULS = 0.2  # of bytes: UTF-16 of Latin text has half, of Korean text its blanks and line ends
COMMON_SYLLABLES = 0.8  # of Hangul among the 2,350 of KS X 1001; bytes that are not Korean look like the rare ones
_CELL_GAP = re.compile(r"\t+| {3,}")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_HANGUL = re.compile("[가-힣]")


def read_plain(data: bytes) -> Document:
    """The lines of a text. Raises Refused."""
    if len(data) > MOST_BYTES:
        raise Refused(Reason.TOO_LARGE, "the text is far longer than a résumé; upload the résumé alone")
    text = decode(data)
    if not text.strip():
        raise Refused(Reason.EMPTY, "the file holds no text; upload the résumé itself")
    if len(_CONTROL.findall(text)) > MOST_CONTROLS * len(text):
        raise Refused(Reason.UNSUPPORTED, "this is no document that is known here; upload PDF, DOCX, HWPX or TXT")
    lines = (_CONTROL.sub("", line).strip() for line in text.splitlines())
    return Document(tuple(Line(tuple(_CELL_GAP.split(line))) for line in lines if line))


def decode(data: bytes) -> str:
    """``data`` as text: by its byte order mark, else UTF-8, UTF-16, EUC-KR with its extension CP949, or CP1252."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    if data.count(0) > MOST_NULS * len(data) or (0 in data and len(data) % 2 == 0 and _is_utf16_korean(data)):
        little = data[1::2].count(0) >= data[::2].count(0)
        return _strict(data, "utf-16-le" if little else "utf-16-be")
    for encoding in ("utf-8", "euc_kr"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
    return text if _mostly_common(text) else data.decode("cp1252", "replace")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise BROKEN from None


def _is_utf16_korean(data: bytes) -> bool:
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data.decode(encoding, "replace")
        if len(_HANGUL.findall(text)) > len(text) / 3:
            return True
    return False


def _mostly_common(text: str) -> bool:
    syllables = _HANGUL.findall(text)
    common = sum(_in_ksx1001(each) for each in syllables)
    return bool(syllables) and common >= COMMON_SYLLABLES * len(syllables)


def _in_ksx1001(syllable: str) -> bool:
    try:
        syllable.encode("euc_kr")
    except UnicodeEncodeError:
        return False
    return True
