"""Everything that the rules find in an answer, gathered once. Levels, follow-ups and feedback only read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.reasoning.domain.asking import without_asking
from services.reasoning.domain.bank import Part
from services.reasoning.domain.lexicon import Connective, Lexicon
from services.reasoning.domain.matching import find_any, said_of
from services.reasoning.domain.numbers import find_numbers
from services.reasoning.domain.parts import find_parts, is_action
from services.reasoning.domain.patterns import QuestionPatterns, WordSets
from services.reasoning.domain.text import AnalysedText, Role, Sentence, Span, Subject
from services.reasoning.domain.vocabulary import Vocabulary

LONGEST_PLEASANTRY = 6  # words of meaning
EXPLAINED_CONTENT = 5  # a sentence with fewer words of meaning names a point, it does not explain it
BEGGING_GAP = 40  # characters between a request and what it asks for
MOST_ECHOED = 0.6  # of a sentence's words that are no everyday ones
ECHO_WEIGHT = 0.5  # the question's own words show it least


@dataclass(frozen=True, slots=True)
class PointEvidence:
    """Where an expected point is made, and whether it is explained there or only named."""

    span: Span
    explained: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answer as found. ``sentences`` has each sentence once and no pleasantries: padding earns and costs nothing.
    Neither they nor the sentences of ``answer`` have words to the evaluator, unless there is nothing else.
    """

    answer: AnalysedText
    sentences: tuple[Sentence, ...]
    repeated_share: float
    points: Mapping[str, PointEvidence]
    misconceptions: Mapping[str, Span]
    topic_weight: float
    topical: tuple[int, ...]  # indexes into sentences
    fit: float | None  # how far its words stand out as this question's, see Vocabulary; None where that can't be told
    novel_content: int  # words of meaning that are neither the question's own nor everyday ones
    parts: Mapping[Part, Span]
    part_places: Mapping[Part, tuple[int, ...]]  # indexes into sentences, all that do the work of the part
    numbers: tuple[Span, ...]
    names: tuple[Span, ...]
    own_actions: tuple[Span, ...]
    group_actions: tuple[Span, ...]
    contexts: tuple[Span, ...]
    vague: tuple[Span, ...]
    connectives: Mapping[Connective, tuple[Span, ...]]
    disclaims: bool
    work_words: int
    told_words: int  # see _words_told, in the sentences that carry something
    told_on_topic: int  # the same, in those with words of the question; told_words if it has no vocabulary
    to_evaluator: bool  # nothing is said but to whoever judges the answer

    @property
    def structure_words(self) -> tuple[Span, ...]:
        """The structure words, each wording once, in order."""
        found = {self.answer.of(span).casefold(): span for spans in self.connectives.values() for span in spans}
        return tuple(sorted(found.values()))

    @property
    def said(self) -> str:
        """The text of the answer's sentences."""
        return " ".join(self.answer.of(sentence.span) for sentence in self.answer.sentences)

    @property
    def content_count(self) -> int:
        """How many words of meaning the answer has, repetitions left out."""
        return sum(len(sentence.content) for sentence in self.sentences)


def gather(answer: AnalysedText, patterns: QuestionPatterns, words: WordSets, lexicon: Lexicon) -> Evidence:
    """The evidence in ``answer`` to the question that ``patterns`` are of."""
    meant = without_asking(answer, lexicon)
    answer, text = replace(answer, sentences=meant or answer.sentences), answer.text
    sentences = _said(answer, lexicon)
    points = _points(sentences, patterns, text, lexicon)
    weight, topical = _topic(sentences, patterns, points)
    lemmas = [token.lemma for sentence in sentences for token in sentence.content]
    actions = [sentence for sentence in sentences if is_action(sentence, words)]
    telling = _telling(answer, sentences, topical, words, lexicon)
    places = find_parts(answer, sentences, topical, words, lexicon)
    begging, vocabulary = _begging(text, lexicon), patterns.vocabulary
    personal = lexicon.personal_finder.find(text)  # blind hiring: such a sentence is worth nothing
    telling = tuple(each for each in telling if not _overlaps(each.span, personal))
    about = telling if vocabulary is None else _touching(sentences, vocabulary, personal)
    return Evidence(
        answer=answer,
        sentences=sentences,
        repeated_share=_repeated_share(answer),
        points=points,
        misconceptions=_misconceptions(sentences, patterns),
        topic_weight=weight,
        topical=topical,
        fit=None if vocabulary is None else vocabulary.fit(set(lemmas)),
        novel_content=len(set(lemmas) - patterns.echo - words.generic),
        parts={part: sentences[found[0]].span for part, found in places.items()},
        part_places=places,
        numbers=_facts(answer, _inside(sentences, find_numbers(text, lexicon.language)), patterns, begging),
        names=_facts(answer, _names(sentences), patterns, begging),
        own_actions=tuple(s.span for s in actions if s.subject in (Subject.SELF, Subject.UNSTATED)),
        group_actions=tuple(s.span for s in actions if s.subject is Subject.GROUP),
        contexts=_inside(sentences, lexicon.context_finder.find(text)),
        vague=_inside(sentences, lexicon.vague_finder.find(text)),
        connectives={kind: _inside(telling, finder.find(text)) for kind, finder in lexicon.connective_finders.items()},
        disclaims=lexicon.disclaimer_finder.within(text),
        work_words=len({lemma for lemma in lemmas if lemma in words.work}),
        told_words=_words_told(telling, begging, patterns, words),
        told_on_topic=_words_told(about, begging, patterns, words),
        to_evaluator=not meant,
    )


