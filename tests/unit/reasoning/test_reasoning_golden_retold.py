"""The golden set's retold answers: as long as the answer, with all its numbers and no others, in other sentences."""

from __future__ import annotations

import re

import pytest

from benches.golden_set import GoldenAnswer, load_golden_set
from services.reasoning.domain.questions import Language

MOST_SHARED_WORDS = 0.35  # of the four-word runs of the retold text
MOST_SHARED_LETTERS = {"en": 0.50, "ko": 0.25}  # of the trigrams of both texts; words alone miss a changed 조사
DIGITS = re.compile(r"\d+(?:\.\d+)?[천만억]*")
ENGLISH = {
    "zero": "0", "two": "2", "twice": "2", "double": "2", "doubled": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "half": "half", "fifth": "1/5", "tenth": "1/10",
}  # fmt: skip
KOREAN = {
    "두": "2", "두세": "2-3", "세": "3", "석": "3", "네": "4", "다섯": "5", "여섯": "6", "일곱": "7", "여덟": "8",
    "아홉": "9", "열": "10",
}  # fmt: skip
# Before a noun only: 네 with a comma after it is "yes". 이틀 and half may have a 조사 on them.
KOREAN_WORDS = re.compile(rf"\b({'|'.join(KOREAN)}) (?=[가-힣])")
KOREAN_ALONE = {"이틀": re.compile(r"\b이틀"), "half": re.compile(r"\b(?:절반|반(?=이|쯤))")}
ONE = {Language.ENGLISH: re.compile(r"\b(?:one|first|single)\b"), Language.KOREAN: re.compile(r"\b(?:한|하나)")}


def _numbers(text: str, language: Language) -> set[str]:
    """The numbers that can't be meant otherwise, in digits or words; a Korean one with the 만 that belongs to it."""
    found = set(DIGITS.findall(text))
    if language is Language.ENGLISH:
        return found | {ENGLISH[word] for word in re.findall(r"[a-z]+", text.lower()) if word in ENGLISH}
    found |= {KOREAN[word] for word in KOREAN_WORDS.findall(text)}
    return found | {name for name, pattern in KOREAN_ALONE.items() if pattern.search(text)}


def _said(text: str, language: Language) -> set[str]:
    """All numbers, with the words for one, which may also be no number."""
    one = {"1"} if ONE[language].search(text.lower()) else set()
    return _numbers(text, language) | one


def _runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"[\w']+", text.lower())
    return [tuple(words[start : start + 4]) for start in range(len(words) - 3)]


def _trigrams(text: str) -> set[str]:
    flat = re.sub(r"[\W\d]+", "", text.lower())
    return {flat[start : start + 3] for start in range(len(flat) - 2)}


def _sentences(text: str) -> set[str]:
    """Without punctuation, spaces and capitals; a dot inside a number ends no sentence."""
    return {re.sub(r"\W+", "", each.lower()) for each in re.split(r"[.?!](?!\d)", text)} - {""}


ANSWERS = load_golden_set()
RETOLD = [answer for answer in ANSWERS if answer.retold]
_each_retold = pytest.mark.parametrize("answer", RETOLD, ids=lambda answer: answer.answer_id)


@pytest.mark.parametrize("language", list(Language), ids=str)
def test_the_answers_with_a_paraphrase_are_the_retold_ones(language: Language) -> None:
    own = [answer for answer in ANSWERS if answer.language is language]
    retold = {answer.answer_id for answer in own if answer.retold}
    assert retold == {answer.answer_id for answer in own if answer.paraphrase}
    assert len(retold) >= 24


@_each_retold
def test_it_is_about_as_long(answer: GoldenAnswer) -> None:
    assert 0.75 <= len(answer.retold) / len(answer.text) <= 1.25


@_each_retold
def test_it_keeps_every_number_and_adds_none(answer: GoldenAnswer) -> None:
    language = answer.language
    assert _numbers(answer.text, language) - _said(answer.retold, language) == set()
    assert _numbers(answer.retold, language) - _said(answer.text, language) == set()


@_each_retold
def test_it_is_in_other_words(answer: GoldenAnswer) -> None:
    runs, original = _runs(answer.retold), set(_runs(answer.text))
    assert sum(run in original for run in runs) / len(runs) <= MOST_SHARED_WORDS
    ours, theirs = _trigrams(answer.retold), _trigrams(answer.text)
    assert len(ours & theirs) / len(ours | theirs) <= MOST_SHARED_LETTERS[answer.language]


@_each_retold
def test_no_sentence_is_taken_over(answer: GoldenAnswer) -> None:
    assert _sentences(answer.retold) & _sentences(answer.text) == set()
