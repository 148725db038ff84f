"""Why a level is what it is, and what would lift it by one: one sentence each, from the same evidence as the level."""

from __future__ import annotations

from services.reasoning.domain.bank import Part
from services.reasoning.domain.case import Case
from services.reasoning.domain.evaluations import HIGHEST_LEVEL, LOWEST_LEVEL, Criterion
from services.reasoning.domain.evidence import Evidence
from services.reasoning.domain.levels import LONG_SENTENCE, Finding
from services.reasoning.domain.questions import QuestionKind

MOST_LISTED = 4
FEW_TIES = 2
MANY_REPEATED = 1 / 3


def explain(case: Case, evidence: Evidence, finding: Finding) -> str:
    """Why ``finding`` has its level."""
    return _EXPLAIN[finding.criterion](case, evidence, finding)


def next_step(case: Case, evidence: Evidence, finding: Finding) -> str:
    """What would lift ``finding`` by one level; empty at the highest."""
    if finding.level.value == HIGHEST_LEVEL:
        return ""
    return _NEXT[finding.criterion](case, evidence, finding)


def points_listed(case: Case, evidence: Evidence) -> str:
    """The points that were made, as a list in a sentence."""
    return "; ".join([case.point_text(point) for point in list(evidence.points)[:MOST_LISTED]])


def ties_listed(case: Case, evidence: Evidence) -> str:
    """The structure words that were used, each once, quoted as they were said."""
    said = [evidence.answer.of(span) for span in evidence.structure_words]
    return case.wording.join([case.wording.say("list.quoted", word=word) for word in said[:MOST_LISTED]])


def parts_listed(case: Case, parts: list[Part]) -> str:
    """Names of ``parts``, as a list in a sentence."""
    return case.wording.join([case.wording.say(f"part.{case.name(part)}") for part in parts])


def _explain_accuracy(case: Case, evidence: Evidence, finding: Finding) -> str:
    total, made = len(case.patterns.points), len(evidence.points)
    if evidence.misconceptions:
        correction = case.correction(next(iter(evidence.misconceptions)))
        key = "explain.technical_accuracy.misconception"
        return case.wording.say(key, total=total, made=made, correction=correction)
    if not made:
        why = "none" if finding.level.value == LOWEST_LEVEL else "told"
        return case.wording.say(f"explain.technical_accuracy.{why}", total=total)
    points = points_listed(case, evidence)
    return case.wording.say("explain.technical_accuracy.some", total=total, made=made, points=points)


def _explain_logic(case: Case, evidence: Evidence, finding: Finding) -> str:
    found = [part for part in case.parts if part in evidence.parts]
    missing = [part for part in case.parts if part not in evidence.parts]
    key = "explain.logic.all" if not missing else "explain.logic.some" if found else "explain.logic.none"
    return case.wording.say(key, found=parts_listed(case, found), missing=parts_listed(case, missing))


def _explain_specificity(case: Case, evidence: Evidence, finding: Finding) -> str:
    counted = {"numbers": evidence.numbers, "names": evidence.names, "own": evidence.own_actions}
    facts = [case.wording.say(f"fact.{key}", count=len(spans)) for key, spans in counted.items() if spans]
    if evidence.contexts:
        facts.append(case.wording.say("fact.context"))
    if not facts:
        return case.wording.say("explain.specificity.none")
    return case.wording.say("explain.specificity.some", facts=case.wording.join(facts))


def _explain_relevance(case: Case, evidence: Evidence, finding: Finding) -> str:
    return case.wording.say(f"explain.relevance.{finding.level.value}")


def _explain_communication(case: Case, evidence: Evidence, finding: Finding) -> str:
    problem = _communication_problem(case, evidence)
    if problem in ("long", "repeats"):
        return case.wording.say(f"explain.communication.{problem}")
    count = len(evidence.structure_words)
    if count == 0:
        return case.wording.say("explain.communication.no_ties")
    if count < FEW_TIES:
        return case.wording.say("explain.communication.few_ties", count=count)
    return case.wording.say("explain.communication.ties", ties=ties_listed(case, evidence))


