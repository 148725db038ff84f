"""Follow-ups: one call. The model chooses what is missing, quotes what it is about and asks; the sentence around quote
and question is ours, so that every follow-up quotes word for word.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.reasoning.adapters.llm.checks import lines
from services.reasoning.adapters.llm.context import Context
from services.reasoning.adapters.llm.shapes import FollowUpShape, follow_up_shape
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.bank import as_follow_up, follow_up_target, parts_of
from services.reasoning.domain.followup import SUGGESTED_S, NoFollowUp
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.questions import MAX_FOLLOW_UPS, Exchange, Language, Question
from services.reasoning.domain.quoting import LONGEST_PHRASE

LONGEST_PROBE = 200  # characters
DETAIL = "detail"


async def follow_up(
    context: Context, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
) -> Question | NoFollowUp:
    """See ReasoningEngine.follow_up."""
    if len(earlier) >= MAX_FOLLOW_UPS:
        return NoFollowUp.LIMIT_REACHED
    if not any(character.isalnum() for character in exchange.transcript):
        return NoFollowUp.NOTHING_TO_QUOTE
    # Questions may quote answers or a résumé, and stand outside the fence.
    quoted = [each.question.grounding_quote for each in (exchange, *earlier)]
    context.reject_steering(language, [exchange.transcript, *quoted])
    offered = _missing(context, language, exchange.question, earlier)
    checks = context.checks(language)

    def check(written: FollowUpShape) -> None:
        if not written.ask:
            return
        found = checks.quote(exchange.transcript, written.quote)
        if not written.missing or len(found.text) > LONGEST_PHRASE[language] or not written.question:
            raise ModelFailed(FallbackReason.UNSUITABLE, "the follow-up is not complete, or its quote too long")
        checks.question(written.question, longest=LONGEST_PROBE)

    material = context.prompts[language].fill(
        "follow_up",
        "material",
        question=exchange.question.text,
        missing=lines((f"{key}: {text}" for key, text in offered.items()), context.say(language, "none")),
        asked=lines((each.question.text for each in earlier), context.say(language, "none")),
        fenced=context.fenced(exchange.transcript),
    )
    shape = follow_up_shape(tuple(offered))
    prompt = context.prompt(language, "follow_up", material)
    written = await context.asking.ask(prompt, shape, check, context.budget("follow_up", Priority.QUESTION))
    if not written.ask:
        return NoFollowUp.COMPLETE
    quote = checks.quote(exchange.transcript, written.quote).text
    text = context.wording(language).say("follow_up", variety=quote, quote=quote, probe=written.question.strip())
    points = tuple(point for point in exchange.question.expected_points if point.point_id == written.missing)
    return as_follow_up(exchange.question, written.missing, text, quote, points, SUGGESTED_S)


def _missing(context: Context, language: Language, question: Question, earlier: Sequence[Exchange]) -> dict[str, str]:
    """What may be asked for, by id: points of the question, parts of such an answer, and a detail; never twice."""
    asked = {follow_up_target(each.question.source_id) for each in earlier}
    wording = context.wording(language)
    entry = context.rules.bank.find(question)
    kind = entry.question.kind if entry is not None else question.kind
    offered = {point.point_id: point.text for point in question.expected_points}
    offered |= {part.value: wording.say(f"part.{part.value}") for part in parts_of(kind)}
    offered[DETAIL] = context.say(language, "detail")
    return {key: text for key, text in offered.items() if key not in asked}
