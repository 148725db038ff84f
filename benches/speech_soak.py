"""`make soak-speech`: streams for an hour. Memory must stay flat, no task may be left over, every text must be right.

Each stream sends spoken answers with silences at 1.0×, half-closes, and is opened again with other answers, so that
an hour also has hundreds of streams opened and closed; every fifth is cut off in the middle of a sentence.

Memory is the resident set of the service's process, read once a second; the first sixth of the time is its warm-up. A
recognition takes 50 MB for a tenth of a second and gives them back, so that single readings are of the moment: compared
are the medians of the first five minutes after the warm-up and of the last five. Tasks, threads and files are counted
while no stream is open, before (with the engines warm) and after; gRPC's own pool grows and shrinks by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from benches.speech_captions import captions
from benches.speech_client import MODEL, RATE_HZ, Answer, ServiceProcess, answers, figure, paced, speech_process

RSS_BAR: Final = 0.02
WARM_UP_SHARE: Final = 1 / 6
"""Of the whole time, until which caches and pools may still grow."""
SAMPLE_S: Final = 1.0
WINDOW: Final = 300
"""Samples of memory whose median is compared: five minutes."""
GRPC_POOL: Final = "event_engine"
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
        await asyncio.gather(*(_round(service, Observed(), number, 1) for number in range(streams)))
        before = await _idle(service)
        used, began = service.cpu_s(), asyncio.get_running_loop().time()
        until = asyncio.get_running_loop().time() + minutes * 60
        watching = asyncio.create_task(_watch(service, observed))
        await asyncio.gather(*(_sit(service, observed, number, until) for number in range(streams)))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        cores = (service.cpu_s() - used) / (asyncio.get_running_loop().time() - began)
        after = await _idle(service)
    return [
        *_memory(observed.rss_mib),
        *_left_over(before, after),
        *_texts(observed),
        figure("soak: CPU", cores, "cores"),
    ]


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
        if len(observed.rss_mib) % WINDOW == 0:
            last = observed.rss_mib[-WINDOW:]
            sys.stderr.write(
                f"{len(observed.rss_mib) * SAMPLE_S / 60:3.0f} min: {min(last):.0f} to {max(last):.0f} MiB,"
                f" median {statistics.median(last):.1f}; {observed.streams} streams, load {os.getloadavg()[1]:.1f}\n"
            )
        await asyncio.sleep(SAMPLE_S)


@dataclass(frozen=True)
class Idle:
    """What the service holds while no stream is open."""

    tasks: int
    threads: Counter[str]
    files: int


async def _idle(service: ServiceProcess) -> Idle:
    await asyncio.sleep(2.0)
    threads, files = service.threads(), service.process.num_fds()
    # Last: the page of metrics takes a thread and a socket while it is read.
    tasks = await asyncio.to_thread(service.tasks)
    return Idle(tasks, threads, files)


def _memory(rss_mib: list[float]) -> list[Figure]:
    settled = rss_mib[round(len(rss_mib) * WARM_UP_SHARE) :]
    window = min(WINDOW, max(1, len(settled) // 2))
    start, end = settled[:window], settled[-window:]
    first, last = statistics.median(start), statistics.median(end)
    return [
        figure("soak: memory at the end over that after the warm-up", last / first - 1, "share", most=RSS_BAR),
        figure("soak: memory after the warm-up, median", first, "MiB"),
        figure("soak: memory at the end, median", last, "MiB"),
        figure("soak: memory after the warm-up, most", max(start), "MiB"),
        figure("soak: memory at the end, most", max(end), "MiB"),
        figure("soak: most memory after the warm-up", max(settled), "MiB"),
    ]


def _left_over(before: Idle, after: Idle) -> list[Figure]:
    threads = after.threads - before.threads  # by name; fewer count as none
    in_grpc_pool = threads.pop(GRPC_POOL, 0)
    if threads:
        sys.stderr.write(f"threads left over: {dict(threads)}\n")
    return [
        figure("soak: tasks left over", after.tasks - before.tasks, "tasks", most=0),
        figure("soak: threads left over", threads.total(), "threads", most=0),
        figure("soak: more threads in gRPC's pool", in_grpc_pool, "threads"),
        figure("soak: files left open", after.files - before.files, "files", most=0),
    ]


def _texts(observed: Observed) -> list[Figure]:
    return [
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