def _communication_problem(case: Case, evidence: Evidence) -> str:
    """What stands most in the way of following it."""
    limit = LONG_SENTENCE[case.language]
    if any(sentence.span.end - sentence.span.start > limit for sentence in evidence.sentences):
        return "long"
    if evidence.repeated_share > MANY_REPEATED:
        return "repeats"
    return "ties" if len(evidence.structure_words) < FEW_TIES else "close"


def _next_accuracy(case: Case, evidence: Evidence, finding: Finding) -> str:
    if evidence.misconceptions:
        correction = case.correction(next(iter(evidence.misconceptions)))
        return case.wording.say("next.technical_accuracy.misconception", correction=correction)
    missing = case.missing_points(evidence.points)
    named = [point for point, found in evidence.points.items() if not found.explained]
    if missing and (missing[0] in case.patterns.core_point_ids or not named):
        return case.wording.say("next.technical_accuracy.point", point=case.point_text(missing[0]))
    point = named[0] if named else next(iter(case.patterns.points))
    return case.wording.say("next.technical_accuracy.explain", point=case.point_text(point))


def _next_logic(case: Case, evidence: Evidence, finding: Finding) -> str:
    missing = missing_part(case, evidence) or next((part for part in case.parts if part not in evidence.parts), None)
    return case.wording.say(f"next.logic.{case.name(missing) if missing else 'order'}")


def missing_part(case: Case, evidence: Evidence) -> Part | None:
    """The missing part that an interviewer would ask for first: what was done, what came of it, then the setting."""
    missing = [part for part in _ASKED_FIRST if part in case.parts and part not in evidence.parts]
    # Who tells the situation has usually told the task with it: alone it is no gap worth a question.
    if missing and missing[0] in (Part.TASK, Part.SITUATION) and len(missing) == 1 and _told_setting(evidence):
        return None
    return missing[0] if missing else None


def _told_setting(evidence: Evidence) -> bool:
    return Part.SITUATION in evidence.parts or Part.TASK in evidence.parts


def _next_specificity(case: Case, evidence: Evidence, finding: Finding) -> str:
    story = case.kind in (QuestionKind.EXPERIENCE, QuestionKind.BEHAVIOURAL)
    if not evidence.numbers:
        return case.wording.say("next.specificity.numbers")
    if story and not evidence.own_actions:
        return case.wording.say("next.specificity.own")
    if not evidence.names:
        return case.wording.say("next.specificity.names")
    return case.wording.say("next.specificity.context" if not evidence.contexts else "next.specificity.numbers")


def _next_relevance(case: Case, evidence: Evidence, finding: Finding) -> str:
    early = bool(evidence.topical) and evidence.topical[0] == 0
    return case.wording.say("next.relevance.cover" if early else "next.relevance.early")


def _next_communication(case: Case, evidence: Evidence, finding: Finding) -> str:
    return case.wording.say(f"next.communication.{_communication_problem(case, evidence)}")


_ASKED_FIRST = (Part.CLAIM, Part.ACTION, Part.RESULT, Part.REASON, Part.EXAMPLE, Part.SITUATION, Part.TASK)
_EXPLAIN = {
    Criterion.TECHNICAL_ACCURACY: _explain_accuracy,
    Criterion.LOGIC: _explain_logic,
    Criterion.SPECIFICITY: _explain_specificity,
    Criterion.RELEVANCE: _explain_relevance,
    Criterion.COMMUNICATION: _explain_communication,
}
_NEXT = {
    Criterion.TECHNICAL_ACCURACY: _next_accuracy,
    Criterion.LOGIC: _next_logic,
    Criterion.SPECIFICITY: _next_specificity,
    Criterion.RELEVANCE: _next_relevance,
    Criterion.COMMUNICATION: _next_communication,
}
