"""The interviewer's voice: one owner of what the outgoing track plays."""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from services.kit import telemetry
from services.kit.clock import Clock
from services.kit.errors import ServiceError
from services.kit.ids import new_id
from services.kit.streams import Latest
from services.media.domain.commands import Speak
from services.media.domain.entries import Outcome
from services.media.domain.playout import Playout
from services.media.domain.recent import RecentIds
from services.media.ports.browser import VoiceEncoder, VoiceEncoders
from services.media.ports.speech import SpeechService, VoicePiece
from services.media.usecases.backoff import Backoff
from services.media.usecases.within import within

logger = logging.getLogger("parley.media.speaking")

_AHEAD_S: Final = 30.0  # synthesis waits when so much is ready to play
_GIVE_UP_AFTER_S: Final = 8.0
_MORE_WITHIN_S: Final = 15.0  # session completes an unfinished text sooner, if it is there


@dataclass(slots=True)
class Speech:
    """A speech that is being played. One that the candidate asked to hear again is not session's and not recorded.

    ``command`` is the latest of its id: its text may grow while it is unfinished, and ``grew`` tells of it.
    """

    command: Speak
    playout: Playout
    recorded: bool = True
    failed: bool = False
    sentence: str = ""
    grew: asyncio.Event = field(default_factory=asyncio.Event)

    def grow(self, command: Speak) -> None:
        """More of its text, or the word that this is all."""
        if self.command.unfinished and command.text.startswith(self.command.text):
            self.command = command
            self.grew.set()


class SpeakingListener(Protocol):
    """Whom speaking tells, in step with the sound."""

    def on_voice_began(self, speech: Speech) -> None:
        """It begins to sound, or goes on after a pause."""
        ...

    def on_voice_sentence(self, speech: Speech, text: str) -> None:
        """A sentence begins."""
        ...

    def on_voice_paused(self, speech: Speech) -> None:
        """It has stopped and may go on."""
        ...

    def on_voice_over(self, speech: Speech, outcome: Outcome) -> None:
        """It is over, for this reason."""
        ...


