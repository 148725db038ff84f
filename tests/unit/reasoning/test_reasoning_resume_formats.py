"""Every format says the same of the same résumé, in both languages; encodings, columns and tables are told apart."""

from __future__ import annotations

import random
import re

import pytest

from services.reasoning.adapters.resumes.formats import read_document
from services.reasoning.adapters.resumes.lexicon import load_resume_lexicon
from services.reasoning.adapters.resumes.plain import decode
from services.reasoning.adapters.resumes.refusals import Reason, Refused
from services.reasoning.domain.resume import Identifier, Resume, SectionKind
from services.reasoning.domain.resume_reading import read
from tests.support import resume_files as files

LEXICON = load_resume_lexicon()
ASIDE = (
    "기술스택", "자격증", "기술", "어학", "보유 기술",
    "Skills", "Certifications", "Interests", "Technical Skills",
)  # fmt: skip
SECRET = "<manifest><encryption-data/></manifest>"
each_resume = pytest.mark.parametrize("name", files.NAMES)


def read_file(data: bytes) -> Resume:
    return read(read_document(data, LEXICON), LEXICON)


def read_text(text: str) -> Resume:
    return read_file(text.encode())


def said(resume: Resume) -> set[tuple[SectionKind, str]]:
    """The lines with their sections, without what a format adds to them."""
    return {
        (section.kind, re.sub(r"[\s|]+", " ", line.lstrip("-• ")).strip())
        for section in resume.sections
        for line in section.lines
    }


def made(name: str, form: str) -> bytes:
    lines = files.marked(name)
    font = files.korean_font() if name.startswith("ko") else "Helvetica"
    match form:
        case "pdf":
            return files.as_pdf(lines, font)
        case "pdf, font not embedded":
            return files.as_pdf(lines, files.cid_font())
        case "docx":
            return files.as_docx(lines)
        case "docx, head in text boxes":
            return files.as_docx(lines, boxed=True)
        case _:
            return files.as_hwpx(lines)


@each_resume
@pytest.mark.parametrize("form", ["pdf", "pdf, font not embedded", "docx", "docx, head in text boxes", "hwpx"])
def test_every_format_says_the_same(name: str, form: str) -> None:
    expected = read_text(files.as_text(files.marked(name)))
    found = read_file(made(name, form))
    assert said(found) == said(expected)
    assert (found.target_position, found.skills, found.language) == (
        expected.target_position,
        expected.skills,
        expected.language,
    )
    assert set(found.dropped) == set(expected.dropped)


@each_resume
def test_two_columns_are_read_one_after_the_other(name: str) -> None:
    lines = [line for line in files.marked(name) if line.kind != "row"]
    font = files.korean_font() if name.startswith("ko") else "Helvetica"
    found = read_file(files.as_two_columns(lines, font, ASIDE))
    expected = read_text(files.as_text(lines))
    assert {kind for kind, _ in said(found)} == {kind for kind, _ in said(expected)}
    work = (SectionKind.EXPERIENCE, SectionKind.PROJECTS, SectionKind.SELF_INTRODUCTION)
    assert {each for each in said(found) if each[0] in work} == {each for each in said(expected) if each[0] in work}
    assert found.skills == expected.skills


def test_a_table_is_no_two_columns() -> None:
    rows = [files.Marked("heading", ("경력사항",))] + [
        files.Marked("row", (f"201{year}.03 ~ 201{year}.12", f"회사{year}번", "인턴")) for year in range(6)
    ]
    resume = read_file(files.as_pdf(rows, files.korean_font()))
    (section,) = resume.sections
    assert [(entry.organisation, entry.role) for entry in section.entries] == [
        (f"회사{year}번", "인턴") for year in range(6)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949", "euc-kr"])
def test_korean_texts_are_read_in_every_encoding(encoding: str) -> None:
    text = "경력사항\n네오페이 백엔드 개발자 2020.03 ~ 현재\n- 응답 시간을 40% 줄였습니다.\n"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_english_texts_are_read_in_every_encoding(encoding: str) -> None:
    text = "Experience\nI’ve built the café’s résumé parser – twice.\n"
    assert decode(text.encode(encoding)) == text


def test_rare_syllables_of_cp949_are_read() -> None:
    text = "똠방각하와 펲시콜라, 그리고 흔한 한국어 문장이 이어집니다"
    assert decode(text.encode("cp949")) == text


def test_a_photograph_is_dropped_and_listed() -> None:
    lines = files.marked("en_backend")
    assert Identifier.PHOTOGRAPH in read_file(files.photographed_pdf(lines, "Helvetica")).dropped
    assert Identifier.PHOTOGRAPH not in read_file(files.as_pdf(lines, "Helvetica")).dropped


def refusal(data: bytes) -> Reason | None:
    try:
        read_document(data, LEXICON)
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (files.zipped({"a.txt": "no document"}), Reason.UNSUPPORTED),
        (b"{\\rtf1 hello}", Reason.UNSUPPORTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), Reason.UNSUPPORTED),
        (bytes(range(32)) * 20, Reason.UNSUPPORTED),
        (files.zipped({"Contents/section0.xml": "", "META-INF/manifest.xml": SECRET}), Reason.ENCRYPTED),
        (files.zipped({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), Reason.UNREADABLE),
        (files.zipped({f"word/{part}": "" for part in range(5001)}), Reason.TOO_LARGE),
        (files.zipped({"word/document.xml": "<w:document"}), Reason.UNREADABLE),
    ],
    ids=["zip", "rtf", "encrypted docx", "doc", "binary", "encrypted hwpx", "entities", "members", "broken xml"],
)  # fmt: skip
def test_other_files_are_refused_by_reason(data: bytes, reason: Reason) -> None:
    assert refusal(data) is reason


@pytest.mark.parametrize("form", ["pdf", "docx", "hwpx"])
def test_damaged_files_end_in_a_refusal_or_a_document(form: str) -> None:
    """In this process: what gets past these ends the child process, which the service also survives."""
    whole = made("ko_backend", form)
    chance = random.Random(7)  # noqa: S311  # the same damage each time
    for _ in range(25):
        damaged = bytearray(whole[: chance.randrange(1, len(whole))] if chance.random() < 0.5 else whole)
        for _ in range(chance.randrange(0, 40)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert refusal(bytes(damaged)) in (None, *Reason)
