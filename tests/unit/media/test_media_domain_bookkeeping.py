"""Clock, replay buffer, outbox, live queue, playout: what must be exact."""

import itertools
import random
from array import array

import pytest

from services.media.domain.clock import RATE_HZ, SessionClock, to_samples, to_seconds
from services.media.domain.commands import CurrentQuestion
from services.media.domain.entries import AnswerEnd, Entry, MediaHealth
from services.media.domain.events import (
    Caption,
    InputLevel,
    LiveEvent,
    Notice,
    NoticeKind,
    QuestionShown,
    Voice,
    VoiceState,
)
from services.media.domain.flow import Flow
from services.media.domain.levels import LevelMeter, VoiceEnergy, dbfs
from services.media.domain.live_queue import MAX_LESSER, LiveQueue
from services.media.domain.outbox import MAX_UNACKNOWLEDGED, MAX_WAITING_WINDOWS, Outbox
from services.media.domain.pace import Pace
from services.media.domain.playout import Playout
from services.media.domain.replay import ReplayBuffer
from services.media.domain.turn_credentials import turn_credentials
from services.media.domain.values import FaceState, Metrics, Window
from services.media.domain.windows import join


class TestSessionClock:
    def test_counts_samples_and_losses(self) -> None:
        clock = SessionClock()
        assert clock.append(320, 0, 10.0) == 0
        assert clock.append(320, 640, 10.1) == 960
        assert clock.end == 1280

    def test_stands_still_until_the_first_sample(self) -> None:
        clock = SessionClock()
        assert clock.position(5.0) == 0
        clock.append(320, 0, 8.0)
        assert clock.end == 320

    def test_runs_on_between_samples_and_never_back(self) -> None:
        clock = SessionClock()
        clock.append(320, 0, 1.0)
        assert clock.seconds(1.5) == pytest.approx(0.52)
        clock.append(320, 0, 1.5)  # it was late: exact by samples again, but what was shown stands
        assert clock.end == 640
        assert clock.position(1.5) == to_samples(0.52)

    def test_a_new_source_begins_where_the_clock_is(self) -> None:
        clock = SessionClock()
        clock.append(16_000, 0, 1.0)
        clock.join()
        assert clock.append(320, 0, 5.0) == 16_000 + 4 * RATE_HZ - 320

    def test_a_sender_that_was_muted_is_put_where_the_clock_is(self) -> None:
        clock = SessionClock()
        clock.append(320, 0, 1.0)
        assert clock.append(320, 0, 2.5) == 320  # a burst after a jam of the network
        assert clock.append(320, 0, 32.5) == pytest.approx(640 + 30 * RATE_HZ, abs=320)

    def test_goes_on_in_a_fresh_process_and_without_audio(self) -> None:
        clock = SessionClock()
        clock.start_at(1000)
        clock.free_run(7.0)
        assert clock.position(8.0) == 1000 + RATE_HZ
        assert to_seconds(clock.position(8.0)) == clock.seconds(8.0)


class TestReplayBuffer:
    def test_reads_from_any_place(self) -> None:
        buffer = ReplayBuffer(100_000)
        buffer.append(0, _pcm(0, 320))
        buffer.append(320, _pcm(320, 320))
        chunk = buffer.read(100, 400)
        assert chunk is not None
        assert (chunk.offset, chunk.pcm) == (100, _pcm(100, 400))

    def test_does_not_read_over_a_hole(self) -> None:
        buffer = ReplayBuffer(100_000)
        buffer.append(0, _pcm(0, 320))
        buffer.append(1000, _pcm(1000, 320))
        first = buffer.read(0, 5000)
        assert first is not None
        assert first.end == 320
        second = buffer.read(320, 5000)
        assert second is not None
        assert (second.offset, second.end) == (1000, 1320)
        assert buffer.read(1320, 5000) is None

    def test_releases_and_overflows(self) -> None:
        buffer = ReplayBuffer(1000)
        for place in range(0, 3200, 320):
            buffer.append(place, _pcm(place, 320))
        assert buffer.dropped == 3200 - 960
        assert (buffer.start, buffer.end) == (2240, 3200)
        buffer.release(2560)
        assert buffer.start == 2560
        buffer.release(9999)
        assert buffer.start is None
        assert buffer.end is None

    def test_any_sequence_of_reads_gives_every_sample_once(self) -> None:
        source = random.Random(7)  # noqa: S311  # a test's dice
        for _ in range(10):
            buffer = ReplayBuffer(10_000_000)
            sent: list[tuple[int, bytes]] = []
            place = source.randrange(1000)
            for _ in range(300):
                place += source.choice((0, 0, 0, 1, 5000))
                count = source.choice((1, 160, 320, 321))
                sent.append((place, _pcm(place, count)))
                buffer.append(*sent[-1])
                place += count
            position, got = 0, []
            while (chunk := buffer.read(position, source.choice((640, 8000)))) is not None:
                assert chunk.offset >= position
                got.append((chunk.offset, chunk.pcm))
                position = chunk.end
                buffer.release(position - source.randrange(2000))
            assert _joined(got) == _joined(sent)


