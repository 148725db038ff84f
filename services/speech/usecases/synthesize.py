"""Speaks a text sentence by sentence: the next sentence is made while the last one is sent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from services.speech.domain.errors import LanguageUnsupported, NothingToSpeak, VoiceMissing
from services.speech.domain.sentences import split_sentences
from services.speech.ports import InferencePool, Interrupted, PcmSamples, Priority, Voice

PIECE_S = 0.2
"""Length of a piece: short, so that a caller that stops the voice has little to throw away."""
SENTENCE_PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """What to say."""

    text: str
    language: str
    """BCP 47 code."""
    rate_hz: int
    speed: float
    """Tempo against normal, 0.5..2."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of speech."""

    samples: PcmSamples
    sentence_index: int
    sentence_text: str
    """As written; only on the sentence's first piece, else empty."""
    offset: int
    """Place of the first sample in the whole speech, in samples."""


class Speaking:
    """The process's voice, if it has one, and the thread that it speaks in."""

    def __init__(self, voice: Voice | None, threads: InferencePool) -> None:
        self.voice = voice
        self._threads = threads

    async def speak(self, request: SpeechRequest) -> AsyncGenerator[Piece, None]:
        """The pieces of the speech, in order; a short pause stands between sentences.

        Raises VoiceMissing, LanguageUnsupported, NothingToSpeak, Overloaded or EngineFailed.
        """
        voice, sentences = self._voice_for(request.language), _sentences(request.text)
        offset, given_up = 0, threading.Event()
        make = partial(self._make, voice, request, given_up.is_set)
        making = make(sentences[0], Priority.FINAL)
        try:
            for index, sentence in enumerate(sentences):
                samples = await making
                following = sentences[index + 1] if index + 1 < len(sentences) else None
                if following is not None:
                    samples = np.concatenate([samples, _pause(request.rate_hz)])
                for piece in _cut(samples, index, sentence, offset, request.rate_hz):
                    yield piece
                    if following is not None:  # only once a piece is out: nothing may be in the way of the first
                        making = make(following, Priority.INTERIM)
                        following = None
                offset += len(samples)
        finally:
            given_up.set()  # the thread is free for others soon, also in the middle of a sentence
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)

    def _voice_for(self, language: str) -> Voice:
        if self.voice is None:
            raise VoiceMissing("this installation has no voice (PARLEY_SPEECH_VOICE=none); show the text instead")
        if language not in self.voice.capabilities.languages:
            known = ", ".join(self.voice.capabilities.languages)
            raise LanguageUnsupported(f"the voice {self.voice.capabilities.name} speaks {known} only")
        return self.voice

    def _make(
        self, voice: Voice, request: SpeechRequest, interrupted: Interrupted, sentence: str, priority: Priority
    ) -> asyncio.Task[PcmSamples]:
        job = partial(voice.speak, sentence, request.language, request.rate_hz, request.speed, interrupted)
        return asyncio.create_task(self._threads.run(job, priority), name="synthesize-sentence")


def _sentences(text: str) -> list[str]:
    sentences = split_sentences(text)
    if not sentences:
        raise NothingToSpeak("the text has no letters or digits in it")
    return sentences


def _pause(rate_hz: int) -> PcmSamples:
    return np.zeros(round(SENTENCE_PAUSE_S * rate_hz), dtype=np.int16)


def _cut(samples: PcmSamples, index: int, sentence: str, offset: int, rate_hz: int) -> Iterator[Piece]:
    step = round(PIECE_S * rate_hz)
    for at in range(0, len(samples), step):
        yield Piece(samples[at : at + step], index, sentence if at == 0 else "", offset + at)
