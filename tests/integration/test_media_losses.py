"""Nothing final is lost and nothing is counted twice, whatever dies."""

import asyncio
from functools import partial

from parley.media.v1 import live_pb2
from parley.session.v1 import recorder_pb2

from services.kit.ids import new_id
from tests.support.media_client import Browser
from tests.support.media_fakes import RATE, samples
from tests.support.media_mesh import MediaMesh, media_mesh


def texts(mesh: MediaMesh) -> list[str]:
    """What session has stored of the candidate's words, in order."""
    return [heard.utterance.text for heard in mesh.session.of("utterance")]


def enough(mesh: MediaMesh, count: int) -> bool:
    """Whether so many utterances are stored."""
    return len(texts(mesh)) >= count


async def test_speech_dies_in_an_utterance_and_the_audio_is_replayed() -> None:
    async with media_mesh(["Before.", "During the crash.", "After."]) as mesh:
        browser = await mesh.join()
        answer = new_id()
        mesh.session.ask(new_id(), answer)
        browser.microphone.say(0.5)
        await mesh.session.seen.until(lambda: texts(mesh) == ["Before."])
        browser.microphone.say(1.5)
        await browser.event("caption", lambda caption: caption.text == "During the crash.")
        await mesh.speech.process.kill()
        await browser.notice(live_pb2.NOTICE_KIND_SPEECH_INTERRUPTED)
        await browser.seen.until(lambda: browser.microphone.quiet)
        await mesh.speech.process.start()
        await browser.notice(live_pb2.NOTICE_KIND_SPEECH_RESTORED)
        await mesh.session.seen.until(lambda: len(texts(mesh)) == 2)
        browser.microphone.say(0.5)
        await mesh.session.seen.until(lambda: len(texts(mesh)) == 3)
        assert texts(mesh) == ["Before.", "During the crash.", "After."]
        assert {heard.answer_id for heard in mesh.session.of("utterance")} == {answer}
        first, second = mesh.speech.streams
        assert samples(second.config.start_offset) <= samples(mesh.session.of("utterance")[1].utterance.start_offset)
        assert set(second.gaps) == {0}
        sent = dict(first.audio)
        both = [(offset, pcm) for offset, pcm in second.audio if offset in sent and len(sent[offset]) == len(pcm)]
        assert all(sent[offset] == pcm for offset, pcm in both)  # the same sound at the same places


async def test_an_answer_handed_in_while_speech_is_away_waits_for_its_words() -> None:
    async with media_mesh(["All of it."]) as mesh:
        browser = await mesh.join()
        answer = new_id()
        mesh.session.ask(new_id(), answer)
        browser.microphone.say(1.0)
        await browser.event("caption")
        await mesh.speech.process.kill()
        await browser.notice(live_pb2.NOTICE_KIND_SPEECH_INTERRUPTED)
        mesh.session.say(finish_answer=recorder_pb2.FinishAnswer(answer_id=answer))
        await browser.seen.until(lambda: browser.microphone.quiet)
        assert mesh.session.of("answer_end") == []
        await mesh.speech.process.start()
        await mesh.session.seen.until(lambda: mesh.session.of("answer_end"))
        assert texts(mesh)[0] == "All of it."
        numbers = {entry.WhichOneof("entry"): number for number, entry in sorted(mesh.session.entries.items())[::-1]}
        assert numbers["utterance"] < numbers["answer_end"]


async def test_session_goes_away_and_gets_everything_once() -> None:
    async with media_mesh(["One.", "Two.", "Three."]) as mesh:
        browser = await mesh.join()
        mesh.session.ask(new_id(), new_id())
        mesh.session.acknowledging = False  # sent, perhaps stored, never acknowledged
        browser.microphone.say(0.5)
        await mesh.session.seen.until(lambda: texts(mesh) == ["One."])
        await mesh.session.process.kill()
        await browser.notice(live_pb2.NOTICE_KIND_SESSION_INTERRUPTED)
        lost = max(mesh.session.entries)
        del mesh.session.entries[lost]  # it was received but not stored
        browser.microphone.say(0.5)
        await browser.event("caption", lambda caption: caption.final and caption.text == "Two.")
        mesh.session.acknowledging = True
        await mesh.session.process.start()
        await browser.notice(live_pb2.NOTICE_KIND_SESSION_RESTORED)
        browser.microphone.say(0.5)
        await mesh.session.seen.until(lambda: len(texts(mesh)) == 3)
        assert texts(mesh) == ["One.", "Two.", "Three."]
        assert sorted(mesh.session.entries) == list(range(1, max(mesh.session.entries) + 1))
        assert mesh.session.received.count(lost) == 2
        assert [hello.account_id for hello in mesh.session.hellos] == [mesh.account_id] * 2


async def test_a_new_media_process_goes_on_with_numbers_and_clock() -> None:
    async with media_mesh(["One.", "Two."]) as mesh:
        browser = await mesh.join()
        mesh.session.ask(new_id(), new_id())
        browser.microphone.say(0.5)
        await mesh.session.seen.until(lambda: texts(mesh) == ["One."])
        last = max(mesh.session.entries)
        mesh.session.clock = 100 * RATE
        await mesh.start_media()  # the old one may still be there, as after a lost network
        again = await mesh.join()
        async with asyncio.timeout(5):
            await browser.gone.wait()  # session told the old process that it was replaced
        answer = new_id()
        mesh.session.ask(new_id(), answer)
        again.microphone.say(0.5)
        await mesh.session.seen.until(lambda: len(texts(mesh)) == 2)
        second = mesh.session.of("utterance")[1]
        assert samples(second.utterance.start_offset) >= 100 * RATE
        assert samples(mesh.speech.stream.config.start_offset) == 100 * RATE
        assert second.answer_id == answer
        assert sorted(mesh.session.entries) == list(range(1, max(mesh.session.entries) + 1))
        assert max(mesh.session.entries) > last


