"""Counts filler words in context: the same syllable may be a filler or a word."""

from __future__ import annotations

from collections.abc import Sequence

# Sounds that are no words of the language.
_ALWAYS = {
    "en": frozenset({"um", "umm", "uh", "uhh", "uhm", "er", "erm", "hmm", "mm", "mmm", "eh"}),
    "ko": frozenset({"음", "으음", "음음", "어", "어어", "으", "에", "흠", "엄"}),
}
# Fillers only where the writing or the neighbours show a break: 그 is a determiner in 그 결과, like may be a verb.
_BEFORE_BREAK = {
    "en": frozenset({"like", "so", "well"}),
    "ko": frozenset({"그", "저", "저기", "뭐", "막", "그냥", "이제", "약간", "아", "뭐랄까"}),
}
_BREAKS = (",", "...", "…", "~", "-")


def count_fillers(words: Sequence[str], language: str) -> int:
    """Number of fillers in an utterance.

    `words`: as written, in order; `language`: BCP 47. A language without a list has none. English "you know" and "I
    mean" count when set off by a comma on either side.
    """
    always = _ALWAYS.get(language, frozenset())
    before_break = _BEFORE_BREAK.get(language, frozenset())
    cores = [_core(word) for word in words]
    singles = sum(
        core in always or (core in before_break and _broken_off(words, cores, index, always))
        for index, core in enumerate(cores)
    )
    return singles + (_set_off_pairs(words, cores) if language == "en" else 0)


def _core(word: str) -> str:
    return word.casefold().strip(".,?!…~-\"'“”‘’")


def _broken_off(words: Sequence[str], cores: Sequence[str], index: int, always: frozenset[str]) -> bool:
    """Whether something shows that the speaker broke off after the word: punctuation, a filler, or the word again."""
    if words[index].endswith(_BREAKS):
        return True
    following = cores[index + 1] if index + 1 < len(cores) else ""
    return following in always or following == cores[index]


def _set_off_pairs(words: Sequence[str], cores: Sequence[str]) -> int:
    pairs = {("you", "know"), ("i", "mean")}
    return sum(
        (cores[index], cores[index + 1]) in pairs
        and (words[index + 1].endswith(",") or (index > 0 and words[index - 1].endswith(",")))
        for index in range(len(words) - 1)
    )
