"""`make bench-speech`: latencies and stability of captions, at the pace of real time, on a real speech service.

Audio is sent at 1.0× by a client in another process, so every second that the engine computes is in the figures. The
targets are for the shared fixture model on the project's machines (2 cores, no GPU). Without the shared recordings
there is nothing to measure and no figure.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from benches.speech_captions import (
    Captions,
    captions,
    changed_words,
    false_cuts,
    false_turn_ends,
    word_errors,
    word_latencies_s,
)
from benches.speech_client import (
    MODEL,
    Answer,
    ServiceProcess,
    answers,
    figure,
    heard_at_once,
    load_average,
    paced,
    people,
    percentile,
    speech_process,
)
from services.speech.adapters.recognisers.pocketsphinx import PocketsphinxRecogniser
from services.speech.ports import Speech
from tools.install_tritonserver import InstallError, launcher
from tools.triton_server import copy_model, triton_server

FINAL_P95_BAR_MS: Final = 300.0
WORD_P50_BAR_MS: Final = 700.0
CHURN_BAR: Final = 0.2
RECORDED_WER: Final = 0.30
WER_BAR: Final = 0.01
"""How much worse a stream may be than the whole recording at once."""
TAIL_S: Final = 3.0
"""Silence after an answer: long enough for its turn to end."""

Figure = dict[str, Any]
Sitting = tuple[Answer, Captions]


def figures() -> Iterator[Figure]:
    """The six answers one after the other, for each engine that is here."""
    if not MODEL.is_dir():
        sys.stderr.write("no shared recordings here: nothing to measure\n")
        return
    yield load_average()
    yield from asyncio.run(_measure("in process", {"engine": "whisper", "model": str(MODEL)}))
    yield load_average()
    yield from _through_triton()
    yield load_average()
    yield from asyncio.run(_people())


def _through_triton() -> list[Figure]:
    try:
        launcher()
    except InstallError as error:
        sys.stderr.write(f"nothing measured through Triton: {error}\n")
        return []
    with tempfile.TemporaryDirectory(prefix="parley-bench-", ignore_cleanup_errors=True) as folder:
        repository = Path(folder) / "models"
        # As many threads as the service takes by itself.
        copy_model(
            "whisper", repository, parameters={"folder": str(MODEL), "threads": str(min(2, os.cpu_count() or 1))}
        )
        with triton_server(repository, ["whisper"]) as server:
            return asyncio.run(_measure("Triton", {"engine": "triton", "triton": server.address}))


async def _measure(name: str, settings: dict[str, str]) -> list[Figure]:
    async with speech_process(**settings) as service:
        began = service.cpu_s()
        sittings = [(answer, await _sit(service, answer)) for answer in answers()]
        used = service.cpu_s() - began
    audio_s = sum(len(answer.samples) for answer in answers()) / 16_000 + TAIL_S * len(sittings)
    return [
        *_latencies(name, sittings),
        *_stability(name, sittings),
        figure(f"speech ({name}): CPU of the service for a second of one stream", used / audio_s, "CPU s/s"),
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


async def _people() -> list[Figure]:
    """Word error rates of pocketsphinx on the recordings of people: whole, and as streams through the gate."""
    whole, streamed, words = 0, 0, 0
    engine = PocketsphinxRecogniser(1)
    try:
        async with speech_process(engine="pocketsphinx", voice="none") as service:
            for samples, text in people():
                reference = text.split()
                scaled = samples.astype(np.float32) / np.float32(32_768)
                (at_once,) = await asyncio.to_thread(engine.recognise, [Speech(scaled, "en")])
                heard = captions(await heard_at_once(service.stub, "en", samples)).utterances
                words += len(reference)
                whole += word_errors(reference, at_once.text.lower().split())
                streamed += word_errors(reference, " ".join(each.final or "" for each in heard).lower().split())
    finally:
        await asyncio.to_thread(engine.close)
    return [
        figure("speech (pocketsphinx): word error rate, whole recordings", whole / words, "WER", most=RECORDED_WER),
        figure("speech (pocketsphinx): word error rate, streams", streamed / words, "WER"),
        figure("speech (pocketsphinx): streams over whole", (streamed - whole) / words, "WER", most=WER_BAR),
    ]
