"""The writing side of a stream: reads what the listening side asks for, in order, and tells the caller.

Texts before the final are read beside the queue, at most one at a time, and given up as soon as anything else is asked
for: speech that went on, or the final. Only a final of the same audio waits for them, because then they are its text.
"""

from __future__ import annotations

import asyncio
from functools import partial

from services.kit.streams import BoundedQueue, QueueFull
from services.speech.domain.audio import Span
from services.speech.domain.delivery import Delivery
from services.speech.domain.errors import EngineUnavailable, Overloaded
from services.speech.domain.events import Event, Final, Finished, Partial, TurnEnded
from services.speech.domain.finishing import finish
from services.speech.domain.hallucination import LEAST_STRENGTH, judge
from services.speech.domain.policies.captions import Captions
from services.speech.domain.policies.choice import new_rule
from services.speech.domain.transcript import Hypothesis, NoText, Utterance
from services.speech.domain.turn import TurnOver
from services.speech.ports import Priority
from services.speech.usecases.hearing import Hearing, Mark, ReadFinal, ReadSoFar, Work
from services.speech.usecases.listening import Listening
from services.speech.usecases.reading import Reading

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
        self._listening = listening
        self._hearing = hearing
        self._work = work
        self._events = events
        self._reading = Reading(language, listening)
        self._early: tuple[Span, asyncio.Task[None]] | None = None
        """The audio of the text before the final that is being read."""
        self._captions = ("", Captions(new_rule(listening.policy)))
        """Of the utterance with this id."""
        self._silent: set[str] = set()
        """Utterances of the turn in which nothing was said."""

    async def write(self) -> None:
        """Does the work until there is no more."""
        try:
            async for item in self._work:
                await self._settle_early(item.closed.shape.audio if isinstance(item, ReadFinal) else None)
                await self._do(item)
        finally:
            await self._settle_early(None)

    async def _do(self, item: Work) -> None:
        match item:
            case ReadSoFar():
                self._begin_early(item)
            case ReadFinal():
                await self._final(item)
            case TurnOver():
                await self._turn_over(item)
            case Mark(mark, end):
                await self._events.put(Finished(mark, end))

    def _begin_early(self, item: ReadSoFar) -> None:
        reading = self._interim(item) if item.suspected_end else self._partial(item)
        task = asyncio.create_task(reading, name="transcribe-early-text")
        self._early = (item.audio, task)
        if not item.suspected_end:
            clock, started = self._listening.clock, self._listening.clock.monotonic()
            # Not in the task: one that is given up before its first step never runs.
            task.add_done_callback(lambda _: self._hearing.partial_is_done(clock.monotonic() - started))

    async def _settle_early(self, wanted: Span | None) -> None:
        """Gives up the text that is being read, or waits for it if it is that of the `wanted` audio."""
        if self._early is None:
            return
        audio, task = self._early
        if audio != wanted:
            task.cancel()
        await asyncio.wait([task])
        self._early = None
        if not task.cancelled():
            task.result()

    async def _partial(self, item: ReadSoFar) -> None:
        # It may have waited behind a final: then the audio is old, and there is nothing to spare for it.
        if self._hearing.is_open(item.utterance_id) and self._listening.recogniser.idle:
            await self._read_early(item, Priority.PARTIAL)

    async def _interim(self, item: ReadSoFar) -> None:
        if self._hearing.still_suspects(item.audio):
            await self._read_early(item, Priority.INTERIM)

    async def _read_early(self, item: ReadSoFar, priority: Priority) -> None:
        try:
            self._show(item, await self._reading.read(item.audio, item.samples, priority))
        except (Overloaded, EngineUnavailable):
            pass  # only the final must come, and it says so if it cannot

    def _show(self, item: ReadSoFar, heard: Hypothesis | NoText) -> None:
        heard = heard if isinstance(heard, NoText) else judge(heard)
        if isinstance(heard, NoText) or not self._hearing.is_open(item.utterance_id):
            return
        if self._captions[0] != item.utterance_id:
            self._captions = (item.utterance_id, Captions(new_rule(self._listening.policy)))
        if item.suspected_end:
            self._hearing.early_text_is_out(item.audio, heard.text)
        caption = self._captions[1].hear(heard, item.audio.length, ended=item.suspected_end)
        event = Partial(
            item.utterance_id, item.start, item.audio.end, caption.text, caption.stable_chars, caption.stability
        )
        try:
            self._events.put_nowait(event)
        except QueueFull:
            pass  # the caller reads slowly: partials are what it can do without

    async def _final(self, item: ReadFinal) -> None:
        utterance, delivery = await self._finish(item, await self._read_final(item))
        if utterance.no_text in _NOTHING_SAID:
            self._silent.add(utterance.utterance_id)
        took_s = self._listening.clock.monotonic() - item.at
        await self._events.put(Final(utterance, delivery, took_s))
        progress, turns = self._hearing.final_is_out(utterance)
        await self._events.put(progress)
        for over in turns:
            await self._turn_over(over)

    async def _read_final(self, item: ReadFinal) -> Hypothesis | NoText:
        shape = item.closed.shape
        if shape.strength < LEAST_STRENGTH and self._listening.refusal(item.closed.language) is None:
            return NoText.NOT_SPEECH  # whatever would be read: it is not asked for
        return await self._reading.read(shape.audio, item.closed.samples, Priority.FINAL, item.before)

    async def _finish(self, item: ReadFinal, heard: Hypothesis | NoText) -> tuple[Utterance, Delivery]:
        # In a thread: the measures read the whole audio.
        return await self._listening.measuring.run(partial(finish, item.closed, heard), Priority.FINAL)

    async def _turn_over(self, over: TurnOver) -> None:
        said = [name for name in over.utterance_ids if name not in self._silent]
        self._silent.difference_update(over.utterance_ids)
        if said:  # a cough alone is no answer
            await self._events.put(TurnEnded(over.end, over.utterance_ids, over.probability))
