"""Numbers in Korean words: Sino-Korean (일 이 삼), native before a counter (한 두 세), digit by digit (공일공)."""

from __future__ import annotations

_DIGITS = "영일이삼사오육칠팔구"
_SPOKEN_DIGITS = "공일이삼사오육칠팔구"
_SMALL = ("", "십", "백", "천")
_LARGE = ("", "만", "억", "조", "경")
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_NATIVE_PAIRS = ("", "한두", "두세", "서너", "네댓", "대여섯", "예닐곱", "일고여덟", "여덟아홉")

MOST_NATIVE = 99
LARGEST = 10**20 - 1


def sino(number: int) -> str:
    """Sino-Korean words for 0..LARGEST, divided at the myriads as written: 12345 is 만 이천삼백사십오."""
    if number == 0:
        return _DIGITS[0]
    groups: list[str] = []
    for unit in _LARGE:
        number, group = divmod(number, 10_000)
        if group:
            # 10,000 is 만, not 일만; 100,000,000 is 일억.
            words = "" if unit == "만" and group == 1 and number == 0 else _below_myriad(group)
            groups.append(words + unit)
    return " ".join(reversed(groups))


def native(number: int) -> str:
    """Native words for 1..MOST_NATIVE as they stand before a counter: 21 is 스물한, 20 is 스무."""
    if number == 20:
        return "스무"
    tens, ones = divmod(number, 10)
    return _NATIVE_TENS[tens] + _NATIVE_ONES[ones]


def native_pair(number: int) -> str:
    """About `number` or one more, 1..8: 2 is 두세 (two or three)."""
    return _NATIVE_PAIRS[number]


def digits(text: str) -> str:
    """Digit by digit as in telephone numbers: 010 is 공일공. `text`: digits only."""
    return "".join(_SPOKEN_DIGITS[int(digit)] for digit in text)


def decimal(text: str) -> str:
    """A number as written, with commas and a decimal point or without: 1,234.05 is 천이백삼십사점영오.

    A number that begins with a superfluous zero, or is longer than LARGEST, is read digit by digit.
    """
    whole, point, fraction = text.replace(",", "").partition(".")
    superfluous = len(whole) > 1 and whole.startswith("0")
    words = digits(whole) if superfluous or int(whole) > LARGEST else sino(int(whole))
    return words + ("점" + "".join(_DIGITS[int(digit)] for digit in fraction) if point else "")


def _below_myriad(number: int) -> str:
    words = ""
    for place, digit in enumerate(reversed(str(number))):
        if digit != "0":
            one = digit == "1" and place > 0  # 백, not 일백
            words = ("" if one else _DIGITS[int(digit)]) + _SMALL[place] + words
    return words
