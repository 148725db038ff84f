"""Asking for time: an utterance that says no more than "give me a second" keeps the turn."""

from typing import Final

_PHRASES: Final = (
    "give me a second",
    "give me a moment",
    "give me a minute",
    "just a second",
    "just a moment",
    "one second",
    "one moment",
    "hold on",
    "let me think",
    "잠시만",
    "잠깐만",
    "잠시 생각",
    "잠깐 생각",
    "생각할 시간",
    "생각 좀",
)
# Around the phrase there is room for "um, sorry, … please" and "저 죄송한데 … 기다려 주세요", not for an answer.
_ROOM_LETTERS: Final = 16


def holds_turn(text: str) -> bool:
    """Whether ``text`` asks for time and says little else."""
    heard = _letters(text)
    return any(phrase in heard and len(heard) <= len(phrase) + _ROOM_LETTERS for phrase in map(_letters, _PHRASES))


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
