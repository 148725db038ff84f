"""Korean text as morphemes: what the analyser and its model of the language are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol


class Morpheme(NamedTuple):
    """A morpheme as Kiwi gives it: form, Sejong tag, place in the text in code points, number of its sentence, and the
    natural logarithm of its probability after those before it.
    """

    form: str
    tag: str
    start: int
    length: int
    sentence: int
    log_probability: float


Columns = Sequence[Sequence[Any]]
"""The morphemes of a text as one sequence per field of Morpheme: half the work to write and to read that rows are."""


def morphemes_of(columns: Columns) -> list[Morpheme]:
    """The morphemes that stand in ``columns``. Raises TypeError if a field is missing."""
    return list(map(Morpheme, *columns))


class Morphology(Protocol):
    """Splits Korean texts into morphemes. Deterministic; blocks."""

    def morphemes(self, texts: Sequence[str]) -> list[list[Morpheme]]:
        """One list per text, in order. Raises AnalyserUnavailable."""
        ...
