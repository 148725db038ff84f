"""Korean particles that depend on the sound before them: 이/가, 은/는, 을/를, 이라고/라고.

A particle follows the sound, not the letter, so digits and Latin words count as they are read
aloud (3 is 삼, SQL 에스큐엘).
"""

from __future__ import annotations

FIRST_SYLLABLE = 0xAC00
LAST_SYLLABLE = 0xD7A3
FINALS = 28  # final consonants per vowel, the first being none (Unicode 15, section 3.12)

DIGITS_WITH_FINAL = frozenset("013678")  # 영 일 삼 육 칠 팔
LETTERS_WITH_FINAL = frozenset("LMNR")  # 엘 엠 엔 아르(알)
SIGNS = {"%": False, "+": False, "#": True}  # 퍼센트, 플러스, 샵
VOWELS = frozenset("aeiouy")


def with_particle(text: str, after_final: str, after_vowel: str) -> str:
    """``text`` with the particle that its last sound asks for."""
    return text + particle(text, after_final, after_vowel)


def particle(text: str, after_final: str, after_vowel: str) -> str:
    """The one of two particle forms that follows ``text``; closing marks are looked through."""
    return after_final if ends_in_final(text) else after_vowel


def ends_in_final(text: str) -> bool:
    """Whether ``text``, read aloud in Korean, ends in a final consonant (받침)."""
    heard = text.rstrip(" \t\n.,!?…'\"’”)]」』")
    if not heard:
        return False
    last = heard[-1]
    if FIRST_SYLLABLE <= ord(last) <= LAST_SYLLABLE:
        return (ord(last) - FIRST_SYLLABLE) % FINALS != 0
    if last.isdigit():
        return last in DIGITS_WITH_FINAL
    if last in SIGNS:
        return SIGNS[last]
    return _latin_ends_in_final(_last_word(heard))


def _last_word(text: str) -> str:
    start = len(text)
    while start and text[start - 1].isascii() and text[start - 1].isalpha():
        start -= 1
    return text[start:]


def _latin_ends_in_final(word: str) -> bool:
    if len(word) <= 1 or word.isupper() or word[-1].isupper():
        return word[-1:].upper() in LETTERS_WITH_FINAL  # spelled out: API, SQL
    lowered = word.lower()
    if lowered.endswith(("le", "ne", "me", "ng")) or lowered[-1] in "lmn":
        return True  # Oracle, pipeline, Spring, Python
    # A short vowel and one stop is one syllable with a final (Git, Slack); otherwise a vowel is added (React, Boot).
    stem = lowered[:-1] if lowered.endswith("ck") else lowered
    stop = stem[-1] in "kptc" and len(stem) >= 2 and stem[-2] in VOWELS
    return stop and (len(stem) < 3 or stem[-3] not in VOWELS)
