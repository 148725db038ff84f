"""pocketsphinx with its own English model: the engine when no Whisper model is there. Low accuracy, and labelled so.

The library holds the interpreter lock for seconds per utterance, which would stop the event loop, so it runs in child
processes (pocketsphinx_worker.py). They read requests from standard input and end with it, however this process ends.
"""

from __future__ import annotations

import json
import queue
import select
import struct
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import IO

import numpy as np

from services.speech.adapters.batching import BatchingRecogniser, batching
from services.speech.adapters.recognisers.none import MODEL_HINT
from services.speech.domain.audio import FULL_SCALE, RATE_HZ, Span
from services.speech.domain.errors import EngineFailed, EngineUnavailable
from services.speech.domain.transcript import Hypothesis, Word, WordTimeSource
from services.speech.ports import (
    FloatSamples,
    Interrupted,
    Quality,
    RecogniserCapabilities,
    RecogniserOptions,
    Speech,
)

_WORKER = "services.speech.adapters.recognisers.pocketsphinx_worker"
_LENGTH = struct.Struct("<I")
_START_TIMEOUT_S = 30.0
# About 0.6 of real time on an idle core; a machine this far behind is not going to catch up.
_TIMEOUT_S = 20.0
_TIMEOUT_PER_AUDIO_S = 6.0
_FRAME = RATE_HZ // 100


class PocketsphinxRecogniser:
    """BatchRecogniser over worker processes, one per recognition at the same time."""

    capabilities = RecogniserCapabilities(
        name="pocketsphinx",
        version=version("pocketsphinx"),
        languages=("en",),
        quality=Quality.LOW,
        word_times=WordTimeSource.ALIGNED,
        max_samples=60 * RATE_HZ,
        context=6 * RATE_HZ,  # it guesses by trigrams of words; more costs more than it gains
        aligned=True,
        partials=False,  # a second reading of growing audio would take longer than the audio
        upgrade_hint=MODEL_HINT,
    )

    def __init__(self, processes: int) -> None:
        """Starts the workers: about a second. Raises EngineUnavailable."""
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._all = [_Worker() for _ in range(processes)]
        for worker in self._all:
            worker.start()
            self._idle.put(worker)

    def recognise(self, batch: Sequence[Speech], interrupted: Interrupted | None = None) -> list[Hypothesis]:
        """See BatchRecogniser; it cannot stop half-way through an utterance."""
        worker = self._idle.get()
        try:
            return [worker.recognise(speech.samples) for speech in batch]
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """See BatchRecogniser."""
        for worker in self._all:
            worker.stop()


def build(options: RecogniserOptions) -> BatchingRecogniser:
    """Registry entry."""
    return batching(PocketsphinxRecogniser(options.workers), options)


class _Worker:
    """One child process; started anew for the next utterance if it died on the last."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the process and waits until its model is loaded. Raises EngineUnavailable."""
        # In a session of its own, so that Ctrl-C in a terminal reaches the service and not the worker.
        self._process = subprocess.Popen(
            [sys.executable, "-m", _WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        try:
            self._reply(self._process, _START_TIMEOUT_S)
        except (OSError, EOFError) as error:
            self.stop()
            raise EngineUnavailable(f"pocketsphinx does not start ({error}); reinstall the package") from error

    def recognise(self, samples: FloatSamples) -> Hypothesis:
        """Recognises one utterance. Raises EngineFailed; the next call then has a fresh process."""
        if self._process is None:
            self.start()
        assert self._process is not None  # noqa: S101  start() raises otherwise; for the type checker
        pcm = (np.clip(samples, -1.0, 1.0) * (FULL_SCALE - 1)).astype("<i2").tobytes()
        limit = _TIMEOUT_S + len(samples) / RATE_HZ * _TIMEOUT_PER_AUDIO_S
        try:
            _input(self._process).write(_LENGTH.pack(len(pcm)) + pcm)
            _input(self._process).flush()
            return _hypothesis(self._reply(self._process, limit))
        except (OSError, EOFError) as error:
            self.stop()
            raise EngineFailed(f"pocketsphinx failed on an utterance: {error}") from error

    def stop(self) -> None:
        """Ends the process and collects it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    @staticmethod
    def _reply(process: subprocess.Popen[bytes], timeout_s: float) -> list[list[str | int | float]]:
        output = process.stdout
        assert output is not None  # noqa: S101  opened with PIPE; for the type checker
        if not select.select([output], [], [], timeout_s)[0]:
            raise TimeoutError(f"no answer within {timeout_s:.0f} s")
        (length,) = _LENGTH.unpack(_exactly(output, _LENGTH.size))
        words: list[list[str | int | float]] = json.loads(_exactly(output, length))
        return words


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None  # noqa: S101  opened with PIPE; for the type checker
    return process.stdin


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError("the process died")
    return data


def _hypothesis(segments: list[list[str | int | float]]) -> Hypothesis:
    words = tuple(
        Word(str(text), Span(int(first) * _FRAME, (int(last) + 1) * _FRAME), min(1.0, max(0.0, float(probability))))
        for text, first, last, probability in segments
    )
    return Hypothesis(text=" ".join(word.text for word in words), words=words)
