"""Periods of time as résumés write them, in Korean and English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.reasoning.domain.resume import Month

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = (
    r"(?:(?P<y{0}>(?:19|20)\d{{2}})\s?(?:[.\-/년']\s?(?P<m{0}>1[0-2]|0?[1-9])(?!\d)\s?월?(?:\s?[.\-/]\s?[0-3]?\d(?!\d)|\s?[0-3]?\d일)?\.?|년)?"
    r"|(?P<n{0}>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}})\.?,?\s(?P<yn{0}>(?:19|20)\d{{2}})"
    r"|(?P<ms{0}>1[0-2]|0?[1-9])/(?P<ys{0}>(?:19|20)\d{{2}}))"
)
_ONGOING = r"현재|재직\s?중|재학\s?중|진행\s?중|수료\s?중|present|current(?:ly)?|now|ongoing|to date"
_RANGE = re.compile(
    r"(?<![\d.,])\(?" + _DATE.format("a") + r"(?:\s?(?:~|∼|〜|-|–|—|―|\bto\b|\buntil\b|부터)\s?"
    rf"(?:{_DATE.format('b')}|(?P<ongoing>{_ONGOING}))?)(?:\s?까지)?\)?(?![\d%])",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"(?<![\d.,])\(?" + _DATE.format("a") + r"\)?(?![\d%,]|\s?(?:명|건|원|개|대|만|회|users|people))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Period:
    """A period found in a line at characters ``begin`` to ``end``; ``start`` is None where only one date is written."""

    begin: int
    end: int
    start: Month | None
    finish: Month | None
    ongoing: bool


def find_period(text: str) -> Period | None:
    """The first period or date in ``text``."""
    found = _RANGE.search(text)
    if found is not None:
        ongoing = found["ongoing"] is not None or _month(found, "b") is None
        return Period(found.start(), found.end(), _month(found, "a"), _month(found, "b"), ongoing)
    single = _SINGLE.search(text)
    if single is not None:
        return Period(single.start(), single.end(), None, _month(single, "a"), ongoing=False)
    return None


def without_period(text: str) -> str:
    """``text`` with its period taken out."""
    found = find_period(text)
    return text if found is None else f"{text[: found.begin]} {text[found.end :]}".strip()


def _month(found: re.Match[str], which: str) -> Month | None:
    year = found[f"y{which}"] or found[f"yn{which}"] or found[f"ys{which}"]
    if year is None:
        return None
    if found[f"n{which}"]:
        return Month(int(year), _NAMES.index(found[f"n{which}"][:3].casefold()) + 1)
    number = found[f"m{which}"] or found[f"ms{which}"]
    return Month(int(year), int(number) if number else None)
