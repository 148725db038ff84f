"""English fillers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.speech.domain.filler_words import Words, word_set

_SOUNDS = frozenset({"um", "umm", "ummm", "uh", "uhh", "uhhh", "uhm", "er", "erm", "hm", "hmm", "mm", "mmm", "eh"})

_BE = frozenset({"am", "is", "are", "was", "were", "be", "been", "it's", "that's", "i'm", "we're", "they're", "he's"})
_ARTICLES = frozenset({"a", "an", "the"})
_INTENSIFIERS = frozenset(
    {"really", "super", "totally", "literally", "basically", "completely", "very", "so", "pretty"}
)
_NUMBERS = word_set(
    "two three four five six seven eight nine ten twelve fifteen twenty thirty forty fifty hundred thousand"
)
# After these a "like" before a number or an intensifier compares nothing: "it took like five minutes".
_BEFORE_APPROXIMATION = _BE | frozenset(
    {"take", "takes", "took", "had", "have", "has", "spent", "got", "need", "needed"}
)
_BEFORE_APPROXIMATION |= frozenset({"for", "in", "with", "by", "after", "about", "just", "only", "and", "but", "then"})

# After these "you know" is a verb with its subject: "as you know", "if you know the answer".
_CLAUSE_OPENERS = word_set(
    "as do did does if once when because that what how would should could can will may might let don't didn't"
    " before after until since unless whether than though although while who where why which all everything"
)
_KNOWN_THINGS = word_set("how what why that who where when if which about him her them me us it this whether")
# Before these "you know" cannot be a clause: "a, you know, cache" without its commas.
_NO_CLAUSE_AFTER = _BE | _ARTICLES | frozenset({"of", "with", "for", "to", "really", "just", "very"})

_MEANT = frozenset({"it", "that", "to", "business", "what", "well", "this", "everything", "by"})
_MEAN_OPENERS = frozenset({"what", "that", "which", "if", "do", "know", "by", "when", "mean", "see", "than"})

# After these "sort of" and "kind of" hedge; after other words they name a sort: "a kind of cache", "what kind of".
_HEDGING_AFTER = _BE | word_set(
    "i we they it he she you and but so just then to had have has feel feels felt look looks looked sound sounds"
    " sounded got get getting became become seemed seems only also still always i'd we'd i've we've because um uh"
)
_KIND_TO = frozenset({"you", "him", "her", "them", "me", "us"})


def fillers(words: Words) -> list[int]:
    """For each word the number of words of the filler that begins there; 0 where none does."""
    return [_length(words, index) for index in range(len(words))]


def _length(words: Words, index: int) -> int:
    core = words.core(index)
    if core in _SOUNDS:
        return 1 if _is_sound(words, index) else 0
    if core == "like":
        return 1 if _is_empty_like(words, index) else 0
    rule = _PAIRS.get((core, words.core(index + 1)))
    return 2 if rule is not None and not _broken_between(words, index) and rule(words, index) else 0


def _is_sound(words: Words, index: int) -> bool:
    written = words.written[index].strip(".,?!…-")
    if len(written) > 1 and written.isupper():
        return False  # ER and MM are abbreviations
    return not (words.core(index) == "mm" and words.core(index - 1).replace(".", "").isdigit())


def _is_empty_like(words: Words, index: int) -> bool:
    before, after = words.core(index - 1), words.core(index + 1)
    if after in _SOUNDS or after == "like" or (after in ("you", "i") and words.core(index + 2) in ("know", "mean")):
        return True
    if words.broken_after(index):
        # "I was like, wow" quotes; "it was, like, slow" does not.
        return before not in _BE or words.broken_after(index - 1) or after in _INTENSIFIERS
    counts = after in _NUMBERS or after.replace(",", "").replace(".", "").isdigit()
    return (counts or after in _INTENSIFIERS) and before in _BEFORE_APPROXIMATION


def _is_empty_you_know(words: Words, index: int) -> bool:
    before, after, end = words.core(index - 1), words.core(index + 2), index + 1
    set_off_before = words.broken_after(index - 1)
    if words.broken_after(end):
        return set_off_before or words.starts_sentence(index) or before not in _CLAUSE_OPENERS
    if words.ends_sentence(end):
        return set_off_before
    if set_off_before or words.starts_sentence(index):
        return after not in _KNOWN_THINGS | _ARTICLES | {"this", "my", "your", "our", "their"}
    return before in _NO_CLAUSE_AFTER or before in _SOUNDS or before == "like"


def _is_empty_i_mean(words: Words, index: int) -> bool:
    end, after = index + 1, words.core(index + 2)
    if words.ends_sentence(end):
        return words.broken_after(index - 1)
    if words.core(index - 1) in _MEAN_OPENERS and not words.broken_after(index - 1):
        return False
    if words.broken_after(end):
        return True
    # "I mean it." ends there; "I mean it was slow" goes on.
    return after not in _MEANT or (after in ("it", "that", "this") and not words.ends_sentence(index + 2))


def _is_hedge(words: Words, index: int) -> bool:
    before, after = words.core(index - 1), words.core(index + 2)
    if after in _KIND_TO:
        return False
    return words.starts_sentence(index) or words.broken_after(index - 1) or before in _HEDGING_AFTER


def _broken_between(words: Words, index: int) -> bool:
    return words.broken_after(index) or words.written[index].endswith((".", "?", "!"))


_PAIRS: Mapping[tuple[str, str], Callable[[Words, int], bool]] = {
    ("you", "know"): _is_empty_you_know,
    ("i", "mean"): _is_empty_i_mean,
    ("sort", "of"): _is_hedge,
    ("kind", "of"): _is_hedge,
}
