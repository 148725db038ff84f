"""`make bench-speech`: latencies and stability of captions, at the pace of real time, on a real speech service.

Audio is sent at 1.0× by a client in another process, so every second that the engine computes is in the figures. The
targets are for the shared fixture model on the project's machines (2 cores, no GPU). Without the shared recordings
there is nothing to measure and no figure.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from benches.speech_captions import Captions, captions, changed_words, false_cuts, false_turn_ends, word_latencies_s
from benches.speech_client import (
    MODEL,
    Answer,
    ServiceProcess,
    answers,
    figure,
    load_average,
    paced,
    percentile,
    speech_process,
)

FINAL_P95_BAR_MS: Final = 300.0
WORD_P50_BAR_MS: Final = 700.0
CHURN_BAR: Final = 0.2
TAIL_S: Final = 3.0
"""Silence after an answer: long enough for its turn to end."""

Figure = dict[str, Any]
Sitting = tuple[Answer, Captions]


def figures() -> Iterator[Figure]:
    """The six answers one after the other, for each engine that is here."""
    if not MODEL.is_dir():
        sys.stderr.write("no shared recordings here: nothing to measure\n")
        return
    for name, settings in _engines():
        yield load_average()
        yield from asyncio.run(_measure(name, settings))


def _engines() -> Iterator[tuple[str, dict[str, str]]]:
    yield "in process", {"engine": "whisper", "model": str(MODEL)}


async def _measure(name: str, settings: dict[str, str]) -> list[Figure]:
    async with speech_process(**settings) as service:
        began = service.cpu_s()
        sittings = [(answer, await _sit(service, answer)) for answer in answers()]
        used = service.cpu_s() - began
    audio_s = sum(len(answer.samples) for answer in answers()) / 16_000 + TAIL_S * len(sittings)
    return [
        *_latencies(name, sittings),
        *_stability(name, sittings),
        figure(f"speech ({name}): CPU for a second of one stream", used / audio_s, "CPU s/s"),
    ]


async def _sit(service: ServiceProcess, answer: Answer) -> Captions:
    samples = _with_tail(answer)
    return captions(await paced(service.stub, answer.language, samples, answer.clip))


def _with_tail(answer: Answer) -> Any:
    return np.concatenate([answer.samples, np.zeros(round(TAIL_S * 16_000), dtype=np.int16)])


def _latencies(name: str, sittings: list[Sitting]) -> list[Figure]:
    words = [
        latency * 1000
        for answer, found in sittings
        for caption, (_, start, end) in zip(found.utterances, answer.utterances, strict=False)
        for latency in word_latencies_s(caption, start, end)
    ]
    shown = [caption for _, found in sittings for caption in found.utterances]
    finals = [(each.final_at_s - each.ended_at_s) * 1000 for each in shown if each.ended_at_s is not None]
    whole = [(each.final_at_s - each.speech_end_s) * 1000 for each in shown]
    return [
        figure(f"speech ({name}): word to caption p50", percentile(words, 0.5), "ms", most=WORD_P50_BAR_MS),
        figure(f"speech ({name}): word to caption p95", percentile(words, 0.95), "ms"),
        figure(f"speech ({name}): gate's end to final p50", percentile(finals, 0.5), "ms"),
        figure(f"speech ({name}): gate's end to final p95", percentile(finals, 0.95), "ms", most=FINAL_P95_BAR_MS),
        figure(f"speech ({name}): last word to final p50", percentile(whole, 0.5), "ms"),
        figure(f"speech ({name}): last word to final p95", percentile(whole, 0.95), "ms"),
    ]


def _stability(name: str, sittings: list[Sitting]) -> list[Figure]:
    shown = [caption for _, found in sittings for caption in found.utterances]
    words = sum(len(caption.texts[-1][1]) for caption in shown)
    wrong = sum(_sentences_wrong(answer, found) for answer, found in sittings)
    early = sum(false_turn_ends(found, answer.utterances[-1][2]) for answer, found in sittings)
    cuts = sum(false_cuts(found, len(answer.utterances)) for answer, found in sittings)
    return [
        figure(f"speech ({name}): churn", sum(map(changed_words, shown)) / words, "changed words/word", most=CHURN_BAR),
        figure(f"speech ({name}): false turn ends", early / len(sittings), "per answer", most=0.0),
        figure(f"speech ({name}): false utterance ends", cuts / len(sittings), "per answer", most=0.0),
        figure(f"speech ({name}): sentences that are not exact", wrong, "of 18", most=0.0),
    ]


def _sentences_wrong(answer: Answer, found: Captions) -> int:
    said = [text for text, _, _ in answer.utterances]
    heard = [caption.final for caption in found.utterances]
    return sum(index >= len(heard) or heard[index] != text for index, text in enumerate(said))
