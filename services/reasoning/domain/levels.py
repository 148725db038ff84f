"""Levels 1..5 per criterion, from evidence. Each rule is a short table, so that a candidate can be told exactly why.

Rules count what is there and never what is not asked: padding adds nothing. Levels are sums of what the same thing in
other words leaves as it is, rounded once; limits make them answer for their evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log1p, sqrt

from services.reasoning.domain.bank import Part, parts_of
from services.reasoning.domain.evaluations import HIGHEST_LEVEL, LOWEST_LEVEL, Criterion, Level
from services.reasoning.domain.evidence import Evidence
from services.reasoning.domain.parts import told_apart
from services.reasoning.domain.patterns import QuestionPatterns
from services.reasoning.domain.questions import Language, QuestionKind
from services.reasoning.domain.text import Sentence, Span

MOST_QUOTES = 3
SURE_SENTENCES = 4  # an answer of so many sentences shows itself; a shorter one could be a level more or less
# The most for technical accuracy with less than a share of the expected points, and the least with as much (a named
# point counts half, a core point twice).
MOST_WITH_POINTS: Mapping[int, float] = {3: 0.01, 4: 0.5}
LEAST_WITH_POINTS: Mapping[int, float] = {2: 0.01, 3: 0.55, 4: 0.75}
LEAST_RELEVANT: Mapping[int, float] = {3: 0.2, 4: 0.55}  # who makes points, be it in few words, answers the question
MADE_SHARE = 1.03  # of levels, if all expected points are made
CORE_WEIGHT = 2.0
NAMED_SHARE = 0.5
MOST_NUMBERS = 5
NUMBER_SHARE = 0.53  # of a level, per number
OTHER_SHARE = 0.1  # per name, own action, and for time, place or scale: other words keep numbers best
MOST_WITHOUT_NUMBER = 3
MOST_WITHOUT_NUMBER_OR_NAME = 2
LONG_SENTENCE: Mapping[Language, int] = {Language.KOREAN: 120, Language.ENGLISH: 220}  # characters
SURE_TOPIC_WEIGHT = 4
WHOLE_FOLLOW_UP_CONTENT = 6  # words of meaning
TOUCHED = 2  # the least for an answer that is on topic, and the most for one that is too short to cover it
MOST_TOLD_WORDS = 110
# The most for logic without a part that has a sentence of its own, and with one or two.
MOST_WITH_PARTS = (2, 4)
PART_SHARE = 0.1  # of a level, per part with a sentence of its own
PROOF_SHARE = 0.33  # per number: what came of something, shown rather than said
TIE_SHARE, MOST_TIES = 0.1, 3  # per kind of structure word
LONG_SHARE = 2.0  # if all sentences are too long to follow
MUCH_REPEATED = 1 / 3
MOST_WITHOUT_TIES = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """What words that are told are worth before rounding, to which the criterion adds what it counts itself.

    Fitted on the development half of the golden set so that an answer and its paraphrase get the same
    (docs/decisions/0016 and 0019); the same for both languages.
    """

    base: float
    told: float

    def of(self, words: float) -> float:
        """``base`` + ``told`` per natural logarithm of 1 + ``words``: the tenth says more than the sixtieth, and beyond
        MOST_TOLD_WORDS none counts.
        """
        return self.base + self.told * log1p(min(words, MOST_TOLD_WORDS))


ACCURACY = Weights(base=-1.46, told=1.14)
RELEVANCE = Weights(base=-0.17, told=1.28)
LOGIC = Weights(base=-0.43, told=0.9)
SPECIFICITY = Weights(base=0.2, told=0.44)
COMMUNICATION = Weights(base=-0.3, told=1.13)


@dataclass(frozen=True, slots=True)
class Finding:
    """A level with the places in the answer that it stands on."""

    criterion: Criterion
    level: Level
    spans: tuple[Span, ...]


def technical_accuracy(evidence: Evidence, patterns: QuestionPatterns) -> Finding:
    """Expected points made and how much is told on the topic, less one level per misconception.

    Points are known by their words only, and most right answers make some in words that the bank doesn't have: so what
    is told on the topic counts as well, but without any point never for more than level 3.
    """
    share = covered_share(evidence, patterns)
    value = _rounded(ACCURACY.of(evidence.told_on_topic) + MADE_SHARE * sqrt(share))
    value = min([value, *(most for most, least in MOST_WITH_POINTS.items() if share < least)])
    value = max([value, *(at_least for at_least, least in LEAST_WITH_POINTS.items() if share >= least)])
    value = max(LOWEST_LEVEL, value - len(evidence.misconceptions))
    spans = [*evidence.misconceptions.values(), *(point.span for point in evidence.points.values())]
    named_only = any(not point.explained for point in evidence.points.values())
    lower = named_only or share < MOST_WITH_POINTS[4]
    return _finding(Criterion.TECHNICAL_ACCURACY, value, spans, evidence, lower=lower, higher=value <= 3)


def covered_share(evidence: Evidence, patterns: QuestionPatterns) -> float:
    """Weighted share of the expected points that the answer makes, 0..1."""
    weights = {point: CORE_WEIGHT if point in patterns.core_point_ids else 1.0 for point in patterns.points}
    made = sum(weights[point] * (1.0 if found.explained else NAMED_SHARE) for point, found in evidence.points.items())
    return made / max(sum(weights.values()), 1.0)


def logic(evidence: Evidence, kind: QuestionKind) -> Finding:
    """How far the answer is built out, and how many of the parts that belong to such an answer are there.

    Parts are known by words that announce them, which may stand without the part and the part without them: so they
    count little one by one, and limit the level together.
    """
    parts = parts_of(kind)
    found = [part for part in parts if part in evidence.parts]
    told = told_apart(parts, evidence.part_places)
    amount = LOGIC.of(evidence.told_words) + PART_SHARE * told
    value = _rounded(amount + PROOF_SHARE * min(len(evidence.numbers), MOST_NUMBERS))
    value = min([value, *MOST_WITH_PARTS[told : told + 1]])
    spans = [evidence.parts[part] for part in found]
    return _finding(Criterion.LOGIC, value, spans, evidence, lower=True, higher=len(found) < len(parts))


def specificity(evidence: Evidence, kind: QuestionKind) -> Finding:
    """Numbers, names, own part, and time or scale; without a number never above level 3."""
    value = _rounded(SPECIFICITY.of(evidence.told_words) + _detail(evidence, kind))
    if not evidence.numbers:
        value = min(value, MOST_WITHOUT_NUMBER if evidence.names else MOST_WITHOUT_NUMBER_OR_NAME)
    spans = _holding(evidence.sentences, [*evidence.numbers, *evidence.names]) + list(evidence.own_actions)
    vague = bool(evidence.vague)
    return _finding(Criterion.SPECIFICITY, value, spans, evidence, lower=vague, higher=not evidence.numbers)


def _detail(evidence: Evidence, kind: QuestionKind) -> float:
    """What numbers (up to five), names (two; three for knowledge questions), own actions (two), and time, place or
    scale are worth, in levels.
    """
    most_names = 3 if kind is QuestionKind.TECHNICAL else 2
    others = min(len(evidence.names), most_names) + min(len(evidence.own_actions), 2) + min(len(evidence.contexts), 1)
    return NUMBER_SHARE * min(len(evidence.numbers), MOST_NUMBERS) + OTHER_SHARE * others


def relevance(evidence: Evidence, patterns: QuestionPatterns, *, short: bool = False) -> Finding:
    """How much is told on the topic. A ``short`` answer can touch the question, not cover it."""
    value = (
        TOUCHED if short else max(_rounded(RELEVANCE.of(evidence.told_on_topic)), TOUCHED, _covered(evidence, patterns))
    )
    spans = [evidence.sentences[place].span for place in evidence.topical]
    sure = evidence.topic_weight >= SURE_TOPIC_WEIGHT
    return _finding(Criterion.RELEVANCE, value, spans, evidence, lower=not sure, higher=value <= 2)


def _covered(evidence: Evidence, patterns: QuestionPatterns) -> int:
    share = covered_share(evidence, patterns)
    return max((level for level, least in LEAST_RELEVANT.items() if share >= least), default=LOWEST_LEVEL)


def follow_up_relevance(evidence: Evidence, patterns: QuestionPatterns, target: str) -> Finding:
    """Whether the one thing that a follow-up asked for is there; a short answer can be a whole one."""
    if _gives(evidence, patterns, target):
        value = 4 + (evidence.content_count >= WHOLE_FOLLOW_UP_CONTENT)
    else:
        value = 3 if evidence.topic_weight >= 2 else 2
    spans = [evidence.sentences[place].span for place in evidence.topical]
    return _finding(Criterion.RELEVANCE, value, spans, evidence, lower=True, higher=value <= 2)


def _gives(evidence: Evidence, patterns: QuestionPatterns, target: str) -> bool:
    """Whether the answer has what ``target`` (see followup.py) stands for."""
    if target in patterns.points:
        return target in evidence.points
    if target in set(Part):
        return Part(target) in evidence.parts
    given = {"own_role": bool(evidence.own_actions), "measure": bool(evidence.numbers)}
    return given.get(target, evidence.topic_weight >= 2 and not evidence.misconceptions)


def communication(evidence: Evidence, language: Language) -> Finding:
    """How much comes across, in sentences of a length that can be followed, with words that tie them, unrepeated."""
    long = [s for s in evidence.sentences if s.span.end - s.span.start > LONG_SENTENCE[language]]
    ties = evidence.structure_words
    kinds = [kind for kind, spans in evidence.connectives.items() if spans]
    amount = COMMUNICATION.of(evidence.told_words)
    amount += TIE_SHARE * min(len(kinds), MOST_TIES) - LONG_SHARE * len(long) / len(evidence.sentences)
    value = _rounded(amount - (evidence.repeated_share > MUCH_REPEATED))
    value = value if ties else min(value, MOST_WITHOUT_TIES)
    spans = _holding(evidence.sentences, list(ties))
    return _finding(Criterion.COMMUNICATION, value, spans, evidence, lower=True, higher=not ties)


def _rounded(amount: float) -> int:
    """The nearest level, halves up."""
    return min(max(floor(amount + 0.5), LOWEST_LEVEL), HIGHEST_LEVEL)


def _finding(
    criterion: Criterion, value: int, spans: Sequence[Span], evidence: Evidence, *, lower: bool, higher: bool
) -> Finding:
    """The level with its range: one wider on the side that the evidence leaves open, on both for a short answer.

    Where nothing supports more than it is, the answer's first sentence shows what there is.
    """
    spans = spans or [evidence.sentences[0].span]
    short = len(evidence.sentences) < SURE_SENTENCES
    low = max(LOWEST_LEVEL, value - (lower or short))
    high = min(HIGHEST_LEVEL, value + (higher or short))
    return Finding(criterion, Level(value, low, high), tuple(dict.fromkeys(spans))[:MOST_QUOTES])


def _holding(sentences: Sequence[Sentence], spans: Sequence[Span]) -> list[Span]:
    """The sentences that hold any of ``spans``, in order."""
    return [
        sentence.span
        for sentence in sentences
        if any(sentence.span.start <= span.start and span.end <= sentence.span.end for span in spans)
    ]