class TestOutbox:
    def test_numbers_when_sending_and_resends_what_is_not_stored(self) -> None:
        outbox = Outbox()
        for name in "abc":
            outbox.add(AnswerEnd(name, 0))
        assert [outbox.take() for _ in range(4)] == [_end(1, "a"), _end(2, "b"), _end(3, "c"), None]
        outbox.acknowledge(1)
        outbox.resume(1, 2)
        assert [outbox.take() for _ in range(3)] == [_end(2, "b"), _end(3, "c"), None]
        outbox.acknowledge(3)
        assert len(outbox) == 0

    def test_a_fresh_process_goes_on_with_the_numbers(self) -> None:
        outbox = Outbox()
        outbox.add(AnswerEnd("a", 0))
        outbox.resume(41, 42)
        assert outbox.take() == _end(42, "a")

    def test_what_was_stored_without_our_hearing_of_it_is_not_sent_again(self) -> None:
        outbox = Outbox()
        for name in "ab":
            outbox.add(AnswerEnd(name, 0))
            outbox.take()
        outbox.resume(2, 3)
        outbox.add(AnswerEnd("c", 0))
        assert outbox.take() == _end(3, "c")

    def test_only_the_latest_health_waits(self) -> None:
        outbox = Outbox()
        for offset in range(50):
            outbox.add(MediaHealth(offset, True, True, True, True, True))
        assert outbox.take() == (1, MediaHealth(49, True, True, True, True, True))
        assert outbox.take() is None

    def test_a_long_absence_joins_windows_and_keeps_everything_else_in_order(self) -> None:
        outbox = Outbox()
        ends = []
        for index in range(500):
            outbox.add(_window(index * 5.0))
            if index % 50 == 0:
                ends.append(AnswerEnd(str(index), index * 5.0))
                outbox.add(ends[-1])
        taken = _drain(outbox)
        assert [entry for entry in taken if isinstance(entry, AnswerEnd)] == ends
        windows = [entry for entry in taken if isinstance(entry, Window)]
        assert len(windows) <= MAX_WAITING_WINDOWS
        assert sum(window.frames_analyzed for window in windows) == 500 * 25
        assert (windows[0].start_s, windows[-1].end_s) == (0.0, 2500.0)
        assert all(left.end_s == right.start_s for left, right in itertools.pairwise(windows))

    def test_no_more_than_a_window_of_numbers_is_on_the_way(self) -> None:
        outbox = Outbox()
        for _ in range(MAX_UNACKNOWLEDGED + 10):
            outbox.add(AnswerEnd("a", 0))
        while outbox.take() is not None:
            pass
        outbox.acknowledge(4)
        assert [outbox.take() is not None for _ in range(5)] == [True] * 4 + [False]

    def test_whatever_breaks_every_entry_is_stored_once_and_in_order(self) -> None:
        dice = random.Random(3)  # noqa: S311  # a test's dice
        for _ in range(200):
            outbox, store, made = Outbox(), dict[int, Entry](), 0
            for _ in range(60):
                match dice.choice(("add", "send", "send", "ack", "break", "lose")):
                    case "add":
                        outbox.add(AnswerEnd(str(made), 0))
                        made += 1
                    case "send":
                        _deliver(outbox, store)
                    case "ack":
                        outbox.acknowledge(dice.randint(0, len(store)))
                    case "break":
                        outbox.resume(len(store), len(store) + 1)
                    case "lose":  # sent, never received; the stream breaks at the latest then
                        outbox.take()
                        outbox.resume(len(store), len(store) + 1)
            outbox.resume(len(store), len(store) + 1)
            while _deliver(outbox, store):
                pass
            assert [entry for _, entry in sorted(store.items())] == [AnswerEnd(str(name), 0) for name in range(made)]


