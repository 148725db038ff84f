"""Has the audio of one stream read by the recogniser, each stretch once."""

from __future__ import annotations

import logging
from typing import Final

import numpy as np

from services.speech.domain.audio import FULL_SCALE, Pcm, Span
from services.speech.domain.context import later_than
from services.speech.domain.errors import EngineFailed
from services.speech.domain.transcript import Hypothesis, NoText
from services.speech.ports import Priority, Speech
from services.speech.usecases.listening import Listening

_NOTHING: Final[Pcm] = np.zeros(0, dtype=np.int16)

logger = logging.getLogger("parley.speech")


class Reading:
    """One stream's way to the recogniser."""

    def __init__(self, language: str, listening: Listening) -> None:
        self._language = language
        self._recogniser = listening.recogniser
        self._refusal = listening.refusal(language)
        self._last: tuple[Span, Hypothesis] | None = None

    async def read(self, audio: Span, samples: Pcm, priority: Priority, before: Pcm = _NOTHING) -> Hypothesis | NoText:
        """The text of `samples`, which lie at `audio`; at once if it was read just before.

        `before`: speech that lies before them and helps to read them; its own words are left out.
        Returns why there is none where that is the utterance's own fate. Raises Overloaded and EngineUnavailable.
        """
        if self._refusal is not None:
            return self._refusal
        if self._last is not None and self._last[0] == audio:
            return self._last[1]
        scaled = np.concatenate([before, samples]).astype(np.float32) / np.float32(FULL_SCALE)
        try:
            hypothesis = await self._recogniser.recognise(Speech(scaled, self._language), priority)
        except EngineFailed as error:
            logger.warning("recognition failed: %s", error)
            return NoText.ENGINE_FAILED
        if len(before):
            hypothesis = later_than(hypothesis, len(before))
        self._last = (audio, hypothesis)
        return hypothesis
