"""The media of one interview: everything that outlives a peer connection, and the one owner of its tasks.

Everything runs on one event loop; what comes from a peer or a service is dealt with at once, in plain method calls.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from services.kit import telemetry
from services.media.domain import commands
from services.media.domain.clock import SessionClock, to_samples
from services.media.domain.commands import LiveCommand, SessionCommand, Welcome
from services.media.domain.entries import Outcome
from services.media.domain.events import NoticeKind, Pong, QuestionShown
from services.media.domain.limits import Limits
from services.media.domain.values import Engine, Language
from services.media.ports.browser import LiveChannel, Peer, VoiceSource
from services.media.ports.services import Services
from services.media.ports.vision import Picture
from services.media.usecases.condition import Condition
from services.media.usecases.connection import Connection
from services.media.usecases.dialogue import Dialogue
from services.media.usecases.engines import transcribes
from services.media.usecases.feed import Feed
from services.media.usecases.hearing import Hearing
from services.media.usecases.link import PeerLink
from services.media.usecases.recording import RecordingListener, Records
from services.media.usecases.watching import Watching
from services.media.usecases.within import within

logger = logging.getLogger("parley.media.interview")

_TICK_S: Final = 1.0
_STALLED_S: Final = 2.0
_LAST_WORDS_S: Final = 20.0
_LAST_RESULTS_S: Final = 10.0
_LAST_ENTRY_S: Final = 5.0
_LAST_EVENT_S: Final = 1.0


class Interview:
    """Run ``run`` as a task; it ends when the interview's media does. ``key`` names it in streams and logs."""

    def __init__(
        self,
        key: str,
        services: Services,
        limits: Limits,
        records: Callable[[RecordingListener], Records],
        engines: tuple[Engine, ...],
        on_detached: Callable[[str], None],
    ) -> None:
        self.key = key
        self._services = services
        self._clock = services.clock
        self._limits = limits
        self._engines = engines
        self._place = SessionClock()
        self._feed = Feed()
        self._records = records(self)
        record = self._records.add
        self._condition = Condition(self._clock, self._place, self._feed.put, record)
        self._dialogue = Dialogue(
            services.speech,
            services.encoders,
            self._clock,
            self._place,
            self._feed,
            self._condition,
            record,
            self._spawn,
        )
        self._watching = Watching(services.vision, self._clock, self._feed, self._condition, record)
        self._connection = Connection(self._clock, on_detached)
        self._heard_s = self._clock.monotonic()
        self._stalled = False
        self._group: asyncio.TaskGroup | None = None
        self._workers: list[asyncio.Task[None]] = []  # run until cancelled
        self._results: list[asyncio.Task[None]] = []  # end by themselves with the last final, the last window
        self._ending: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.voice: VoiceSource = self._dialogue.speaking

    @property
    def started(self) -> "asyncio.Future[Welcome]":
        """Session's welcome, or its refusal as the exception."""
        return self._records.welcomed

    @property
    def video(self) -> bool:
        """Whether the browser should send video."""
        return self._watching.wanted

    @property
    def peer_id(self) -> str:
        """The peer connection that it has; empty for none."""
        return self._connection.peer_id

    @property
    def ending(self) -> bool:
        """Whether it winds down."""
        return self._ending.done()

    async def run(self) -> None:
        """Until the interview's media ends."""
        try:
            async with asyncio.TaskGroup() as self._group:
                await self._serve(self._group)
        finally:
            self._group = None
            await self.detach()

    async def attach(self, peer_id: str, peer: Peer, link: PeerLink) -> None:
        """Use this peer connection; an older one is closed."""
        await self.detach()
        self._connection.attach(peer_id, peer, link)
        self._place.join()
        if self._dialogue.question.question_id:
            self._feed.put(QuestionShown(self._dialogue.question))

    async def detach(self) -> None:
        """Close the peer connection; the rest stays for a while, because the candidate may come back."""
        self._feed.detach()
        self._condition.disconnected()
        await self._connection.detach()

    async def prepare_handover(self) -> None:
        """Let session have all that was said, then ask the browser to go to another node."""
        await within(self._clock, _LAST_ENTRY_S, self._dialogue.complete())
        await within(self._clock, _LAST_ENTRY_S, self._records.stored())
        self._condition.notify(NoticeKind.RENEGOTIATE)

    def end(self, reason: str) -> None:
        """Wind down: record what is open, then leave."""
        if not self._ending.done():
            self._ending.set_result(reason)

    # from the peer connection: see PeerListener

    def on_connected(self, has_audio: bool, has_video: bool) -> None:
        """Media can flow."""
        self._connection.connected()
        self._condition.connected(has_audio, has_video and self.video)
        if not has_audio:
            self._place.free_run(self._clock.monotonic())

    def on_audio(self, pcm: bytes, lost: int) -> None:
        """Audio arrived."""
        self._heard_s = self._clock.monotonic()
        self._stalled = False
        self._condition.audio_came()
        self._dialogue.on_audio(pcm, lost)

    def on_picture(self, picture: Picture) -> None:
        """A frame arrived."""
        self._watching.look(picture, self._now_s())

    def on_command(self, command: LiveCommand) -> None:
        """The browser wants something."""
        match command:
            case commands.Ping():
                self._feed.put(Pong(command.token, self._now_s()))
            case commands.Calibrate():
                self._watching.calibrate(command)
            case commands.RepeatQuestion():
                self._dialogue.speaking.repeat(self._dialogue.question.question_id)
            case commands.HoldOn():
                self._dialogue.hold_on()
            case commands.StopVoice():
                self._dialogue.speaking.stop(Outcome.INTERRUPTED)

    def on_writable(self, channel: LiveChannel) -> None:
        """The data channel has room."""
        self._feed.attach(channel)

    def on_gone(self) -> None:
        """The connection is lost."""
        self._spawn(self.detach())

    # from session: see RecordingListener

    def on_welcome(self, welcome: Welcome) -> None:
        """Session records this interview. Consent decides what is forwarded, for as long as this lasts."""
        self._place.start_at(to_samples(welcome.clock_offset_s))
        self._workers.append(self._start(self._dialogue.speaking.run(), "media-speaking"))
        self._workers.append(self._start(self._watch(), "media-watch"))
        language = welcome.language
        if welcome.recording_consented and language is not None:
            self._dialogue.hearing = self._make_hearing(language)
            self._results.append(self._start(self._dialogue.hearing.run(), "media-hearing"))
            if not transcribes(self._engines, language):
                self._dialogue.type_instead()
        if welcome.video_metrics_consented:
            self._results.append(self._start(self._watching.start(self.key), "media-seeing"))

    def on_session_command(self, command: SessionCommand) -> None:
        """Session wants something."""
        if isinstance(command, commands.EndMedia):
            self.end("ended")
        else:
            self._dialogue.on_session_command(command)

    def on_session_available(self, available: bool) -> None:
        """Session was lost or found."""
        self._condition.session_available(available)

    def on_session_over(self, reason: str) -> None:
        """Session takes nothing more."""
        self.end(reason)

    # its own life

    async def _serve(self, group: asyncio.TaskGroup) -> None:
        recording = group.create_task(self._records.run(), name="media-recording")
        outcomes: list[asyncio.Future[Any]] = [recording, self._ending]
        await asyncio.wait(outcomes, return_when=asyncio.FIRST_COMPLETED)
        if self._ending.done():
            reason = self._ending.result()
            telemetry.log(logger, logging.INFO, "media ends", interview=self.key, reason=reason)
            await self._wind_down(reason, recording)
        for task in (recording, *self._workers, *self._results):
            task.cancel()

    async def _wind_down(self, reason: str, recording: "asyncio.Task[None]") -> None:
        # 1. No more audio and frames: the last final and the last window come back and are recorded.
        if self._dialogue.hearing is not None:
            self._dialogue.hearing.close()
        self._watching.close()
        # 2. A farewell may be spoken to its end; else the voice stops.
        if reason == "ended":
            await within(self._clock, _LAST_WORDS_S, self._dialogue.speaking.silence())
        self._dialogue.speaking.stop(Outcome.REPLACED)
        if self._results:
            await within(self._clock, _LAST_RESULTS_S, asyncio.wait(self._results))
        # 3. The browser hears of it while session stores the rest. It is not over where it goes on elsewhere.
        if reason in ("ended", "expired"):
            self._condition.notify(NoticeKind.ENDED)
        await within(self._clock, _LAST_EVENT_S, self._connection.flush())
        await self.detach()
        if not recording.done():
            await within(self._clock, self._limits.keep_records_s, self._records.stored())
            self._records.finish()
            await within(self._clock, _LAST_ENTRY_S, asyncio.wait([recording]))

    def _make_hearing(self, language: Language) -> Hearing:
        return Hearing(
            self._services.speech,
            self._clock,
            self._dialogue,
            stream_id=self.key,
            language=language,
            start=self._place.end,
            keep_samples=to_samples(self._limits.keep_audio_s),
        )

    async def _watch(self) -> None:
        born_s = self._clock.monotonic()
        while True:
            await self._clock.sleep(_TICK_S)
            self._condition.check()
            self._dialogue.tick()
            self._close_stalled_utterance()
            now_s = self._clock.monotonic()
            if self._limits.lifetime_s is not None and now_s - born_s >= self._limits.lifetime_s:
                self.end("expired")
            if self._connection.abandoned(self._limits.linger_s):
                self.end("abandoned")
            if self._connection.stuck(self._limits.connect_s):
                await self.detach()

    def _close_stalled_utterance(self) -> None:
        """Audio has stopped in the middle of an utterance: no pause will ever be heard, so end it here."""
        quiet_s = self._clock.monotonic() - self._heard_s
        if self._stalled or quiet_s < _STALLED_S:
            return
        self._stalled = True
        self._place.free_run(self._clock.monotonic())
        self._spawn(self._dialogue.complete())

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> "asyncio.Task[None]":
        if self._group is None:
            work.close()
            raise RuntimeError("an interview's tasks start while it runs")
        return self._group.create_task(work, name=name)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """A short task that may outlast its cause but not the interview."""
        if self._group is None:
            work.close()
        else:
            self._group.create_task(work, name="media-short")

    def _now_s(self) -> float:
        return self._place.seconds(self._clock.monotonic())