class TestLiveQueue:
    def test_a_stalled_channel_keeps_what_matters(self) -> None:
        queue = LiveQueue()
        question = QuestionShown(CurrentQuestion("q"))
        queue.put(question)
        for step in range(1000):
            queue.put(InputLevel(-20, step))
            queue.put(_caption("u", f"partial {step}"))
            queue.put(_caption(str(step), "final", final=True))
            queue.put(Notice(NoticeKind.NO_AUDIO, step))
        assert len(queue) == 1 + 2000 + 2
        events = _all(queue)
        assert events[0] == question
        assert [event.offset_s for event in events if isinstance(event, InputLevel)] == [999]
        assert [event.text for event in events if isinstance(event, Caption) and not event.final] == ["partial 999"]
        assert sum(isinstance(event, Caption) and event.final for event in events) == 1000
        assert queue.dropped == 999 * 2

    def test_a_final_takes_the_place_of_its_partial(self) -> None:
        queue = LiveQueue()
        queue.put(_caption("u", "par"))
        queue.put(_caption("u", "partial", final=True))
        queue.put(_caption("u", "", final=True))
        assert [event.text for event in _all(queue) if isinstance(event, Caption)] == ["partial", ""]

    def test_windows_and_voice_make_room_for_newer_ones(self) -> None:
        queue = LiveQueue()
        for step in range(MAX_LESSER + 5):
            queue.put(Voice("s", VoiceState.SPEAKING, str(step), step, ""))
        queue.put(_window(0))
        events = _all(queue)
        assert len(events) == MAX_LESSER
        assert events[0] == Voice("s", VoiceState.SPEAKING, "6", 6, "")


class TestPlayout:
    def test_plays_to_the_end_with_its_sentences(self) -> None:
        playout = Playout()
        playout.load([b"1", b"2"], "One.")
        playout.load([b"3"], "Two.")
        playout.seal()
        pulled = [playout.pull() for _ in range(4)]
        assert [one.packet for one in pulled] == [b"1", b"2", b"3", None]
        assert [one.sentence for one in pulled] == ["One.", None, "Two.", None]
        assert [one.finished for one in pulled] == [False, False, False, True]

    def test_is_silent_while_nothing_is_ready_or_it_is_paused(self) -> None:
        playout = Playout()
        assert playout.pull().packet is None
        playout.load([b"1", b"2"], "One.")
        assert playout.pull().packet == b"1"
        playout.pause()
        assert playout.pull() == Playout().pull()
        assert not playout.ready
        playout.resume()
        assert playout.pull().packet == b"2"
        assert playout.played_s == pytest.approx(0.04)
        assert not playout.pull().finished  # more may come

    def test_again_from_the_beginning(self) -> None:
        playout = Playout()
        playout.load([b"1"], "One.")
        playout.seal()
        playout.pull()
        again = playout.again()
        assert again.pull().sentence == "One."
        assert again.pull().finished


def test_joined_windows_weigh_by_their_frames() -> None:
    left = Window(0, 5, 10, 10, ((FaceState.DETECTED, 1.0),), Metrics(1, 1, 0, 0, 1), 0, 2, "m")
    right = Window(
        5, 10, 30, 5, ((FaceState.ABSENT, 0.9), (FaceState.DETECTED, 0.1)), Metrics(0, 1, 0, 0, 1), 0, 2, "m"
    )
    joined = join(left, right)
    assert (joined.start_s, joined.end_s, joined.frames_analyzed, joined.frames_valid) == (0, 10, 40, 15)
    assert joined.metrics is not None
    assert joined.metrics.looked_at_screen_share == pytest.approx(10 / 15)
    assert joined.face_shares[0][0] is FaceState.ABSENT
    assert joined.face_shares[0][1] == pytest.approx(0.675)
    assert sum(share for _, share in joined.face_shares) == pytest.approx(1)
    empty = Window(10, 15, 0, 0, reason=4, basis=2, model_id="m")
    assert join(joined, empty).metrics == joined.metrics
    assert join(joined, empty).reason == 0
    assert join(empty, empty).reason == 4


