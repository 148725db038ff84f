"""In-memory neighbours of media's use cases, for tests in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from services.kit.errors import ServiceError, Unavailable
from services.media.domain.commands import Acknowledged, SessionCommand, Welcome
from services.media.domain.entries import Entry
from services.media.domain.values import Engine, Language, TurnState
from services.media.ports.session import Hello, RecordStream
from services.media.ports.speech import HearingConfig, HearingEvent, HearingStream, Progress, VoicePiece
from services.media.ports.vision import SeeingConfig, SeeingEvent, SeeingStream

BROKEN = Unavailable("broken", reason="BROKEN")
_END = object()


async def settle() -> None:
    """Let tasks that are ready run."""
    for _ in range(20):
        await asyncio.sleep(0)


class Wire:
    """One stream: what was sent, and what the other side says or fails with."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.broken = False
        self._said: asyncio.Queue[Any] = asyncio.Queue()

    def say(self, event: Any) -> None:
        """The other side says something."""
        self._said.put_nowait(event)

    def end(self) -> None:
        """It ends the stream with OK."""
        self._said.put_nowait(_END)

    def fail(self, error: ServiceError = BROKEN) -> None:
        """The stream breaks."""
        self.broken = True
        self._said.put_nowait(error)

    def write(self, *message: Any) -> None:
        """Something is sent."""
        if self.broken:
            raise BROKEN
        self.sent.append(message)

    async def read(self) -> AsyncIterator[Any]:
        """What is said, to the end."""
        while (event := await self._said.get()) is not _END:
            if isinstance(event, ServiceError):
                raise event
            yield event


class HearingWire(Wire):
    """A Transcribe stream."""

    def __init__(self, config: HearingConfig) -> None:
        super().__init__()
        self.config = config

    @property
    def heard(self) -> list[tuple[float, bytes]]:
        """The audio that came."""
        return [(message[2], message[3]) for message in self.sent if message[0] == "audio"]

    async def audio(self, sequence: int, offset_s: float, pcm: bytes) -> None:
        self.write("audio", sequence, offset_s, pcm)

    async def finish(self, mark: str) -> None:
        self.write("finish", mark)

    async def turn_state(self, state: TurnState) -> None:
        self.write("state", state)

    async def half_close(self) -> None:
        self.write("half close")
        self.end()

    def events(self) -> AsyncIterator[HearingEvent]:
        return self.read()


class SpeechPort:
    """See SpeechService. ``refusing`` fails every new stream; ``voice`` is what each synthesis gives."""

    def __init__(self) -> None:
        self.wires: list[HearingWire] = []
        self.refusing: ServiceError | None = None
        self.voice: list[VoicePiece | ServiceError] = []
        self.asked: list[str] = []
        self.known: Sequence[Engine] = ()

    @property
    def wire(self) -> HearingWire:
        """The latest stream."""
        return self.wires[-1]

    @asynccontextmanager
    async def transcribe(self, config: HearingConfig) -> AsyncIterator[HearingStream]:
        if self.refusing is not None:
            raise self.refusing
        self.wires.append(HearingWire(config))
        self.wire.say(Progress(config.start_s))
        yield self.wire

    async def synthesize(self, text: str, language: Language) -> AsyncIterator[VoicePiece]:
        self.asked.append(text)
        for piece in self.voice:
            if isinstance(piece, ServiceError):
                raise piece
            yield piece

    async def engines(self) -> Sequence[Engine]:
        if self.refusing is not None:
            raise self.refusing
        return self.known


class SeeingWire(Wire):
    """An Analyze stream."""

    def __init__(self, config: SeeingConfig) -> None:
        super().__init__()
        self.config = config

    async def frame(self, sequence: int, offset_s: float, jpeg: bytes) -> None:
        self.write("frame", sequence, offset_s, jpeg)

    async def calibrate(self, duration_s: float | None) -> None:
        self.write("calibrate", duration_s)

    async def half_close(self) -> None:
        self.write("half close")
        self.end()

    def events(self) -> AsyncIterator[SeeingEvent]:
        return self.read()


class VisionPort:
    """See VisionService."""

    def __init__(self) -> None:
        self.wires: list[SeeingWire] = []
        self.refusing: ServiceError | None = None

    @property
    def wire(self) -> SeeingWire:
        """The latest stream."""
        return self.wires[-1]

    @asynccontextmanager
    async def analyze(self, config: SeeingConfig) -> AsyncIterator[SeeingStream]:
        if self.refusing is not None:
            raise self.refusing
        self.wires.append(SeeingWire(config))
        yield self.wire

    async def engines(self) -> Sequence[Engine]:
        return ()


class RecordWire(Wire):
    """A Record stream."""

    def __init__(self, welcome: Welcome, acknowledging: bool) -> None:
        super().__init__()
        self.welcome = welcome
        self._acknowledging = acknowledging

    @property
    def entries(self) -> list[tuple[int, Entry]]:
        """What was recorded."""
        return [message for message in self.sent if message[0] != "half close"]

    async def send(self, number: int, entry: Entry) -> None:
        self.write(number, entry)
        if self._acknowledging:
            self.say(Acknowledged(number))

    async def half_close(self) -> None:
        self.write("half close")
        self.end()

    def commands(self) -> AsyncIterator[SessionCommand]:
        return self.read()


class SessionPort:
    """See SessionService."""

    def __init__(self, welcome: Welcome | None = None) -> None:
        self.welcome = welcome or Welcome(0, 1, 0.0, Language.ENGLISH, True, True)
        self.wires: list[RecordWire] = []
        self.hellos: list[Hello] = []
        self.acknowledging = True
        self.refusing: ServiceError | None = None

    @property
    def wire(self) -> RecordWire:
        """The latest stream."""
        return self.wires[-1]

    def entries(self, kind: type[Any]) -> list[Any]:
        """Everything recorded of a kind, on all streams."""
        return [entry for wire in self.wires for _, entry in wire.entries if isinstance(entry, kind)]

    @asynccontextmanager
    async def record(self, hello: Hello) -> AsyncIterator[RecordStream]:
        self.hellos.append(hello)
        if self.refusing is not None:
            raise self.refusing
        self.wires.append(RecordWire(self.welcome, self.acknowledging))
        yield self.wire
