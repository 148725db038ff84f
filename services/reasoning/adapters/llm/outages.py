"""Whether the model's server is worth asking. After an outage nobody pays for the next try: a probe finds out alone."""

from __future__ import annotations

import asyncio
import logging

from services.kit.telemetry import log
from services.reasoning.adapters.llm.model import LanguageModel
from services.reasoning.domain.llm_failures import OUTAGES, FallbackReason, ModelFailed

logger = logging.getLogger("parley.reasoning")

FAILURES_TO_OPEN = 2  # in a row: one may be an accident
PROBE_LIMIT_S = 2.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0


class Outages:
    """A circuit breaker with a probe of its own.

    closed ─▶ two outages in a row, or a failed first check ─▶ open: every call fails at once, and the probe asks the
    server after 1, 2, 4 … 30 s ─▶ it answers ─▶ closed.
    """

    def __init__(self, model: LanguageModel, *, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self._model = model
        self._first_pause_s = first_pause_s
        self._failures = 0
        self._open: ModelFailed | None = ModelFailed(FallbackReason.UNAVAILABLE, "the model was not asked yet")
        self._probing: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    @property
    def current(self) -> ModelFailed | None:
        """Why the model is not asked now; None if it is."""
        return self._open

    async def start(self) -> None:
        """Ask the server once, for at most ``PROBE_LIMIT_S``; if it can't be used, go on asking behind the scenes."""
        if not await self._probe():
            self._keep_probing()

    async def close(self) -> None:
        """End the probe."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)
            self._probing = None

    async def recovered(self) -> None:
        """Returns when the model is asked again."""
        while self._open is not None:
            self._changed.clear()
            await self._changed.wait()

    def check(self) -> None:
        """Raises ModelFailed while the server is known to be away."""
        if self._open is not None:
            raise ModelFailed(self._open.reason, f"not asked: {self._open}")

    def worked(self) -> None:
        """A call got its text."""
        self._failures = 0

    def failed(self, failure: ModelFailed) -> None:
        """A call failed."""
        if failure.reason not in OUTAGES:
            self._failures = 0  # it answers, if badly
            return
        self._failures += 1
        if self._failures >= FAILURES_TO_OPEN and self._open is None:
            self._went_away(failure)
            self._keep_probing()

    def _keep_probing(self) -> None:
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._probe_until_back(), name="llm-probe")

    async def _probe_until_back(self) -> None:
        pause_s = self._first_pause_s
        while True:
            await asyncio.sleep(pause_s)
            if await self._probe():
                return
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _probe(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_LIMIT_S):
                await self._model.check()
        except TimeoutError:
            self._went_away(ModelFailed(FallbackReason.UNAVAILABLE, f"no answer within {PROBE_LIMIT_S:g} s"))
            return False
        except ModelFailed as failure:
            self._went_away(failure)
            return False
        log(logger, logging.INFO, "the language model can be used", model=self._model.description)
        self._failures, self._open = 0, None
        self._changed.set()
        return True

    def _went_away(self, failure: ModelFailed) -> None:
        if self._open is None or str(self._open) != str(failure):
            log(
                logger,
                logging.WARNING,
                "the language model can't be used; the builtin engine works in its place",
                model=self._model.description,
                reason=failure.reason.value,
                detail=str(failure),
            )
        self._open = failure
