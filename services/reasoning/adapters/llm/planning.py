"""Plans: the rules choose kinds, difficulties and competencies; the model writes some questions for this role and this
résumé in the places that they leave. What it can't write well stays the bank's question.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from services.reasoning.adapters.llm.context import Context
from services.reasoning.adapters.llm.shapes import QuestionShape
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.embedding import embed
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.questions import (
    ExpectedPoint,
    PlannedQuestion,
    PlanRequest,
    Question,
    QuestionKind,
    RoleMatch,
)

LONGEST_QUESTION = 320  # characters
TOO_ALIKE = 0.8  # cosine of the hashed n-grams of two questions
LEAST_POINTS = 2
# Share of a plan that is written for the role: a third where the bank knows it, half where it doesn't.
KNOWN_SHARE, UNKNOWN_SHARE = 1 / 3, 1 / 2
WRITTEN_KINDS = (QuestionKind.EXPERIENCE, QuestionKind.TECHNICAL)


async def plan(context: Context, request: PlanRequest) -> AsyncGenerator[PlannedQuestion, None]:
    """See ReasoningEngine.plan."""
    planned = [each async for each in context.rules.plan(request)]
    places = _places(planned)
    bank = [each.question for each in planned]
    writing = {place: asyncio.create_task(_written(context, request, planned[place], bank)) for place in places}
    kept: list[Question] = [each.question for each in planned if each.index not in places]
    try:
        for each in planned:
            found = await writing[each.index] if each.index in writing else each
            if each.index in writing and found.fallback is None and _repeats(found.question, kept):
                found = replace(each, fallback=FallbackReason.UNSUITABLE)
            kept.append(found.question)
            yield found
    finally:
        for task in writing.values():
            task.cancel()
        await asyncio.gather(*writing.values(), return_exceptions=True)


def _places(planned: Sequence[PlannedQuestion]) -> list[int]:
    """Which questions are written anew: own work first, then knowledge, the later ones of each."""
    known = bool(planned) and planned[0].role_match is RoleMatch.EXACT
    count = math.ceil(len(planned) * (KNOWN_SHARE if known else UNKNOWN_SHARE))
    fit = [each for each in planned if each.question.kind in WRITTEN_KINDS]
    fit.sort(key=lambda each: (WRITTEN_KINDS.index(each.question.kind), -each.index))
    return [each.index for each in fit[:count]]


async def _written(
    context: Context, request: PlanRequest, planned: PlannedQuestion, bank: Sequence[Question]
) -> PlannedQuestion:
    try:
        question = await _question(context, request, planned.question)
        if question.source_id in request.asked_ids or _repeats(question, bank):
            raise ModelFailed(FallbackReason.UNSUITABLE, "the question was asked before, or is in the plan")
    except ModelFailed as failure:
        return replace(planned, fallback=failure.reason)
    return replace(planned, question=question)


async def _question(context: Context, request: PlanRequest, base: Question) -> Question:
    language, checks = request.language, context.checks(request.language)
    resume = "\n".join(request.resume_lines)
    context.reject_steering(language, [request.role, resume])

    def check(written: QuestionShape) -> None:
        checks.question(written.text, longest=LONGEST_QUESTION)
        checks.prose(written.text, written.competency, *written.points)
        if resume:
            _line(checks.quote(resume, written.quote).text, request.resume_lines)
        if base.kind is QuestionKind.TECHNICAL and len(written.points) < LEAST_POINTS:
            raise ModelFailed(FallbackReason.UNSUITABLE, "a technical question needs expected points")

    material = context.prompts[language].fill(
        "plan",
        "material",
        role=context.fenced(request.role),
        experience=request.experience.value,
        kind=base.kind.value,
        difficulty=str(base.difficulty),
        competency=base.competency,
        question=base.text,
        fenced=context.fenced(resume),
    )
    prompt = context.prompt(language, "plan", material, seed=request.seed % 2**31)
    written = await context.asking.ask(prompt, QuestionShape, check, context.budget("plan", Priority.QUESTION))
    quote = checks.quote(resume, written.quote).text if resume else ""
    return _as_question(context, request, base, written, quote)


def _as_question(
    context: Context, request: PlanRequest, base: Question, written: QuestionShape, quote: str
) -> Question:
    text = written.text.strip()
    if quote and quote not in text:
        text = context.say(request.language, "grounded", quote=quote, question=text)
    technical = base.kind is QuestionKind.TECHNICAL
    points = (ExpectedPoint(f"p{at}", point, ()) for at, point in enumerate(written.points if technical else (), 1))
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    return replace(
        base,
        source_id=f"llm-{request.language.value}-{digest}",
        text=text,
        competency=written.competency.strip() or base.competency,
        expected_points=tuple(points),
        grounding_quote=quote,
    )


def _line(quote: str, resume_lines: Sequence[str]) -> None:
    if not any(quote in line for line in resume_lines):
        raise ModelFailed(FallbackReason.INVENTED_QUOTE, "the quote runs over lines of the résumé")


def _repeats(question: Question, others: Sequence[Question]) -> bool:
    vector = embed(question.text)
    return any(
        sum(a * b for a, b in zip(vector, embed(other.text), strict=True)) > TOO_ALIKE
        for other in others
        if other is not question
    )
