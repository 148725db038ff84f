"""An interview's media from its first negotiation to its end, among in-memory neighbours and in virtual time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

from services.kit.clock import VirtualClock
from services.kit.errors import PermissionDenied, Unavailable
from services.media.domain.commands import CurrentQuestion, EndMedia, FinishAnswer, Ping, Speak, Welcome
from services.media.domain.entries import AnswerEnd, AnswerStart, MediaHealth, Outcome, Playback, UtteranceHeard
from services.media.domain.errors import NodeDraining, NotYourInterview, PeerNotFound, SdpMalformed, TooManyPeers
from services.media.domain.events import Caption, Notice, NoticeKind, Pong, QuestionShown, Voice, VoiceState
from services.media.domain.limits import Limits
from services.media.domain.values import Engine, Language, NoText, Partial, TurnState, Utterance, Window
from services.media.ports.browser import Answer, Offer
from services.media.ports.services import Services
from services.media.ports.speech import FinishDone, SpeechBegan, VoicePiece
from services.media.usecases.engines import Engines
from services.media.usecases.peers import TEST_LIFETIME_S, Peers
from tests.support.media_port_browser import Channel, PeerPort, PeerPorts, Still, ThroughEncoder
from tests.support.media_ports import SessionPort, SpeechPort, VisionPort, settle

QUIET = np.full(320, 10, np.int16).tobytes()
LOUD = np.full(320, 6000, np.int16).tobytes()


class Node:
    """A media node among fakes; one account, one interview."""

    def __init__(self, welcome: Welcome | None = None, max_peers: int = 10) -> None:
        self.clock = VirtualClock()
        self.speech = SpeechPort()
        self.vision = VisionPort()
        self.session = SessionPort(welcome)
        self.factory = PeerPorts()
        services = Services(self.speech, self.vision, ThroughEncoder, self.clock)
        engines = Engines(self.speech, self.vision, self.clock)
        limits = Limits(linger_s=60.0, connect_s=30.0, keep_records_s=0.5)
        self.peers = Peers("n", services, self.session, self.factory, engines, limits, max_peers)
        self.channel = Channel()
        self._requests = 0

    @property
    def peer(self) -> PeerPort:
        """The latest peer connection."""
        return self.factory.made[-1]

    async def offer(self, account: str = "account", interview: str = "interview", **fields: Any) -> Answer:
        """Negotiate with a request of its own."""
        self._requests += 1
        return await self.peers.negotiate(Offer(account, str(self._requests), interview, "offer", **fields))

    async def join(self, *, audio: bool = True, video: bool = False) -> Answer:
        """Negotiate, connect, open the data channel."""
        answer = await self.offer()
        self.peer.listener.on_connected(audio, video)
        self.peer.listener.on_writable(self.channel)
        await settle()
        return answer

    async def hear(self, seconds: float, pcm: bytes = QUIET) -> None:
        """Audio arrives, in real (virtual) time."""
        for _ in range(round(seconds * 50)):
            await self.clock.advance(0.02)
            self.peer.listener.on_audio(pcm, 0)
        await settle()

    def notices(self) -> list[NoticeKind]:
        """What the browser was told."""
        return [notice.kind for notice in self.channel.of(Notice)]


@asynccontextmanager
async def node(welcome: Welcome | None = None, **options: Any) -> AsyncIterator[Node]:
    """A node that is closed at the end."""
    made = Node(welcome, **options)
    try:
        yield made
    finally:
        for wire in (*made.speech.wires, *made.vision.wires):
            wire.end()
        closing = asyncio.create_task(made.peers.close())
        await settle()
        await made.clock.advance(60)  # whatever it still waits for
        await closing


class TestWhoMayHaveAPeer:
    async def test_names_the_node_and_keeps_one_peer_an_interview(self) -> None:
        async with node() as media:
            first = await media.join()
            assert first.peer_id.startswith("n.")
            second = await media.offer()
            assert second.peer_id != first.peer_id
            assert [peer.closed for peer in media.factory.made] == [True, False]
            assert (media.peers.count, media.peers.interviews) == (1, 1)
            assert len(media.session.hellos) == 1

    async def test_refusals(self) -> None:
        async with node(max_peers=1) as media:
            await media.offer()
            with pytest.raises(NotYourInterview):
                await media.offer("stranger")
            with pytest.raises(TooManyPeers):
                await media.offer("stranger", "")
            for peer_id in ("", "n.unknown"):
                with pytest.raises(PeerNotFound):
                    await media.peers.hang_up("account", peer_id)
            with pytest.raises(PeerNotFound):
                await media.offer("stranger", peer_id=media.peers._own("account", _only(media)).interview.peer_id)

    async def test_what_session_says_is_passed_on_and_nothing_is_left(self) -> None:
        async with node() as media:
            media.session.refusing = PermissionDenied("no", reason="NOT_YOUR_INTERVIEW")
            with pytest.raises(PermissionDenied):
                await media.offer()
            await settle()
            assert (media.peers.count, media.peers.interviews) == (0, 0)
            assert media.factory.made == []

    async def test_an_offer_that_cannot_be_answered_ends_what_was_begun_for_it(self) -> None:
        async with node() as media:
            media.factory.failing = SdpMalformed("no")
            with pytest.raises(SdpMalformed):
                await media.offer()
            assert media.peer.closed
            media.speech.wire.end()
            media.vision.wire.end()
            media.session.wire.end()
            await settle()
            assert media.peers.count == 0

    async def test_a_draining_node_takes_nobody(self) -> None:
        async with node() as media:
            await media.join()
            draining = asyncio.create_task(media.peers.drain(10.0))
            await settle()
            with pytest.raises(NodeDraining):
                await media.offer("other", "other interview")
            assert NoticeKind.RENEGOTIATE in media.notices()
            assert not draining.done()
            media.peer.listener.on_gone()
            await settle()
            assert draining.done()


class TestItsLife:
    async def test_waits_for_the_candidate_to_come_back_but_not_for_ever(self) -> None:
        async with node() as media:
            await media.join()
            media.peer.listener.on_gone()
            await media.clock.advance(58)
            assert media.peers.interviews == 1
            await media.join()
            await media.clock.advance(100)
            assert media.peers.interviews == 1
            media.peer.listener.on_gone()
            await media.clock.advance(62)
            await asyncio.sleep(0.1)
            assert media.session.wire.sent[-1] == ("half close",)
            await settle()
            assert media.peers.interviews == 0

    async def test_a_peer_that_never_connects_is_let_go(self) -> None:
        async with node() as media:
            await media.offer()
            await media.clock.advance(31)
            assert media.peer.closed
            assert media.peers.count == 0

    async def test_a_device_check_ends_after_two_minutes_and_records_nothing(self) -> None:
        async with node() as media:
            await media.offer(interview="", language=Language.KOREAN)
            media.peer.listener.on_connected(True, True)
            media.peer.listener.on_writable(media.channel)
            await settle()
            assert media.speech.wire.config.language is Language.KOREAN
            assert media.peer.video
            await media.clock.advance(TEST_LIFETIME_S + 1)
            assert NoticeKind.ENDED in media.notices()
            await asyncio.sleep(0)
            assert media.session.hellos == []
            assert media.peer.closed

    async def test_without_consent_nothing_is_forwarded_and_answers_end_at_once(self) -> None:
        async with node(Welcome(0, 1, 0.0, Language.ENGLISH, False, False)) as media:
            await media.join()
            assert not media.peer.video
            await media.hear(1.0)
            media.session.wire.say(FinishAnswer("a"))
            await settle()
            assert media.session.entries(AnswerEnd)
            assert (media.speech.wires, media.vision.wires) == ([], [])

    async def test_a_replaced_recorder_ends_it_without_a_word_more(self) -> None:
        async with node() as media:
            await media.join()
            media.session.wire.fail(PermissionDenied("no", reason="NOT_YOUR_INTERVIEW"))
            await settle()
            media.speech.wire.end()
            media.vision.wire.end()
            await asyncio.sleep(0.01)
            assert media.peer.closed
            assert media.peers.interviews == 0

    async def test_the_end_finishes_speech_and_vision_first(self) -> None:
        async with node() as media:
            await media.join()
            await media.hear(0.5)
            media.session.wire.say(EndMedia())
            await settle()
            assert media.speech.wire.sent[-1] == ("half close",)
            assert media.vision.wire.sent[-1] == ("half close",)
            assert media.notices()[-1] is NoticeKind.ENDED
            await settle()
            assert media.session.wire.sent[-1] == ("half close",)


class TestWhatTheCandidateIsTold:
    async def test_silence_and_darkness_after_five_seconds(self) -> None:
        async with node() as media:
            await media.join(video=True)
            await media.hear(4.0)
            assert media.notices() == []
            media.peer.listener.on_picture(Still())
            await media.hear(2.5)
            assert media.notices() == []
            await media.hear(4.0)
            assert media.notices() == [NoticeKind.NO_VIDEO]
            await media.clock.advance(6.5)
            assert media.notices() == [NoticeKind.NO_VIDEO, NoticeKind.NO_AUDIO]
            states = [(health.audio_flowing, health.video_flowing) for health in media.session.entries(MediaHealth)]
            assert states[0] == (False, False)
            assert (True, True) in states
            assert states[-1] == (False, False)

    async def test_no_warning_for_what_is_not_sent(self) -> None:
        async with node() as media:
            await media.join(audio=False)
            await media.clock.advance(20)
            assert media.notices() == []

    async def test_that_answers_have_to_be_typed(self) -> None:
        async with node() as media:
            media.speech.known = [Engine("transcription", "none")]
            await media.join()
            assert media.notices() == [NoticeKind.TYPE_ANSWERS]
            media.speech.wire.say(Utterance("u", 0, 1, "", NoText.NO_ENGINE))
            await settle()
            assert media.notices() == [NoticeKind.TYPE_ANSWERS]

    async def test_services_that_come_and_go(self) -> None:
        async with node() as media:
            await media.join()
            media.speech.refusing = media.vision.refusing = Unavailable("away")
            media.speech.wire.fail()
            media.vision.wire.fail()
            media.session.wire.fail()
            await settle()
            gone = {
                NoticeKind.SPEECH_INTERRUPTED,
                NoticeKind.VISION_INTERRUPTED,
                NoticeKind.SESSION_INTERRUPTED,
            }
            assert set(media.notices()) == gone
            media.speech.refusing = media.vision.refusing = None
            await media.clock.advance(3.0)
            media.vision.wire.say(Window(0, 5, 0, 0))
            await settle()
            back = {NoticeKind.SPEECH_RESTORED, NoticeKind.VISION_RESTORED, NoticeKind.SESSION_RESTORED}
            assert set(media.notices()) == gone | back
            last = media.session.entries(MediaHealth)[-1]
            assert (last.speech_available, last.vision_available) == (True, True)

    async def test_what_waits_is_sent_when_the_channel_opens_and_again_on_a_new_one(self) -> None:
        async with node() as media:
            await media.offer()
            media.session.wire.say(CurrentQuestion("q", "a", "Why?"))
            await settle()
            media.peer.listener.on_writable(media.channel)
            assert [shown.question.text for shown in media.channel.of(QuestionShown)] == ["Why?"]
            await media.offer()
            again = Channel()
            media.peer.listener.on_writable(again)
            assert [shown.question.text for shown in again.of(QuestionShown)] == ["Why?"]

    async def test_a_replaced_peer_reaches_nobody(self) -> None:
        async with node() as media:
            await media.join()
            old = media.peer
            await media.join()
            old.listener.on_command(Ping(1))
            old.listener.on_audio(QUIET, 0)
            old.listener.on_gone()
            await settle()
            assert media.channel.of(Pong) == []
            assert media.speech.wire.heard == []
            assert media.peers.count == 1
            assert old.voice.pull() is None


class TestOneAnswer:
    async def test_its_records_in_order(self) -> None:
        async with node() as media:
            await media.join()
            media.session.wire.say(CurrentQuestion("q", "a", "Why?"))
            await media.hear(1.0)
            media.speech.wire.say(SpeechBegan("u", 0.5))
            media.speech.wire.say(Partial("u", 0.5, 1.0, "Because", 3))
            await settle()
            assert media.speech.wire.sent[-1] == ("state", TurnState.ANSWERING)
            media.session.wire.say(FinishAnswer("a"))
            media.session.wire.say(FinishAnswer("a"))
            await settle()
            assert media.speech.wire.sent[-1] == ("finish", "a")
            media.speech.wire.say(Utterance("u", 0.5, 1.0, "Because."))
            media.speech.wire.say(FinishDone("a", 1.0))
            await settle()
            kinds = [type(entry) for _, entry in media.session.wire.entries if not isinstance(entry, MediaHealth)]
            assert kinds == [AnswerStart, UtteranceHeard, AnswerEnd]
            assert [caption.final for caption in media.channel.of(Caption)] == [False, True]

    async def test_the_last_word_may_still_be_on_its_way(self) -> None:
        async with node() as media:
            await media.join()
            media.session.wire.say(CurrentQuestion("q", "a", "Why?"))
            await media.hear(0.5)
            await media.hear(0.5, LOUD)
            media.session.wire.say(FinishAnswer("a"))
            await media.hear(0.1)
            assert ("finish", "a") not in media.speech.wire.sent
            await media.hear(0.1)
            place = media.speech.wire.sent.index(("finish", "a"))
            samples = sum(len(message[3]) // 2 for message in media.speech.wire.sent[:place] if message[0] == "audio")
            assert 1.14 * 16_000 <= samples <= 1.18 * 16_000

    async def test_an_utterance_is_closed_when_the_audio_stops(self) -> None:
        async with node() as media:
            await media.join()
            await media.hear(1.0)
            media.speech.wire.say(SpeechBegan("u", 0.5))
            await settle()
            await media.clock.advance(3.5)
            [mark] = [message for message in media.speech.wire.sent if message[0] == "finish"]
            media.speech.wire.say(FinishDone(mark[1], 1.0))
            await settle()
            assert media.session.entries(AnswerEnd) == []


class TestVoice:
    async def test_barge_in_stops_it_with_the_packet_that_completes_half_a_second(self) -> None:
        async with node() as media:
            media.speech.voice = [VoicePiece(bytes(1920 * 400), "Sentence.")]
            await media.join()
            media.session.wire.say(CurrentQuestion("q", "a", "Why?"))
            media.session.wire.say(Speak("s", "Sentence.", Language.ENGLISH, "q"))
            await settle()
            assert media.peer.voice.pull() is not None
            await media.hear(1.0)
            await media.hear(0.2, LOUD)
            media.speech.wire.say(SpeechBegan("u", 1.0))
            await settle()
            await media.hear(0.28, LOUD)
            assert media.peer.voice.pull() is not None
            media.peer.listener.on_audio(LOUD, 0)  # 0.5 s are complete: nothing more is played, not one packet
            assert media.peer.voice.pull() is None
            media.speech.wire.say(Partial("u", 1.0, 1.5, "Excuse me", 3))
            await settle()
            [playback] = media.session.entries(Playback)
            assert (playback.outcome, playback.start_s) == (Outcome.INTERRUPTED, 0.0)
            assert playback.end_s == pytest.approx(1.5, abs=0.021)
            assert [voice.state for voice in media.channel.of(Voice)] == [VoiceState.SPEAKING, VoiceState.INTERRUPTED]

    async def test_a_speech_that_fails_is_shown_to_be_read(self) -> None:
        async with node() as media:
            media.speech.voice = [Unavailable("away")]
            await media.join()
            media.session.wire.say(Speak("s", "Read this.", Language.ENGLISH, "q"))
            await media.clock.advance(12)
            media.peer.voice.pull()
            [voice] = media.channel.of(Voice)
            assert (voice.state, voice.text) == (VoiceState.FAILED, "Read this.")
            await settle()
            assert [playback.outcome for playback in media.session.entries(Playback)] == [Outcome.FAILED]


def _only(media: Node) -> str:
    """The id of the node's only peer."""
    [peer_id] = media.peers._peers
    return peer_id
