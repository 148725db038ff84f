"""A speech whose text is still being written: said in order, as one, from its first sentence on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.kit.clock import VirtualClock
from services.kit.errors import InvalidArgument
from services.media.domain.commands import Speak
from services.media.domain.entries import Outcome
from services.media.domain.values import Language
from services.media.ports.speech import VoicePiece
from services.media.usecases.speaking import Speaking, Speech
from tests.support.media_port_browser import ThroughEncoder
from tests.support.media_ports import SpeechPort, settle

FIRST = {Language.KOREAN: "‘그랬다’라고 하셨는데,", Language.ENGLISH: "You said “so”."}
REST = {Language.KOREAN: " 왜 그랬나요?", Language.ENGLISH: " Why was that?"}
both = pytest.mark.parametrize("language", list(Language), ids=str)
ENGLISH = Language.ENGLISH
PACKET = 1920  # bytes


class Listener:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def on_voice_began(self, speech: Speech) -> None:
        self.told.append("began")

    def on_voice_sentence(self, speech: Speech, text: str) -> None:
        self.told.append(text)

    def on_voice_paused(self, speech: Speech) -> None:
        self.told.append("paused")

    def on_voice_over(self, speech: Speech, outcome: Outcome) -> None:
        self.told.append((speech.command.text, outcome))


class Voices(SpeechPort):
    """Says each text that it is asked for in two packets, the first ones with number 1."""

    async def synthesize(self, text: str, language: Language) -> AsyncIterator[VoicePiece]:
        self.voice = [VoicePiece(bytes([len(self.asked) + 1]) * 2 * PACKET, text)]
        async for piece in super().synthesize(text, language):
            yield piece


class Refusing(Voices):
    """Says the first text only."""

    async def synthesize(self, text: str, language: Language) -> AsyncIterator[VoicePiece]:
        if self.asked:
            self.asked.append(text)
            raise InvalidArgument("nothing to say")
        async for piece in super().synthesize(text, language):
            yield piece


class Case:
    """Speaking among fakes; each text is synthesised as two packets that carry its number."""

    def __init__(self, voices: Voices) -> None:
        self.speech = voices
        self.clock = VirtualClock()
        self.listener = Listener()
        self.speaking = Speaking(self.speech, ThroughEncoder, self.clock, self.listener)

    async def speak(self, text: str, *, unfinished: bool, language: Language = ENGLISH, speech_id: str = "s") -> None:
        self.speaking.speak(Speak(speech_id, text, language, "q", unfinished))
        await settle()

    def play(self, packets: int) -> list[int]:
        """Pull so many packets; the first byte of each, -1 for silence."""
        pulled = [self.speaking.pull() for _ in range(packets)]
        return [-1 if packet is None else packet[0] for packet in pulled]


@asynccontextmanager
async def speaking(voices: Voices | None = None) -> AsyncIterator[Case]:
    """A case whose voice runs."""
    case = Case(voices or Voices())
    task = asyncio.create_task(case.speaking.run())
    await settle()
    try:
        yield case
    finally:
        task.cancel()
        await asyncio.wait([task])


@both
async def test_the_first_sentence_sounds_before_the_rest_is_there(language: Language) -> None:
    whole = FIRST[language] + REST[language]
    async with speaking() as case:
        await case.speak(FIRST[language], unfinished=True, language=language)
        assert case.play(1) == [1]
        await case.speak(whole, unfinished=False, language=language)
        assert case.play(4) == [1, 2, 2, -1], "without a gap"
        assert case.speech.asked == [FIRST[language], REST[language].strip()]
        assert case.listener.told == ["began", FIRST[language], REST[language].strip(), (whole, Outcome.COMPLETED)]


async def test_it_is_not_over_while_more_is_written() -> None:
    async with speaking() as case:
        await case.speak(FIRST[ENGLISH], unfinished=True)
        assert case.play(5) == [1, 1, -1, -1, -1]
        assert case.speaking.current is not None
        await case.speak(FIRST[ENGLISH] + REST[ENGLISH], unfinished=False)
        assert case.play(3) == [2, 2, -1]
        assert case.listener.told[-1] == (FIRST[ENGLISH] + REST[ENGLISH], Outcome.COMPLETED)


async def test_the_word_that_it_was_all_ends_it() -> None:
    async with speaking() as case:
        await case.speak(FIRST[ENGLISH], unfinished=True)
        assert case.play(3) == [1, 1, -1]
        await case.speak(FIRST[ENGLISH], unfinished=False)
        assert case.play(1) == [-1]
        assert case.listener.told[-1] == (FIRST[ENGLISH], Outcome.COMPLETED)
        assert case.speech.asked == [FIRST[ENGLISH]]


async def test_the_same_text_again_is_not_said_again() -> None:
    async with speaking() as case:
        for _ in range(3):  # as after a break of the stream to session
            await case.speak(FIRST[ENGLISH], unfinished=True)
        assert case.play(3) == [1, 1, -1]
        assert case.speech.asked == [FIRST[ENGLISH]]


async def test_more_of_what_was_interrupted_is_not_said() -> None:
    async with speaking() as case:
        await case.speak(FIRST[ENGLISH], unfinished=True)
        case.play(1)
        case.speaking.stop(Outcome.INTERRUPTED)
        await case.speak(FIRST[ENGLISH] + REST[ENGLISH], unfinished=False)
        assert case.play(2) == [-1, -1]
        assert case.listener.told[-1] == (FIRST[ENGLISH], Outcome.INTERRUPTED)
        assert case.speech.asked == [FIRST[ENGLISH]]


async def test_a_pause_holds_the_rest_too() -> None:
    async with speaking() as case:
        await case.speak(FIRST[ENGLISH], unfinished=True)
        assert case.play(1) == [1]
        case.speaking.pause()
        await case.speak(FIRST[ENGLISH] + REST[ENGLISH], unfinished=False)
        assert case.play(2) == [-1, -1]
        case.speaking.resume()
        assert case.play(4) == [1, 2, 2, -1]


async def test_a_newer_speech_replaces_one_that_is_unfinished() -> None:
    async with speaking() as case:
        await case.speak(FIRST[ENGLISH], unfinished=True)
        assert case.play(3) == [1, 1, -1]
        await case.speak("Next question?", unfinished=False, speech_id="t")
        assert (FIRST[ENGLISH], Outcome.REPLACED) in case.listener.told
        assert case.play(3) == [2, 2, -1]


async def test_a_rest_that_never_comes_is_not_waited_for_for_ever() -> None:
    async with speaking() as case:
        await case.speak(FIRST[ENGLISH], unfinished=True)
        assert case.play(3) == [1, 1, -1]
        await case.clock.advance(14)
        assert case.play(1) == [-1]
        assert case.speaking.current is not None
        await case.clock.advance(2)
        assert case.play(1) == [-1]
        assert case.listener.told[-1] == (FIRST[ENGLISH], Outcome.COMPLETED)


async def test_it_is_repeated_when_it_was_said_and_not_while_it_is() -> None:
    async with speaking() as case:
        await case.speak(FIRST[ENGLISH], unfinished=True)
        case.play(1)
        case.speaking.repeat("q")
        assert case.listener.told == ["began", FIRST[ENGLISH]]
        await case.speak(FIRST[ENGLISH] + REST[ENGLISH], unfinished=False)
        case.play(5)
        case.speaking.repeat("q")
        assert case.play(5) == [1, 1, 2, 2, -1], "from memory, all of it"
        assert len(case.speech.asked) == 2


async def test_a_rest_that_can_not_be_said_is_told() -> None:
    async with speaking(Refusing()) as case:
        await case.speak(FIRST[ENGLISH], unfinished=True)
        await case.speak(FIRST[ENGLISH] + REST[ENGLISH], unfinished=False)
        assert case.play(3) == [1, 1, -1]
        assert case.listener.told[-1] == (FIRST[ENGLISH] + REST[ENGLISH], Outcome.FAILED)
