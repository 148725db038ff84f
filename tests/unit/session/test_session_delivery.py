"""Delivery over answers and interviews."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from services.session.domain.delivery import over_answer, over_interview
from services.session.domain.values import DeliveryMetrics


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
    assert over_answer([]) is None
    assert over_interview([]) is None


def test_silence_between_utterances_is_a_pause_of_the_answer() -> None:
    whole = over_answer([FIRST, SECOND])
    assert whole is not None
    assert (whole.long_pause_count, whole.longest_pause) == (1, s(5))
    assert whole.pace_per_minute == pytest.approx(30 * 60 / 25)
    assert whole.articulation_per_minute == pytest.approx(30 * 60 / 16)
    assert (whole.voiced_duration, whole.filler_count) == (s(16), 3)


def test_time_between_answers_is_no_pause() -> None:
    whole = over_interview([FIRST, SECOND])
    assert whole is not None
    assert (whole.long_pause_count, whole.longest_pause) == (0, s(1))
    assert whole.pace_per_minute == pytest.approx(30 * 60 / 20)


def test_loudness_is_averaged_as_power_and_its_deviation_is_pooled() -> None:
    whole = over_answer([FIRST, SECOND])
    assert whole is not None
    mean = 10 * math.log10((10**-3 + 10**-2) / 2)
    assert whole.loudness_dbfs == pytest.approx(mean)
    spread = ((-30 - mean) ** 2 + (-20 - mean) ** 2) / 2
    assert whole.loudness_deviation_db == pytest.approx(math.sqrt(4 + spread))
    assert whole.clipped_share == pytest.approx(0.005)


def test_what_no_part_has_stays_unknown() -> None:
    whole = over_answer([part(0, 1, 1, None)])
    assert whole is not None
    assert whole.pace_per_minute is None
    assert whole.articulation_per_minute is None
    assert whole.filler_count is None
    assert whole.loudness_dbfs is None
    assert whole.signal_to_noise_db is None
