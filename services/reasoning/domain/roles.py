"""Which job family of the bank a role, named in free text, belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from services.reasoning.domain.bank import Family
from services.reasoning.domain.questions import RoleMatch

# Words that say nothing about the field: alone they make no two roles alike.
# fmt: off
GENERIC = frozenset({
    "developer", "engineer", "programmer", "lead", "senior", "junior", "staff", "principal", "intern", "manager",
    "specialist", "entry", "level", "mid", "개발자", "엔지니어", "프로그래머", "개발", "담당자", "담당", "신입", "경력",
    "시니어", "주니어", "인턴", "직무", "직군",
})
LEVELS = frozenset({
    "senior", "junior", "intern", "entry", "level", "신입", "경력", "시니어", "주니어", "인턴", "담당", "담당자",
})
# Occupations that borrow a field's word: a security guard is no security engineer. They are a role's last word (who
# develops drivers drives nothing) and only the name of a family outweighs them.
OTHER_TRADES = (
    "guard", "guards", "bouncer", "patrol", "doorman", "watchman", "security staff", "driver", "courier", "nurse",
    "doctor", "physician", "dentist", "pharmacist", "therapist", "caregiver", "teacher", "professor",
    "personal trainer", "fitness trainer", "dog trainer", "chef", "cook", "waiter", "waitress", "barista",
    "bartender", "cashier", "cleaner", "janitor", "plumber", "electrician", "carpenter", "welder", "mechanic",
    "crane operator", "forklift operator", "construction worker", "factory worker", "warehouse worker",
    "phone repairer", "phone repair technician", "photographer", "firefighter", "police officer", "soldier", "pilot",
    "flight attendant", "lawyer", "attorney", "paralegal", "hairdresser", "farmer", "actor", "singer", "dancer",
    "fashion designer", "interior designer", "floral designer", "jewellery designer", "jewelry designer", "경비",
    "경비원", "보안요원", "보안 직원", "보안 검색", "검색 요원", "보안관", "경호", "경호원", "운전", "운전사",
    "운전기사", "기관사", "택배", "택배기사", "배달", "배달원", "간호사", "의사", "약사", "물리치료사", "요양보호사",
    "교사", "강사", "교수", "헬스 트레이너", "퍼스널 트레이너", "요리사", "조리사", "바리스타", "계산원", "캐셔",
    "청소", "청소원", "미화원", "배관공", "전기공", "목수", "용접공", "정비사", "생산직", "수리기사", "사진작가",
    "소방관", "경찰", "경찰관", "군인", "조종사", "승무원", "변호사", "법무사", "미용사", "농부", "배우", "가수",
    "무용수", "패션 디자이너", "인테리어 디자이너",
)
# fmt: on
LEAST_SPELLING = 0.8  # similarity (Ratcliff/Obershelp) at which one distinctive word is taken for another misspelt
LEAST_SPELLED_LENGTH = 4
WORDS_CACHE = 4096  # names of roles; the bank has some hundreds, and each plan looks at all of them


@dataclass(frozen=True, slots=True)
class MatchedRole:
    """How a role was understood; ``family_id`` is empty exactly if ``match`` is NONE."""

    match: RoleMatch
    family_id: str


def match_role(role: str, families: Sequence[Family]) -> MatchedRole:
    """The job family for ``role``: one of that name, else the nearest, else none (common sets are never a role).

    ``families`` are of all languages: "backend developer" is said in Korean interviews too.
    """
    jobs = [family for family in families if not family.common]
    for family in jobs:
        if _words(role) == _words(family.family_id.replace("_", " ")):
            return MatchedRole(RoleMatch.EXACT, family.family_id)
    same = _longest(role, jobs, near=False)
    if same is not None:
        return MatchedRole(RoleMatch.EXACT, same.family_id)
    if any(_ends_in(role, name) for name in OTHER_TRADES):
        return MatchedRole(RoleMatch.NONE, "")
    nearest = _longest(role, jobs, near=True) or next((family for family in jobs if _similar(role, family)), None)
    return MatchedRole(RoleMatch.NEAREST, nearest.family_id) if nearest else MatchedRole(RoleMatch.NONE, "")


def _longest(role: str, families: Sequence[Family], *, near: bool) -> Family | None:
    """The family with the longest name that ``role`` contains."""
    found = [
        (len(name), family)
        for family in families
        for name in (family.near if near else (family.name, *family.same))
        if _contains(role, name)
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def _contains(role: str, name: str) -> bool:
    words, wanted = _words(role), _words(name)
    if any("가" <= letter <= "힣" for letter in name):
        return "".join(wanted) in "".join(words)  # Korean joins and parts words freely: 백엔드개발자
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def _ends_in(role: str, name: str) -> bool:
    words = [word for word in _words(role) if word not in LEVELS]  # 경비원 (신입), guard, entry level
    wanted = _words(name)
    if any("가" <= letter <= "힣" for letter in name):
        return "".join(words).endswith("".join(wanted))
    return tuple(words[-len(wanted) :]) == wanted


def _similar(role: str, family: Family) -> bool:
    own = set(_distinctive((role,)))
    return any(_resembles(own, set(_distinctive((name,)))) for name in (family.name, *family.same))


def _resembles(own: set[str], name: set[str]) -> bool:
    """Whether the role has all the telling words of a name, misspelt or not: a site manager is no site reliability
    engineer.
    """
    return bool(name) and all(any(_alike(word, each) for each in own) for word in name)


def _alike(one: str, other: str) -> bool:
    shared_at_most = 2 * min(len(one), len(other)) / (len(one) + len(other))  # bounds the ratio, and costs nothing
    return shared_at_most >= LEAST_SPELLING and SequenceMatcher(None, one, other).ratio() >= LEAST_SPELLING


def _distinctive(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield from (word for word in _words(name) if word not in GENERIC and len(word) >= LEAST_SPELLED_LENGTH)


@lru_cache(maxsize=WORDS_CACHE)
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))