def _said(answer: AnalysedText, lexicon: Lexicon) -> tuple[Sentence, ...]:
    meant = [sentence for sentence in answer.sentences if not _is_pleasantry(answer, sentence, lexicon)]
    seen: dict[tuple[str, ...], Sentence] = {}
    for sentence in meant or answer.sentences:
        seen.setdefault(tuple(token.lemma for token in sentence.tokens if token.role is not Role.MARK), sentence)
    return tuple(seen.values())


def _telling(
    answer: AnalysedText, sentences: Sequence[Sentence], topical: Sequence[int], words: WordSets, lexicon: Lexicon
) -> tuple[Sentence, ...]:
    """The sentences that carry something: the question's topic, work, a number, a name or something done. A structure
    word in any other ties nothing.
    """
    return tuple(
        sentence
        for place, sentence in enumerate(sentences)
        if place in topical
        or any(token.name or token.lemma in words.work for token in sentence.content)
        or is_action(sentence, words)
        or find_numbers(answer.of(sentence.span), lexicon.language)
    )


def _words_told(
    sentences: Iterable[Sentence], begging: Sequence[Span], patterns: QuestionPatterns, words: WordSets
) -> int:
    """How many words of meaning sentences have that are no everyday ones, nor part of words to the evaluator. The same
    thing in other words has about as many. A sentence that gives the question back tells nothing.
    """
    total = 0
    for sentence in sentences:
        told = [
            token.lemma
            for token in sentence.content
            if token.lemma not in words.generic and not _overlaps(token.span, begging)
        ]
        echoed = sum(lemma in patterns.echo for lemma in told)
        total += len(told) if echoed <= MOST_ECHOED * len(told) else 0
    return total


def _touching(sentences: Sequence[Sentence], vocabulary: Vocabulary, personal: Sequence[Span]) -> tuple[Sentence, ...]:
    """The sentences with words of the question."""
    return tuple(
        each
        for each in sentences
        if not _overlaps(each.span, personal) and vocabulary.touches({token.lemma for token in each.content})
    )


def _inside(sentences: Sequence[Sentence], spans: Sequence[Span]) -> tuple[Span, ...]:
    """Those of ``spans`` that lie in one of the sentences."""
    return tuple(
        span for span in spans if any(sentence.span.start <= span.start < sentence.span.end for sentence in sentences)
    )


def _repeated_share(answer: AnalysedText) -> float:
    """Share of the sentences that had been said before in the same words."""
    distinct = {answer.of(sentence.span).casefold() for sentence in answer.sentences}
    return 1 - len(distinct) / max(len(answer.sentences), 1)


def _is_pleasantry(answer: AnalysedText, sentence: Sentence, lexicon: Lexicon) -> bool:
    short = len(sentence.content) <= LONGEST_PLEASANTRY
    return short and lexicon.pleasantry_finder.within(answer.of(sentence.span))


def _points(
    sentences: Sequence[Sentence], patterns: QuestionPatterns, text: str, lexicon: Lexicon
) -> dict[str, PointEvidence]:
    found: dict[str, PointEvidence] = {}
    for point_id, phrases in patterns.points.items():
        for sentence in sentences:
            if lexicon.disclaimer_finder.within(text[sentence.span.start : sentence.span.end]):
                continue
            if find_any(phrases, sentence) is not None:
                explained = len(sentence.content) >= EXPLAINED_CONTENT
                best = found.get(point_id)
                if best is None or (explained and not best.explained):
                    found[point_id] = PointEvidence(sentence.span, explained)
    return found


def _misconceptions(sentences: Sequence[Sentence], patterns: QuestionPatterns) -> dict[str, Span]:
    return {
        misconception_id: sentence.span
        for misconception_id, phrases in patterns.misconceptions.items()
        for sentence in reversed(sentences)
        if find_any(phrases, sentence) is not None
    }


def _topic(
    sentences: Sequence[Sentence], patterns: QuestionPatterns, points: Mapping[str, PointEvidence]
) -> tuple[float, tuple[int, ...]]:
    """How much the answer has to do with the question, and in which sentences it shows."""
    made_at = {evidence.span for evidence in points.values()}
    hits: set[tuple[str, ...]] = set()
    echoes: set[str] = set()
    topical: list[int] = []
    for place, sentence in enumerate(sentences):
        topics = {phrase.lemmas for phrase in said_of(patterns.topics, sentence)}
        echoed = {token.lemma for token in sentence.content} & patterns.echo
        hits |= topics
        echoes |= echoed
        if topics or echoed or sentence.span in made_at:
            topical.append(place)
    covered = {lemma for lemmas in hits for lemma in lemmas}
    weight = len(hits) + len(points) + ECHO_WEIGHT * len(echoes - covered)
    return weight, tuple(topical)


def _begging(text: str, lexicon: Lexicon) -> list[Span]:
    """Words to the evaluator that a transcript without full stops has put into a sentence: requests and what they ask
    for, with what stands between them.
    """
    asked, judged = lexicon.request_finder.find(text), lexicon.scoring_finder.find(text)
    found: list[Span] = []
    for span in sorted((*asked, *judged)) if asked and judged else ():
        if found and span.start - found[-1].end <= BEGGING_GAP:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start < each.end and each.start < span.end for each in others)


def _facts(
    answer: AnalysedText, spans: Sequence[Span], patterns: QuestionPatterns, begging: Sequence[Span]
) -> tuple[Span, ...]:
    """Those of ``spans`` that add something: neither the question's own (to say 500 after it is no detail), nor part of
    words to the evaluator.
    """
    return tuple(
        span
        for span in spans
        if answer.of(span).strip(" ,").casefold() not in patterns.echo and not _overlaps(span, begging)
    )


def _names(sentences: Sequence[Sentence]) -> tuple[Span, ...]:
    found: dict[str, Span] = {}
    for sentence in sentences:
        for token in sentence.tokens:
            if token.name:
                found.setdefault(token.lemma, token.span)
    return tuple(found.values())
