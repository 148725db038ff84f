"""What is good about an answer, what is missing, and how it could be stronger in the candidate's own facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.reasoning.domain.bank import STORY, Part
from services.reasoning.domain.case import Case
from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.evidence import Evidence
from services.reasoning.domain.explaining import missing_part, parts_listed, points_listed, ties_listed
from services.reasoning.domain.lexicon import Lexicon
from services.reasoning.domain.questions import Language, QuestionKind
from services.reasoning.domain.quoting import quotes_of
from services.reasoning.domain.text import Sentence, Span
from services.reasoning.domain.wording import Wording

PRAISED_LEVEL = 4
FACTUAL_PRAISE_LEVEL = 3  # what is plainly there may be named from here
POOR_LEVEL = 2
MOST_MISSING_POINTS = 2
MOST_WEAKNESSES = 4
FEWEST_FACTS = 2  # own sentences that a stronger answer can be built on


def find_strengths(case: Case, evidence: Evidence, levels: Mapping[Criterion, int]) -> tuple[str, ...]:
    """One sentence per thing done well; none where no level deserves it, or the answer may be off topic."""
    if levels.get(Criterion.RELEVANCE, POOR_LEVEL) <= POOR_LEVEL:
        return ()
    return tuple(dict.fromkeys(_strengths(case, evidence, levels)))


def _strengths(case: Case, evidence: Evidence, levels: Mapping[Criterion, int]) -> Iterator[str]:
    say = case.wording.say
    praised = {criterion for criterion, level in levels.items() if level >= PRAISED_LEVEL}
    if Criterion.TECHNICAL_ACCURACY in praised:
        yield say("strength.technical_accuracy", points=points_listed(case, evidence))
    if Criterion.LOGIC in praised:
        yield say("strength.logic", parts=parts_listed(case, [part for part in case.parts if part in evidence.parts]))
    quote = _quote(case, evidence, _measured_result(evidence))
    if quote and levels.get(Criterion.SPECIFICITY, 0) >= FACTUAL_PRAISE_LEVEL:
        yield say("strength.result_number", quote=quote)
    elif Criterion.SPECIFICITY in praised:
        quote = _quote(case, evidence, _first_fact(evidence))
        if quote:
            yield say("strength.specificity", quote=quote)
    right = levels.get(Criterion.TECHNICAL_ACCURACY, FACTUAL_PRAISE_LEVEL) >= FACTUAL_PRAISE_LEVEL
    if Criterion.RELEVANCE in praised and right:
        yield say("strength.relevance")
    if Criterion.COMMUNICATION in praised and evidence.structure_words:
        yield say("strength.communication", ties=ties_listed(case, evidence))


def personal_remarks(text: str, lexicon: Lexicon, wording: Wording) -> tuple[str, ...]:
    """What an answer tells of family, age or origin, which the candidate should leave out; no level knows of it."""
    return tuple(
        wording.say("weakness.personal", quote=text[each.start : each.end])
        for each in lexicon.personal_finder.find(text)[:1]
    )


def find_weaknesses(case: Case, evidence: Evidence, levels: Mapping[Criterion, int]) -> tuple[str, ...]:
    """One sentence per thing that is wrong or missing, most important first."""
    return tuple(dict.fromkeys(_weaknesses(case, evidence, levels)))[:MOST_WEAKNESSES]


def _weaknesses(case: Case, evidence: Evidence, levels: Mapping[Criterion, int]) -> Iterator[str]:
    say = case.wording.say
    yield from personal_remarks(evidence.answer.text, case.lexicon, case.wording)
    for misconception in evidence.misconceptions:
        yield say("weakness.misconception", correction=case.correction(misconception))
    core = [point for point in case.missing_points(evidence.points) if point in case.patterns.core_point_ids]
    for point in core[:MOST_MISSING_POINTS]:
        yield say("weakness.point", point=case.point_text(point))
    part = missing_part(case, evidence)
    if part is not None and Criterion.LOGIC in levels:
        yield say("weakness.part", part=say(f"part.{case.name(part)}"))
    yield from _vague_or_shared(case, evidence, levels)
    for criterion in (Criterion.RELEVANCE, Criterion.COMMUNICATION):
        if levels.get(criterion, POOR_LEVEL + 1) <= POOR_LEVEL:
            yield say(f"weakness.{criterion.value}")


def _vague_or_shared(case: Case, evidence: Evidence, levels: Mapping[Criterion, int]) -> Iterator[str]:
    if Criterion.SPECIFICITY not in levels:
        return
    story = case.kind in (QuestionKind.EXPERIENCE, QuestionKind.BEHAVIOURAL)
    if story and evidence.group_actions and not evidence.own_actions:
        quote = _quote(case, evidence, evidence.group_actions[0])
        if quote:
            yield case.wording.say("weakness.own_role", quote=quote)
    if not evidence.numbers:
        yield case.wording.say("weakness.number")
    if evidence.vague and levels[Criterion.SPECIFICITY] <= FACTUAL_PRAISE_LEVEL:
        yield case.wording.say("weakness.vague", quote=evidence.answer.of(evidence.vague[0]))


def _measured_result(evidence: Evidence) -> Span | None:
    result = evidence.parts.get(Part.RESULT)
    if result is None or not any(result.start <= number.start < result.end for number in evidence.numbers):
        return None
    return result


def _first_fact(evidence: Evidence) -> Span | None:
    facts = [*evidence.numbers, *evidence.names]
    return next(
        (s.span for s in evidence.sentences if any(s.span.start <= fact.start < s.span.end for fact in facts)), None
    )


def _quote(case: Case, evidence: Evidence, span: Span | None) -> str:
    quotes = quotes_of(evidence.answer.text, [span], case.lexicon) if span is not None else ()
    return quotes[0].text.rstrip(". ") if quotes else ""


def stronger_answer(case: Case, evidence: Evidence) -> str:
    """The candidate's own sentences in the order that carries best, answer or outcome first, with a marked gap for
    what is missing. Nothing is made up: every sentence is theirs. Empty where there is too little to build on.
    """
    usable = [sentence for sentence in evidence.sentences if _usable(case, evidence, sentence)]
    if len(usable) < FEWEST_FACTS:
        return ""
    lines = _story(case, evidence, usable) if case.parts in (STORY, ()) else _argument(case, evidence, usable)
    missing = case.missing_points(evidence.points)
    if missing:
        lines.append(case.wording.say("stronger.gap.point", point=case.point_text(missing[0])))
    elif not evidence.numbers:
        lines.append(case.wording.say("stronger.gap.number"))
    return " ".join(lines)


def _story(case: Case, evidence: Evidence, usable: list[Sentence]) -> list[str]:
    """Outcome first, then the story in its own order, gaps where they belong."""
    lines: list[str] = []
    result = evidence.parts.get(Part.RESULT)
    headline = next((sentence for sentence in usable if sentence.span == result), None)
    if headline is not None:
        opening = _sentence(case, evidence, headline)
        lines.append(case.wording.say("stronger.headline", sentence=_mid_sentence(case, opening)))
    setting = Part.SITUATION in evidence.parts or Part.TASK in evidence.parts
    if case.parts and not setting:
        lines.append(case.wording.say("stronger.gap.situation"))
    lines += [_sentence(case, evidence, sentence) for sentence in usable if sentence is not headline]
    for part in (Part.ACTION, Part.RESULT):
        if part in case.parts and part not in evidence.parts:
            lines.append(case.wording.say(f"stronger.gap.{part}"))
    return lines


def _argument(case: Case, evidence: Evidence, usable: list[Sentence]) -> list[str]:
    """The claim first, then the rest in its own order, gaps where they belong."""
    claim = evidence.parts.get(Part.CLAIM)
    first = [sentence for sentence in usable if sentence.span == claim]
    lines = [_sentence(case, evidence, sentence) for sentence in first] or [case.wording.say("stronger.gap.claim")]
    lines += [_sentence(case, evidence, sentence) for sentence in usable if sentence not in first]
    for part in (Part.REASON, Part.EXAMPLE, Part.RESULT):
        if part not in evidence.parts:
            lines.append(case.wording.say(f"stronger.gap.{case.name(part)}"))
    return lines


def _usable(case: Case, evidence: Evidence, sentence: Sentence) -> bool:
    said = evidence.answer.of(sentence.span)
    wrong = sentence.span in evidence.misconceptions.values()
    return not wrong and len(sentence.content) > 1 and not case.lexicon.judgement_finder.within(said)


def _sentence(case: Case, evidence: Evidence, sentence: Sentence) -> str:
    """The sentence as it can stand anywhere: without its leading connective, with a capital and a full stop."""
    said = evidence.answer.of(sentence.span)
    lead = case.lexicon.leading_finder.at_start(said)
    if lead is not None:
        said = said[lead.end :].lstrip(" ,")
    said = _without_trailing_tie(case, said)
    said = said[:1].upper() + said[1:]
    return said if said.endswith((".", "?", "!")) else f"{said}."


def _without_trailing_tie(case: Case, said: str) -> str:
    """Without a last "and" or "so", where a long transcript was cut before what it leads to."""
    words = said.rstrip(" ,").rsplit(" ", 1)
    tie = words[-1].casefold() in case.lexicon.leading_connectives
    return words[0].rstrip(" ,") if tie and len(words) > 1 else said


def _mid_sentence(case: Case, said: str) -> str:
    first = said.split(" ", 1)[0]
    plain = case.language is Language.ENGLISH and first.istitle() and first != "I"
    return said[:1].lower() + said[1:] if plain else said
