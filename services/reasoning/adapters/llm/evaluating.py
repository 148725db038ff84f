"""Evaluations: several judges read the same answer, each in another order; their median counts where they agree and
where the rules don't say the opposite. What an answer is not long enough for, or whether it says anything, the rules
decide alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.reasoning.adapters.llm.checks import Checks, lines
from services.reasoning.adapters.llm.context import Context
from services.reasoning.adapters.llm.shapes import EvaluationShape, evaluation_shape, rotated
from services.reasoning.adapters.workers import Priority
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
from services.reasoning.domain.feedback import personal_remarks
from services.reasoning.domain.llm_failures import FallbackReason, ModelFailed
from services.reasoning.domain.llm_judges import held_by_most, quorum, settle
from services.reasoning.domain.llm_text import check_numbers
from services.reasoning.domain.questions import Exchange, Language

PRAISED = 4  # level from which there are strengths
NOT_ASKED = frozenset({Abstention.NOT_APPLICABLE, Abstention.TOO_SHORT})
BOTTOM = Level(LOWEST_LEVEL, LOWEST_LEVEL, LOWEST_LEVEL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judge's work on one criterion."""

    quote: Quote
    level: int
    why: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """One judge's work on an answer."""

    verdicts: Mapping[Criterion, Verdict]
    character: Character
    covered: tuple[str, ...]
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    stronger: str


async def evaluate(context: Context, language: Language, exchange: Exchange, quality: TranscriptQuality) -> Evaluation:
    """See ReasoningEngine.evaluate."""
    rules = await context.rules.evaluate(language, exchange, quality)
    asked = tuple(each.criterion for each in rules.judgements if each.abstention not in NOT_ASKED)
    nothing_said = rules.character in (Character.EMPTY, Character.NONSENSE)
    if quality is TranscriptQuality.LOW or nothing_said or not _has_level(rules):
        return rules
    # A question may quote an earlier answer or a résumé, and stands outside the fence.
    context.reject_steering(language, [exchange.transcript, exchange.question.grounding_quote])
    opinions = await _opinions(context, language, exchange, asked)
    return _combined(context, language, exchange, rules, opinions)


async def _opinions(
    context: Context, language: Language, exchange: Exchange, asked: tuple[Criterion, ...]
) -> list[Opinion]:
    """The judges' work, theirs whose work can be used. Raises ModelFailed if those are too few."""
    judges = context.options.judges
    tasks = [
        asyncio.create_task(_opinion(context, language, exchange, rotated(asked, judge), judge))
        for judge in range(judges)
    ]
    try:
        results = await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, ModelFailed):
            raise result
    opinions = [each for each in results if isinstance(each, Opinion)]
    if len(opinions) < quorum(judges):
        raise next(each for each in results if isinstance(each, ModelFailed))
    return opinions


async def _opinion(
    context: Context, language: Language, exchange: Exchange, criteria: tuple[Criterion, ...], judge: int
) -> Opinion:
    checks, prompts, none = context.checks(language), context.prompts[language], context.say(language, "none")
    question, prose = exchange.question, judge == 0
    names = context.wording(language).criterion_names
    entry = context.rules.bank.find(question)
    material = prompts.fill(
        "evaluation",
        "material",
        question=question.text,
        kind=question.kind.value,
        points=lines((f"{point.point_id}: {point.text}" for point in question.expected_points), none),
        anchors=_anchors(entry.anchors if entry is not None else {}, names) or none,
        fenced=context.fenced(exchange.transcript),
        order=", ".join(f"{names[criterion]} ({criterion.value})" for criterion in criteria),
    )
    if prose:
        material = f"{material}\n{prompts.fill('evaluation', 'prose')}"
    shape = evaluation_shape(criteria, tuple(point.point_id for point in question.expected_points), prose)
    rubric = _anchors(context.wording(language).anchors, names)
    prompt = context.prompt(language, "evaluation", material, seed=judge, rubric=rubric)
    budget = context.budget("evaluation_prose" if prose else "evaluation", Priority.EVALUATION)

    def check(written: EvaluationShape) -> None:
        _read(written, criteria, exchange, checks)

    written = await context.asking.ask(prompt, shape, check, budget)
    return _read(written, criteria, exchange, checks)


def _anchors(anchors: Mapping[Criterion, Mapping[int, str]], names: Mapping[Criterion, str]) -> str:
    return "\n".join(
        f"{names[criterion]} ({criterion.value})\n" + "\n".join(f"  {level}: {text}" for level, text in levels.items())
        for criterion, levels in anchors.items()
    )


