"""Speaking sentence by sentence, with a voice that can be held up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import numpy as np
import pytest

from services.speech.adapters.pool import ThreadPool
from services.speech.adapters.voices.mastering import PEAK_DBFS, TARGET_DBFS, master
from services.speech.domain.errors import LanguageUnsupported, NothingToSpeak, VoiceMissing
from services.speech.domain.loudness import rms_dbfs
from services.speech.ports import Priority
from services.speech.usecases.synthesize import Piece, Speaking, SpeechRequest
from tests.support.speech_fakes import FakeVoice

RATE_HZ = 16_000


@pytest.fixture
def threads() -> Iterator[ThreadPool]:
    pool = ThreadPool("test-voice", 1, 8)
    yield pool
    pool.close()


def request(text: str, language: str = "en") -> SpeechRequest:
    return SpeechRequest(text, language, RATE_HZ, 1.0)


async def spoken(speaking: Speaking, wanted: SpeechRequest) -> list[Piece]:
    return [piece async for piece in speaking.speak(wanted)]


async def test_pieces_follow_one_another_and_sentences_are_named_once(threads: ThreadPool) -> None:
    pieces = await spoken(Speaking(FakeVoice(), threads), request("First one. Second, longer one!"))
    ends = [piece.offset + len(piece.samples) for piece in pieces]
    assert [piece.offset for piece in pieces] == [0, *ends[:-1]]
    named = [(piece.sentence_index, piece.sentence_text) for piece in pieces if piece.sentence_text]
    assert named == [(0, "First one."), (1, "Second, longer one!")]
    assert max(len(piece.samples) for piece in pieces) <= RATE_HZ // 5


async def test_a_pause_stands_between_sentences_but_not_at_the_end(threads: ThreadPool) -> None:
    pieces = await spoken(Speaking(FakeVoice(), threads), request("One two. Three four."))
    first, second = (
        np.concatenate([each.samples for each in pieces if each.sentence_index == index]) for index in (0, 1)
    )
    assert not first[-RATE_HZ * 3 // 10 :].any()
    assert second[-100:].any()


async def test_the_first_audio_leaves_before_the_last_sentence_is_made(threads: ThreadPool) -> None:
    voice = FakeVoice()
    voice.release = threading.Semaphore(1)
    async with aclosing(Speaking(voice, threads).speak(request("One. Two. Three."))) as pieces:
        first = await anext(pieces)
        assert (first.sentence_index, voice.spoken) == (0, ["One."])
        voice.release.release(2)
        rest = [piece async for piece in pieces]
    assert rest[-1].sentence_index == 2


async def test_speeches_at_the_same_time_do_not_mix(threads: ThreadPool) -> None:
    speaking = Speaking(FakeVoice(), threads)
    texts = ["Alpha one. Alpha two.", "Beta three. Beta four.", "Gamma five. Gamma six."]
    alone = [await spoken(speaking, request(text)) for text in texts]
    together = await asyncio.gather(*(spoken(speaking, request(text)) for text in texts))
    for one, other in zip(alone, together, strict=True):
        assert all(np.array_equal(a.samples, b.samples) for a, b in zip(one, other, strict=True))


async def test_leaving_early_makes_no_more_sentences(threads: ThreadPool) -> None:
    voice = FakeVoice()
    voice.release = threading.Semaphore(2)
    async with aclosing(Speaking(voice, threads).speak(request("One. Two. Three. Four."))) as pieces:
        await anext(pieces)
    voice.release.release(10)
    await spoken(Speaking(voice, threads), request("Last."))
    assert "Three." not in voice.spoken


async def test_leaving_in_the_middle_of_a_sentence_frees_the_thread(threads: ThreadPool) -> None:
    voice = FakeVoice()
    voice.release = threading.Semaphore(1)
    async with aclosing(Speaking(voice, threads).speak(request("One. Two. Three."))) as pieces:
        await anext(pieces)
        await anext(pieces)  # the second sentence is asked for once the first piece is out
        assert await asyncio.to_thread(voice.held_up.wait, 20)
    async with asyncio.timeout(20):
        await threads.run(lambda: None, Priority.PARTIAL)
    assert (voice.spoken, voice.interrupted) == (["One."], ["Two."])


async def test_what_cannot_be_spoken(threads: ThreadPool) -> None:
    with pytest.raises(NothingToSpeak):
        await spoken(Speaking(FakeVoice(), threads), request("..."))
    with pytest.raises(LanguageUnsupported):
        await spoken(Speaking(FakeVoice(), threads), request("Bonjour.", "fr"))
    with pytest.raises(VoiceMissing):
        await spoken(Speaking(None, threads), request("Hello."))


@pytest.mark.parametrize("amplitude", [0.02, 0.2, 0.9])
def test_every_voice_gets_the_same_loudness(amplitude: float) -> None:
    tone = np.sin(np.arange(22_050) * 0.1).astype(np.float32) * np.float32(amplitude)
    mastered = master(tone, 22_050, 48_000)
    assert len(mastered) == pytest.approx(48_000, abs=2)
    assert rms_dbfs(mastered) == pytest.approx(TARGET_DBFS, abs=1)


def test_peaks_are_kept_below_full_scale_and_silence_stays() -> None:
    clicks = np.zeros(22_050, dtype=np.float32)
    clicks[::2_205] = 0.5
    assert np.abs(master(clicks, 22_050, 22_050)).max() <= 32_767 * 10 ** (PEAK_DBFS / 20) + 1
    assert not master(np.zeros(100, dtype=np.float32), 22_050, 48_000).any()
    assert master(np.zeros(0, dtype=np.float32), 22_050, 48_000).size == 0
