"""Hearing, seeing, speaking, recording: each owns a stream and survives its loss. No second passes here."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.kit.clock import VirtualClock
from services.kit.errors import Aborted, InvalidArgument, PermissionDenied, ResourceExhausted, Unavailable
from services.media.domain.clock import RATE_HZ
from services.media.domain.commands import Acknowledged, Calibrate, FinishAnswer, SessionCommand, Speak, Welcome
from services.media.domain.entries import AnswerEnd, Outcome
from services.media.domain.values import Language, TurnState, Utterance
from services.media.ports.session import Hello
from services.media.ports.speech import FinishDone, HearingEvent, Progress, VoicePiece
from services.media.ports.vision import Calibration, SeeingEvent
from services.media.usecases.hearing import Hearing
from services.media.usecases.recording import Recording
from services.media.usecases.seeing import Seeing
from services.media.usecases.speaking import Speaking, Speech
from tests.support.media_port_browser import Still, ThroughEncoder
from tests.support.media_ports import BROKEN, SessionPort, SpeechPort, VisionPort, settle

PIECE = bytes(640)  # 20 ms at 16 kHz


class Listener:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def on_heard(self, event: HearingEvent) -> None:
        self.told.append(event)

    def on_seen(self, event: SeeingEvent) -> None:
        self.told.append(event)

    def on_speech_available(self, available: bool) -> None:
        self.told.append(available)

    def on_vision_available(self, available: bool) -> None:
        self.told.append(available)

    def on_session_available(self, available: bool) -> None:
        self.told.append(available)

    def on_welcome(self, welcome: Welcome) -> None:
        self.told.append(welcome)

    def on_session_command(self, command: SessionCommand) -> None:
        self.told.append(command)

    def on_session_over(self, reason: str) -> None:
        self.told.append(reason)

    def on_voice_began(self, speech: Speech) -> None:
        self.told.append("began")

    def on_voice_sentence(self, speech: Speech, text: str) -> None:
        self.told.append(text)

    def on_voice_paused(self, speech: Speech) -> None:
        self.told.append("paused")

    def on_voice_over(self, speech: Speech, outcome: Outcome) -> None:
        self.told.append(outcome)


@asynccontextmanager
async def running(work: Any) -> AsyncIterator["asyncio.Task[None]"]:
    """A task that is cancelled and awaited at the end."""
    task = asyncio.create_task(work)
    await settle()
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


class HearingCase:
    """Hearing among fakes."""

    def __init__(self, keep_s: float = 300) -> None:
        self.speech = SpeechPort()
        self.clock = VirtualClock()
        self.listener = Listener()
        keep = round(keep_s * RATE_HZ)
        self.hearing = Hearing(
            self.speech,
            self.clock,
            self.listener,
            stream_id="i",
            language=Language.ENGLISH,
            start=0,
            keep_samples=keep,
        )
        self.end = 0

    async def hear(self, seconds: float) -> None:
        """Audio arrives in pieces of 20 ms."""
        for _ in range(round(seconds * 50)):
            self.hearing.append(self.end, PIECE)
            self.end += 320
            await asyncio.sleep(0)
        await settle()

    def received(self, wire: int = -1) -> list[tuple[int, int]]:
        """Places of what a stream got: first sample and the one after the last."""
        heard = self.speech.wires[wire].heard
        return [(round(at * RATE_HZ), round(at * RATE_HZ) + len(pcm) // 2) for at, pcm in heard]


class TestHearing:
    async def test_joins_packets_to_messages_of_40_ms(self) -> None:
        case = HearingCase()
        async with running(case.hearing.run()):
            await case.hear(0.2)
            assert case.received() == [(start, start + 640) for start in range(0, 3200, 640)]

    async def test_replays_from_the_last_replay_point(self) -> None:
        case = HearingCase()
        async with running(case.hearing.run()):
            await case.hear(1.0)
            case.speech.wire.say(Progress(0.6))
            await settle()
            case.speech.refusing = Unavailable("away")
            case.speech.wire.fail()
            await settle()
            await case.hear(5.0)  # goes on while nobody listens
            case.speech.refusing = None
            await case.clock.advance(2.0)
            await settle()
            config = case.speech.wire.config
            assert config.start_s == pytest.approx(0.6)
            received = case.received()
            assert (received[0][0], received[-1][1]) == (9600, 6 * RATE_HZ)
            assert all(left[1] == right[0] for left, right in itertools.pairwise(received))
            assert case.listener.told == [False, True]

    async def test_a_final_is_a_replay_point_too(self) -> None:
        case = HearingCase()
        async with running(case.hearing.run()):
            await case.hear(2.0)
            case.speech.wire.say(Utterance("u", 0.2, 1.5, "words"))
            case.speech.wire.fail()
            await case.clock.advance(0.1)
            await settle()
            assert case.speech.wire.config.start_s == 1.5

    async def test_keeps_a_bounded_stretch_and_says_where_it_begins(self) -> None:
        case = HearingCase(keep_s=10)
        async with running(case.hearing.run()):
            case.speech.refusing = Unavailable("away")
            case.speech.wire.fail()
            await settle()
            await case.hear(60)
            case.speech.refusing = None
            await case.clock.advance(2.0)
            await settle()
            received = case.received()
            assert received[0][0] == 50 * RATE_HZ
            assert received[-1][1] == 60 * RATE_HZ

    async def test_finishing_stands_at_its_place_in_the_audio_also_in_a_replay(self) -> None:
        case = HearingCase()
        async with running(case.hearing.run()):
            await case.hear(0.5)
            case.hearing.finish("m", case.end)
            await settle()
            await case.hear(0.5)
            case.speech.wire.fail()
            await case.clock.advance(0.1)
            await settle()
            for wire in case.speech.wires:
                before = [message for message in wire.sent[: wire.sent.index(("finish", "m"))] if message[0] == "audio"]
                samples = sum(len(message[3]) // 2 for message in before)
                assert samples == case.end // 2
            case.speech.wire.say(FinishDone("m", 0.5))
            await settle()
            case.speech.wire.fail()
            await case.clock.advance(0.2)
            await settle()
            assert ("finish", "m") not in case.speech.wire.sent

    async def test_finishing_without_anything_said_does_not_wait_for_an_absent_service(self) -> None:
        case = HearingCase()
        case.speech.refusing = Unavailable("away")
        async with running(case.hearing.run()):
            case.hearing.finish("m", 0)
            assert case.listener.told == [False, FinishDone("m", 0.0)]

    async def test_finishing_waits_if_anything_was_said(self) -> None:
        case = HearingCase()
        case.speech.refusing = Unavailable("away")
        async with running(case.hearing.run()):
            await case.hear(0.5)
            case.hearing.finish("m", case.end)
            assert case.listener.told == [False]
            case.speech.refusing = None
            await case.clock.advance(2.0)
            await settle()
            assert ("finish", "m") in case.speech.wire.sent

    async def test_turn_states_follow_and_a_new_stream_starts_in_the_present_one(self) -> None:
        case = HearingCase()
        async with running(case.hearing.run()):
            case.hearing.set_turn_state(TurnState.THINKING)
            await settle()
            case.hearing.set_turn_state(TurnState.ANSWERING)
            await settle()
            states = [message for message in case.speech.wire.sent if message[0] == "state"]
            assert states == [("state", TurnState.THINKING), ("state", TurnState.ANSWERING)]
            case.speech.wire.fail()
            await case.clock.advance(0.1)
            await settle()
            assert case.speech.wire.config.turn_state is TurnState.ANSWERING

    async def test_waits_longer_each_time_and_as_long_as_it_is_asked_to(self) -> None:
        case = HearingCase()
        case.speech.refusing = ResourceExhausted("full", retry_after_s=7.0)
        async with running(case.hearing.run()):
            case.speech.refusing = None
            await case.clock.advance(6.9)
            assert case.speech.wires == []
            await case.clock.advance(0.1)
            assert len(case.speech.wires) == 1

    async def test_closing_sends_the_rest_and_returns_after_the_last_event(self) -> None:
        case = HearingCase()
        async with running(case.hearing.run()) as task:
            await case.hear(0.1)
            case.hearing.close()
            await settle()
            assert case.received()[-1][1] == case.end
            assert case.speech.wire.sent[-1] == ("half close",)
            assert task.done()


class TestSeeing:
    async def test_sends_the_newest_frame_only(self) -> None:
        vision, clock, listener = VisionPort(), VirtualClock(), Listener()
        seeing = Seeing(vision, clock, listener, "i")
        seeing.look(Still(b"before there is a stream"), 0.1)
        async with running(seeing.run()):
            for number in range(5):
                seeing.look(Still(str(number).encode()), 0.2 + number)
            await settle()
            assert vision.wire.sent == [("frame", 1, 4.2, b"4")]

    async def test_a_calibration_goes_with_the_next_frame_and_its_baseline_to_the_next_stream(self) -> None:
        vision, clock, listener = VisionPort(), VirtualClock(), Listener()
        seeing = Seeing(vision, clock, listener, "i")
        seeing.calibrate(Calibrate(3.0))
        assert listener.told == [Calibration(b"")]  # there is nobody to calibrate with
        async with running(seeing.run()):
            seeing.calibrate(Calibrate(3.0))
            seeing.look(Still(), 1.0)
            await settle()
            assert vision.wire.sent[0] == ("calibrate", 3.0)
            vision.wire.say(Calibration(b"zero"))
            await settle()
            vision.wire.fail()
            await settle()
            await clock.advance(0.1)
            assert vision.wire.config.baseline == b"zero"
            assert listener.told[1:] == [Calibration(b"zero"), False]

    async def test_a_calibration_that_is_lost_with_the_stream_has_failed(self) -> None:
        vision, clock, listener = VisionPort(), VirtualClock(), Listener()
        seeing = Seeing(vision, clock, listener, "i")
        async with running(seeing.run()):
            seeing.calibrate(Calibrate())
            vision.wire.fail()
            await settle()
            assert listener.told == [Calibration(b""), False]

    async def test_closing_takes_the_last_window_or_returns_at_once(self) -> None:
        for away in (False, True):
            vision, clock, listener = VisionPort(), VirtualClock(), Listener()
            seeing = Seeing(vision, clock, listener, "i")
            vision.refusing = Unavailable("away") if away else None
            async with running(seeing.run()) as task:
                seeing.close()
                await clock.advance(0.1)
                await settle()
                assert task.done()


class SpeakingCase:
    """Speaking among fakes."""

    def __init__(self, *voice: VoicePiece | Any) -> None:
        self.speech = SpeechPort()
        self.speech.voice = list(voice)
        self.clock = VirtualClock()
        self.listener = Listener()
        self.speaking = Speaking(self.speech, ThroughEncoder, self.clock, self.listener)

    def play(self, packets: int) -> list[int]:
        """Pull so many packets; the first byte of each, -1 for silence."""
        pulled = [self.speaking.pull() for _ in range(packets)]
        return [-1 if packet is None else packet[0] for packet in pulled]


def voice(value: int, packets: int, sentence: str | None = None) -> VoicePiece:
    """A piece of so many packets that consist of one value."""
    return VoicePiece(bytes([value]) * 1920 * packets, sentence)


def speak(name: str, question_id: str = "") -> Speak:
    """A command."""
    return Speak(name, f"text of {name}", Language.ENGLISH, question_id)


class TestSpeaking:
    async def test_plays_once_and_tells_in_step(self) -> None:
        case = SpeakingCase(voice(1, 2, "One."), voice(2, 1, "Two."))
        async with running(case.speaking.run()):
            case.speaking.speak(speak("a"))
            case.speaking.speak(speak("a"))
            await settle()
            assert case.play(5) == [1, 1, 2, -1, -1]
            assert case.listener.told == ["began", "One.", "Two.", Outcome.COMPLETED]
            assert case.speech.asked == ["text of a"]

    async def test_a_newer_one_replaces_it(self) -> None:
        case = SpeakingCase(voice(1, 9, "One."))
        async with running(case.speaking.run()):
            case.speaking.speak(speak("a"))
            await settle()
            case.play(2)
            case.speaking.speak(speak("b"))
            assert case.play(1) == [-1]
            await settle()
            assert case.play(1) == [1]
            assert case.listener.told == ["began", "One.", Outcome.REPLACED, "began", "One."]

    async def test_pauses_and_goes_on(self) -> None:
        case = SpeakingCase(voice(1, 1, "One."), voice(2, 2))
        async with running(case.speaking.run()):
            case.speaking.speak(speak("a"))
            await settle()
            assert case.play(2) == [1, 2]
            case.speaking.pause()
            assert case.play(3) == [-1] * 3
            case.speaking.resume()
            assert case.play(2) == [2, -1]
            assert case.listener.told == ["began", "One.", "paused", "began", Outcome.COMPLETED]

    async def test_asks_again_for_what_is_missing(self) -> None:
        case = SpeakingCase(voice(1, 2, "One."), BROKEN)
        async with running(case.speaking.run()):
            case.speaking.speak(speak("a"))
            await settle()
            assert case.play(3) == [1, 1, -1]
            case.speech.voice = [voice(1, 2, "One."), voice(2, 1, "Two.")]
            await case.clock.advance(0.1)
            await settle()
            assert case.play(2) == [2, -1]
            assert case.listener.told == ["began", "One.", "Two.", Outcome.COMPLETED]

    async def test_gives_up_in_the_end_and_at_once_where_it_cannot_help(self) -> None:
        away = SpeakingCase(BROKEN)
        async with running(away.speaking.run()):
            away.speaking.speak(speak("a"))
            await away.clock.advance(11.0)
            assert away.listener.told == [Outcome.FAILED]
            assert len(away.speech.asked) > 5
        silly = SpeakingCase(InvalidArgument("nothing to say"))
        async with running(silly.speaking.run()):
            silly.speaking.speak(speak("a"))
            await settle()
            assert silly.listener.told == [Outcome.FAILED]
            assert len(silly.speech.asked) == 1

    async def test_repeats_the_question_from_memory_without_recording_it(self) -> None:
        case = SpeakingCase(voice(1, 1, "One."))
        async with running(case.speaking.run()):
            case.speaking.repeat("q")  # nothing was asked yet
            case.speaking.speak(speak("a", "q"))
            await settle()
            case.play(2)
            case.speaking.repeat("other")
            assert case.play(1) == [-1]
            case.speaking.repeat("q")
            assert case.speaking.current is not None
            assert not case.speaking.current.recorded
            assert case.play(2) == [1, -1]
            assert case.speech.asked == ["text of a"]

    async def test_synthesis_does_not_run_far_ahead(self) -> None:
        case = SpeakingCase(*[voice(1, 500) for _ in range(9)])
        async with running(case.speaking.run()):
            case.speaking.speak(speak("a"))
            await settle()
            current = case.speaking.current
            assert current is not None
            assert current.playout.ahead_s == 30.0
            case.play(1)
            await settle()
            assert current.playout.ahead_s == pytest.approx(39.98)

    async def test_the_track_is_woken_when_there_is_something(self) -> None:
        case = SpeakingCase(voice(1, 1, "One."))
        async with running(case.speaking.run()), running(case.speaking.wait()) as waiting:
            assert not waiting.done()
            case.speaking.speak(speak("a"))
            await settle()
            assert waiting.done()


class TestRecording:
    async def test_sends_numbered_entries_and_waits_for_their_storage(self) -> None:
        session, clock, listener = SessionPort(), VirtualClock(), Listener()
        session.acknowledging = False
        recording = Recording(session, clock, listener, Hello("i", "a", "p"))
        async with running(recording.run()), running(recording.stored()) as early:
            assert early.done()
            recording.add(AnswerEnd("x", 1.0))
            await settle()
            async with running(recording.stored()) as stored:
                assert not stored.done()
                session.wire.say(_stored(1))
                await settle()
                assert stored.done()
            assert session.wire.entries == [(1, AnswerEnd("x", 1.0))]
            session.wire.say(FinishAnswer("y"))
            await settle()
            assert listener.told == [session.welcome, FinishAnswer("y")]

    async def test_resends_after_a_break_and_tells_of_it(self) -> None:
        session, clock, listener = SessionPort(), VirtualClock(), Listener()
        session.acknowledging = False
        recording = Recording(session, clock, listener, Hello("i", "a", "p"))
        async with running(recording.run()):
            for name in "xyz":
                recording.add(AnswerEnd(name, 1.0))
            await settle()
            session.welcome = Welcome(2, 3, 0, Language.ENGLISH, True, True)
            session.wire.fail()
            await settle()
            recording.add(AnswerEnd("w", 2.0))
            await clock.advance(0.1)
            assert session.wire.entries == [(3, AnswerEnd("z", 1.0)), (4, AnswerEnd("w", 2.0))]
            assert listener.told == [Welcome(0, 1, 0.0, Language.ENGLISH, True, True), False, True]

    @pytest.mark.parametrize(
        "refusal",
        [PermissionDenied("no", reason="NOT_YOUR_INTERVIEW"), Aborted("newer", reason="RECORDER_REPLACED")],
    )
    async def test_a_refusal_ends_it(self, refusal: Any) -> None:
        session, clock, listener = SessionPort(), VirtualClock(), Listener()
        session.acknowledging = False
        recording = Recording(session, clock, listener, Hello("i", "a", "p"))
        async with running(recording.run()) as task:
            session.wire.fail(refusal)
            await settle()
            assert task.done()
            assert listener.told[1:] == [refusal.reason]

    async def test_the_first_failure_is_the_callers_after_a_second(self) -> None:
        session, clock, listener = SessionPort(), VirtualClock(), Listener()
        session.refusing = Unavailable("away")
        recording = Recording(session, clock, listener, Hello("i", "a", "p"))
        async with running(recording.run()) as task:
            await clock.advance(0.9)
            assert not task.done()
            await clock.advance(1.0)
            assert task.done()
            assert recording.welcomed.exception() is session.refusing
            assert listener.told == []

    async def test_a_session_that_is_just_being_restarted_is_waited_for(self) -> None:
        session, clock, listener = SessionPort(), VirtualClock(), Listener()
        session.refusing = Unavailable("away")
        recording = Recording(session, clock, listener, Hello("i", "a", "p"))
        async with running(recording.run()):
            session.refusing = None
            await clock.advance(0.5)
            assert recording.welcomed.result() == session.welcome

    async def test_finishing_half_closes_when_all_is_stored(self) -> None:
        session, clock, listener = SessionPort(), VirtualClock(), Listener()
        session.acknowledging = False
        recording = Recording(session, clock, listener, Hello("i", "a", "p"))
        async with running(recording.run()) as task:
            recording.add(AnswerEnd("x", 1.0))
            recording.finish()
            await settle()
            assert not task.done()
            session.wire.say(_stored(1))
            await settle()
            assert session.wire.sent[-1] == ("half close",)
            assert task.done()


def _stored(up_to: int) -> Any:

    return Acknowledged(up_to)
