"""Audio on the session clock: division, gaps, overlaps, the frame grid."""

from __future__ import annotations

import numpy as np
import pytest

from services.speech.domain.audio import FRAME_SAMPLES, Pcm, Span
from services.speech.domain.errors import OffsetReversed
from services.speech.domain.history import AudioHistory
from services.speech.domain.intake import MOST_SILENCE_SAMPLES, ROUNDING_SAMPLES, AudioIntake, Frames

RAMP = np.arange(5_000, dtype=np.int16)


def whole(frames: list[Frames]) -> Pcm:
    return np.concatenate([each.samples.reshape(-1) for each in frames])


@pytest.mark.parametrize("size", [1, 160, 511, 512, 513, 5_000])
def test_division_into_pieces_changes_nothing(size: int) -> None:
    intake = AudioIntake(0)
    frames = [each for at in range(0, len(RAMP), size) for each in intake.accept(at, RAMP[at : at + size])]
    assert np.array_equal(whole(frames), RAMP[: 9 * FRAME_SAMPLES])
    assert [each.first for each in frames] == sorted({each.first for each in frames})
    assert intake.position == len(RAMP)


def test_frames_lie_on_the_grid_of_the_session_clock_wherever_the_stream_starts() -> None:
    intake = AudioIntake(1_000)
    (frames,) = intake.accept(1_000, RAMP[:2_000])
    assert frames.first == 1
    assert np.array_equal(frames.samples[0][:488], np.zeros(488))
    assert np.array_equal(frames.samples.reshape(-1)[488:], RAMP[: 4 * FRAME_SAMPLES - 488])


def test_flush_completes_the_last_frame_with_silence_and_only_if_there_is_one() -> None:
    intake = AudioIntake(0)
    list(intake.accept(0, RAMP[: FRAME_SAMPLES + 1]))
    (last,) = intake.flush()
    assert last.first == 1
    assert last.samples[0][0] == FRAME_SAMPLES
    assert not last.samples[0][1:].any()
    assert list(intake.flush()) == []


@pytest.mark.parametrize("shift", [-ROUNDING_SAMPLES, ROUNDING_SAMPLES])
def test_rounding_of_offsets_is_no_gap(shift: int) -> None:
    intake = AudioIntake(0)
    list(intake.accept(0, RAMP[:1_600]))
    frames = list(intake.accept(1_600 + shift, RAMP[1_600:3_200]))
    assert not any(each.missing for each in frames)
    assert intake.position == 3_200


def test_a_gap_becomes_silence_of_the_same_length() -> None:
    intake = AudioIntake(0)
    before = list(intake.accept(0, RAMP[:1_024]))
    frames = list(intake.accept(4_096, RAMP[:1_024]))
    assert [each.missing for each in frames] == [True, False]
    assert not frames[0].samples.any()
    assert whole(before + frames).size == 4_096 + 1_024


def test_of_a_long_gap_only_so_much_is_fed_and_the_clock_jumps() -> None:
    intake = AudioIntake(0)
    list(intake.accept(0, RAMP[:100]))
    later = 10 * MOST_SILENCE_SAMPLES + 7
    frames = list(intake.accept(later, RAMP[:1_024]))
    fed = sum(each.samples.size for each in frames[:-1])
    assert MOST_SILENCE_SAMPLES <= fed <= MOST_SILENCE_SAMPLES + 2 * FRAME_SAMPLES
    assert frames[-1].first == later // FRAME_SAMPLES
    assert intake.position == later + 1_024


def test_audio_from_before_is_refused_and_says_where_it_stands() -> None:
    intake = AudioIntake(0)
    list(intake.accept(0, RAMP[:3_200]))
    with pytest.raises(OffsetReversed, match=r"0\.100 s.*0\.200 s") as refused:
        list(intake.accept(1_600, RAMP[:160]))
    assert refused.value.violations[0][0] == "audio.offset"


def test_history_cuts_across_pieces_and_forgets_whole_ones() -> None:
    history = AudioHistory()
    for at in range(0, 5_000, 1_000):
        history.add(100 + at, RAMP[at : at + 1_000])
    assert np.array_equal(history.cut(Span(150, 3_333)), RAMP[50:3_233])
    history.forget(2_500)
    assert np.array_equal(history.cut(Span(2_500, 2_600)), RAMP[2_400:2_500])
    assert history.cut(Span(100, 2_100)).size == 0
