"""Which engines speech and vision use: for the report, and to tell a candidate early that answers have to be typed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from services.kit import telemetry
from services.kit.clock import Clock
from services.kit.errors import ServiceError
from services.media.domain.values import Engine, Language
from services.media.ports.speech import SpeechService
from services.media.ports.vision import VisionService

logger = logging.getLogger("parley.media.engines")

_FRESH_S: Final = 30.0


class Engines:
    """What the services last said; asked again when that is older than 30 s. A service that is away changes nothing."""

    def __init__(self, speech: SpeechService, vision: VisionService, clock: Clock) -> None:
        self._sources: Sequence[tuple[str, Callable[[], Awaitable[Sequence[Engine]]]]] = (
            ("speech", speech.engines),
            ("vision", vision.engines),
        )
        self._clock = clock
        self._known: dict[str, Sequence[Engine]] = {}
        self._asked_s: dict[str, float] = {}

    async def current(self) -> tuple[Engine, ...]:
        """The engines; none of a service that was never reached."""
        await asyncio.gather(*(self._refresh(name, ask) for name, ask in self._sources))
        return tuple(engine for name, _ in self._sources for engine in self._known.get(name, ()))

    async def _refresh(self, name: str, ask: Callable[[], Awaitable[Sequence[Engine]]]) -> None:
        now = self._clock.monotonic()
        if now - self._asked_s.get(name, float("-inf")) < _FRESH_S:
            return
        try:
            self._known[name] = await ask()
            self._asked_s[name] = now
        except ServiceError as failure:
            telemetry.log(logger, logging.WARNING, "engines unknown", dependency=name, reason=failure.reason)


def transcribes(engines: Sequence[Engine], language: Language) -> bool:
    """Whether speech in this language becomes text; True while nothing is known."""
    mine = [engine for engine in engines if engine.capability == "transcription"]
    return not mine or any(
        engine.name != "none" and (not engine.languages or language.value in engine.languages) for engine in mine
    )
