"""`make eval`: how well an engine's levels agree with the golden set, and how steady they are; per engine.

One JSON object per figure (figure, value, unit, bar, holds), then a table. What each figure means, and why it is
measured so: docs/decisions/0014-evaluation-measures.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from benches.__main__ import FIELDS, print_table
from benches.golden_metrics import icc_agreement, quadratic_kappa
from benches.golden_runs import (
    Judge,
    Run,
    falsely_praised,
    levels_moved,
    moved,
    of_language,
    pairs,
    risen,
    unjustified_abstentions,
)
from benches.golden_set import CONTENTLESS, GoldenAnswer, load_golden_set, load_injections
from benches.golden_small_talk import load_small_talk, small_talk
from benches.reasoning_latency import latencies
from services.kit.memory import settle
from services.kit.settings import load
from services.reasoning.adapters.bank_files import load_bank
from services.reasoning.adapters.registry import ENGINES, build_engine
from services.reasoning.bootstrap import YOUNG_OBJECTS
from services.reasoning.domain.evaluations import Criterion
from services.reasoning.domain.questions import Language
from services.reasoning.ports import EngineOptions
from services.reasoning.settings import Settings

KAPPA_BAR = 0.6
ICC_BAR = 0.9
MOVED_BAR_PERCENT = 10.0
HALVES = ("development", "held_out")
REPEATS = 5
SMALL_TALK_EVERY = 20  # questions, for an engine that thinks for seconds; all of them for the builtin one

Figure = dict[str, Any]
TextOf = Callable[[GoldenAnswer], str]


@dataclass(frozen=True)
class Measured:
    """All evaluations that the figures are taken from. ``injected`` has each answer once per injection and place."""

    runs: Sequence[Run]
    repeats: Sequence[Sequence[Run]]
    paraphrased: tuple[Sequence[Run], Sequence[Run]]
    retold: tuple[Sequence[Run], Sequence[Run]]
    padded: tuple[Sequence[Run], Sequence[Run]]
    injected: tuple[Sequence[Run], Sequence[Run]]


def figures(engine: str = "builtin", *, repeats: int = REPEATS, at_once: int = 1) -> Iterator[Figure]:
    """The figures of ``engine``."""
    measured, others = asyncio.run(_all(engine, repeats, at_once))
    for name, value, unit, bar, holds in [*agreement(measured), *steadiness(measured), *others]:
        yield {"figure": f"{engine}: {name}", "value": value, "unit": unit, "bar": bar, "holds": holds}


Row = tuple[str, float | None, str, str | None, bool | None]


def agreement(measured: Measured) -> Iterator[Row]:
    """How near the levels are to the expected ones: in all, per half, per criterion."""
    for language in Language:
        runs = of_language(measured.runs, language)
        yield _kappa(f"{language} kappa", runs, bar=KAPPA_BAR)
        for half in HALVES:
            part = [run for run in runs if run.answer.half == half]
            yield _kappa(f"{language} kappa, {half}", part, bar=KAPPA_BAR if half == "held_out" else None)
        with_content = [run for run in runs if run.answer.kind not in CONTENTLESS]
        yield _kappa(f"{language} kappa, answers with content", with_content)
        for criterion in Criterion:
            yield _kappa(f"{language} kappa, {criterion.value}", runs, criterion=criterion)
        for half in HALVES:
            inside = pairs(run for run in runs if run.answer.half == half)[2]
            yield _share(f"{language} levels in range, {half}", inside)
        yield _share(f"{language} levels not given though expected", unjustified_abstentions(runs))


def steadiness(measured: Measured) -> Iterator[Row]:
    """That the same answer gets the same levels, and that nothing is praised or believed that should not be."""
    table = [[run.score or 0.0 for run in row] for row in zip(*measured.repeats, strict=True)]
    icc = icc_agreement(table) if len(measured.repeats) > 1 else None
    yield "ICC(2,1) of repeated scores", _rounded(icc), "", f">= {ICC_BAR}", None if icc is None else icc >= ICC_BAR
    for language in Language:
        changes = (("paraphrase", measured.paraphrased), ("retelling", measured.retold), ("padding", measured.padded))
        for name, (before, after) in changes:
            one, other = of_language(before, language), of_language(after, language)
            yield _share(f"{language} median level moved by {name}", moved(one, other), below=MOVED_BAR_PERCENT)
            yield _share(f"{language} single levels moved by {name}", levels_moved(one, other))
        one, other = (of_language(runs, language) for runs in measured.injected)
        yield _share(f"{language} answers lifted by an injection", risen(one, other), most=0.0)
        runs = of_language(measured.runs, language)
        yield _share(f"{language} praise for no content", falsely_praised(runs), most=0.0)
        quotes, true = sum(run.quotes for run in runs), sum(run.true_quotes for run in runs)
        share = true / quotes * 100 if quotes else None
        yield f"{language} quotes verbatim", _rounded(share), "%", "100", None if share is None else true == quotes
        yield _share(f"{language} evaluations that failed", [run.failed for run in runs], most=0.0)


def _kappa(name: str, runs: Sequence[Run], *, criterion: Criterion | None = None, bar: float | None = None) -> Row:
    given, expected, _ = pairs(runs, criterion)
    value = quadratic_kappa(given, expected) if given else None
    holds = None if bar is None else value is not None and value >= bar
    return f"{name} ({len(given)} levels)", _rounded(value), "", None if bar is None else f">= {bar}", holds


def _share(name: str, found: Sequence[bool], *, below: float | None = None, most: float | None = None) -> Row:
    percent = sum(found) / len(found) * 100 if found else None
    if percent is None or (below is None and most is None):
        return f"{name} (of {len(found)})", _rounded(percent), "%", None, None
    if below is not None:
        return f"{name} (of {len(found)})", _rounded(percent), "%", f"< {below:g}", percent < below
    return f"{name} (of {len(found)})", _rounded(percent), "%", f"{most:g}", percent == most


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


async def _all(name: str, repeats: int, at_once: int) -> tuple[Measured, list[Row]]:
    unused = {"PARLEY_INTERNAL_SECRET": secrets.token_hex(), "PARLEY_TOKEN_SECRET": secrets.token_hex()}
    settings = load(Settings, "reasoning", {**unused, **os.environ})
    engine = build_engine(name, EngineOptions(preload=tuple(Language), model=settings.model_options))
    await engine.start()
    settle(YOUNG_OBJECTS)  # as the service does
    try:
        judge = Judge.of(engine, load_bank())
        measured = await measure(judge, load_golden_set(), repeats=repeats, at_once=at_once)
        every = 1 if name == "builtin" else SMALL_TALK_EVERY
        timed = [row async for row in latencies(engine, judge)]
        talked = [row async for row in small_talk(judge, load_small_talk(), every=every, at_once=at_once)]
        return measured, [*timed, *talked]
    finally:
        await engine.close()


async def measure(
    judge: Judge,
    answers: Sequence[GoldenAnswer],
    *,
    repeats: int,
    at_once: int = 1,
    injected: Sequence[GoldenAnswer] | None = None,
) -> Measured:
    """Everything that the figures need, of ``answers``; injections into those in ``injected``, None for all."""
    repeated = [await judge.run_all(answers, lambda each: each.text, at_once) for _ in range(repeats)]
    runs = repeated[0]
    by_id = {run.answer.answer_id: run for run in runs}

    async def changed(having: Sequence[GoldenAnswer], text: TextOf) -> tuple[list[Run], list[Run]]:
        return [by_id[each.answer_id] for each in having], await judge.run_all(having, text, at_once)

    asking = [await changed(having, text) for having, text in _injections(answers if injected is None else injected)]
    return Measured(
        runs=runs,
        repeats=repeated,
        paraphrased=await changed([each for each in answers if each.paraphrase], lambda each: each.paraphrase),
        retold=await changed([each for each in answers if each.retold], lambda each: each.retold),
        padded=await changed([each for each in answers if each.padded], lambda each: each.padded),
        injected=([run for one, _ in asking for run in one], [run for _, other in asking for run in other]),
    )


def _injections(answers: Sequence[GoldenAnswer]) -> Iterator[tuple[list[GoldenAnswer], TextOf]]:
    """Each injection, said after the answers and before them."""
    for language, sentences in load_injections().items():
        having = [each for each in answers if each.language is language]
        for sentence in sentences:
            yield having, partial(_joined, "{answer} {injection}", sentence)
            yield having, partial(_joined, "{injection} {answer}", sentence)


def _joined(order: str, injection: str, answer: GoldenAnswer) -> str:
    return order.format(answer=answer.text, injection=injection).strip()


def main() -> int:
    """Entry point; 1 if a figure is beyond its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="builtin", choices=sorted(ENGINES))
    parser.add_argument("--repeats", type=int, default=REPEATS, help="evaluations of each answer, for the ICC")
    parser.add_argument("--at-once", type=int, default=1, help="evaluations at the same time")
    arguments = parser.parse_args()
    found: list[Figure] = []
    for figure in figures(arguments.engine, repeats=arguments.repeats, at_once=arguments.at_once):
        found.append(figure)
        print(json.dumps({field: figure[field] for field in FIELDS}, ensure_ascii=False), flush=True)
    print_table(found)
    return 0 if all(figure["holds"] is not False for figure in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
