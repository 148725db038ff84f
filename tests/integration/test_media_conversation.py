"""An answer's way through media: real WebRTC on one side, real gRPC on the other."""

import asyncio

from google.protobuf.duration_pb2 import Duration
from parley.media.v1 import live_pb2
from parley.session.v1 import recorder_pb2
from parley.speech.v1 import transcription_pb2

from services.kit.ids import new_id
from tests.support.media_fakes import RATE, samples
from tests.support.media_mesh import media_mesh

QUESTION = "Please tell me about caches. Take your time."


async def test_speech_becomes_captions_and_records() -> None:
    async with media_mesh(["I built a cache."]) as mesh:
        browser = await mesh.join()
        question, answer = new_id(), new_id()
        mesh.session.ask(question, answer)
        await browser.event("question", lambda shown: shown.question_id == question)
        browser.microphone.say(0.8)
        caption = await browser.event("caption", lambda caption: caption.final)
        assert caption.text == "I built a cache."
        assert caption.answer_id == answer
        assert caption.delivery.voiced_duration.ToMilliseconds() > 500
        assert any(not shown.final and shown.stable_chars == 3 for shown in browser.of("caption"))
        [recorded] = await mesh.session.seen.until(lambda: mesh.session.of("utterance"))
        assert recorded.answer_id == answer
        assert recorded.utterance.words[0].text == "I built a cache."
        [begun] = mesh.session.of("answer_start")
        assert begun.start_offset == recorded.utterance.start_offset
        stream = mesh.speech.stream
        assert stream.audio[0][0] == 0
        assert set(stream.gaps) == {0}
        assert max(len(pcm) for _, pcm in stream.audio) <= RATE
        levels = [level.dbfs for level in browser.of("input_level")]
        assert max(levels) > -20
        assert min(levels) < -50
        assert [activity.speaking for activity in browser.of("speech_activity")] == [True, False]
        assert [event.sequence for event in browser.events] == list(range(1, len(browser.events) + 1))


async def test_the_voice_is_heard_and_told_sentence_by_sentence() -> None:
    async with media_mesh() as mesh:
        browser = await mesh.join()
        speech, question = new_id(), new_id()
        mesh.session.speak(speech, QUESTION, question)
        mesh.session.speak(speech, QUESTION, question)
        began = await browser.hears()
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_FINISHED)
        await browser.hears(loud=False, after=began)
        spoken = [voice for voice in browser.of("voice") if voice.state == live_pb2.VOICE_STATE_SPEAKING]
        assert [voice.text for voice in spoken] == ["Please tell me about caches.", "Take your time."]
        assert {voice.question_id for voice in spoken} == {question}
        assert samples(spoken[1].offset) - samples(spoken[0].offset) > 0.5 * RATE
        [playback] = await mesh.session.seen.until(lambda: mesh.session.of("playback"))
        assert playback.speech_id == speech
        assert playback.outcome == recorder_pb2.PLAYBACK_OUTCOME_COMPLETED
        assert samples(playback.end_offset) - samples(playback.start_offset) > 1.1 * RATE
        assert mesh.speech.spoken == [QUESTION]
        loud = sum(rms > 500 for _, rms in browser.voice)
        assert abs(loud - 60) <= 2  # 1.2 s in packets of 20 ms


async def test_a_text_that_is_still_written_is_spoken_as_one() -> None:
    first, rest = "Please tell me about caches.", "Take your time."
    async with media_mesh() as mesh:
        browser = await mesh.join()
        speech, question = new_id(), new_id()
        mesh.session.speak(speech, first, question, unfinished=True)
        began = await browser.hears()
        assert mesh.speech.spoken == [first]
        mesh.session.speak(speech, QUESTION, question)
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_FINISHED)
        await browser.hears(loud=False, after=began)
        spoken = [voice for voice in browser.of("voice") if voice.state == live_pb2.VOICE_STATE_SPEAKING]
        assert [(voice.text, voice.speech_id) for voice in spoken] == [(first, speech), (rest, speech)]
        [playback] = await mesh.session.seen.until(lambda: mesh.session.of("playback"))
        assert (playback.speech_id, playback.outcome) == (speech, recorder_pb2.PLAYBACK_OUTCOME_COMPLETED)
        assert mesh.speech.spoken == [first, rest]
        loud = sum(rms > 500 for _, rms in browser.voice)
        assert abs(loud - 60) <= 2  # 1.2 s in packets of 20 ms, in two calls


