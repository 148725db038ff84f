"""Text as the rules see it: tokens and sentences, the same for every language.

Analysers (adapters/english.py, adapters/korean.py) make this from raw text; nothing past them knows a language's
grammar. Spans and tokens are named tuples: an answer has hundreds, and a frozen dataclass takes twice as long to make
and four times as long to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import NamedTuple, Protocol


class Span(NamedTuple):
    """Characters ``start`` (included) to ``end`` (excluded) of a text, in Unicode code points."""

    start: int
    end: int


class Role(Enum):
    """What a token does in its sentence."""

    CONTENT = "content"
    MODIFIER = "modifier"  # same, every, 두, 다시: part of what a phrase says, but says nothing alone
    FUNCTION = "function"  # particles, endings, articles, auxiliaries, interjections
    NEGATION = "negation"
    SELF = "self"  # I, 저
    GROUP = "group"  # we, 저희
    BREAK = "break"  # ends a clause: and, because, 고, 지만
    MARK = "mark"  # punctuation


class Subject(Enum):
    """Who a sentence is about, as far as its grammar says."""

    SELF = "self"
    GROUP = "group"
    OTHER = "other"
    UNSTATED = "unstated"  # Korean drops the subject; in an answer about one's own work that means the speaker


class Token(NamedTuple):
    """A word or morpheme. ``lemma`` is its dictionary form or stem, so that inflected forms are equal.

    ``past`` marks a verb in a past form (in Korean: the past ending itself), ``name`` a proper or product name.
    """

    span: Span
    lemma: str
    role: Role
    past: bool = False
    name: bool = False


@dataclass(frozen=True)
class Sentence:
    """A sentence with its tokens in order; ``span`` leaves surrounding blanks out."""

    span: Span
    tokens: tuple[Token, ...]
    subject: Subject

    @cached_property
    def content(self) -> tuple[Token, ...]:
        """The tokens that carry meaning."""
        return tuple([token for token in self.tokens if token.role is Role.CONTENT])

    @cached_property
    def matchable(self) -> tuple[Token, ...]:
        """The tokens that phrases are made of."""
        return tuple([token for token in self.tokens if token.role in (Role.CONTENT, Role.MODIFIER)])

    @cached_property
    def predicates(self) -> tuple[Token, ...]:
        """What the past verbs of the sentence say: the verb, or (Korean) the word of meaning that the past ending
        belongs to.
        """
        found: list[Token] = []
        last_content: Token | None = None
        for token in self.tokens:
            if token.role is Role.CONTENT:
                last_content = token
            if token.past and last_content is not None:
                found.append(last_content)
        return tuple(found)

    @cached_property
    def lemma_line(self) -> str:
        """All matchable lemmas in one string: a phrase with a lemma that is no part of it can't be in the sentence."""
        return " ".join([token.lemma for token in self.matchable])


def _untold(sentences: tuple[Sentence, ...]) -> float | None:
    return None


@dataclass(frozen=True, slots=True)
class AnalysedText:
    """A text with its sentences in order. ``model`` tells how plausible some of them are together, see below."""

    text: str
    sentences: tuple[Sentence, ...]
    model: Callable[[tuple[Sentence, ...]], float | None] = field(default=_untold, compare=False, repr=False)

    @property
    def plausibility(self) -> float | None:
        """How far the analyser's model of the language takes the sentences for something that somebody would say, in
        natural logarithms per word over the least that it takes for such: words thrown together are below 0. None where
        they are too short to tell, or the model knows too few of their words. May block; raises AnalyserUnavailable.
        """
        return self.model(self.sentences)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens in order."""
        return tuple(token for sentence in self.sentences for token in sentence.tokens)

    @property
    def content(self) -> tuple[Token, ...]:
        """All tokens that carry meaning, in order."""
        return tuple(token for sentence in self.sentences for token in sentence.content)

    def of(self, span: Span) -> str:
        """The characters at ``span``."""
        return self.text[span.start : span.end]


class TextAnalyser(Protocol):
    """Splits texts of one language into sentences and tokens. Deterministic; may block (call it in a worker thread)."""

    def analyse(self, texts: Sequence[str]) -> list[AnalysedText]:
        """One result per text, in order. Raises AnalyserUnavailable if its model can't be used."""
        ...
