"""The prose of a report, from results that are there already; nothing that they don't say."""

from __future__ import annotations

from collections.abc import Sequence

from services.reasoning.adapters.llm.context import Context
from services.reasoning.adapters.llm.shapes import ReportShape
from services.reasoning.adapters.workers import Priority
from services.reasoning.domain.evaluations import Evaluation
from services.reasoning.domain.llm_text import check_numbers
from services.reasoning.domain.questions import Language
from services.reasoning.domain.report import STRONG_LEVEL, EvaluatedExchange, ReportProse


async def write_report(
    context: Context, language: Language, role: str, exchanges: Sequence[EvaluatedExchange]
) -> ReportProse:
    """See ReasoningEngine.write_report. Where nothing was judged there is nothing to write: the rules say that."""
    rules = await context.rules.write_report(language, role, exchanges)
    levels = [level for each in exchanges if each.evaluation is not None for level in _levels(each.evaluation)]
    if not levels:
        return rules
    results = _results(context, language, exchanges)
    context.reject_steering(language, [role, results])
    checks = context.checks(language)
    known = [results, role, *rules.summary, *rules.practice_points, str(len(exchanges))]

    def check(written: ReportShape) -> None:
        told = (written.strong, written.weak, written.practise, *written.points)
        checks.prose(*told)
        check_numbers("\n".join(told), known)

    fenced = context.fenced(results)
    material = context.prompts[language].fill("report", "material", role=context.fenced(role), fenced=fenced)
    prompt = context.prompt(language, "report", material)
    written = await context.asking.ask(prompt, ReportShape, check, context.budget("report", Priority.EVALUATION))
    # Praise is for what has a level of 4 or more, whatever the model found to praise.
    strong = written.strong.strip() if max(levels) >= STRONG_LEVEL else rules.summary[0]
    points = tuple(dict.fromkeys(point.strip() for point in written.points if point.strip()))
    return ReportProse((strong, written.weak.strip(), written.practise.strip()), points or rules.practice_points)


def _results(context: Context, language: Language, exchanges: Sequence[EvaluatedExchange]) -> str:
    """The results in words; no transcripts, which could speak to the model."""
    names = context.wording(language).criterion_names
    told = []
    for number, each in enumerate(exchanges, start=1):
        told.append(context.say(language, "answer", number=number, question=each.exchange.question.text))
        for judgement in each.evaluation.judgements if each.evaluation is not None else ():
            if judgement.level is not None:
                name, level = names[judgement.criterion], judgement.level.value
                line = context.say(language, "level", criterion=name, level=level, explanation=judgement.explanation)
                told.append(f"- {line} {judgement.next_step}".rstrip())
    return "\n".join(told)


def _levels(evaluation: Evaluation) -> list[int]:
    return [each.level.value for each in evaluation.judgements if each.level is not None]