async def test_a_newer_speech_replaces_one_and_stop_speaking_stops_it() -> None:
    async with media_mesh() as mesh:
        mesh.speech.sentence_s = 20.0
        browser = await mesh.join()
        first, second = new_id(), new_id()
        mesh.session.speak(first, QUESTION)
        await browser.hears()
        mesh.session.speak(second, "Something else.")
        await browser.event("voice", lambda voice: voice.speech_id == second)
        mesh.session.say(stop_speaking=recorder_pb2.StopSpeaking())
        await mesh.session.seen.until(lambda: len(mesh.session.of("playback")) == 2)
        outcomes = [(playback.speech_id, playback.outcome) for playback in mesh.session.of("playback")]
        replaced = recorder_pb2.PLAYBACK_OUTCOME_REPLACED
        assert outcomes == [(first, replaced), (second, replaced)]


async def test_turn_states_follow_the_conversation_and_a_pause_ends_the_turn() -> None:
    async with media_mesh(["A short answer."]) as mesh:
        browser = await mesh.join()
        answer = new_id()
        mesh.session.speak(new_id(), "Why.", new_id())
        mesh.session.ask(new_id(), answer, automatic=True)
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_FINISHED)
        browser.microphone.say(0.5)
        [end] = await mesh.session.seen.until(lambda: mesh.session.of("turn_end"))
        assert end.answer_id == answer
        [heard] = mesh.session.of("utterance")
        assert end.end_offset == heard.utterance.end_offset
        thinking = transcription_pb2.TURN_STATE_THINKING
        answering = transcription_pb2.TURN_STATE_ANSWERING
        states = [state for state in mesh.speech.stream.states if state != transcription_pb2.TURN_STATE_LISTENING_OFF]
        assert states[-2:] == [thinking, answering]


async def test_finishing_an_answer_records_what_was_being_said_and_then_its_end() -> None:
    async with media_mesh(["The whole thing.", "Too late."]) as mesh:
        browser = await mesh.join()
        answer, following = new_id(), new_id()
        mesh.session.ask(new_id(), answer)
        browser.microphone.say(3.0)
        await browser.event("caption")
        mesh.session.say(finish_answer=recorder_pb2.FinishAnswer(answer_id=answer))
        mesh.session.ask(new_id(), following)
        await mesh.session.seen.until(lambda: mesh.session.of("answer_end"))
        kinds = [entry.WhichOneof("entry") for _, entry in sorted(mesh.session.entries.items())]
        assert kinds.index("utterance") < kinds.index("answer_end")
        [end] = mesh.session.of("answer_end")
        assert end.answer_id == answer
        await mesh.session.seen.until(lambda: len(mesh.session.of("utterance")) == 2)
        heard = [(spoken.utterance.text, spoken.answer_id) for spoken in mesh.session.of("utterance")]
        # The rest of the sound began after the answer was handed in: it is the next answer's.
        assert heard == [("The whole thing.", answer), ("Too late.", following)]


async def test_words_over_the_voice_stop_it() -> None:
    async with media_mesh(["Sorry, I have a question."]) as mesh:
        mesh.speech.sentence_s = 20.0
        browser = await mesh.join()
        speech, answer = new_id(), new_id()
        mesh.session.ask(new_id(), answer)
        mesh.session.speak(speech, QUESTION)
        began = await browser.hears()
        browser.microphone.say(2.0)
        stopped = await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_INTERRUPTED)
        await browser.hears(loud=False, after=began)
        [playback] = await mesh.session.seen.until(lambda: mesh.session.of("playback"))
        assert playback.outcome == recorder_pb2.PLAYBACK_OUTCOME_INTERRUPTED
        [heard] = await mesh.session.seen.until(lambda: mesh.session.of("utterance"))
        assert heard.answer_id == answer
        # That it stops with the packet that completes half a second of speech is tested in virtual time.
        assert samples(playback.end_offset) > samples(heard.utterance.start_offset) + 0.4 * RATE
        assert playback.end_offset == stopped.offset


