"""Delivery over answers and interviews."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from services.session.domain.delivery import over_answer, over_interview
from services.session.domain.delivery_bands import filler_band, length_band, pace_band
from services.session.domain.delivery_metrics import AudioQuality, DeliveryMetrics, FillerBand, LengthBand, PaceBand
from services.session.domain.values import Language

EN = Language.ENGLISH


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def part(
    start: float, end: float, voiced: float, words: int | None, **fields: float | int | timedelta
) -> DeliveryMetrics:
    """A part with this many words."""
    pace = None if words is None else words * 60 / (end - start)
    rate = None if words is None else words * 60 / voiced
    return DeliveryMetrics(s(start), s(end), s(voiced), pace, rate, **fields)  # type: ignore[arg-type]


FIRST = part(0, 10, 8, 20, filler_count=1, loudness_dbfs=-30.0, loudness_deviation_db=2.0, longest_pause=s(1))
SECOND = part(15, 25, 8, 10, filler_count=2, loudness_dbfs=-20.0, loudness_deviation_db=2.0, clipped_share=0.01)


def test_nothing_said_has_no_delivery() -> None:
    assert over_answer([], EN) is None
    assert over_interview([], EN) is None


def test_silence_between_utterances_is_a_pause_of_the_answer() -> None:
    whole = over_answer([FIRST, SECOND], EN)
    assert whole is not None
    assert (whole.long_pause_count, whole.longest_pause) == (1, s(5))
    assert whole.pace_per_minute == pytest.approx(30 * 60 / 25)
    assert whole.articulation_per_minute == pytest.approx(30 * 60 / 16)
    assert (whole.voiced_duration, whole.filler_count) == (s(16), 3)
    assert whole.fillers_per_minute == pytest.approx(3 * 60 / 25)


def test_time_between_answers_is_no_pause() -> None:
    whole = over_interview([FIRST, SECOND], EN)
    assert whole is not None
    assert (whole.long_pause_count, whole.longest_pause) == (0, s(1))
    assert whole.pace_per_minute == pytest.approx(30 * 60 / 20)


def test_loudness_is_averaged_as_power_and_its_deviation_is_pooled() -> None:
    whole = over_answer([FIRST, SECOND], EN)
    assert whole is not None
    mean = 10 * math.log10((10**-3 + 10**-2) / 2)
    assert whole.loudness_dbfs == pytest.approx(mean)
    spread = ((-30 - mean) ** 2 + (-20 - mean) ** 2) / 2
    assert whole.loudness_deviation_db == pytest.approx(math.sqrt(4 + spread))
    assert whole.clipped_share == pytest.approx(0.005)


def test_what_no_part_has_stays_unknown() -> None:
    whole = over_answer([part(0, 1, 1, None)], EN)
    assert whole is not None
    assert whole.pace_per_minute is None
    assert whole.articulation_per_minute is None
    assert whole.filler_count is None
    assert whole.fillers_per_minute is None
    assert whole.loudness_dbfs is None
    assert whole.signal_to_noise_db is None


def test_thinking_is_free_for_five_seconds_and_then_a_pause() -> None:
    def after(seconds: float) -> DeliveryMetrics:
        whole = over_answer([part(10, 20, 8, 20)], EN, s(10 - seconds))
        assert whole is not None
        return whole

    assert (after(4).long_pause_count, after(4).longest_pause, after(4).thinking_duration) == (0, s(0), s(4))
    assert (after(7).long_pause_count, after(7).longest_pause) == (0, s(2))
    assert (after(8).long_pause_count, after(8).longest_pause, after(8).thinking_duration) == (1, s(3), s(8))
    assert after(8).pace_per_minute == after(0).pace_per_minute


def test_an_answer_that_began_before_the_question_ended_took_no_thinking() -> None:
    whole = over_answer([FIRST, SECOND], EN, s(3))
    assert whole is not None
    assert (whole.thinking_duration, whole.longest_pause) == (s(0), s(5))


def test_thinking_is_unknown_where_nothing_was_asked_aloud() -> None:
    whole = over_answer([FIRST], EN)
    assert whole is not None
    assert whole.thinking_duration is None


def test_paces_are_weighted_by_time_and_not_averaged() -> None:
    short, long = part(0, 1, 1, 4), part(1, 61, 60, 60)
    whole = over_answer([short, long], EN)
    assert whole is not None
    assert whole.pace_per_minute == pytest.approx(64 * 60 / 61)


def test_time_without_text_counts_in_no_pace() -> None:
    whole = over_answer([FIRST, part(10, 15, 5, None), SECOND], EN)
    assert whole is not None
    assert whole.pace_per_minute == pytest.approx(30 * 60 / 20)
    assert whole.articulation_per_minute == pytest.approx(30 * 60 / 16)
    assert whole.voiced_duration == s(21)


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ([(1, AudioQuality.OK)], AudioQuality.OK),
        ([(1, AudioQuality.NOISY), (3, AudioQuality.OK)], AudioQuality.OK),
        ([(1, AudioQuality.NOISY), (2, AudioQuality.OK), (2, AudioQuality.NOISY)], AudioQuality.NOISY),
        ([(1, AudioQuality.OK), (1, AudioQuality.QUIET)], AudioQuality.QUIET),
        ([(1, AudioQuality.UNSPECIFIED)], AudioQuality.UNSPECIFIED),
    ],
)
def test_the_sound_of_an_answer_is_that_of_most_of_it(
    states: list[tuple[float, AudioQuality]], state: AudioQuality
) -> None:
    parts = [
        replace(part(10 * at, 10 * at + 5, voiced, 5), audio_quality=each) for at, (voiced, each) in enumerate(states)
    ]
    whole = over_answer(parts, EN)
    assert whole is not None
    assert whole.audio_quality is state


@pytest.mark.parametrize(
    ("english", "korean", "band"),
    [
        (99, 214, PaceBand.SLOW),
        (100, 215, PaceBand.SLIGHTLY_SLOW),
        (119, 259, PaceBand.SLIGHTLY_SLOW),
        (120, 260, PaceBand.USUAL),
        (160, 350, PaceBand.USUAL),
        (161, 351, PaceBand.SLIGHTLY_FAST),
        (180, 395, PaceBand.SLIGHTLY_FAST),
        (181, 396, PaceBand.FAST),
        (None, None, PaceBand.UNSPECIFIED),
    ],
)
def test_bands_of_pace(english: float | None, korean: float | None, band: PaceBand) -> None:
    assert pace_band(english, Language.ENGLISH) is band
    assert pace_band(korean, Language.KOREAN) is band


@pytest.mark.parametrize(
    ("per_minute", "band"),
    [
        (0.0, FillerBand.FEW),
        (5.0, FillerBand.FEW),
        (5.1, FillerBand.SOME),
        (8.0, FillerBand.MANY),
        (12.0, FillerBand.VERY_MANY),
        (None, FillerBand.UNSPECIFIED),
    ],
)
def test_bands_of_fillers(per_minute: float | None, band: FillerBand) -> None:
    assert filler_band(per_minute) is band


@pytest.mark.parametrize(
    ("seconds", "band"),
    [
        (59, LengthBand.SHORT),
        (60, LengthBand.GOOD),
        (120, LengthBand.GOOD),
        (121, LengthBand.LONG),
        (151, LengthBand.TOO_LONG),
    ],
)
def test_bands_of_length(seconds: float, band: LengthBand) -> None:
    assert length_band(s(seconds)) is band


def test_an_answer_has_every_band_and_an_interview_no_length() -> None:
    answer, interview = over_answer([FIRST, SECOND], EN), over_interview([FIRST, SECOND], EN)
    assert answer is not None
    assert interview is not None
    assert (answer.pace_band, answer.filler_band) == (PaceBand.SLOW, FillerBand.SOME)
    assert (answer.length_band, interview.length_band) == (LengthBand.SHORT, LengthBand.UNSPECIFIED)
    assert interview.pace_band is PaceBand.SLOW
