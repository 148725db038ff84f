"""Korean fillers (간투사, 담화 표지).

A word is an eojeol, so 그는, 뭐가, 막을, 이제는 are other words already: only the bare forms need context.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from services.speech.domain.filler_words import Words, word_set

_SOUND = re.compile(r"(?:어+|음+|으+음+|으+|에+|흠+|엄+|아+음+|뭐랄까)")

# What may follow any of them only if it is empty: pronouns with their particles, connectives, demonstratives.
_NEW_STARTS = word_set(
    "저는 제가 저희는 저희가 저희도 저도 나는 내가 나도 우리는 우리가 그래서 그러니까 그니까 그런데 근데 그리고 그러면"
    " 그래가지고 왜냐하면 예를 이게 그게 저게 이걸 그걸 그거는 이거는 그러한 이러한 이렇게 그렇게 이런 그런 저런 좀"
    " 되게 굉장히 뭐랄까 뭐지 뭐냐"
)
_EMPTY_ALONE = frozenset({"그", "저", "뭐", "이제", "약간", "막", "아"})
_CONNECTIVES = word_set("그래서 그리고 그런데 근데 그러니까 그니까 그러면 그러다가 그러면서 하지만 그다음에")

# 저 is also the humble I without its particle, and the determiner of what is over there.
_AFTER_PRONOUN_JEO = ("혼자", "자신", "스스로", "역시", "또한", "같은", "같이", "말고", "때문", "나름", "하나")
# 뭐 is also the interrogative: object of a verb, or complement.
_AFTER_WHAT = (
    *(
        "하",
        "할",
        "했",
        "한다",
        "한지",
        "해",
        "때문",
        "있",
        "없",
        "먹",
        "보고",
        "볼",
        "쓰",
        "쓸",
        "썼",
        "만들",
        "만드",
        "같은",
        "같아",
    ),
    *("필요", "물어", "찾", "원하", "말하", "배우", "배웠", "였", "이었", "인지", "든", "라고", "라는", "라도"),
)
_AFTER_EMPTY_YAKGAN = ("이런", "그런", "저런", "좀", "뭐", "어떤", "어떻게", "느낌")
_AFTER_EMPTY_MAK = (
    "이런",
    "그런",
    "이렇게",
    "그렇게",
    "엄청",
    "너무",
    "되게",
    "굉장히",
    "어떻게",
    "여러",
    "뭐",
    "진짜",
)


def fillers(words: Words) -> list[int]:
    """For each word the number of words of the filler that begins there; 0 where none does."""
    return [int(_is_filler(words, index)) for index in range(len(words))]


def _is_filler(words: Words, index: int) -> bool:
    core = words.core(index)
    if _SOUND.fullmatch(core):
        return True
    rule = _RULES.get(core)
    if rule is None:
        return False
    return words.broken_after(index) or _stumbles(words, index) or rule(words, index)


def _stumbles(words: Words, index: int) -> bool:
    """Whether the next word is a sound, or the same word again."""
    after = words.core(index + 1)
    return bool(_SOUND.fullmatch(after)) or after == words.core(index)


def _is_empty_geu(words: Words, index: int) -> bool:
    after = words.core(index + 1)
    if words.ends_sentence(index):
        return True  # a determiner has a noun
    return after in _NEW_STARTS or (after in _EMPTY_ALONE and after != "막") or words.starts_with(index + 1, ("뭐",))


def _is_empty_jeo(words: Words, index: int) -> bool:
    after = words.core(index + 1)
    if words.starts_with(index + 1, _AFTER_PRONOUN_JEO):
        return False
    return after in _NEW_STARTS or after in {"그", "뭐", "이제", "약간"}


def _is_empty_mwo(words: Words, index: int) -> bool:
    if words.ends_sentence(index):
        return False  # 그렇죠 뭐: a particle of the sentence
    after = words.core(index + 1)
    return after in _NEW_STARTS or not words.starts_with(index + 1, _AFTER_WHAT)


def _is_empty_ije(words: Words, index: int) -> bool:
    # 이제 is "now" unless it only carries a connective on, or comes back within a breath.
    if words.core(index - 1) in _CONNECTIVES or words.core(index + 1) in {"뭐", "그", "약간"}:
        return True
    return "이제" in words.cores[max(0, index - _BREATH) : index]


def _is_empty_yakgan(words: Words, index: int) -> bool:
    return words.starts_with(index + 1, _AFTER_EMPTY_YAKGAN) or words.core(index + 1) in {"그", "이제", "막"}


def _is_empty_mak(words: Words, index: int) -> bool:
    return words.core(index - 1) != "이제" and words.core(index + 1) in {*_AFTER_EMPTY_MAK, "그"}


def _never(words: Words, index: int) -> bool:
    return False


_BREATH = 6
"""Words back to which an 이제 counts as a repetition."""
_RULES: Mapping[str, Callable[[Words, int], bool]] = {
    "그": _is_empty_geu,
    "저": _is_empty_jeo,
    "뭐": _is_empty_mwo,
    "이제": _is_empty_ije,
    "약간": _is_empty_yakgan,
    "막": _is_empty_mak,
    "그냥": _never,
    "저기": _never,
    "아": _never,
}
