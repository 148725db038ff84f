"""The words of an utterance as the filler rules look at them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

_MARKS = ".,?!…~-–—\"'“”‘’()"
_BREAKS = (",", "...", "…", "~", "-", "–", "—")
_STOPS = (".", "?", "!")


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as text."""
    return frozenset(text.split())


class Words:
    """Words in order; places outside hold the empty word."""

    def __init__(self, written: Sequence[str]) -> None:
        self.written = written
        self.cores = [word.casefold().replace("’", "'").strip(_MARKS) for word in written]

    def __len__(self) -> int:
        return len(self.cores)

    def core(self, index: int) -> str:
        """The word in lower case without its marks."""
        return self.cores[index] if 0 <= index < len(self.cores) else ""

    def broken_after(self, index: int) -> bool:
        """Whether the writing shows a break after the word: a comma, a dash, dots."""
        return 0 <= index < len(self.written) and self.written[index].endswith(_BREAKS)

    def ends_sentence(self, index: int) -> bool:
        """Whether the word is the last of its sentence, or of the utterance."""
        last = index >= len(self.written) - 1
        return last or (self.written[index].endswith(_STOPS) and not self.written[index].endswith("..."))

    def starts_sentence(self, index: int) -> bool:
        """Whether the word is the first of its sentence, or of the utterance."""
        return index == 0 or self.ends_sentence(index - 1)

    def starts_with(self, index: int, beginnings: Collection[str]) -> bool:
        """Whether the word begins with one of `beginnings`."""
        return self.core(index).startswith(tuple(beginnings))