def _read(written: EvaluationShape, criteria: Sequence[Criterion], exchange: Exchange, checks: Checks) -> Opinion:
    """One judge's work with its evidence found. Raises ModelFailed for what may not be shown."""
    found = written.model_dump()
    verdicts = {}
    for criterion in criteria:
        quote = checks.quote(exchange.transcript, found[f"{criterion.value}_quote"])
        why, step = found[f"{criterion.value}_why"].strip(), found[f"{criterion.value}_next"].strip()
        verdicts[criterion] = Verdict(quote, found[f"{criterion.value}_level"], why, step)
    if not all(each.why and (each.next_step or each.level == HIGHEST_LEVEL) for each in verdicts.values()):
        raise ModelFailed(FallbackReason.MALFORMED, "a judgement without its reason or next step")
    opinion = Opinion(
        verdicts,
        Character(found["character"]),
        tuple(found.get("covered", ())),
        tuple(each.strip() for each in found.get("strengths", ()) if each.strip()),
        tuple(each.strip() for each in found.get("weaknesses", ()) if each.strip()),
        found.get("stronger", "").strip(),
    )
    told = [text for each in verdicts.values() for text in (each.why, each.next_step)]
    checks.prose(*told, *opinion.strengths, *opinion.weaknesses)
    checks.prose(opinion.stronger)
    check_numbers(opinion.stronger, [exchange.transcript, exchange.question.text])
    return opinion


def _combined(
    context: Context, language: Language, exchange: Exchange, rules: Evaluation, opinions: Sequence[Opinion]
) -> Evaluation:
    characters = held_by_most(([each.character] for each in opinions), len(opinions))
    beside = next((each for each in characters if each is not Character.ON_TOPIC), None)
    judgements = tuple(_judgement(context, language, exchange, each, opinions, beside) for each in rules.judgements)
    best = max((each.level.value for each in judgements if each.level is not None), default=LOWEST_LEVEL)
    prose = next((each for each in opinions if each.weaknesses or each.strengths or each.stronger), opinions[0])
    covered = held_by_most((each.covered for each in opinions), len(opinions))
    points = (point.point_id for point in exchange.question.expected_points)
    # Found by rules: what may not count in hiring is no matter of a model's opinion.
    remarks = personal_remarks(exchange.transcript, context.rules.lexicons[language], context.wording(language))
    return Evaluation(
        judgements=judgements,
        character=beside or Character.ON_TOPIC,
        strengths=prose.strengths if best >= PRAISED and beside is None else (),
        weaknesses=(*remarks, *prose.weaknesses),
        stronger_answer=prose.stronger if beside is None else "",
        covered_point_ids=tuple(point for point in points if point in covered) if beside is None else (),
    )


def _judgement(
    context: Context,
    language: Language,
    exchange: Exchange,
    rules: Judgement,
    opinions: Sequence[Opinion],
    beside: Character | None,
) -> Judgement:
    """The judges' judgement on the criterion of ``rules``; what they were not asked, the rules say."""
    if rules.abstention in NOT_ASKED:
        return rules
    wording = context.wording(language)
    verdicts = [each.verdicts[rules.criterion] for each in opinions]
    level = BOTTOM if beside is not None else settle([each.level for each in verdicts], rules.level)
    if level is None:
        why = context.say(language, "judges_disagree")
        return Judgement(rules.criterion, None, Abstention.JUDGES_DISAGREE, (), "", why, "")
    told = next((each for each in verdicts if each.level == level.value), None)
    if told is None:  # beside the question, and no judge gave the lowest level
        told = replace(verdicts[0], why=wording.say(f"explain.{beside}"), next_step=wording.say("next.level_one"))
    entry = context.rules.bank.find(exchange.question)
    own = entry.anchors.get(rules.criterion, {}) if entry is not None else {}
    return Judgement(
        criterion=rules.criterion,
        level=level,
        abstention=None,
        quotes=tuple(dict.fromkeys(each.quote for each in verdicts if each.level == level.value)) or (told.quote,),
        anchor=own.get(level.value) or wording.anchors[rules.criterion][level.value],
        explanation=told.why,
        next_step="" if level.value == HIGHEST_LEVEL else told.next_step,
    )


def _has_level(evaluation: Evaluation) -> bool:
    return any(each.level is not None for each in evaluation.judgements)
