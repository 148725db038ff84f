"""Follow-ups: which one thing to ask, and which words of the answer to quote with it.

The order is that of a careful interviewer: a wrong idea first, then who did it, what was done and what came of it,
then what the answer should have covered. Nothing is asked twice, and nothing that an earlier follow-up has brought
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.reasoning.domain.bank import STORY, Part, as_follow_up, follow_up_target
from services.reasoning.domain.case import Case
from services.reasoning.domain.character import Substance, find_character, find_substance, is_empty
from services.reasoning.domain.evaluations import Character
from services.reasoning.domain.evidence import Evidence, gather
from services.reasoning.domain.explaining import missing_part
from services.reasoning.domain.questions import MAX_FOLLOW_UPS, Exchange, Question
from services.reasoning.domain.quoting import phrase_to_probe
from services.reasoning.domain.text import AnalysedText, Span

SUGGESTED_S = 45  # a follow-up asks for one thing


class NoFollowUp(StrEnum):
    """Why there is no follow-up."""

    COMPLETE = "complete"
    LIMIT_REACHED = "limit_reached"
    NOTHING_TO_QUOTE = "nothing_to_quote"


@dataclass(frozen=True, slots=True)
class _Gap:
    """Something missing: its name in the follow-up's id, the question about it, and the sentences to quote, best
    first.
    """

    target: str
    probe: str
    near: Sequence[Span]
    point_id: str = ""


def ask_follow_up(
    case: Case, answer: AnalysedText, earlier: Sequence[Exchange], earlier_answers: Sequence[AnalysedText]
) -> Question | NoFollowUp:
    """The follow-up to ``answer``, or why there is none. ``earlier_answers`` are those of ``earlier``, analysed."""
    if len(earlier) >= MAX_FOLLOW_UPS:
        return NoFollowUp.LIMIT_REACHED
    if is_empty(answer.text) or not answer.sentences:
        return NoFollowUp.NOTHING_TO_QUOTE
    evidence = gather(answer, case.patterns, case.words, case.lexicon)
    character = find_character(evidence, case)
    substance = find_substance(evidence, case)
    if character is Character.OFF_TOPIC or (character is Character.ON_TOPIC and substance is Substance.WORK_STORY):
        return _redirect(case, evidence, earlier)
    if character is not Character.ON_TOPIC or substance in (Substance.NOTHING, Substance.DECLINED, Substance.ECHO):
        return NoFollowUp.NOTHING_TO_QUOTE
    told = [gather(text, case.patterns, case.words, case.lexicon) for text in earlier_answers if text.sentences]
    asked = {follow_up_target(exchange.question.source_id) for exchange in earlier}
    gaps = [gap for gap in _gaps(case, evidence, told) if gap.target not in asked]
    return _first_quotable(case, evidence, gaps) if gaps else NoFollowUp.COMPLETE


def _redirect(case: Case, evidence: Evidence, earlier: Sequence[Exchange]) -> Question | NoFollowUp:
    """Beside the question: quote it and lead back, once."""
    if earlier:
        return NoFollowUp.NOTHING_TO_QUOTE
    span = phrase_to_probe(evidence.answer.text, evidence.sentences[0].span, case.lexicon)
    if span is None:
        return NoFollowUp.NOTHING_TO_QUOTE
    quote = evidence.answer.of(span)
    text = case.wording.say("follow_up.redirect", quote=quote, question=case.question.text)
    return as_follow_up(case.question, "link", text, quote, case.question.expected_points, SUGGESTED_S)


def _first_quotable(case: Case, evidence: Evidence, gaps: Sequence[_Gap]) -> Question | NoFollowUp:
    for gap in gaps:
        for sentence in [*gap.near, *(each.span for each in evidence.sentences)]:
            span = phrase_to_probe(evidence.answer.text, sentence, case.lexicon)
            if span is not None:
                return _question(case, gap, evidence.answer.of(span))
    return NoFollowUp.NOTHING_TO_QUOTE


def _question(case: Case, gap: _Gap, quote: str) -> Question:
    points = tuple(point for point in case.question.expected_points if point.point_id == gap.point_id)
    text = case.wording.say("follow_up", variety=quote, quote=quote, probe=gap.probe)
    return as_follow_up(case.question, gap.target, text, quote, points, SUGGESTED_S)


def _gaps(case: Case, evidence: Evidence, told: Sequence[Evidence]) -> Iterator[_Gap]:
    """What is missing, most worth asking first."""
    made = {point: True for each in (evidence, *told) for point in each.points}
    missing = case.missing_points(made)
    core = [point for point in missing if point in case.patterns.core_point_ids]
    yield from _misconceptions(case, evidence)
    if case.parts == STORY:
        yield from _own_role(case, evidence, told)
        yield from _parts(case, evidence, told, (Part.ACTION, Part.RESULT))
        yield from _measure(case, evidence, told)
    yield from (_point(case, evidence, point) for point in core)
    yield from _parts(case, evidence, told, case.parts)
    yield from (_point(case, evidence, point) for point in missing if point not in core)


def _misconceptions(case: Case, evidence: Evidence) -> Iterator[_Gap]:
    known = case.entry.misconceptions if case.entry is not None else ()
    for each in known:
        span = evidence.misconceptions.get(each.misconception_id)
        if span is not None:
            yield _Gap(f"misconception-{each.misconception_id}", each.probe, (span,))


def _own_role(case: Case, evidence: Evidence, told: Sequence[Evidence]) -> Iterator[_Gap]:
    if evidence.group_actions and not any(each.own_actions for each in (evidence, *told)):
        yield _Gap("own_role", case.wording.say("follow_up.own_role"), evidence.group_actions)


def _measure(case: Case, evidence: Evidence, told: Sequence[Evidence]) -> Iterator[_Gap]:
    result = evidence.parts.get(Part.RESULT)
    if result is not None and not any(each.numbers for each in (evidence, *told)):
        yield _Gap("measure", case.wording.say("follow_up.measure"), (result,))


def _parts(case: Case, evidence: Evidence, told: Sequence[Evidence], wanted: Sequence[Part]) -> Iterator[_Gap]:
    if not told and missing_part(case, evidence) is None:
        return
    for part in wanted:
        if not any(part in each.parts for each in (evidence, *told)):
            yield _Gap(part.value, _part_probe(case, part), _beside(evidence, part))


def _part_probe(case: Case, part: Part) -> str:
    own = case.entry.part_probes.get(part) if case.entry is not None else None
    return own or case.wording.say(f"follow_up.part.{part}")


def _point(case: Case, evidence: Evidence, point_id: str) -> _Gap:
    own = case.entry.point_probes.get(point_id) if case.entry is not None else None
    probe = own or case.wording.say("follow_up.point", point=case.point_text(point_id))
    return _Gap(point_id, probe, _about(case, evidence, point_id), point_id)


def _about(case: Case, evidence: Evidence, point_id: str) -> list[Span]:
    """The sentences about the question, those first that share most words with the missing point; later ones first."""
    lemmas = {lemma for phrase in case.patterns.points[point_id] for lemma in phrase.lemmas}

    def nearness(place: int) -> tuple[int, int]:
        return sum(token.lemma in lemmas for token in evidence.sentences[place].content), place

    return [evidence.sentences[place].span for place in sorted(evidence.topical, key=nearness, reverse=True)]


def _beside(evidence: Evidence, part: Part) -> list[Span]:
    """The sentences that a question about the missing ``part`` best hooks into."""
    before = {
        Part.RESULT: (Part.ACTION, Part.TASK),
        Part.ACTION: (Part.TASK, Part.SITUATION),
        Part.REASON: (Part.CLAIM,),
        Part.EXAMPLE: (Part.CLAIM, Part.REASON),
    }.get(part, (Part.ACTION, Part.CLAIM))
    hooks = [evidence.parts[each] for each in before if each in evidence.parts]
    if part is Part.RESULT and evidence.own_actions:
        hooks.insert(0, evidence.own_actions[-1])
    return hooks + [evidence.sentences[place].span for place in evidence.topical]
