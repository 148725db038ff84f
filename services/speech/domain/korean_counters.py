"""Which Korean counters take native numbers (세 개), and up to what number; all others are Sino-Korean (삼 년)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.speech.domain import korean_numbers as numbers

# Above its limit a counter takes Sino-Korean numbers in everyday speech: 열두 번, but 사십 번.
_LIMITS: Mapping[int, str] = {
    99: "개 명 살 사람 마리 권 그루 송이 가지 쌍 켤레 벌 채 척",
    20: "번째 시간 대 건 번 배 곳 군데 줄 팀 통 병 잔 장 달 차례 자리 칸 문장 단락 바퀴"
    " 조각 끼 마디 방울 그릇 판 켠 접시 상자",
    12: "시",
}
# Longest first: 개월 and 개국 are no 개, 시간 is no 시, 번째 no 번.
_SINO_LOOKALIKES = (
    "개월 개년 개국 개소 시리즈 번지 번가 대학 대역 명령 장조 배수 권역 통신 판교 건물 줄거리"
    " 달러 대비 대회 팀장 잔여 병동"
)
_NATIVE = {counter: most for most, counters in _LIMITS.items() for counter in counters.split()}
_COUNTER = re.compile("|".join(sorted([*_NATIVE, *_SINO_LOOKALIKES.split()], key=len, reverse=True)))

# 번 is a number's name before these, and 대 an age or a rank: 삼 번 문제, 이십 대 개발자, 삼 대 원칙.
_NUMBERED = re.compile(
    r"번(?:(?:은|이|을|과|으로)(?!\w)|\s?(?:문제|문항|질문|서버|출구|버스|포트|항목|슬라이드|페이지|선택지|보기|테이블|노드|라인|과제|후보))"
)
_RANKED = re.compile(r"대\s(?:원칙|요소|기업|과제|강국|뉴스|핵심|특징|조건|지표|가치|전략|도시)")
_AGED = re.compile(r"대(?!\w)|대(?:의|는|가|에|를|와|이|부터|까지|초반|중반|후반)")


def takes_native(number: int, following: str) -> bool:
    """Whether `number` is native before the text `following`, which begins with the counter (no blank before it)."""
    found = _COUNTER.match(following)
    if found is None or found[0] not in _NATIVE or not 1 <= number <= _NATIVE[found[0]]:
        return False
    counter = found[0]
    if counter == "번":
        return _NUMBERED.match(following) is None
    if counter == "대":
        aged = number >= 10 and number % 10 == 0 and _AGED.match(following) is not None
        return not aged and _RANKED.match(following) is None
    return True


def native_counter(following: str) -> str:
    """The counter with which `following` begins, if it is one that may take native numbers; else empty."""
    found = _COUNTER.match(following)
    return found[0] if found is not None and found[0] in _NATIVE else ""


def before_counter(number: int, following: str) -> str:
    """`number` in words as it stands before `following`."""
    if number == 1 and following.startswith("번째"):
        return "첫"
    return numbers.native(number) if takes_native(number, following) else numbers.sino(number)


def about(number: int, following: str) -> str:
    """`number` or one more, both below 10, before `following`: 두세 개, 이삼 년."""
    if takes_native(number, following) and takes_native(number + 1, following):
        return numbers.native_pair(number)
    return numbers.sino(number) + numbers.sino(number + 1)
