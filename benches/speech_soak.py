"""`make soak-speech`: streams for an hour. Memory must stay flat, no task may be left over, every text must be right.

Each stream sends spoken answers with silences at 1.0×, half-closes, and is opened again with other answers, so that
an hour also has hundreds of streams opened and closed; every fifth is cut off in the middle of a sentence.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from benches.speech_captions import captions
from benches.speech_client import MODEL, RATE_HZ, Answer, ServiceProcess, answers, figure, paced, speech_process

RSS_BAR: Final = 0.02
WARM_UP_SHARE: Final = 1 / 6
"""Of the whole time, until which caches and pools may still grow."""
SAMPLE_S: Final = 5.0
WINDOW: Final = 12
"""Samples of memory whose median is compared: a minute."""
CUT_EVERY: Final = 5

Figure = dict[str, Any]


@dataclass
class Observed:
    """What the hour showed."""

    rss_mib: list[float] = field(default_factory=list)
    streams: int = 0
    cut: int = 0
    sentences: int = 0
    wrong: int = 0


async def soak(minutes: float, streams: int) -> list[Figure]:
    """Runs it and returns its figures."""
    observed = Observed()
    async with speech_process(engine="whisper", model=str(MODEL), voice="none") as service:
        await asyncio.gather(*(_round(service, Observed(), number, 0) for number in range(streams)))
        before = await _idle(service)
        until = asyncio.get_running_loop().time() + minutes * 60
        watching = asyncio.create_task(_watch(service, observed))
        await asyncio.gather(*(_sit(service, observed, number, until) for number in range(streams)))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        after = await _idle(service)
    return _figures(observed, before, after)


async def _sit(service: ServiceProcess, observed: Observed, number: int, until: float) -> None:
    turn = 0
    while asyncio.get_running_loop().time() < until:
        turn += 1
        await _round(service, observed, number, turn)


async def _round(service: ServiceProcess, observed: Observed, number: int, turn: int) -> None:
    answer = answers()[(number + turn) % len(answers())]
    chance = random.Random(number * 10_007 + turn)  # noqa: S311  # variety that repeats, not a secret
    pause = np.zeros(round(chance.uniform(0.5, 4.0) * RATE_HZ), dtype=np.int16)
    samples = np.concatenate([pause, answer.samples, pause])
    observed.streams += 1
    talking = paced(service.stub, answer.language, samples, f"soak-{number}-{turn}")
    if turn % CUT_EVERY == 0:
        observed.cut += 1
        try:
            await asyncio.wait_for(talking, chance.uniform(1.0, 6.0))
        except TimeoutError:
            return  # as a browser that goes away
    else:
        _check(observed, answer, [each.final for each in captions(await talking).utterances])


def _check(observed: Observed, answer: Answer, heard: list[str | None]) -> None:
    said = [text for text, _, _ in answer.utterances]
    observed.sentences += len(said)
    observed.wrong += sum(index >= len(heard) or heard[index] != text for index, text in enumerate(said))


async def _watch(service: ServiceProcess, observed: Observed) -> None:
    while True:
        observed.rss_mib.append(service.rss_mib())
        await asyncio.sleep(SAMPLE_S)


@dataclass(frozen=True)
class Idle:
    """What the service holds while no stream is open."""

    tasks: int
    threads: int
    files: int


async def _idle(service: ServiceProcess) -> Idle:
    await asyncio.sleep(2.0)
    tasks = await asyncio.to_thread(service.tasks)
    return Idle(tasks, service.process.num_threads(), service.process.num_fds())


def _figures(observed: Observed, before: Idle, after: Idle) -> list[Figure]:
    settled = observed.rss_mib[round(len(observed.rss_mib) * WARM_UP_SHARE) :]
    window = min(WINDOW, max(1, len(settled) // 2))
    first, last = statistics.median(settled[:window]), statistics.median(settled[-window:])
    return [
        figure("soak: memory at the end over that after the warm-up", last / first - 1, "share", most=RSS_BAR),
        figure("soak: memory after the warm-up", first, "MiB"),
        figure("soak: memory at the end", last, "MiB"),
        figure("soak: largest memory", max(settled), "MiB"),
        figure("soak: tasks left over", after.tasks - before.tasks, "tasks", most=0),
        figure("soak: threads left over", after.threads - before.threads, "threads", most=0),
        figure("soak: files left open", after.files - before.files, "files", most=0),
        figure("soak: streams", observed.streams, "streams"),
        figure("soak: streams cut off", observed.cut, "streams"),
        figure("soak: sentences", observed.sentences, "sentences"),
        figure("soak: sentences that are not exact", observed.wrong, "sentences", most=0),
    ]


def main() -> int:
    """Entry point; 1 if a figure is beyond its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--streams", type=int, default=4)
    chosen = parser.parse_args()
    if not MODEL.is_dir():
        sys.stderr.write("no shared recordings here: nothing to soak with\n")
        return 0
    found = asyncio.run(soak(chosen.minutes, chosen.streams))
    for each in found:
        print(json.dumps(each), flush=True)
    return 0 if all(each["holds"] is not False for each in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
