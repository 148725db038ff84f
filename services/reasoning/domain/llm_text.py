"""Checks of generated text that need no model: loops while it streams, its language, refusals, numbers, lengths."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.questions import Language

MOST_BLANKS = 40  # in a row; compact JSON has none outside its strings
LONGEST_PERIOD = 64  # characters
LEAST_REPEATED = 160  # characters that repeat before it counts as a loop
LEAST_HANGUL = 0.3  # of the letters; technical Korean is full of Latin terms
MOST_HANGUL = 0.1
LEAST_LETTERS = 8  # fewer can't tell a language

_BLANKS = re.compile(rf"(?:\s|\\[nrt]){{{MOST_BLANKS},}}\Z")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_LATIN = re.compile(r"[A-Za-z]")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0590-\u06ff\u3040-\u30ff\u4e00-\u9fff]")
_MARKUP = re.compile(r"[`\n\r]|\*\*|\]\(|</?[A-Za-z][^>]*>|^\s*(?:[#>*•-]|\d+[.)])\s|https?://")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class LoopGuard:
    """Reads a stream piece by piece and stops one that can only go on for ever."""

    def __init__(self) -> None:
        self._tail = ""

    def feed(self, piece: str) -> None:
        """Raises ModelFailed (LOOPING) as soon as the text so far ends in white space or repetition without end."""
        self._tail = (self._tail + piece)[-(LEAST_REPEATED + LONGEST_PERIOD) :]
        if _BLANKS.search(self._tail):
            raise ModelFailed(FallbackReason.LOOPING, "the model writes white space without end")
        if _repeats(self._tail):
            raise ModelFailed(FallbackReason.LOOPING, "the model repeats itself without end")


def _repeats(tail: str) -> bool:
    if len(tail) < LEAST_REPEATED + LONGEST_PERIOD:
        return False
    last = tail[-LEAST_REPEATED:]
    return any(tail[-LEAST_REPEATED - period : -period] == last for period in range(1, LONGEST_PERIOD + 1))


def check_language(text: str, language: Language) -> None:
    """Raises ModelFailed (WRONG_LANGUAGE) if ``text`` is not in ``language``, as far as its letters tell."""
    hangul, latin, other = (len(pattern.findall(text)) for pattern in (_HANGUL, _LATIN, _OTHER_SCRIPT))
    letters = hangul + latin + other
    if letters < LEAST_LETTERS:
        return
    share = hangul / letters
    wrong = share < LEAST_HANGUL if language is Language.KOREAN else share > MOST_HANGUL
    if wrong or other > letters * MOST_HANGUL:
        raise ModelFailed(FallbackReason.WRONG_LANGUAGE, f"the model did not write in {language.value}")


def check_plain(text: str) -> None:
    """Raises ModelFailed (UNSUITABLE) if ``text`` has what can't be spoken: marks of Markdown or HTML, links, lines."""
    if _MARKUP.search(text):
        raise ModelFailed(FallbackReason.UNSUITABLE, "the text is marked up, and can't be spoken as it stands")


def check_numbers(text: str, known: Iterable[str]) -> None:
    """Raises ModelFailed (INVENTED_FACT) if ``text`` has a number that none of ``known`` has."""
    given = {number for each in known for number in _numbers(each)}
    invented = [number for number in _numbers(text) if number not in given]
    if invented:
        raise ModelFailed(FallbackReason.INVENTED_FACT, f"{len(invented)} number(s) that nobody said")


def _numbers(text: str) -> list[str]:
    """The numbers of ``text``, spelt alike: 1,200 is 1200 and 40.0 is 40."""
    return [_plain(found) for found in _NUMBER.findall(text)]


def _plain(number: str) -> str:
    whole = re.sub(r",(?=\d{3}\b)", "", number)
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def count_questions(text: str) -> int:
    """How many questions ``text`` asks, by its question marks."""
    return len(re.findall(r"[?？]+", text))
