"""An answer's evaluation from its evidence: its character, and for each criterion a level with quotes or the reason
why not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.reasoning.domain.bank import follow_up_target
from services.reasoning.domain.case import Case
from services.reasoning.domain.character import Substance, find_character, find_substance, is_empty
from services.reasoning.domain.evaluations import (
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    Abstention,
    Character,
    Criterion,
    Evaluation,
    Judgement,
    Level,
    Quote,
    TranscriptQuality,
)
from services.reasoning.domain.evidence import Evidence, gather
from services.reasoning.domain.explaining import explain, next_step
from services.reasoning.domain.feedback import find_strengths, find_weaknesses, stronger_answer
from services.reasoning.domain.levels import (
    Finding,
    communication,
    follow_up_relevance,
    logic,
    relevance,
    specificity,
    technical_accuracy,
)
from services.reasoning.domain.quoting import quotes_of
from services.reasoning.domain.text import AnalysedText

NEEDS_LENGTH = frozenset({Criterion.LOGIC, Criterion.SPECIFICITY, Criterion.COMMUNICATION})
BOTTOM = Level(LOWEST_LEVEL, LOWEST_LEVEL, LOWEST_LEVEL)


def judge(case: Case, answer: AnalysedText, quality: TranscriptQuality) -> Evaluation:
    """The evaluation of ``answer``. Deterministic, and of the words alone: there is nothing else that it could depend
    on.
    """
    unreliable = quality is TranscriptQuality.LOW
    if is_empty(answer.text) or not answer.sentences:
        if unreliable:  # a recogniser that misses much and heard nothing does not mean that nothing was said
            return _abstaining(case, Character.EMPTY, Abstention.LOW_TRANSCRIPT_QUALITY)
        return _at_bottom(case, Character.EMPTY, "empty", ())
    evidence = gather(answer, case.patterns, case.words, case.lexicon)
    character = find_character(evidence, case)
    if unreliable:
        return _cautious(case, evidence, character)
    if character in (Character.NONSENSE, Character.OFF_TOPIC):
        return _at_bottom(case, character, character.value, _opening(case, evidence))
    substance = find_substance(evidence, case)
    if substance is Substance.FOREIGN:
        return _abstaining(case, Character.UNKNOWN, Abstention.NO_EVIDENCE, "explain.foreign")
    if substance is Substance.NOTHING:
        return _abstaining(case, Character.UNKNOWN, Abstention.TOO_SHORT)
    if substance in (Substance.DECLINED, Substance.ECHO):
        return _unanswered(case, evidence, substance)
    return _answered(case, evidence, substance)


def _answered(case: Case, evidence: Evidence, substance: Substance) -> Evaluation:
    judgements = []
    for criterion in Criterion:
        if not case.applies(criterion):
            judgements.append(_not_applicable(case, criterion))
        elif substance is Substance.SHORT and criterion in NEEDS_LENGTH:
            judgements.append(_abstention(case, criterion, Abstention.TOO_SHORT))
        elif criterion is Criterion.RELEVANCE and _about_anything(case, evidence):
            judgements.append(_abstention(case, criterion, Abstention.NO_EVIDENCE, "explain.relevance.unknown"))
        else:
            finding = _finding(case, evidence, criterion, short=substance is Substance.SHORT)
            judgements.append(_judgement(case, evidence, finding))
    levels = {each.criterion: each.level.value for each in judgements if each.level is not None}
    return Evaluation(
        judgements=tuple(judgements),
        character=Character.ON_TOPIC,
        strengths=find_strengths(case, evidence, levels),
        weaknesses=find_weaknesses(case, evidence, levels),
        stronger_answer=stronger_answer(case, evidence),
        covered_point_ids=tuple(point for point in case.patterns.points if point in evidence.points),
    )


def _about_anything(case: Case, evidence: Evidence) -> bool:
    """Whether nothing in a story says that it is the one that was asked for."""
    return not case.is_follow_up and not case.patterns.points and evidence.topic_weight == 0


def _finding(case: Case, evidence: Evidence, criterion: Criterion, *, short: bool) -> Finding:
    if criterion is Criterion.TECHNICAL_ACCURACY:
        return technical_accuracy(evidence, case.patterns)
    if criterion is Criterion.LOGIC:
        return logic(evidence, case.question.kind)
    if criterion is Criterion.SPECIFICITY:
        return specificity(evidence, case.kind)
    if criterion is Criterion.RELEVANCE and case.is_follow_up:
        return follow_up_relevance(evidence, case.patterns, follow_up_target(case.question.source_id))
    if criterion is Criterion.RELEVANCE:
        return relevance(evidence, case.patterns, short=short)
    return communication(evidence, case.language)


def _judgement(case: Case, evidence: Evidence, finding: Finding) -> Judgement:
    quotes = quotes_of(evidence.answer.text, finding.spans, case.lexicon)
    judgement = Judgement(
        criterion=finding.criterion,
        level=finding.level,
        abstention=None,
        quotes=quotes,
        anchor=case.anchor(finding.criterion, finding.level.value),
        explanation=explain(case, evidence, finding),
        next_step=next_step(case, evidence, finding),
    )
    return judgement if quotes else judgement.withdrawn(case.wording.say("explain.no_evidence"))


def _unanswered(case: Case, evidence: Evidence, substance: Substance) -> Evaluation:
    """They said that they don't know, or gave the question back: nothing is right or to the point, and the rest can't
    be told.
    """
    quotes = _opening(case, evidence)
    return _bare(
        case,
        Character.ON_TOPIC,
        {
            criterion: _abstention(case, criterion, Abstention.TOO_SHORT)
            if criterion in NEEDS_LENGTH
            else _bottom(case, criterion, substance.value, quotes)
            for criterion in Criterion
        },
        case.wording.say(f"weakness.{substance.value}"),
    )


def _cautious(case: Case, evidence: Evidence, character: Character) -> Evaluation:
    """From an unreliable transcript only what was found counts: words rarely appear by mistake, but easily get lost."""
    judgements = {criterion: _abstention(case, criterion, Abstention.LOW_TRANSCRIPT_QUALITY) for criterion in Criterion}
    if character is not Character.ON_TOPIC or evidence.topic_weight == 0:
        return _bare(case, Character.UNKNOWN, judgements)
    found = relevance(evidence, case.patterns)
    level = Level(found.level.value, max(LOWEST_LEVEL, found.level.low - 1), min(HIGHEST_LEVEL, found.level.high + 1))
    judgements[Criterion.RELEVANCE] = _judgement(case, evidence, replace(found, level=level))
    return _bare(case, character, judgements)


def _at_bottom(case: Case, character: Character, why: str, quotes: tuple[Quote, ...]) -> Evaluation:
    bottoms = {criterion: _bottom(case, criterion, why, quotes) for criterion in Criterion}
    return _bare(case, character, bottoms, case.wording.say(f"weakness.{why}"))


def _abstaining(case: Case, character: Character, reason: Abstention, key: str = "") -> Evaluation:
    return _bare(case, character, {criterion: _abstention(case, criterion, reason, key) for criterion in Criterion})


def _bare(
    case: Case, character: Character, judgements: Mapping[Criterion, Judgement], weakness: str = ""
) -> Evaluation:
    """An evaluation that praises nothing and builds on nothing."""
    return Evaluation(
        judgements=tuple(
            judgements[criterion] if case.applies(criterion) else _not_applicable(case, criterion)
            for criterion in Criterion
        ),
        character=character,
        strengths=(),
        weaknesses=(weakness,) if weakness else (),
        stronger_answer="",
        covered_point_ids=(),
    )


def _bottom(case: Case, criterion: Criterion, why: str, quotes: tuple[Quote, ...]) -> Judgement:
    return Judgement(
        criterion=criterion,
        level=BOTTOM,
        abstention=None,
        quotes=quotes,
        anchor=case.anchor(criterion, LOWEST_LEVEL),
        explanation=case.wording.say(f"explain.{why}"),
        next_step=case.wording.say("next.empty" if why in ("empty", "declined") else "next.level_one"),
    )


def _abstention(case: Case, criterion: Criterion, reason: Abstention, key: str = "") -> Judgement:
    explanation = case.wording.say(key or f"explain.{reason.value}")
    return Judgement(criterion, None, reason, (), "", explanation, "")


def _not_applicable(case: Case, criterion: Criterion) -> Judgement:
    return _abstention(case, criterion, Abstention.NOT_APPLICABLE, f"explain.not_applicable.{criterion.value}")


def _opening(case: Case, evidence: Evidence) -> tuple[Quote, ...]:
    return quotes_of(evidence.answer.text, [evidence.sentences[0].span], case.lexicon)
