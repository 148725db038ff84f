"""Typed fields of a résumé's sections: entries with their periods, organisations, roles and degrees, and skills.

What a line does not state plainly stays empty: a wrong employer in a question is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.reasoning.domain.resume import Entry, SectionKind
from services.reasoning.domain.resume_lexicon import BULLETS, ResumeLexicon, key
from services.reasoning.domain.resume_periods import Period, find_period, without_period

LISTING = (
    SectionKind.EDUCATION,
    SectionKind.EXPERIENCE,
    SectionKind.PROJECTS,
    SectionKind.CERTIFICATES,
    SectionKind.AWARDS,
)
ONE_LINE_EACH = (SectionKind.CERTIFICATES, SectionKind.AWARDS)
HEAD_LINES = 2  # of an entry: where who and what stand
MOST_SKILLS = 100
LONGEST_SKILL = 40  # characters
LONGEST_NAME = 80  # characters of an organisation, role or degree

_PARTS = re.compile(r"\s*(?:\||·|,\s|\s/\s|\t|\s[-–—]\s|\s@\s|\sat\s)\s*")
_LABEL = re.compile(r"^([^:：]{1,20})\s?[:：]\s*(?=\S)")
_SCHOOL = re.compile(
    r"^(?P<school>.{0,40}?(?:대학교|대학원|대학|고등학교|University of [A-Z][a-z]+|University|College"
    r"|Institute of Technology))"
    r"(?:\s+(?P<rest>.+))?$"
)
_GROUP = re.compile(r"^(\S.{0,30}?(?:동아리|학회|학생회|연구실|연구소|위원회|봉사단))\s+(\S.*)$")
_AT = re.compile(r"^(?P<role>[A-Z][^,|]{1,60}?) at (?P<organisation>[A-Z].{1,60})$")
_HANGUL = re.compile("[가-힣]")
_SKILL_MARK = re.compile(r"\s*(?:,|;|\||/(?!\w*\d)|·|ㆍ|•|、)\s*")
_LEVEL = re.compile(
    r"\s*[(（][^)）]{1,30}[)）]|\s*[-–:]\s*(?:상|중|하|능숙|advanced|intermediate|basic|expert)\s*$", re.IGNORECASE
)


def entries_of(kind: SectionKind, lines: Sequence[str], lexicon: ResumeLexicon) -> tuple[Entry, ...]:
    """What the section lists, in order; nothing for kinds that are no lists."""
    if kind not in LISTING or not lines:
        return ()
    starts = _starts(kind, lines)
    ends = [*starts[1:], len(lines)]
    return tuple(_entry(kind, start, lines[start:end], lexicon) for start, end in zip(starts, ends, strict=True))


def skills_of(lines: Sequence[str]) -> tuple[str, ...]:
    """The skills that the lines of a skills section list, each once."""
    found: dict[str, str] = {}
    for line in lines:
        for part in _SKILL_MARK.split(_LABEL.sub("", line.lstrip(BULLETS + " "))):
            skill = _LEVEL.sub("", part).strip(" .")
            if (
                skill
                and len(skill) <= LONGEST_SKILL
                and len(skill.split()) <= 4
                and not skill.endswith(("다", "요", "음", "함"))
            ):
                found.setdefault(skill.casefold(), skill)
    return tuple(found.values())[:MOST_SKILLS]


def _starts(kind: SectionKind, lines: Sequence[str]) -> list[int]:
    """Places of the lines that begin an entry."""
    starts: list[int] = []
    dated = False
    for place, line in enumerate(lines):
        period = find_period(line)
        bullet = line[:1] in BULLETS
        begins = not starts or (kind in ONE_LINE_EACH and _is_more_than(period, line))
        if not begins and bullet:
            begins = _heads(line, period) and period is not None and period.start is not None
        elif not begins and kind not in ONE_LINE_EACH:
            after_bullet = lines[place - 1][:1] in BULLETS
            begins = after_bullet or (dated and _heads(line, period))
        if begins:
            starts.append(place)
            dated = False
        dated = dated or period is not None
    return starts


def _is_more_than(period: Period | None, line: str) -> bool:
    return period is None or bool((line[: period.begin] + line[period.end :]).strip(BULLETS + " |.()"))


def _heads(line: str, period: Period | None) -> bool:
    """Whether a period stands where headings have theirs: at the line's beginning or end."""
    if period is None:
        return False
    before = line[: period.begin].strip(BULLETS + " (|")
    return not before or len(line[period.end :].strip(" ).|")) == 0


def _entry(kind: SectionKind, first: int, lines: Sequence[str], lexicon: ResumeLexicon) -> Entry:
    head = [line for place, line in enumerate(lines[:HEAD_LINES]) if place == 0 or line[:1] not in BULLETS]
    period = next((found for line in head if (found := find_period(line)) is not None), None)
    fields = _Fields(kind, lexicon)
    for line in head:
        at = _AT.match(without_period(line).strip(BULLETS + " |,"))
        if at is not None and kind is SectionKind.EXPERIENCE:
            fields.organisation, fields.role = at["organisation"], at["role"]
            break
        for part in _PARTS.split(without_period(line).strip(BULLETS + " |,")):
            fields.take(part)
    return Entry(
        first_line=first,
        line_count=len(lines),
        start=period.start if period else None,
        end=period.finish if period else None,
        ongoing=period.ongoing if period else False,
        organisation=fields.organisation,
        role=fields.role,
        degree=fields.degree,
    )


class _Fields:
    """Sorts the parts of an entry's head."""

    def __init__(self, kind: SectionKind, lexicon: ResumeLexicon) -> None:
        self._kind = kind
        self._lexicon = lexicon
        self.organisation = ""
        self.role = ""
        self.degree = ""

    def take(self, part: str) -> None:
        """Put one part where it belongs."""
        text = part.strip(" .:")
        if text[:1] + text[-1:] in ("()", "[]"):
            text = text[1:-1]
        label = _LABEL.match(text)
        if label is not None and key(label[1]) in self._lexicon.column_names:
            text = text[label.end() :].strip()
        if not text or len(text) > LONGEST_NAME or not any(character.isalpha() for character in text):
            return
        if self._kind is SectionKind.EDUCATION:
            self._study(text)
        elif self._kind in (SectionKind.EXPERIENCE, SectionKind.PROJECTS):
            self._work(text)

    def _study(self, text: str) -> None:
        school = _SCHOOL.match(text)
        if school is not None and not self.organisation and not self._lexicon.names_degree(school["school"]):
            self.organisation = school["school"].strip()
            text = (school["rest"] or "").strip()
        if text and not self.degree and self._lexicon.names_degree(text):
            self.degree = text
        elif text and not self.organisation and school is None:
            self.organisation = text

    def _work(self, text: str) -> None:
        if self._lexicon.names_role(text):
            group = _GROUP.match(text)
            first, _, rest = (group[1], "", group[2]) if group else text.partition(" ")
            # "네오페이 백엔드 개발자": Korean writes company and role with nothing between them.
            apart = rest and _HANGUL.search(first) and not self.organisation and self._lexicon.names_role(rest)
            if apart and self._kind is SectionKind.EXPERIENCE and (group or len(rest.split()) > 1):
                self.organisation, text = first, rest
            self.role = self.role or text
        elif not self.organisation and self._kind is SectionKind.EXPERIENCE:
            self.organisation = text
