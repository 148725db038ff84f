"""Which parts of a well-built answer are there: situation–task–action–result, and claim–reason–example–result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.reasoning.domain.bank import Part
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.numbers import find_numbers
from services.reasoning.domain.patterns import WordSets
from services.reasoning.domain.text import AnalysedText, Role, Sentence, Span, Subject, Token

OPENING_SENTENCES = 2  # a claim stands first (두괄식): after two sentences it is no longer an opening


def find_parts(
    answer: AnalysedText,
    sentences: Sequence[Sentence],
    topical: Sequence[int],
    words: WordSets,
    lexicon: Lexicon,
) -> Mapping[Part, Span]:
    """The sentence that first does the work of each part; parts that no sentence does are left out."""
    found: dict[Part, Span] = {}
    for place, sentence in enumerate(sentences):
        said = answer.of(sentence.span)
        for part in Part:
            if part not in found and _is_part(part, place, said, sentence, topical, words, lexicon):
                found[part] = sentence.span
    return found


def _is_part(
    part: Part,
    place: int,
    said: str,
    sentence: Sentence,
    topical: Sequence[int],
    words: WordSets,
    lexicon: Lexicon,
) -> bool:
    cued = lexicon.cue_finders[part].within(said)
    if part is Part.ACTION:
        return is_action(sentence, words) and sentence.subject is not Subject.OTHER
    if part is Part.RESULT:
        return cued or is_result(sentence, said, words, lexicon)
    if part is Part.CLAIM:
        return place < OPENING_SENTENCES and (cued or place in topical)
    if part is Part.EXAMPLE:
        return cued or (is_action(sentence, words) and bool(find_numbers(said, lexicon.language)))
    return cued


def is_action(sentence: Sentence, words: WordSets) -> bool:
    """Whether it tells of something done, rather than of a state or of what was felt."""
    return any(predicate.lemma not in words.not_actions for predicate in predicates(sentence))


def is_result(sentence: Sentence, said: str, words: WordSets, lexicon: Lexicon) -> bool:
    """Whether it tells that something became different: a verb of change, of a thing or with a number."""
    changed = any(predicate.lemma in words.change for predicate in predicates(sentence))
    return changed and (sentence.subject is Subject.OTHER or bool(find_numbers(said, lexicon.language)))


def predicates(sentence: Sentence) -> tuple[Token, ...]:
    """What the past verbs of a sentence say: the verb, or (Korean) the word of meaning that the past ending belongs
    to.
    """
    found: list[Token] = []
    last_content: Token | None = None
    for token in sentence.tokens:
        if token.role is Role.CONTENT:
            last_content = token
        if token.past and last_content is not None:
            found.append(last_content)
    return tuple(found)
