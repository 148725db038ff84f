"""Follow-ups: one call. The model chooses what is missing, quotes what it is about and asks; the sentence around quote
and question is ours, so that every follow-up quotes word for word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.reasoning.adapters.llm.asking import Budget, Prompt
from services.reasoning.adapters.llm.checks import lines
from services.reasoning.adapters.llm.context import Context
from services.reasoning.adapters.llm.shapes import FollowUpShape, follow_up_shape
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.bank import as_follow_up, follow_up_target, parts_of
from services.reasoning.domain.follow_up_parts import lead_of, probe_for
from services.reasoning.domain.followup import SUGGESTED_S, NoFollowUp
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.questions import MAX_FOLLOW_UPS, Exchange, Language, Question
from services.reasoning.domain.quoting import LONGEST_PHRASE

LONGEST_PROBE = 200  # characters
DETAIL = "detail"


@dataclass(frozen=True)
class Assignment:
    """One follow-up to write: ``offered`` is what it may ask for, by id."""

    context: Context
    language: Language
    exchange: Exchange
    offered: Mapping[str, str]
    prompt: Prompt

    @property
    def shape(self) -> type[FollowUpShape]:
        """What the model is to write."""
        return follow_up_shape(tuple(self.offered))

    @property
    def budget(self) -> Budget:
        """What it may cost."""
        return self.context.budget("follow_up", Priority.QUESTION)

    def quoted(self, missing: str, quote: str) -> str:
        """The words of the answer that ``quote`` repeats. Raises ModelFailed if it is none, or too long, or if nothing
        is said to be missing.
        """
        found = self.context.checks(self.language).quote(self.exchange.transcript, quote)
        if not missing or len(found.text) > LONGEST_PHRASE[self.language]:
            raise ModelFailed(FallbackReason.UNSUITABLE, "the follow-up is not complete, or its quote too long")
        return found.text

    def check_question(self, written: str) -> None:
        """Raises ModelFailed unless ``written`` is a question that may be said."""
        checks = self.context.checks(self.language)
        checks.question(written, longest=LONGEST_PROBE)
        checks.spoken_part(written, longest=LONGEST_PROBE)

    def check_length(self, written: str) -> None:
        """Raises ModelFailed if so much is too much already."""
        self.context.checks(self.language).length(written, longest=LONGEST_PROBE)

    def check_sentences(self, written: str) -> None:
        """The same of how a question begins."""
        self.context.checks(self.language).spoken_part(written, longest=LONGEST_PROBE)

    def question(self, missing: str, quote: str, text: str) -> Question:
        """The follow-up with this text."""
        asked = self.exchange.question
        points = tuple(point for point in asked.expected_points if point.point_id == missing)
        return as_follow_up(asked, missing, text, quote, points, SUGGESTED_S)

    def lead(self, quote: str) -> str:
        """How it begins."""
        return lead_of(self.context.wording(self.language), quote)

    def probe(self, missing: str) -> str:
        """How the rules ask for it."""
        entry = self.context.rules.bank.find(self.exchange.question)
        found = probe_for(entry, self.exchange.question, missing, self.context.wording(self.language))
        return found or self.context.say(self.language, "detail_probe")


async def follow_up(
    context: Context, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
) -> Question | NoFollowUp:
    """See ReasoningEngine.follow_up."""
    assignment = assign(context, language, exchange, earlier)
    if isinstance(assignment, NoFollowUp):
        return assignment

    def check(written: FollowUpShape) -> None:
        if written.ask:
            assignment.quoted(written.missing, written.quote)
            assignment.check_question(written.question)

    written = await context.asking.ask(assignment.prompt, assignment.shape, check, assignment.budget)
    if not written.ask:
        return NoFollowUp.COMPLETE
    quote = assignment.quoted(written.missing, written.quote)
    return assignment.question(written.missing, quote, f"{assignment.lead(quote)} {written.question.strip()}")


def assign(
    context: Context, language: Language, exchange: Exchange, earlier: Sequence[Exchange]
) -> Assignment | NoFollowUp:
    """What the model is to do, or why there is nothing to ask. Raises ModelFailed if it may not be asked."""
    if len(earlier) >= MAX_FOLLOW_UPS:
        return NoFollowUp.LIMIT_REACHED
    if not any(character.isalnum() for character in exchange.transcript):
        return NoFollowUp.NOTHING_TO_QUOTE
    # Questions may quote answers or a résumé, and stand outside the fence.
    quoted = [each.question.grounding_quote for each in (exchange, *earlier)]
    context.reject_steering(language, [exchange.transcript, *quoted])
    offered = _missing(context, language, exchange.question, earlier)
    material = context.prompts[language].fill(
        "follow_up",
        "material",
        question=exchange.question.text,
        missing=lines((f"{key}: {text}" for key, text in offered.items()), context.say(language, "none")),
        asked=lines((each.question.text for each in earlier), context.say(language, "none")),
        fenced=context.fenced(exchange.transcript),
    )
    return Assignment(context, language, exchange, offered, context.prompt(language, "follow_up", material))


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
