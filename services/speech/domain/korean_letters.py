"""Latin letters and words in Korean speech: from the lexicon, spelled out, or left to the voice's own English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from services.speech.domain import korean_numbers as numbers

_LETTERS: Mapping[str, str] = {
    "A": "에이",
    "B": "비",
    "C": "씨",
    "D": "디",
    "E": "이",
    "F": "에프",
    "G": "지",
    "H": "에이치",
    "I": "아이",
    "J": "제이",
    "K": "케이",
    "L": "엘",
    "M": "엠",
    "N": "엔",
    "O": "오",
    "P": "피",
    "Q": "큐",
    "R": "알",
    "S": "에스",
    "T": "티",
    "U": "유",
    "V": "브이",
    "W": "더블유",
    "X": "엑스",
    "Y": "와이",
    "Z": "제트",
}
_ENGLISH_DIGITS = ("제로", "원", "투", "쓰리", "포", "파이브", "식스", "세븐", "에잇", "나인")
_LONGEST_SPELLED = 5

# With what may be inside a name: Node.js, C++, CI/CD, Q&A, end-to-end, .NET.
_TOKEN = re.compile(r"(?<![A-Za-z\d.])\.?[A-Za-z\d][A-Za-z\d.+#/'’&_-]*")
_TAIL = re.compile(r"[.'’/&_-]+$")
_INSIDE = re.compile(r"[.'’/&_-]+|(\+)")
_NUMBERED = re.compile(r"([A-Za-z]+)[-/]?(\d+(?:\.\d+)?)([A-Za-z]*)")
_HUMPS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")


def latin_words(text: str, lexicon: Mapping[str, str], *, digits_only: bool) -> str:
    """`text` with the Latin words that are known written in Hangul; `digits_only`: only those with digits in them."""
    return _TOKEN.sub(partial(_token, lexicon=lexicon, digits_only=digits_only), text)


def spelled(letters: str) -> str:
    """Letters by their names: API is 에이피아이."""
    return "".join(_LETTERS[letter] for letter in letters.upper())


def _token(found: re.Match[str], lexicon: Mapping[str, str], digits_only: bool) -> str:
    tail = _TAIL.search(found[0])
    token = found[0][: tail.start()] if tail else found[0]
    rest = found[0][len(token) :]
    if not re.search("[A-Za-z]", token) or (digits_only and not re.search(r"\d", token)):
        return found[0]
    whole = _look_up(token, lexicon) or _numbered(token, lexicon)
    if whole is None and not digits_only:
        parts = [part for part in _INSIDE.split(token) if part]
        whole = " ".join(_word(part, lexicon) for part in parts)
    return found[0] if whole is None else whole + rest


def _numbered(token: str, lexicon: Mapping[str, str]) -> str | None:
    """A name with a number behind it: EC2 is 이씨투, GPT-4 지피티 포, p95 피 구십오. None for anything else."""
    found = _NUMBERED.fullmatch(token)
    if found is None:
        return None
    name, number, suffix = found.groups()
    words = _word(name, lexicon)
    digit = _ENGLISH_DIGITS[int(number)] if len(number) == 1 else f" {numbers.decimal(number)}"
    blank = " " if re.search(r"[-/]", token) or len(words) > _LONGEST_SPELLED else ""
    return f"{words}{blank}{digit}{_word(suffix, lexicon) if suffix else ''}".replace("  ", " ")


def _word(word: str, lexicon: Mapping[str, str]) -> str:
    known = _look_up(word, lexicon)
    if known is not None:
        return known
    if not word.isascii() or not word.isalpha():
        return word
    if len(word) == 1 or (word.isupper() and len(word) <= _LONGEST_SPELLED) or _VOWEL.search(word) is None:
        return spelled(word)
    humps = [_hump(part, lexicon) for part in _HUMPS.findall(word)]
    return "".join(part or "" for part in humps) if len(humps) > 1 and all(humps) else word


def _hump(part: str, lexicon: Mapping[str, str]) -> str | None:
    return _look_up(part, lexicon) or (spelled(part) if part.isupper() else None)


def _look_up(word: str, lexicon: Mapping[str, str]) -> str | None:
    for form in (word, word.casefold()):
        if form in lexicon:
            return lexicon[form]
    singular = word[:-1] if len(word) > 2 and word.endswith("s") else ""
    if singular and (singular in lexicon or singular.casefold() in lexicon):
        return lexicon.get(singular) or lexicon[singular.casefold()]
    plural = singular.isascii() and singular.isalpha() and singular.isupper() and len(singular) <= _LONGEST_SPELLED
    return spelled(singular) if plural else None
