"""The writing side of a stream: reads what the listening side asks for, in order, and tells the caller."""

from __future__ import annotations

import logging
from functools import partial

import numpy as np

from services.kit.streams import BoundedQueue, QueueFull
from services.speech.domain.audio import FULL_SCALE, Pcm, Span
from services.speech.domain.delivery import Delivery
from services.speech.domain.errors import EngineFailed, EngineUnavailable, Overloaded
from services.speech.domain.events import Event, Final, Finished, Partial, TurnEnded
from services.speech.domain.finishing import finish
from services.speech.domain.hallucination import judge
from services.speech.domain.stability import agree, settled
from services.speech.domain.transcript import Hypothesis, NoText, Utterance
from services.speech.domain.turn import TurnOver
from services.speech.ports import Priority, Speech
from services.speech.usecases.hearing import Hearing, Mark, ReadFinal, ReadSoFar, Work
from services.speech.usecases.listening import Listening

logger = logging.getLogger("parley.speech")

_NOTHING_SAID = (NoText.NOT_SPEECH, NoText.SUPPRESSED)


class Writing:
    """One stream's pen."""

    def __init__(
        self,
        language: str,
        listening: Listening,
        hearing: Hearing,
        work: BoundedQueue[Work],
        events: BoundedQueue[Event],
    ) -> None:
        self._language = language
        self._listening = listening
        self._hearing = hearing
        self._work = work
        self._events = events
        self._refusal = listening.refusal(language)
        self._read: tuple[Span, Hypothesis] | None = None
        """The last audio that was read and its text: a final whose audio was read already is not read again."""
        self._shown = ("", "")
        """Utterance and text of the last partial."""
        self._silent: set[str] = set()
        """Utterances of the turn in which nothing was said."""

    async def write(self) -> None:
        """Does the work until there is no more."""
        async for item in self._work:
            match item:
                case ReadSoFar(suspected_end=True):
                    await self._interim(item)
                case ReadSoFar():
                    await self._partial(item)
                case ReadFinal():
                    await self._final(item)
                case TurnOver():
                    await self._turn_over(item)
                case Mark(mark, end):
                    await self._events.put(Finished(mark, end))

    async def _partial(self, item: ReadSoFar) -> None:
        started = self._listening.clock.monotonic()
        # It may have waited behind a final: then the audio is old, and there is nothing to spare for it.
        if self._hearing.is_open(item.utterance_id) and self._listening.recogniser.idle:
            await self._read_early(item, Priority.PARTIAL)
        self._hearing.partial_is_done(self._listening.clock.monotonic() - started)

    async def _interim(self, item: ReadSoFar) -> None:
        if self._hearing.still_suspects(item.audio):
            await self._read_early(item, Priority.INTERIM)

    async def _read_early(self, item: ReadSoFar, priority: Priority) -> None:
        try:
            self._show(item, await self._recognise(item.audio, item.samples, priority))
        except Overloaded:
            pass  # only the final must come

    def _show(self, item: ReadSoFar, heard: Hypothesis | NoText) -> None:
        if isinstance(heard, NoText) or judge(heard) is not None or not self._hearing.is_open(item.utterance_id):
            return
        before = self._shown[1] if self._shown[0] == item.utterance_id else ""
        self._shown = (item.utterance_id, heard.text)
        firm = settled(heard.text) if item.suspected_end else agree(before, heard.text)
        event = Partial(item.utterance_id, item.start, item.audio.end, heard.text, firm.stable_chars, firm.stability)
        try:
            self._events.put_nowait(event)
        except QueueFull:
            pass  # the caller reads slowly: partials are what it can do without

    async def _final(self, item: ReadFinal) -> None:
        heard = await self._recognise(item.closed.shape.audio, item.closed.samples, Priority.FINAL)
        utterance, delivery = await self._finish(item, heard)
        if utterance.no_text in _NOTHING_SAID:
            self._silent.add(utterance.utterance_id)
        took_s = self._listening.clock.monotonic() - item.at
        await self._events.put(Final(utterance, delivery, took_s))
        await self._events.put(self._hearing.final_is_out())

    async def _finish(self, item: ReadFinal, heard: Hypothesis | NoText) -> tuple[Utterance, Delivery]:
        # In a thread: the measures read the whole audio.
        return await self._listening.measuring.run(partial(finish, item.closed, heard), Priority.FINAL)

    async def _turn_over(self, over: TurnOver) -> None:
        said = [name for name in over.utterance_ids if name not in self._silent]
        self._silent.difference_update(over.utterance_ids)
        if said:  # a cough alone is no answer
            await self._events.put(TurnEnded(over.end, over.utterance_ids, 1.0))

    async def _recognise(self, audio: Span, samples: Pcm, priority: Priority) -> Hypothesis | NoText:
        if self._refusal is not None:
            return self._refusal
        if self._read is not None and self._read[0] == audio:
            return self._read[1]
        scaled = samples.astype(np.float32) / np.float32(FULL_SCALE)
        try:
            hypothesis = await self._listening.recogniser.recognise(Speech(scaled, self._language), priority)
        except (EngineFailed, EngineUnavailable) as error:
            logger.warning("recognition failed: %s", error)
            return NoText.ENGINE_FAILED
        self._read = (audio, hypothesis)
        return hypothesis
