"""How many streams a speech service carries: with the gate alone, and with the fixture model.

Streams of spoken answers at 1.0× are added step by step, each started at another moment. The limit is the last step at
which nobody waits noticeably longer than one stream alone does. A service that is told to take so many streams then
gets them, and one more, which it must refuse with RESOURCE_EXHAUSTED and a time to retry, while the others stay as
quick. The client of all streams is one process beside the service: both share the machine's cores.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import grpc
import numpy as np

from benches.speech_captions import captions
from benches.speech_client import (
    MODEL,
    RATE_HZ,
    Answer,
    Heard,
    Pcm,
    ServiceProcess,
    answers,
    figure,
    load_average,
    paced,
    percentile,
    speech_process,
)
from services.kit.errors import ServiceError

END_SILENCE_S: Final = 0.608
FLAT_FACTOR: Final = 2.0
FLAT_MS: Final = 300.0
"""A p95 under this is flat, however short that of one stream is."""
STAGGER_S: Final = 0.37
OPENING_LIMIT_S: Final = 30.0
GATE_STEPS: Final = (1, 8, 16, 32, 48, 64, 96, 128)
MODEL_STEPS: Final = (1, 2, 3, 4, 6, 8, 12, 16)

Figure = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What one number of streams came to."""

    streams: int
    p95_ms: float
    cores: float
    """CPU seconds of the service per second."""
    cores_per_stream: float
    """CPU seconds of the service per second of audio: not all streams speak at a time."""


def figures() -> Iterator[Figure]:
    """The curve of each engine, its limit, and whether a stream too many is refused as it should be."""
    if not MODEL.is_dir():
        sys.stderr.write("no shared recordings here: nothing to measure\n")
        return
    yield load_average()
    yield from asyncio.run(_measure("gate only", GATE_STEPS, {"engine": "none"}))
    yield load_average()
    yield from asyncio.run(_measure("fixture model", MODEL_STEPS, {"engine": "whisper", "model": str(MODEL)}))


async def _measure(name: str, steps: Sequence[int], settings: dict[str, str]) -> list[Figure]:
    async with speech_process(max_streams=str(steps[-1]), voice="none", **settings) as service:
        found = [await _step(service, steps[0])]
        most_ms = max(FLAT_FACTOR * found[0].p95_ms, FLAT_MS)
        for streams in steps[1:]:
            found.append(await _step(service, streams))
            if found[-1].p95_ms > most_ms:
                found[-1] = await _step(service, streams)  # once more: a hiccup of the machine is no limit
            if found[-1].p95_ms > most_ms:
                break
    carried = [step for step in found if step.p95_ms <= most_ms][-1]
    curve = [
        each
        for step in found
        for each in (
            figure(f"speech ({name}): p95 lag with {step.streams} streams", step.p95_ms, "ms"),
            figure(f"speech ({name}): CPU with {step.streams} streams", step.cores, "cores"),
        )
    ]
    return [
        *curve,
        figure(f"speech ({name}): streams at the limit", carried.streams, "streams"),
        figure(f"speech ({name}): streams per core", 1 / carried.cores_per_stream, "streams/core"),
        *await _past_the_limit(name, carried.streams, most_ms, settings),
    ]


async def _step(service: ServiceProcess, streams: int) -> Step:
    loop = asyncio.get_running_loop()
    began, used = loop.time(), service.cpu_s()
    results = await asyncio.gather(*(_stream(service, number) for number in range(streams)))
    spent, took = service.cpu_s() - used, loop.time() - began
    lags = [lag for heard in results for lag in _lags_ms(heard)]
    audio_s = sum(len(_audio(_answer(number))) for number in range(streams)) / RATE_HZ
    return Step(streams, percentile(lags, 0.95), spent / took, spent / audio_s)


async def _stream(service: ServiceProcess, number: int) -> list[Heard]:
    await asyncio.sleep(number * STAGGER_S % 5.0)
    answer = _answer(number)
    return await paced(service.stub, answer.language, _audio(answer), f"stream-{number}")


def _answer(number: int) -> Answer:
    return answers()[number % len(answers())]


def _audio(answer: Answer) -> Pcm:
    return np.concatenate([answer.samples, np.zeros(RATE_HZ, dtype=np.int16)])


def _lags_ms(heard: Sequence[Heard]) -> list[float]:
    """From the moment at which the pause is long enough to the final: what a stream waits for the machine."""
    found = captions(heard).utterances
    return [(each.final_at_s - each.speech_end_s - END_SILENCE_S) * 1000 for each in found if each.final is not None]


async def _past_the_limit(name: str, limit: int, most_ms: float, settings: dict[str, str]) -> list[Figure]:
    """As many streams as the limit, and one more once they are all open."""
    async with speech_process(max_streams=str(limit), voice="none", **settings) as service:
        held = asyncio.create_task(_step(service, limit))
        refused = await _refuses_one_more(service)
        step = await held
        if step.p95_ms > most_ms:
            step = await _step(service, limit)
    value = figure(f"speech ({name}): one stream past the limit is refused, with a time to retry", refused, "yes = 1")
    return [
        {**value, "bar": 1, "holds": refused},
        figure(f"speech ({name}): p95 lag at the limit", step.p95_ms, "ms", most=most_ms),
    ]


async def _refuses_one_more(service: ServiceProcess) -> bool:
    async with asyncio.timeout(OPENING_LIMIT_S):
        while await service.free_streams():  # noqa: ASYNC110  # another process: it has no event to wait for
            await asyncio.sleep(0.05)
    try:
        await paced(service.stub, "en", np.zeros(RATE_HZ, dtype=np.int16), "one-too-many")
    except ServiceError as error:
        return error.code is grpc.StatusCode.RESOURCE_EXHAUSTED and bool(error.retry_after_s)
    return False