def test_levels() -> None:
    assert dbfs(0) == -100
    assert dbfs(32768.0**2) == 0
    meter = LevelMeter()
    assert [meter.add(3276.8**2, 0.02) for _ in range(5)] == [None] * 4 + [pytest.approx(-20)]


def test_voice_stands_out_from_the_background() -> None:
    energy = VoiceEnergy()
    quiet, loud = 30.0**2, 3000.0**2
    places = [step * 0.02 for step in range(100)]
    judged = [energy.add(place, 0.02, loud if 50 <= step < 75 else quiet) for step, place in enumerate(places)]
    assert judged == [50 <= step < 75 for step in range(100)]
    assert energy.voiced_s(0) == pytest.approx(0.5)
    assert energy.voiced_s(places[70]) == pytest.approx(0.1)
    assert VoiceEnergy().add(0, 0.02, loud)  # even if nothing quieter came before


def test_a_steady_hum_is_no_voice() -> None:
    energy = VoiceEnergy()
    hum = 200.0**2  # -44 dBFS
    assert not any(energy.add(step * 0.02, 0.02, hum) for step in range(100))


def test_flow_warns_once_for_each_silence() -> None:
    flow = Flow()
    assert not flow.check(100)
    flow.expect(0)
    assert [flow.check(at) for at in (4.9, 5.0, 6.0)] == [False, True, False]
    assert not flow.flowing
    flow.arrived(7)
    assert flow.flowing
    assert [flow.check(at) for at in (11.9, 12.0)] == [False, True]
    flow.stop_expecting()
    assert flow.quiet_for(99) == 0


def test_pace_takes_every_other_of_twice_as_many() -> None:
    pace = Pace(5)
    assert [pace.due(step * 0.1 + 0.001) for step in range(10)] == [True, False] * 5
    thirty = Pace(5)
    assert sum(thirty.due(step / 30) for step in range(300)) == 50
    assert thirty.due(100.0)
    assert not thirty.due(100.05)


def test_turn_credentials_are_what_coturn_computes() -> None:
    # echo -n "21600:alice" | openssl dgst -sha1 -hmac "north" -binary | base64
    assert turn_credentials("north", "alice", 0.9) == ("21600:alice", "EfL7RXPnEJxxLcN3X9aPSYg2k80=")


def _pcm(place: int, count: int) -> bytes:
    return array("H", (sample % 65536 for sample in range(place, place + count))).tobytes()


def _joined(pieces: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    whole: list[tuple[int, bytes]] = []
    for offset, pcm in pieces:
        if whole and whole[-1][0] + len(whole[-1][1]) // 2 == offset:
            whole[-1] = (whole[-1][0], whole[-1][1] + pcm)
        else:
            whole.append((offset, pcm))
    return whole


def _end(number: int, name: str) -> tuple[int, Entry]:
    return number, AnswerEnd(name, 0)


def _window(start_s: float) -> Window:
    return Window(start_s, start_s + 5, 25, 25, ((FaceState.DETECTED, 1.0),), Metrics(1, 1, 1, 1, 1), 0, 1, "m")


def _drain(outbox: Outbox) -> list[Entry]:
    taken = []
    while (numbered := outbox.take()) is not None:
        taken.append(numbered[1])
        outbox.acknowledge(numbered[0])
    return taken


def _deliver(outbox: Outbox, store: dict[int, Entry]) -> bool:
    numbered = outbox.take()
    if numbered is None:
        return False
    number, entry = numbered
    assert number <= len(store) + 1, "a hole"
    assert store.setdefault(number, entry) == entry, "another entry under the same number"
    return True


def _caption(utterance_id: str, text: str, *, final: bool = False) -> Caption:
    return Caption(utterance_id, 0, 1, text, 0, final)


def _all(queue: LiveQueue) -> list[LiveEvent]:
    events = []
    while (event := queue.take()) is not None:
        events.append(event)
    return events
