"""The words by which answers of one language are read. Filled from ``bank/lexicon.*.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from services.reasoning.domain.bank import Part
from services.reasoning.domain.questions import Language
from services.reasoning.domain.text import Span


class Connective(StrEnum):
    """How a structure word ties two thoughts together."""

    SEQUENCE = "sequence"
    CAUSE = "cause"
    CONTRAST = "contrast"
    EXAMPLE = "example"
    SUMMARY = "summary"


class PhraseFinder:
    """Finds any of many fixed phrases in text; longest first, so that no phrase hides a longer one."""

    def __init__(self, phrases: tuple[str, ...], language: Language) -> None:
        ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
        make = _bounded if language is Language.ENGLISH else _unspaced
        self._pattern = re.compile(make(ordered), re.IGNORECASE) if ordered else None

    def find(self, text: str) -> tuple[Span, ...]:
        """Places of the phrases in ``text``, in order, not overlapping."""
        if self._pattern is None:
            return ()
        return tuple(Span(*match.span()) for match in self._pattern.finditer(text))

    def within(self, text: str) -> bool:
        """Whether ``text`` has any of the phrases."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def at_start(self, text: str) -> Span | None:
        """The phrase that ``text`` begins with, if it does."""
        match = self._pattern.match(text) if self._pattern is not None else None
        return Span(*match.span()) if match else None


def _bounded(phrases: Sequence[str]) -> str:
    """On word boundaries. Grouped by first letter: each place in the text is tried against a few phrases, not all."""
    groups: dict[str, list[str]] = {}
    for phrase in phrases:
        groups.setdefault(phrase[0].lower(), []).append(_bounded_phrase(phrase))
    branches = (f"(?={re.escape(initial)})(?:{'|'.join(group)})" for initial, group in groups.items())
    return rf"(?<![\w'])(?:{'|'.join(branches)})"


def _bounded_phrase(phrase: str) -> str:
    body = re.escape(phrase.rstrip("*")).replace(r"\ ", r"\s+")
    return body + (r"\w*" if phrase.endswith("*") else r"(?!\w)")


def _unspaced(phrases: Sequence[str]) -> str:
    # Blanks between Korean words are optional in practice (예를 들어, 예를들어), so none is asked for.
    return "|".join(r"\s?".join(re.escape(word) for word in phrase.split()) for phrase in phrases)


@dataclass(frozen=True)
class Lexicon:
    """One language's words. ``change``, ``not_actions``, ``generic`` and ``work`` are compared as lemmas by the
    rules.
    """

    language: Language
    cues: Mapping[Part, tuple[str, ...]]
    connectives: Mapping[Connective, tuple[str, ...]]
    leading_connectives: tuple[str, ...]
    disclaimers: tuple[str, ...]
    negations: tuple[str, ...]
    self_words: tuple[str, ...]
    group_words: tuple[str, ...]
    pleasantries: tuple[str, ...]
    scoring: tuple[str, ...]  # words of the judging of answers
    requests: tuple[str, ...]  # words that ask the evaluator for something
    personal: tuple[str, ...]  # words of family, age and origin: nothing that an employer may ask for
    vague: tuple[str, ...]
    context: tuple[str, ...]
    work: tuple[str, ...]
    change: tuple[str, ...]
    generic: tuple[str, ...]
    past_forms: Mapping[str, str]
    not_actions: tuple[str, ...]
    function_words: tuple[str, ...]
    modifiers: tuple[str, ...]
    names: tuple[str, ...]
    judgement: tuple[str, ...]
    sentence_breaks: tuple[str, ...]
    words: tuple[str, ...]  # for the analyser: always one word
    lemmas: Mapping[str, str]  # word or stem -> the one that it is read as

    @cached_property
    def cue_finders(self) -> Mapping[Part, PhraseFinder]:
        """Finders of the words that announce a part of an answer."""
        return {part: PhraseFinder(phrases, self.language) for part, phrases in self.cues.items()}

    @cached_property
    def connective_finders(self) -> Mapping[Connective, PhraseFinder]:
        """Finders of structure words by what they do."""
        return {kind: PhraseFinder(phrases, self.language) for kind, phrases in self.connectives.items()}

    @cached_property
    def leading_finder(self) -> PhraseFinder:
        """Finds connectives that a sentence can begin with."""
        return PhraseFinder(self.leading_connectives, self.language)

    @cached_property
    def disclaimer_finder(self) -> PhraseFinder:
        """Finds statements of not knowing."""
        return PhraseFinder(self.disclaimers, self.language)

    @cached_property
    def pleasantry_finder(self) -> PhraseFinder:
        """Finds what is said around an answer and belongs to none."""
        return PhraseFinder(self.pleasantries, self.language)

    @cached_property
    def scoring_finder(self) -> PhraseFinder:
        """Finds words of the judging of answers."""
        return PhraseFinder(self.scoring, self.language)

    @cached_property
    def request_finder(self) -> PhraseFinder:
        """Finds words that ask the evaluator for something."""
        return PhraseFinder(self.requests, self.language)

    @cached_property
    def personal_finder(self) -> PhraseFinder:
        """Finds words of family, age and origin."""
        return PhraseFinder(self.personal, self.language)

    @cached_property
    def vague_finder(self) -> PhraseFinder:
        """Finds words that stand in for a fact."""
        return PhraseFinder(self.vague, self.language)

    @cached_property
    def context_finder(self) -> PhraseFinder:
        """Finds words of time, place and scale."""
        return PhraseFinder(self.context, self.language)

    @cached_property
    def judgement_finder(self) -> PhraseFinder:
        """Finds words that judge a person or read a feeling: never put out, never quoted."""
        return PhraseFinder(self.judgement, self.language)
