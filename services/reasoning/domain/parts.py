"""Which parts of a well-built answer are there: situation–task–action–result, and claim–reason–example–result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.reasoning.domain.bank import Part
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.numbers import find_numbers
from services.reasoning.domain.patterns import WordSets
from services.reasoning.domain.text import AnalysedText, Sentence, Subject

OPENING_SENTENCES = 2  # a claim stands first (두괄식): after two sentences it is no longer an opening
MOST_PLACES = 4  # more sentences than parts are never needed


def find_parts(
    answer: AnalysedText,
    sentences: Sequence[Sentence],
    topical: Sequence[int],
    words: WordSets,
    lexicon: Lexicon,
) -> Mapping[Part, tuple[int, ...]]:
    """Indexes of the sentences that do the work of each part, in order; parts that no sentence does are left out."""
    found: dict[Part, list[int]] = {}
    for place, sentence in enumerate(sentences):
        said = answer.of(sentence.span)
        for part in Part:
            if _is_part(part, place, said, sentence, topical, words, lexicon):
                found.setdefault(part, []).append(place)
    return {part: tuple(places) for part, places in found.items()}


def told_apart(parts: Sequence[Part], places: Mapping[Part, Sequence[int]]) -> int:
    """How many of ``parts`` have a sentence of their own: the largest number that can be given different sentences.

    A sentence that has the words of three parts names them; an answer that is built of them gives each its place.
    """
    if not parts:
        return 0
    first, rest = parts[0], parts[1:]
    taken = (
        1 + told_apart(rest, {part: [each for each in found if each != place] for part, found in places.items()})
        for place in places.get(first, ())[:MOST_PLACES]
    )
    return max((told_apart(rest, places), *taken))


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
    return any(predicate.lemma not in words.not_actions for predicate in sentence.predicates)


def is_result(sentence: Sentence, said: str, words: WordSets, lexicon: Lexicon) -> bool:
    """Whether it tells that something became different: a verb of change, of a thing or with a number."""
    changed = any(predicate.lemma in words.change for predicate in sentence.predicates)
    return changed and (sentence.subject is Subject.OTHER or bool(find_numbers(said, lexicon.language)))