async def test_a_cough_over_the_voice_lets_it_go_on_where_it_stopped() -> None:
    async with media_mesh([""]) as mesh:
        mesh.speech.sentence_s = 2.0
        browser = await mesh.join()
        mesh.session.ask(new_id(), new_id())
        mesh.session.speak(new_id(), "One long sentence.")
        await browser.hears()
        browser.microphone.say(0.7)
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_INTERRUPTED)
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_FINISHED)
        [playback] = await mesh.session.seen.until(lambda: mesh.session.of("playback"))
        assert playback.outcome == recorder_pb2.PLAYBACK_OUTCOME_COMPLETED
        await browser.hears(loud=False, after=browser.voice[-1][0])
        assert abs(sum(rms > 500 for _, rms in browser.voice) - 100) <= 4  # all of its two seconds, once
        assert mesh.session.of("utterance") == []


async def test_what_is_heard_only_while_the_voice_sounds_is_nobodys_answer() -> None:
    async with media_mesh(["caches", "Now I answer."]) as mesh:
        mesh.speech.sentence_s = 1.5
        browser = await mesh.join()
        answer = new_id()
        mesh.session.ask(new_id(), answer)
        mesh.session.speak(new_id(), "Tell me about caches.")
        await browser.hears()
        browser.microphone.say(0.3)  # an echo, or a "mhm": too short for an interruption
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_FINISHED)
        browser.microphone.say(0.6)
        await mesh.session.seen.until(lambda: mesh.session.of("utterance"))
        assert [spoken.utterance.text for spoken in mesh.session.of("utterance")] == ["Now I answer."]
        assert {caption.text for caption in browser.of("caption")} == {"Now I answer."}


async def test_live_commands() -> None:
    async with media_mesh(["I think."]) as mesh:
        browser = await mesh.join()
        question = new_id()
        mesh.session.ask(question, new_id())
        mesh.session.speak(new_id(), "What is it.", question)
        await browser.event("voice", lambda voice: voice.state == live_pb2.VOICE_STATE_FINISHED)
        browser.send(ping=live_pb2.Ping(token=77))
        assert (await browser.event("pong")).token == 77

        browser.send(repeat_question=live_pb2.RepeatQuestion())
        finished = live_pb2.VOICE_STATE_FINISHED
        await browser.seen.until(lambda: [voice.state for voice in browser.of("voice")].count(finished) == 2)
        assert mesh.speech.spoken == ["What is it."]  # said again from memory
        assert len(mesh.session.of("playback")) == 1

        browser.microphone.say(0.5)
        await browser.event("caption", lambda caption: caption.final)
        assert mesh.speech.stream.states[-1] == transcription_pb2.TURN_STATE_ANSWERING
        browser.send(hold_on=live_pb2.HoldOn())
        thinking = transcription_pb2.TURN_STATE_THINKING
        await mesh.speech.seen.until(lambda: mesh.speech.stream.states[-1] == thinking)

        mesh.speech.sentence_s = 20.0
        mesh.session.speak(new_id(), "A very long speech.")
        began = await browser.hears(after=asyncio.get_running_loop().time())
        browser.send(stop_voice=live_pb2.StopVoice())
        await browser.hears(loud=False, after=began)

        browser.channel.send(b"\xff\xff not a command")
        browser.send(calibrate=live_pb2.Calibrate(duration=Duration(seconds=600)))  # longer than the contract allows
        browser.send(ping=live_pb2.Ping(token=78))
        await browser.event("pong", lambda pong: pong.token == 78)


async def test_the_end_of_media() -> None:
    async with media_mesh(["Last words."]) as mesh:
        browser = await mesh.join()
        mesh.session.ask(new_id(), new_id())
        browser.microphone.say(1.0)
        await browser.event("caption")
        mesh.session.speak(new_id(), "Good bye.")
        mesh.session.say(end_media=recorder_pb2.EndMedia())
        await browser.notice(live_pb2.NOTICE_KIND_ENDED)
        async with asyncio.timeout(5):
            await browser.gone.wait()
        await mesh.session.seen.until(lambda: mesh.session.ended)
        assert [spoken.utterance.text for spoken in mesh.session.of("utterance")] == ["Last words."]
        assert mesh.speech.stream.half_closed
        [playback] = mesh.session.of("playback")
        assert playback.outcome == recorder_pb2.PLAYBACK_OUTCOME_COMPLETED
