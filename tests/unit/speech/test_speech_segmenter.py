"""The table of segmenter.py, row by row, with short lengths."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest

from services.speech.domain.audio import FRAME_SAMPLES, Span
from services.speech.domain.segmenter import (
    Cause,
    EndSuspected,
    GateEvent,
    Segmenter,
    SegmentRules,
    SpeechBegan,
    UtteranceClosed,
)

RULES = SegmentRules(sure=2, pre_roll=3, suspect=2, end=4, longest=40, settle=5, afresh=20)


def frames(first: int, end: int) -> Span:
    return Span(first * FRAME_SAMPLES, end * FRAME_SAMPLES)


def hear(segmenter: Segmenter, pattern: str, energies: Iterable[float] | None = None) -> list[GateEvent]:
    """``#`` voice, ``+`` between the thresholds, ``.`` silence."""
    odds = {"#": 0.9, "+": 0.4, ".": 0.1}
    levels = list(energies or [1.0] * len(pattern))
    events = []
    for character, energy in zip(pattern, levels, strict=True):
        if segmenter.starts_afresh:
            segmenter.start_afresh()
        events += segmenter.hear(odds[character], energy)
    return events


def test_an_utterance_from_its_first_frame_to_its_pause() -> None:
    events = hear(Segmenter(RULES, 0), ".....###......")
    assert events == [
        SpeechBegan(5 * FRAME_SAMPLES),
        EndSuspected(5 * FRAME_SAMPLES, frames(2, 10)),
        UtteranceClosed(frames(5, 8), frames(2, 10), (frames(5, 8),), Cause.PAUSE, 2.7 / 6),
    ]


def test_a_suspected_end_and_the_real_one_have_the_same_audio() -> None:
    _, suspected, closed = hear(Segmenter(RULES, 0), "####......")
    assert isinstance(suspected, EndSuspected)
    assert isinstance(closed, UtteranceClosed)
    assert suspected.audio == closed.audio


def test_a_click_is_no_speech() -> None:
    assert hear(Segmenter(RULES, 0), "..#...#..#......") == []


def test_a_short_pause_is_inside_the_utterance_and_its_voice_is_known() -> None:
    *_, closed = hear(Segmenter(RULES, 0), "###...##......")
    assert isinstance(closed, UtteranceClosed)
    assert closed.speech == frames(0, 8)
    assert closed.voiced == (frames(0, 3), frames(6, 8))


def test_hysteresis_carries_speech_but_does_not_begin_it() -> None:
    assert hear(Segmenter(RULES, 0), "+++++") == []
    *_, closed = hear(Segmenter(RULES, 0), "##++++....")
    assert isinstance(closed, UtteranceClosed)
    assert closed.speech == frames(0, 6)


def test_pre_roll_never_reaches_into_the_utterance_before() -> None:
    closed = [each for each in hear(Segmenter(RULES, 0), "##....##....") if isinstance(each, UtteranceClosed)]
    assert [each.audio for each in closed] == [frames(0, 4), frames(4, 10)]


def test_the_pause_that_ends_can_be_shorter_for_one_frame() -> None:
    segmenter = Segmenter(RULES, 0)
    hear(segmenter, "##..")
    (closed,) = segmenter.hear(0.0, 1.0, end=3)
    assert isinstance(closed, UtteranceClosed)


def test_a_monologue_is_cut_at_its_quietest_place_and_goes_on() -> None:
    energies = [1.0] * 40
    energies[30:33] = [0.01, 0.0, 0.01]
    segmenter = Segmenter(RULES, 0)
    _, closed, again = hear(segmenter, "#" * 40, energies)
    assert isinstance(closed, UtteranceClosed)
    assert closed.cause is Cause.LENGTH
    assert closed.audio.end == again.start == 31 * FRAME_SAMPLES  # type: ignore[union-attr]
    (rest,) = [each for each in hear(segmenter, "......") if isinstance(each, UtteranceClosed)]
    assert rest.speech == frames(31, 40)


def test_a_monologue_without_end_never_has_audio_that_is_too_long() -> None:
    events = hear(Segmenter(RULES, 0), "#" * 1_000)
    closed = [each for each in events if isinstance(each, UtteranceClosed)]
    assert max(each.audio.length for each in closed) <= RULES.longest * FRAME_SAMPLES
    assert all(before.audio.end == after.audio.start for before, after in pairwise(closed))


