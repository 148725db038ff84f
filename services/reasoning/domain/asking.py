"""Words to whoever judges the answer: they are no part of it.

Such words ask for something (a request) and speak of the judging (scoring), close together. A sentence of them is left
out; where a recogniser wrote no full stops, only their stretch of the sentence is. Who tells of such words, or of how
they scored something themselves, tells of their work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.questions import Language
from services.reasoning.domain.text import AnalysedText, Role, Sentence, Span, Subject

NEAR = 12  # words between two phrases of one stretch
MOST_BESIDE = 12  # words of the same sentence beside a stretch; with more it is several sentences, run together
LEAST_LEFT = 3  # words beside a stretch that are worth keeping
OBJECT_REACH = 3  # words before a stretch that begins as the object of what the speaker did

WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
ARTICLES = frozenset({"the", "a", "an", "our", "my"})
# "asked me to rate every supplier", "they would give me a score": no request of the speaker's.
TOLD_BEFORE = frozenset({"to", "would", "will", "could", "can", "should", "might", "may", "he", "she", "they", "who"})
CLAUSE_STARTS = frozenset(
    {"so", "the", "i", "we", "it", "and", "but", "my", "our", "in", "when", "because", "first", "well", "um", "uh"}
)
TOLD_AFTER = re.compile(r"\s?(?:라고|라는|라며|고\s?(?:하[셔시였]|해[서도]|했|말|부탁|요청|지시))")
SPEAKERS = {
    Language.ENGLISH: frozenset({"i", "we", "i've", "we've", "i'd", "we'd"}),
    Language.KOREAN: frozenset({"저는", "제가", "저희는", "저희가", "저희", "우리는", "우리가", "나는", "내가"}),
}


def without_asking(answer: AnalysedText, lexicon: Lexicon) -> tuple[Sentence, ...]:
    """The sentences of ``answer`` without what is said to the evaluator; of a cut sentence the parts that are left."""
    return tuple(part for sentence in answer.sentences for part in _parts_left(answer, sentence, lexicon))


def _parts_left(answer: AnalysedText, sentence: Sentence, lexicon: Lexicon) -> Iterator[Sentence]:
    said = answer.of(sentence.span)
    stretches = list(asking_stretches(said, lexicon))
    if not stretches:
        yield sentence
        return
    of_others = sentence.subject not in (Subject.SELF, Subject.GROUP)
    beside = _length(said) - sum(_length(said[each.start : each.end]) for each in stretches)
    if of_others and beside <= MOST_BESIDE:
        return
    ends = [0, *(place for each in stretches for place in (each.start, each.end)), len(said)]
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        if _length(said[start:end]) >= LEAST_LEFT:
            yield from _piece(sentence, Span(sentence.span.start + start, sentence.span.start + end))


def _piece(sentence: Sentence, span: Span) -> Iterator[Sentence]:
    tokens = tuple(each for each in sentence.tokens if span.start <= each.span.start < span.end)
    if any(each.role is not Role.MARK for each in tokens):
        yield replace(sentence, span=Span(tokens[0].span.start, tokens[-1].span.end), tokens=tokens)


def asking_stretches(said: str, lexicon: Lexicon) -> Iterator[Span]:
    """Where ``said``, one sentence or several run together, asks the evaluator for something; in order."""
    asks, judges = lexicon.request_finder.find(said), lexicon.scoring_finder.find(said)
    if not asks or not judges:
        return
    for group in _near(said, sorted({*asks, *judges})):
        begins = group[0].start
        if set(group) & set(asks) and set(group) & set(judges) and not _is_told(said, group, lexicon.language):
            yield Span(begins, _end(said, max(each.end for each in group)))


def _end(said: str, end: int) -> int:
    """Where the clause ends that the last phrase, up to ``end``, belongs to: its last words are no answer either."""
    following = list(islice(WORD.finditer(said, end), LEAST_LEFT))
    starts = (each.start() for each in following if each.group().lower() in CLAUSE_STARTS)
    return next(starts, len(said) if len(following) < LEAST_LEFT else end)


def _near(said: str, phrases: Sequence[Span]) -> Iterator[list[Span]]:
    """Phrases in groups without long gaps."""
    group = [phrases[0]]
    for before, phrase in pairwise(phrases):
        if _length(said[before.end : phrase.start]) > NEAR:
            yield group
            group = []
        group.append(phrase)
    yield group


def _is_told(said: str, group: Sequence[Span], language: Language) -> bool:
    """Whether the speaker reports the words, or does what they say."""
    before = WORD.findall(said[: group[0].start].lower())
    is_object = (
        bool(before) and before[-1] in ARTICLES
    )  # "I wrote the system prompt", but not "I'd say ignore the rubric"
    if any(word in SPEAKERS[language] for word in before[-OBJECT_REACH if is_object else -1 :]):
        return True
    if language is Language.KOREAN:
        return any(TOLD_AFTER.match(said, each.end) for each in group)
    return bool(before) and before[-1] in TOLD_BEFORE


def _length(text: str) -> int:
    return len(text.split())
