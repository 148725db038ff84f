"""How long an engine takes for a plan of six, a follow-up and an evaluation.

The bars are for one free core, and a core that others share may be half as quick from one minute to the next. So each
call is made in up to five rounds over all of them, and its best time counts; p50 and p95 are over the calls. Besides
the wall clock, the processor time of this process and of the engine's children is measured: on a busy machine the wall
clock says how busy it is. Every call gets an answer that the engine has not read before, as a follow-up does; an
evaluation after a follow-up finds it read.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

import psutil

from benches.golden_metrics import percentile
from benches.golden_runs import Judge
from benches.golden_set import GoldenAnswer, load_golden_set
from services.reasoning.domain.evaluations import TranscriptQuality
from services.reasoning.domain.llm_failures import ModelFailed
from services.reasoning.domain.questions import Exchange, ExperienceLevel, Language, PlanRequest, Scenario
from services.reasoning.ports import ReasoningEngine

PLAN_BAR_MS, FOLLOW_UP_BAR_MS, EVALUATION_BAR_MS = 50.0, 20.0, 100.0
QUESTIONS = 6
MOST_ROUNDS, MOST_ROUNDS_S = 5, 10.0  # a model that takes seconds for a call is asked once
PLANS = 40

_numbers = itertools.count()  # of calls

Row = tuple[str, float | None, str, str | None, bool | None]
Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Times:
    wall_ms: list[float]
    processor_ms: list[float]


async def latencies(engine: ReasoningEngine, judge: Judge) -> AsyncIterator[Row]:
    """p50 and p95 per language over the golden answers, a first pass prepares the questions. Calls that a model failed
    at are counted and left out.
    """
    for language in Language:
        answers = [each for each in load_golden_set() if each.language is language and each.text]
        steps = {
            f"plan of {QUESTIONS}": (PLAN_BAR_MS, [_plan(engine, language, seed) for seed in range(PLANS)]),
            "follow-up": (FOLLOW_UP_BAR_MS, [_follow_up(engine, judge, each) for each in answers]),
            "evaluation": (EVALUATION_BAR_MS, [_evaluate(engine, judge, each) for each in answers]),
        }
        for name, (bar, calls) in steps.items():
            await _timed(calls)
            times = await _best(calls)
            failed = sum(each == inf for each in times.wall_ms)
            yield f"{language} {name} calls that failed (of {len(calls)})", failed, "", "0", failed == 0
            for clock, all_values in (("", times.wall_ms), (" of processor time", times.processor_ms)):
                values = [each for each in all_values if each != inf]
                if not values:
                    continue
                p95 = round(percentile(values, 95), 1)
                yield f"{language} {name} p50{clock}", round(percentile(values, 50), 1), "ms", None, None
                yield f"{language} {name} p95{clock}", p95, "ms", f"<= {bar:g}", p95 <= bar


def _plan(engine: ReasoningEngine, language: Language, seed: int) -> Call:
    request = PlanRequest(
        language, "backend engineer", Scenario.COMBINED, ExperienceLevel.MID, None, QUESTIONS, seed=seed
    )

    async def call() -> None:
        async for _ in engine.plan(request):
            pass

    return call


def _follow_up(engine: ReasoningEngine, judge: Judge, answer: GoldenAnswer) -> Call:
    exchanges = _unread(judge, answer)
    return lambda: engine.follow_up(answer.language, next(exchanges), ())


def _evaluate(engine: ReasoningEngine, judge: Judge, answer: GoldenAnswer) -> Call:
    exchanges = _unread(judge, answer)
    return lambda: engine.evaluate(answer.language, next(exchanges), TranscriptQuality.STANDARD)


def _unread(judge: Judge, answer: GoldenAnswer) -> Iterator[Exchange]:
    """The same answer over and over, each time as a text that nobody has seen: it ends in other blanks."""
    question = judge.questions[answer.question_id]
    while True:
        number = f"{next(_numbers):012b}"
        yield Exchange(question, answer.text + number.replace("0", " ").replace("1", "\t"))


async def _best(calls: Sequence[Call]) -> _Times:
    """Each call's best times of some rounds."""
    started, rounds = time.monotonic(), [await _timed(calls)]
    while len(rounds) < MOST_ROUNDS and time.monotonic() - started < MOST_ROUNDS_S:
        rounds.append(await _timed(calls))
    return _Times(
        [min(times) for times in zip(*(each.wall_ms for each in rounds), strict=True)],
        [min(times) for times in zip(*(each.processor_ms for each in rounds), strict=True)],
    )


async def _timed(calls: Sequence[Call]) -> _Times:
    """The time of each call, infinite of one that failed."""
    times = _Times([], [])
    for call in calls:
        of_children = _children_s()  # takes milliseconds itself: outside both clocks
        used, started = time.process_time(), time.perf_counter()
        try:
            await call()
        except ModelFailed:
            times.wall_ms.append(inf)
            times.processor_ms.append(inf)
            continue
        wall_s, used_s = time.perf_counter() - started, time.process_time() - used
        times.wall_ms.append(wall_s * 1000)
        times.processor_ms.append((used_s + _children_s() - of_children) * 1000)
    return times


def _children_s() -> float:
    """Processor time so far of this process's children, in seconds."""
    return sum(_child_s(child) for child in psutil.Process().children())


def _child_s(child: psutil.Process) -> float:
    try:  # nanoseconds, where psutil has hundredths of a second (Linux, Documentation/scheduler/sched-stats)
        threads = Path(f"/proc/{child.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
    except OSError:
        times = child.cpu_times()
        return float(times.user + times.system)
