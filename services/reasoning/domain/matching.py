"""Whether an answer says something: phrases found by their lemmas, minding negation and disclaimers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.reasoning.domain.text import AnalysedText, Role, Sentence, Span, Token

ORDERED_SLACK = 3
WINDOW_SLACK = 5  # tokens that may stand between those of a phrase ("cut the average latency" / "cut latency")
NEGATION_REACH = 3  # tokens from a negation on to what it negates
NEGATION_REACH_BACK = 5  # and back: Korean endings stand between (느려 지 지 않)
DENIED_VERBS = 1  # between a misconception's words and the negation: who denies it must not be told that they say it
CLAUSE_ENDS = (Role.BREAK, Role.MARK)
COMPOUND_LENGTH = 2  # a lemma this long also matches as part of a longer Korean compound (재고 in 재고량)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something that can be said, as its lemmas; ``negated`` if saying it takes a negation ("not blocking").

    ``ordered`` phrases are only said by their lemmas in this order: "writes get faster" is not said by "reads get
    faster and writes slower".
    """

    lemmas: tuple[str, ...]
    negated: bool
    ordered: bool = False

    @classmethod
    def of(cls, analysed: AnalysedText) -> Phrase:
        """The phrase that ``analysed`` (a few words) stands for, in any order."""
        negated = any(token.role is Role.NEGATION for token in analysed.tokens)
        return cls(tuple(token.lemma for sentence in analysed.sentences for token in sentence.matchable), negated)


def find_any(phrases: Sequence[Phrase], sentence: Sentence) -> Span | None:
    """Where ``sentence`` says one of ``phrases`` (the first that is said), or None."""
    line = sentence.lemma_line
    for phrase in phrases:
        # Said here and not only in find: most phrases end at their first lemma, and a call costs more than that.
        if phrase.lemmas and phrase.lemmas[0] in line:
            span = find(phrase, sentence)
            if span is not None:
                return span
    return None


def said_of(phrases: Sequence[Phrase], sentence: Sentence) -> list[Phrase]:
    """Those of ``phrases`` that ``sentence`` says."""
    line = sentence.lemma_line
    possible = [phrase for phrase in phrases if phrase.lemmas and phrase.lemmas[0] in line]
    return [phrase for phrase in possible if find(phrase, sentence) is not None]


def find(phrase: Phrase, sentence: Sentence) -> Span | None:
    """Where ``sentence`` says ``phrase`` with the same polarity: all its lemmas, close together."""
    line = sentence.lemma_line
    if not phrase.lemmas or any(lemma not in line for lemma in phrase.lemmas):
        return None
    for found in _sayings(phrase, sentence.matchable):
        if _negated(found, sentence.tokens, DENIED_VERBS if phrase.ordered else 0) == phrase.negated:
            return Span(min(token.span.start for token in found), max(token.span.end for token in found))
    return None


def _sayings(phrase: Phrase, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Each place where the phrase's lemmas stand close together."""
    reach = len(phrase.lemmas) + (ORDERED_SLACK if phrase.ordered else WINDOW_SLACK)
    for first, token in enumerate(tokens):
        if not any(_same(lemma, token.lemma) for lemma in phrase.lemmas):
            continue
        found = _all_in(phrase.lemmas, tokens[first : first + reach])
        if found is not None and not (phrase.ordered and found != sorted(found, key=lambda each: each.span)):
            yield found


def _all_in(lemmas: Sequence[str], window: Sequence[Token]) -> list[Token] | None:
    found: list[Token] = []
    for lemma in lemmas:
        token = next((token for token in window if _same(lemma, token.lemma) and token not in found), None)
        if token is None:
            return None
        found.append(token)
    return found


def _same(wanted: str, said: str) -> bool:
    if wanted == said:
        return True
    korean = len(wanted) >= COMPOUND_LENGTH and "가" <= wanted[0] <= "힣"
    return korean and (said.startswith(wanted) or said.endswith(wanted))


def _negated(found: Sequence[Token], tokens: Sequence[Token], over: int) -> bool:
    """Whether a negation belongs to the tokens that were found: before, among or after them, in the same clause, and
    after them beyond at most ``over`` words of meaning.
    """
    places = sorted(tokens.index(token) for token in found)
    low, high = max(places[0] - NEGATION_REACH, 0), places[-1] + NEGATION_REACH_BACK + 1
    negations = (at for at, token in enumerate(tokens[low:high], start=low) if token.role is Role.NEGATION)
    return any(_reaches(tokens, at, places[0], places[-1], over) for at in negations)


def _reaches(tokens: Sequence[Token], negation: int, first: int, last: int, over: int) -> bool:
    """A negation reaches forward over words of meaning ("not make writes faster"), but back only to its own verb, or
    beyond it to what that is done with (인덱스를 걸지는 않는다) where ``over`` says so.
    """
    if negation < first:
        return not any(token.role in CLAUSE_ENDS for token in tokens[negation + 1 : first])
    between = tokens[last + 1 : negation] if negation > last else ()
    if any(token.role in CLAUSE_ENDS for token in between):
        return False
    return sum(token.role is Role.CONTENT for token in between) <= over
