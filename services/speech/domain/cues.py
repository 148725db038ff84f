"""What the end of a text says about whether its speaker is done. Word lists are data (data/turn.*.toml).

The script of the last word decides which language's rules apply: answers mix both. The first rule that fits decides:

| the text ends with                                   | for example          | cue                           |
|------------------------------------------------------|----------------------|-------------------------------|
| a request to wait                                    | let me think, 잠시만요 | HOLDING                       |
| a hesitation, or it trails off (…)                   | um, 음               | HESITATING                    |
| a formula that ends an answer                        | that's it, 이상입니다  | FINISHED                      |
| a word or ending after which a sentence goes on      | because, -는데, 을    | UNFINISHED                    |
| an English word after which it mostly goes on        | to, which            | UNFINISHED; before . NEUTRAL  |
| an ending with which polite Korean may stop or go on | -거든요               | NEUTRAL                       |
| a comma                                              |                      | UNFINISHED (-습니다, NEUTRAL)  |
| an ending of Korean sentences, an English full stop  | -습니다               | FINISHED                      |
| anything else                                        |                      | NEUTRAL                       |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from services.speech.domain.lexicon import lists

_SENTENCE_END = re.compile(r"[.?!。？！]+(?=\s|$)")
_CLAUSE_END = re.compile(r"[.?!,;:。？！]+(?=\s|$)|\s[-–—]\s")
_TRAILS_OFF = ("…", "...", "..", "-", "—", "–", "~")
_HANGUL = re.compile("[가-힣]")
_LATIN = re.compile("[A-Za-z]")
_LONGEST_HOLD_REST = 8
_LONGEST_PHRASE = 8
_FINAL_N, _FINAL_B = 4, 17
"""Index of ㄴ and ㅂ among the 28 finals of a Hangul syllable (Unicode 3.12)."""


class Cue(Enum):
    """Whether a speaker who now pauses will go on, by the text alone."""

    FINISHED = "finished"
    NEUTRAL = "neutral"
    UNFINISHED = "unfinished"
    HESITATING = "hesitating"
    HOLDING = "holding"


def cue_of(text: str, language: str) -> Cue:
    """The cue of a text that has words. `language`: BCP 47, for a text whose last word has no letters."""
    end = _End.of(text)
    if not end.words:
        return Cue.NEUTRAL
    script = _script(end.words[-1]) or language
    if _holds(end, script):
        return Cue.HOLDING
    if text.rstrip().endswith(_TRAILS_OFF) or end.has("hesitations", script):
        return Cue.HESITATING
    if end.has("closings", script):
        return Cue.FINISHED
    return _korean(end) if script == "ko" else _english(end)


def is_hesitation(text: str, language: str) -> bool:
    """Whether nothing was said but hesitations and a request to wait."""
    said = [_said(sentence, language) for sentence in _SENTENCE_END.split(text)]
    rest = [words for words in said if words]
    if not rest:
        return True
    return len(rest) == 1 and len(rest[0]) <= _LONGEST_HOLD_REST and cue_of(text, language) is Cue.HOLDING


def _said(sentence: str, language: str) -> list[str]:
    """The words of a sentence that are no hesitations."""
    return [word for word in _words(sentence) if word not in _phrases("hesitations", _script(word) or language)]


@dataclass(frozen=True, slots=True)
class _End:
    """The last sentence of a text."""

    words: Sequence[str]
    """Case folded, without punctuation around them."""
    clause: Sequence[str]
    """Those after the last comma."""
    stops: bool
    """Whether a full stop, question or exclamation mark stands at the end."""
    pauses: bool
    """Whether a comma does."""

    @classmethod
    def of(cls, text: str) -> _End:
        """Looks at a text."""
        words = [_words(each) for each in _SENTENCE_END.split(text)]
        clauses = [_words(each) for each in _CLAUSE_END.split(text)]
        last = text.rstrip()[-1:]
        return cls(
            next((each for each in reversed(words) if each), []),
            next((each for each in reversed(clauses) if each), []),
            last in ".?!。？！" and bool(last),
            last in ",;:" and bool(last),
        )

    def has(self, name: str, script: str) -> bool:
        """Whether the last words are a phrase of the list; in Korean without regard to blanks."""
        phrases = _phrases(name, script)
        glue = "" if script == "ko" else " "
        return any(glue.join(self.words[-count:]) in phrases for count in range(1, min(6, len(self.words)) + 1))

    def ends(self, name: str) -> int:
        """Length of the longest ending in the list that the last word has, 0 if none; Korean."""
        return max((len(ending) for ending in _phrases(name, "ko") if self.words[-1].endswith(ending)), default=0)


def _korean(end: _End) -> Cue:
    word = end.words[-1]
    if end.has("open_words", "ko"):
        return Cue.UNFINISHED
    if end.ends("closed_looking_nouns"):
        return Cue.NEUTRAL
    if word.endswith("니까"):
        return Cue.FINISHED if _final(word[:-2]) == _FINAL_B else Cue.UNFINISHED  # 합니까, 하니까
    if end.ends("soft_endings"):
        return Cue.NEUTRAL
    closed, opened = end.ends("closed_endings"), max(end.ends("open_endings"), end.ends("particles"))
    if opened > closed or (word.endswith("데") and _final(word[:-1]) == _FINAL_N):
        return Cue.UNFINISHED
    if end.pauses:
        return Cue.NEUTRAL if closed else Cue.UNFINISHED
    return Cue.FINISHED if closed else Cue.NEUTRAL


def _english(end: _End) -> Cue:
    words = end.words
    before = words[-2] if len(words) > 1 else ""
    whole = (
        end.has("whole_phrases", "en")
        or (words[-1] in _phrases("pronouns", "en") and before in _phrases("prepositions", "en"))
        or (words[-1] == "so" and before in _phrases("so_verbs", "en"))
    )
    if end.has("open_always", "en") and not whole:
        return Cue.UNFINISHED
    if end.has("open_mostly", "en") and not whole:
        return Cue.NEUTRAL if end.stops else Cue.UNFINISHED
    if end.pauses:
        return Cue.UNFINISHED
    return Cue.FINISHED if end.stops else Cue.NEUTRAL


def _holds(end: _End, script: str) -> bool:
    if script == "ko":
        return "".join(end.words).endswith(tuple(_phrases("holds", "ko")))
    return any(_asks_to_wait(end.words[start:], "holds") for start in range(len(end.words))) or any(
        _asks_to_wait(end.clause[start:], "holds_alone") for start in _after_prefixes(end.clause)
    )


def _asks_to_wait(words: Sequence[str], name: str) -> bool:
    """Whether `words` are a phrase of the list, followed at most by what may follow such a phrase."""
    phrases, rests = _phrases(name, "en"), _phrases("hold_rests", "en")
    for count in range(1, min(_LONGEST_PHRASE, len(words)) + 1):
        rest = words[count:]
        follows = not rest or (rest[0] in rests and len(rest) <= _LONGEST_HOLD_REST)
        if follows and " ".join(words[:count]) in phrases:
            return True
    return False


def _after_prefixes(words: Sequence[str]) -> Iterator[int]:
    """Where a clause may begin in earnest: at its first word, and after each thing that is said before a request."""
    prefixes = _phrases("hold_prefixes", "en")
    at: int | None = 0
    while at is not None and at < len(words):
        yield at
        at = next((at + count for count in (2, 1) if " ".join(words[at : at + count]) in prefixes), None)


@cache
def _phrases(name: str, script: str) -> frozenset[str]:
    return frozenset(lists(f"turn.{script}").get(name, ()))


def _words(text: str) -> list[str]:
    cores = (re.sub(r"^\W+|\W+$", "", word) for word in text.casefold().replace("’", "'").split())
    return [core for core in cores if core]


def _script(word: str) -> str | None:
    """The language whose letters end the word."""
    hangul, latin = (max((each.end() for each in pattern.finditer(word)), default=0) for pattern in (_HANGUL, _LATIN))
    if hangul == latin:
        return None
    return "ko" if hangul > latin else "en"


def _final(text: str) -> int:
    """Index of the final consonant of the last syllable; 0 for none, -1 if it is not Hangul."""
    if not text or not _HANGUL.fullmatch(text[-1]):
        return -1
    return (ord(text[-1]) - ord("가")) % 28