async def test_a_new_connection_goes_on_with_the_clock() -> None:
    async with media_mesh(["One.", "Two."]) as mesh:
        first = await mesh.join()
        answer = new_id()
        mesh.session.ask(new_id(), answer)
        first.microphone.say(0.5)
        await mesh.session.seen.until(lambda: texts(mesh) == ["One."])
        second = await mesh.join()
        async with asyncio.timeout(5):
            await first.gone.wait()
        shown = await second.event("question")
        assert shown.total == 3
        second.microphone.say(0.5)
        await mesh.session.seen.until(lambda: texts(mesh) == ["One.", "Two."])
        assert len(mesh.speech.streams) == 1  # nothing but the connection has changed
        assert len(mesh.session.hellos) == 1
        assert all(gap >= 0 for gap in mesh.speech.stream.gaps)
        assert any(gap > 0 for gap in mesh.speech.stream.gaps)  # the time in between is on the clock
        assert {heard.answer_id for heard in mesh.session.of("utterance")} == {answer}
        assert [event.sequence for event in second.events][:3] == [1, 2, 3]


async def test_lost_packets_are_time_too() -> None:
    async with media_mesh() as mesh:
        browser = await mesh.join()
        await mesh.speech.seen.until(lambda: mesh.speech.streams and mesh.speech.stream.end > RATE // 2)
        ahead = browser.microphone.place - mesh.speech.stream.end  # what is on its way, and what was sent too early
        browser.microphone.lose(0.2)  # filled with silence
        ended = mesh.speech.stream.end
        await mesh.speech.seen.until(lambda: mesh.speech.stream.end > ended + RATE // 2)
        assert set(mesh.speech.stream.gaps) == {0}
        browser.microphone.lose(1.5)  # a hole
        await mesh.speech.seen.until(lambda: mesh.speech.stream.end > ended + 5 * RATE // 2)
        assert abs(browser.microphone.place - mesh.speech.stream.end - ahead) < RATE  # without the losses: 1.7 s more
        [hole] = [gap for gap in mesh.speech.stream.gaps if gap]
        assert abs(hole - 1.5 * RATE) < RATE // 10


async def test_packets_lost_on_the_way_leave_neither_holes_nor_delay() -> None:
    async with media_mesh() as mesh:
        browser = await mesh.join()
        await mesh.speech.seen.until(lambda: mesh.speech.streams and mesh.speech.stream.end > RATE // 4)
        ended = mesh.speech.stream.end
        with browser.losing(every=7):
            await mesh.speech.seen.until(lambda: mesh.speech.stream.end > ended + RATE)
        assert set(mesh.speech.stream.gaps) == {0}
        assert len(mesh.speech.streams) == 1


async def test_vision_goes_away_and_comes_back() -> None:
    async with media_mesh() as mesh:
        browser = await mesh.join(video=True)
        await mesh.session.seen.until(lambda: mesh.session.of("behaviour_window"))
        await browser.event("face")
        await browser.event("behaviour_window")
        await mesh.vision.process.kill()
        await browser.notice(live_pb2.NOTICE_KIND_VISION_INTERRUPTED)
        frames = len(mesh.vision.frames)
        await mesh.vision.process.start()
        await browser.notice(live_pb2.NOTICE_KIND_VISION_RESTORED)
        await mesh.vision.seen.until(lambda: len(mesh.vision.frames) > frames)
        places = [samples(frame.offset) for frame in mesh.vision.frames]
        assert places == sorted(set(places))
        health = [(state.vision_available, state.video_flowing) for state in mesh.session.of("media_health")]
        assert (False, True) in health


async def test_a_broken_synthesis_goes_on_where_it_broke() -> None:
    async with media_mesh() as mesh:
        mesh.speech.break_after_pieces = 2
        browser = await mesh.join()
        mesh.session.speak(new_id(), "One sentence.")
        began = await browser.hears()
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_FINISHED)
        await browser.hears(loud=False, after=began)
        assert mesh.speech.spoken == ["One sentence."] * 2
        spoken = [voice.text for voice in browser.of("voice") if voice.text]
        assert spoken == ["One sentence."]
        await browser.hears(loud=False, after=browser.voice[-1][0])
        assert abs(sum(rms > 500 for _, rms in browser.voice) - 30) <= 2  # 0.6 s, no more and no less


async def test_a_browser_that_takes_nothing_loses_no_final() -> None:
    long = "word " * 3900  # close to the longest text that an utterance may have
    async with media_mesh([f"{number} {long}" for number in range(4)]) as mesh:
        browser = Browser()
        mesh.browsers.append(browser)
        await mesh.negotiate(browser)
        await browser.event("input_level")
        with browser.taking_nothing():
            for count in range(1, 5):
                browser.microphone.say(0.5)
                await mesh.session.seen.until(partial(enough, mesh, count))
        await browser.event("caption", lambda caption: caption.final and caption.text.startswith("3 "), timeout_s=20)
        finals_seen = [caption.text[0] for caption in browser.of("caption") if caption.final]
        assert finals_seen == ["0", "1", "2", "3"]
        partials = sum(not caption.final for caption in browser.of("caption"))
        assert partials < 4
        assert [event.sequence for event in browser.events] == list(range(1, len(browser.events) + 1))