class Speaking:
    """Says one speech at a time; a newer one replaces it. Run ``run`` as a task."""

    def __init__(
        self, speech: SpeechService, encoders: VoiceEncoders, clock: Clock, listener: SpeakingListener
    ) -> None:
        self._service = speech
        self._encoders = encoders
        self._clock = clock
        self._listener = listener
        self._known = RecentIds()
        self._current: Speech | None = None
        self._last_asked: Speech | None = None
        self._sounding = False
        self._requests: Latest[Speech] = Latest("speeches")
        self._synthesis: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._room = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def current(self) -> Speech | None:
        """The speech that is being said, paused ones too."""
        return self._current

    def speak(self, command: Speak) -> None:
        """Say this, instead of what is being said. The same id is not said twice: of more text what is new is said."""
        if self._known.add(command.speech_id):
            self._begin(Speech(command, Playout()))
        elif self._current is not None and self._current.command.speech_id == command.speech_id:
            self._current.grow(command)

    def repeat(self, question_id: str) -> None:
        """Say the question again, from memory if all of it was synthesised."""
        last = self._last_asked
        if last is None or last.command.question_id != question_id:
            return
        if last is self._current and last.command.unfinished:
            return  # it is being said, as far as it is there
        said = last.command
        again = Speak(new_id(), said.text, said.language, said.question_id)
        playout = last.playout.again() if last.playout.sealed and not last.failed else Playout()
        self._begin(Speech(again, playout, recorded=False))

    def pause(self) -> None:
        """Be silent from the next 20 ms on."""
        if self._current is not None:
            self._current.playout.pause()
            self._sounding = False
            self._listener.on_voice_paused(self._current)

    def resume(self) -> None:
        """Go on after ``pause``."""
        if self._current is not None:
            self._current.playout.resume()
            self._ready.set()

    def stop(self, outcome: Outcome) -> None:
        """Say no more of it."""
        speech, self._current = self._current, None
        if speech is None:
            return
        if self._synthesis is not None and self._synthesis is not asyncio.current_task():
            self._synthesis.cancel()
        self._synthesis = None
        self._sounding = False
        self._quiet.set()
        self._listener.on_voice_over(speech, outcome)

    async def silence(self) -> None:
        """Return when nothing is being said."""
        await self._quiet.wait()

    def pull(self) -> bytes | None:
        """The next 20 ms of voice; see VoiceSource."""
        speech = self._current
        if speech is None:
            self._ready.clear()
            return None
        pulled = speech.playout.pull()
        if pulled.packet is None:
            self._ready.clear()
        elif not self._sounding:
            self._sounding = True
            self._listener.on_voice_began(speech)
        if pulled.sentence is not None:
            speech.sentence = pulled.sentence
            self._listener.on_voice_sentence(speech, pulled.sentence)
        if speech.playout.ahead_s < _AHEAD_S:
            self._room.set()
        if pulled.finished:
            self.stop(Outcome.FAILED if speech.failed else Outcome.COMPLETED)
        return pulled.packet

    async def wait(self) -> None:
        """Return when ``pull`` has something; see VoiceSource."""
        await self._ready.wait()

    async def run(self) -> None:
        """Synthesise what is asked for until cancelled."""
        async with asyncio.TaskGroup() as group:
            async for speech in self._requests:
                if speech is self._current:
                    self._synthesis = group.create_task(self._synthesize(speech), name="speaking-synthesis")

    def _begin(self, speech: Speech) -> None:
        self.stop(Outcome.REPLACED)
        self._current = speech
        self._quiet.clear()
        if speech.command.question_id:
            self._last_asked = speech
        if speech.playout.sealed:
            self._ready.set()
        else:
            self._requests.set(speech)

    async def _synthesize(self, speech: Speech) -> None:
        """All of the speech, each part of its text as soon as it is there, without a seam."""
        encoder = self._encoders()
        done = 0
        while not speech.failed:
            text, done = speech.command.text[done:], len(speech.command.text)
            if text.strip():
                await self._synthesize_part(speech, encoder, text.strip())
            if done == len(speech.command.text) and not await self._more(speech):
                break
        speech.playout.load(await encoder.finish())
        speech.playout.seal()
        self._ready.set()
        if speech.failed and not speech.playout.ahead_s and speech is self._current:
            self.stop(Outcome.FAILED)  # there is nothing to play, and perhaps nobody who pulls

    async def _more(self, speech: Speech) -> bool:
        """Whether there is more text, or may be; waits for it."""
        if not speech.command.unfinished:
            return False
        speech.grew.clear()
        if not await within(self._clock, _MORE_WITHIN_S, speech.grew.wait()):
            telemetry.log(logger, logging.WARNING, "the rest of a speech did not come")
            speech.command = replace(speech.command, unfinished=False)
            return False
        return True

    async def _synthesize_part(self, speech: Speech, encoder: VoiceEncoder, text: str) -> None:
        backoff = Backoff()
        received = 0
        since = self._clock.monotonic()
        while True:
            try:
                await self._receive(speech, encoder, text, received)
                return
            except _Broken as broken:
                received = broken.received
                overdue = self._clock.monotonic() - since > _GIVE_UP_AFTER_S
                if overdue or not broken.failure.retryable:
                    speech.failed = True
                    telemetry.log(logger, logging.WARNING, "synthesis failed", reason=broken.failure.reason)
                    return
                await self._clock.sleep(backoff.delay_s(broken.failure))

    async def _receive(self, speech: Speech, encoder: VoiceEncoder, text: str, received: int) -> None:
        """Ask once for the text and queue what follows the first ``received`` bytes, which an earlier call gave."""
        skip, language = received, speech.command.language
        try:
            async with aclosing(self._service.synthesize(text, language)) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    fresh = piece.pcm[skip:]
                    skip = max(skip - len(piece.pcm), 0)
                    if fresh:
                        await self._queue(speech, encoder, VoicePiece(fresh, piece.sentence))
                        received += len(fresh)
        except ServiceError as failure:
            raise _Broken(received, failure) from failure

    async def _queue(self, speech: Speech, encoder: VoiceEncoder, piece: VoicePiece) -> None:
        speech.playout.load(await encoder.encode(piece.pcm), piece.sentence)
        self._ready.set()
        while speech.playout.ahead_s >= _AHEAD_S:
            self._room.clear()
            await self._room.wait()


class _Broken(Exception):
    """Synthesis broke off after so many bytes."""

    def __init__(self, received: int, failure: ServiceError) -> None:
        super().__init__(failure.reason)
        self.received = received
        self.failure = failure
