"""Makes a Recogniser of an engine in this process: threads, a queue by priority, and batches across streams."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from services.speech.domain.errors import EngineFailed, Overloaded, RecognitionInterrupted, SpeechError
from services.speech.domain.transcript import Hypothesis
from services.speech.ports import BatchRecogniser, Priority, RecogniserOptions, Speech

logger = logging.getLogger("parley.speech")


class _Job:
    """An utterance that waits for its text, and the future in the event loop that waits with it."""

    def __init__(self, speech: Speech, priority: Priority) -> None:
        self.speech = speech
        self.priority = priority
        self._loop = asyncio.get_running_loop()
        self.result: asyncio.Future[Hypothesis] = self._loop.create_future()

    @property
    def given_up(self) -> bool:
        """Whether nobody waits any more. Reads one attribute: any thread may ask."""
        return self.result.cancelled()

    def tell(self, hypothesis: Hypothesis) -> None:
        """Hands the text over."""
        self._settle(self.result.set_result, hypothesis)

    def refuse(self, error: SpeechError) -> None:
        """Makes the waiting side raise."""
        self._settle(self.result.set_exception, error)

    def _settle(self, settle: Callable[[Any], None], outcome: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(lambda: None if self.result.done() else settle(outcome))
        except RuntimeError:
            pass  # the loop is closed: nobody waits any more


class BatchingRecogniser:
    """Recogniser over a BatchRecogniser.

    At most `most_waiting` utterances wait; overflow policy: refuse (Overloaded). A free thread takes the most urgent
    of them, and with it up to `batch` - 1 others, oldest first. Partials are never in a batch with what is waited for:
    a batch is as slow as its longest text. When finals or interims wait and no thread is free, running partials are
    interrupted and refused.
    """

    def __init__(self, engine: BatchRecogniser, *, threads: int, batch: int, most_waiting: int) -> None:
        """Starts the threads; `close` ends them."""
        self.capabilities = engine.capabilities
        self._engine = engine
        self._batch = batch
        self._most_waiting = most_waiting
        self._order = itertools.count()
        self._waiting: list[tuple[Priority, int, _Job]] = []
        self._changed = threading.Condition()
        self._free = threads
        self._closed = False
        names = [f"speech-decoding-{index}" for index in range(threads)]
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    @property
    def idle(self) -> bool:
        """See Recogniser."""
        with self._changed:
            return self._free > len(self._waiting)

    async def open(self) -> None:
        """See Recogniser: the engine is here."""

    async def trouble(self) -> str:
        """See Recogniser: what is loaded stays loaded."""
        return ""

    async def recognise(self, speech: Speech, priority: Priority) -> Hypothesis:
        """See Recogniser."""
        job = _Job(speech, priority)
        with self._changed:
            if self._closed or len(self._waiting) >= self._most_waiting:
                raise Overloaded(f"{len(self._waiting)} utterances wait for the recogniser, which takes no more now")
            heapq.heappush(self._waiting, (priority, next(self._order), job))
            self._changed.notify()
        try:
            return await job.result
        except asyncio.CancelledError:
            self._withdraw(job)
            raise

    async def close(self) -> None:
        """See Recogniser. Running recognitions end; the waiting ones are refused."""
        with self._changed:
            self._closed = True
            dropped, self._waiting = self._waiting, []
            self._changed.notify_all()
        for _, _, job in dropped:
            job.refuse(Overloaded("the recogniser is shutting down"))
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        await asyncio.to_thread(self._engine.close)

    def _withdraw(self, job: _Job) -> None:
        with self._changed:
            self._waiting = [entry for entry in self._waiting if entry[2] is not job]
            heapq.heapify(self._waiting)

    def _work(self) -> None:
        while batch := self._take():
            told = self._recognise(batch)
            with self._changed:
                self._free += 1  # before telling: who hears the outcome may look at `idle`
            for tell in told:
                tell()
            del batch, told, tell  # a thread that waits keeps no stream's audio

    def _take(self) -> list[_Job]:
        """The next batch; empty when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return []
            self._free -= 1
            first = heapq.heappop(self._waiting)[2]
            batch = [first]
            while self._waiting and len(batch) < self._batch and _together(first, self._waiting[0][2]):
                batch.append(heapq.heappop(self._waiting)[2])
            return batch

    def _recognise(self, batch: Sequence[_Job]) -> list[Callable[[], None]]:
        """Reads a batch; returns what tells each outcome to whoever waits."""
        try:
            found = self._engine.recognise([job.speech for job in batch], lambda: self._interrupted(batch))
        except RecognitionInterrupted:
            return [_refusal(job, Overloaded("a partial made room for a final; ask again later")) for job in batch]
        except EngineFailed as error:
            if len(batch) == 1:
                return [_refusal(batch[0], error)]
            # One stream's audio must not cost the others their texts.
            return [tell for job in batch for tell in self._recognise([job])]
        except SpeechError as error:
            return [_refusal(job, error) for job in batch]
        except Exception as error:  # a fault of the engine: it would end the stream, whose replay would meet it again
            logger.exception("the recogniser %s raised what it never should", self.capabilities.name)
            return [_refusal(job, EngineFailed(f"{type(error).__name__}; see the log")) for job in batch]
        return [_telling(job, hypothesis) for job, hypothesis in zip(batch, found, strict=True)]

    def _interrupted(self, batch: Sequence[_Job]) -> bool:
        if all(job.given_up for job in batch):
            return True
        if batch[0].priority is not Priority.PARTIAL:
            return False
        with self._changed:
            return not self._free and bool(self._waiting) and self._waiting[0][0] is not Priority.PARTIAL


def batching(engine: BatchRecogniser, options: RecogniserOptions) -> BatchingRecogniser:
    """The engine behind a queue, with threads and bounds as the options say."""
    most = options.batch or engine.capabilities.batch
    return BatchingRecogniser(engine, threads=options.workers, batch=most, most_waiting=options.most_waiting)


def _together(first: _Job, other: _Job) -> bool:
    return (first.priority is Priority.PARTIAL) == (other.priority is Priority.PARTIAL)


def _telling(job: _Job, hypothesis: Hypothesis) -> Callable[[], None]:
    return lambda: job.tell(hypothesis)


def _refusal(job: _Job, error: SpeechError) -> Callable[[], None]:
    return lambda: job.refuse(error)
