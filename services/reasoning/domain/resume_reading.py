"""From a file's lines to a résumé: the head with who it is (dropped), sections by their headings, and their fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from services.reasoning.domain.questions import Language
from services.reasoning.domain.resume import Document, Identifier, Line, Resume, Section, SectionKind
from services.reasoning.domain.resume_fields import entries_of, skills_of
from services.reasoning.domain.resume_identifiers import Redactor
from services.reasoning.domain.resume_lexicon import BULLETS, ResumeLexicon, key
from services.reasoning.domain.resume_periods import find_period

MOST_HEAD_LINES = 15
SHORTEST_SENTENCE = 30  # characters of a line of the head that is kept as self-introduction
LONGEST_POSITION = 60  # characters
SAME_SIZE = 0.3  # points
KOREAN_SHARE = 0.15  # of letters that are Hangul; Korean résumés are full of Latin names
NAME_LABELS = frozenset({"성명", "이름", "한글성명", "name", "fullname"})

_LABELLED = re.compile(r"^\W*([^:：]{2,24}?)\s?[:：]\s*(\S.*)$")
_KOREAN_NAME = re.compile(r"[가-힣](?:\s?[가-힣]){1,3}")
_LATIN_NAME = re.compile(
    r"[A-Z][\w'’-]+(?:\s[A-Z]\.)?(?:\s(?:(?:de|van|von|der|al|bin|la)\s)?[A-Z][\w'’-]+){1,3}|[A-Z]{2,}(?:\s[A-Z]{2,}){1,3}"
)
_DAY = re.compile(r"(?:19|20)\d{2}\s?[.\-/년]\s?\d{1,2}\s?[.\-/월]\s?\d{1,2}")
_PLACE = re.compile(r"[A-Z][\w.' -]{1,30}(?:,\s[A-Z][\w.' -]{1,30}){1,2}")


def read(document: Document, lexicon: ResumeLexicon) -> Resume:
    """The résumé that ``document`` holds. Without sections where nothing is left that is no personal fact."""
    reader = _Reader(lexicon, _heading_size(document.lines, lexicon))
    if document.pictures:
        reader.redactor.drop(Identifier.PHOTOGRAPH)
    for line in document.lines:
        reader.take(line)
    return reader.resume()


@dataclass
class _Open:
    """A section that is being filled."""

    kind: SectionKind
    heading: str
    lines: list[str] = field(default_factory=list)


class _Reader:
    """Takes the lines one by one."""

    def __init__(self, lexicon: ResumeLexicon, heading_size: float | None) -> None:
        self.redactor = Redactor()
        self._lexicon = lexicon
        self._heading_size = heading_size
        self._sections: list[_Open] = []
        self._introduction: list[str] = []
        self._in_head = True  # before the first section, or in a block of personal facts
        self._in_block = False
        self._head_lines = 0
        self._dropping: Identifier | None = None
        self._target = ""
        self._name = ""

    def take(self, line: Line) -> None:
        """The next line."""
        cells = tuple(cell.strip() for cell in line.cells if cell.strip())
        if not cells or (len(cells) > 1 and all(key(cell) in self._lexicon.column_names for cell in cells)):
            return
        line = replace(line, cells=cells)
        self._find_target(line)
        rest = self._headed(line)
        if rest is not None:
            line = replace(line, cells=rest)
        if not line.cells:
            return
        if self._dropping is not None:
            self.redactor.drop(self._dropping)
            self.redactor.line(line)  # for what else it holds
        elif self._in_head and not self._ends_head(line):
            self._head(line)
        else:
            self._body(line)

    def _headed(self, line: Line) -> tuple[str, ...] | None:
        """The cells after a heading, which opens its section; None if ``line`` has no heading."""
        first, *others = line.cells
        found = self._lexicon.heading(first)
        if found is None and (inline := _LABELLED.match(first)) is not None and not self._in_kind(SectionKind.SKILLS):
            named = self._lexicon.heading(inline[1])
            if named in self._lexicon.inline_kinds:
                self._open(named, inline[1].strip())
                return (inline[2], *others)
        if found is None and not others and self._looks_like_heading(line):
            found = SectionKind.OTHER
        if found is None or (others and (self._in_block or self._in_kind(found))):
            return None
        self._open(found, first)
        return tuple(others)

    def _open(self, found: SectionKind | Identifier, heading: str) -> None:
        self._in_head = self._in_block = self._lexicon.is_block(heading) and isinstance(found, Identifier)
        self._dropping = found if isinstance(found, Identifier) and not self._in_block else None
        if isinstance(found, SectionKind):
            self._sections.append(_Open(found, heading.strip(BULLETS + " :：[]【】<>")))

    def _in_kind(self, kind: SectionKind | Identifier) -> bool:
        return bool(self._sections) and not self._in_head and self._sections[-1].kind is kind

    def _looks_like_heading(self, line: Line) -> bool:
        """Whether a line that no lexicon knows is as large as those that are headings."""
        size, text = self._heading_size, line.text
        if size is None or self._in_head or len(text) > 30 or text[:1] in BULLETS or find_period(text):
            return False
        return abs(line.size - size) < SAME_SIZE

    def _ends_head(self, line: Line) -> bool:
        self._head_lines += 1
        if self._in_block:
            return False
        period = find_period(line.text)
        ended = self._head_lines > MOST_HEAD_LINES or line.text[:1] in BULLETS
        if ended or (period is not None and period.start is not None):
            self._in_head = False
            self._sections.append(_Open(SectionKind.OTHER, ""))
            return True
        return False

    def _head(self, line: Line) -> None:
        """Of the head only sentences are kept: the rest says who somebody is."""
        for label, value in _labelled(line):
            if key(label) in NAME_LABELS and not self._name:
                self._name = _name_in(value)
        left = self.redactor.line(line)
        for cell in left.cells if left else ():
            for part in re.split(r"\s[|/·]\s", cell):
                self._head_part(part.strip())

    def _head_part(self, text: str) -> None:
        if len(text) >= SHORTEST_SENTENCE and (text.endswith((".", "다", "요")) or len(text.split()) > 7):
            self._introduction.append(text)
        elif self._lexicon.names_role(text) and len(text) <= LONGEST_POSITION and not self._target:
            self._target = text
        elif not self._name and _name_in(text) == text and key(text) not in self._lexicon.headings:
            self._name = text
            self.redactor.drop(Identifier.NAME)
        elif _DAY.search(text):
            self.redactor.drop(Identifier.BIRTH_DATE)
        elif _PLACE.fullmatch(text) or any(key(word) in self._lexicon.places for word in text.split()):
            self.redactor.drop(Identifier.HOME_REGION)

    def _body(self, line: Line) -> None:
        left = self.redactor.line(line)
        if left is not None and not self._states_target(line):
            self._sections[-1].lines.append(left.text.strip(" |"))

    def _find_target(self, line: Line) -> None:
        if not self._target and self._states_target(line):
            value = next(value for label, value in _labelled(line) if key(label) in self._lexicon.position_labels)
            self._target = Redactor().text(value)[:LONGEST_POSITION]

    def _states_target(self, line: Line) -> bool:
        return any(key(label) in self._lexicon.position_labels for label, _ in _labelled(line)) and (
            self._in_head or not self._in_kind(SectionKind.EXPERIENCE)
        )

    def resume(self) -> Resume:
        """What all lines together say."""
        sections = [_Open(SectionKind.SELF_INTRODUCTION, "", self._introduction), *self._sections]
        filled = [self._section(each) for each in sections]
        kept = tuple(each for each in filled if each.lines)
        lines = [line for each in kept for line in each.lines]
        return Resume(
            sections=kept,
            target_position=self._target,
            skills=skills_of([line for each in kept if each.kind is SectionKind.SKILLS for line in each.lines]),
            dropped=self.redactor.dropped,
            language=_language(lines),
        )

    def _section(self, opened: _Open) -> Section:
        lines = tuple(left for line in opened.lines if (left := self._without_name(line)))
        return Section(opened.kind, opened.heading, lines, entries_of(opened.kind, lines, self._lexicon))

    def _without_name(self, line: str) -> str:
        name = re.sub(r"\s", "", self._name) if _KOREAN_NAME.fullmatch(self._name) else self._name
        if len(name) < 3 or name not in line:
            return line
        particle = (
            r"(?:이라고 합니다|입니다|은|는|이|가|을|를|의|님)?" if _KOREAN_NAME.fullmatch(name) else r"(?:'s|’s)?"
        )
        self.redactor.drop(Identifier.NAME)
        left = re.sub(rf"(?<![가-힣A-Za-z]){re.escape(name)}{particle}(?![가-힣A-Za-z])", "", line)
        return re.sub(r"\s{2,}", " ", left.replace(name, "")).strip(" ,.|")


def _labelled(line: Line) -> list[tuple[str, str]]:
    """Labels with their values: within cells ("희망직무: 백엔드"), and of neighbouring cells."""
    found = [(match[1], match[2]) for cell in line.cells if (match := _LABELLED.match(cell)) is not None]
    return found + list(zip(line.cells, line.cells[1:], strict=False))


def _name_in(text: str) -> str:
    """``text`` if it looks like a person's name, else what of it does, or nothing."""
    for form in (_KOREAN_NAME, _LATIN_NAME):
        found = form.match(text.strip())
        if found is not None and (found.end() == len(text.strip()) or text.strip()[found.end()] in " (,/"):
            return found[0]
    return ""


def _heading_size(lines: Iterable[Line], lexicon: ResumeLexicon) -> float | None:
    """The size that headings have, if they are set larger than what is between them."""
    sizes = [line.size for line in lines if line.size and isinstance(lexicon.heading(line.text), SectionKind)]
    body = sorted(line.size for line in lines if line.size)
    if len(sizes) < 2 or max(sizes) - min(sizes) > SAME_SIZE or sizes[0] < body[len(body) // 2] * 1.1:
        return None
    return sizes[0]


def _language(lines: Iterable[str]) -> Language | None:
    letters = [character for line in lines for character in line if character.isalpha()]
    if not letters:
        return None
    korean = sum("가" <= letter <= "힣" for letter in letters)
    return Language.KOREAN if korean >= KOREAN_SHARE * len(letters) else Language.ENGLISH