def test_a_cut_with_no_voice_behind_it_begins_nothing() -> None:
    patient = SegmentRules(sure=2, pre_roll=1, suspect=2, end=100, longest=40)
    events = hear(Segmenter(patient, 0), "#" * 20 + "." * 20, [1.0] * 20 + [0.0] * 20)
    assert [type(each) for each in events] == [SpeechBegan, EndSuspected, UtteranceClosed]


@pytest.mark.parametrize(("pattern", "end"), [("####", 4), ("###..", 5), ("###...", 5)])
def test_finish_closes_what_is_open_with_no_more_tail_than_usual(pattern: str, end: int) -> None:
    segmenter = Segmenter(RULES, 0)
    hear(segmenter, pattern)
    (closed,) = segmenter.finish()
    assert isinstance(closed, UtteranceClosed)
    assert (closed.audio, closed.cause) == (frames(0, end), Cause.FINISHED)
    assert segmenter.finish() == []


def test_finish_forgets_speech_that_was_not_sure_yet() -> None:
    segmenter = Segmenter(RULES, 0)
    hear(segmenter, ".#")
    assert segmenter.finish() == []
    assert hear(segmenter, "#") == []


def test_skipping_ends_the_utterance_and_keeps_the_clock() -> None:
    segmenter = Segmenter(RULES, 0)
    hear(segmenter, "###")
    (closed,) = segmenter.skip_to(1_000)
    assert isinstance(closed, UtteranceClosed)
    assert hear(segmenter, "##")[0] == SpeechBegan(1_000 * FRAME_SAMPLES)


def test_what_is_needed_is_the_pre_roll_and_then_the_utterance() -> None:
    segmenter = Segmenter(RULES, 0)
    hear(segmenter, "." * 50)
    assert segmenter.needed_from == 47 * FRAME_SAMPLES
    hear(segmenter, "####")
    assert segmenter.needed_from == 47 * FRAME_SAMPLES
    hear(segmenter, "....")
    assert segmenter.needed_from == 56 * FRAME_SAMPLES


def test_the_detector_starts_afresh_after_each_utterance_and_now_and_then() -> None:
    segmenter = Segmenter(RULES, 0)
    afresh = []
    for index, character in enumerate("." * 30 + "####" + "." * 30):
        if segmenter.starts_afresh:
            segmenter.start_afresh()
            afresh.append(index)
        hear(segmenter, character)
    # 30..34 is speech, whose audio ends at 36.
    assert afresh == [5, 20, 41, 56]
    assert segmenter.replay_from == 51 * FRAME_SAMPLES


def test_frames_judged_together_never_reach_past_a_fresh_start() -> None:
    pattern = "." * 30 + "####....##.#.##......#.#......." * 4
    segmenter, at = Segmenter(RULES, 0), 0
    while at < len(pattern):
        count = segmenter.frames_at_once(RULES.end)
        for inside, character in enumerate(pattern[at : at + count]):
            assert inside == 0 or not segmenter.starts_afresh
            hear(segmenter, character)
        at += count


class Forgetful:
    """A detector that hears voice only if it has not been listening for too long: it depends on where it started."""

    def __init__(self) -> None:
        self.listened = 0

    def __call__(self, character: str) -> float:
        self.listened += 1
        return 0.9 if character == "#" and self.listened % 7 else 0.1


def heard_by_a_detector_with_memory(pattern: str, start: int) -> list[tuple[int, int, GateEvent]]:
    """Each event with the frame at which it came and the replay point of that moment."""
    segmenter, detector = Segmenter(RULES, start), Forgetful()
    events = []
    for at, character in enumerate(pattern[start:], start=start):
        if segmenter.starts_afresh:
            segmenter.start_afresh()
            detector = Forgetful()
        replay_from = segmenter.replay_from // FRAME_SAMPLES
        events += [(at, replay_from, event) for event in segmenter.hear(detector(character), 1.0)]
    return events


def test_a_replay_gives_the_same_utterances_whatever_the_detector_remembers() -> None:
    pattern = "." * 57 + "#####.####...." + "." * 33 + "########......" + "." * 3 + "######..........."
    whole = heard_by_a_detector_with_memory(pattern, 0)
    assert len(whole) >= 6
    for at, replay_from, _ in whole:
        again = heard_by_a_detector_with_memory(pattern, replay_from)
        assert [each[2] for each in again if each[0] >= at] == [each[2] for each in whole if each[0] >= at]


def test_memory_is_bounded_over_silence_and_speech() -> None:
    segmenter = Segmenter(RULES, 0)
    hear(segmenter, ("." * 500 + "#" * 500) * 3)
    assert len(segmenter._log) <= RULES.longest + 1
