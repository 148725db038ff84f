"""Latency arithmetic of the synthetic candidate."""

from __future__ import annotations

import pytest

from services.candidate.domain.latency import CaptionHistory, ClockMap, SpokenWord, percentile, summary_ms


def test_percentile_is_nearest_rank() -> None:
    values = [0.4, 0.1, 0.3, 0.2]
    assert percentile(values, 0.5) == 0.2
    assert percentile(values, 0.95) == 0.4
    assert percentile([0.7], 0.05) == 0.7
    assert percentile([], 0.5) is None


def test_summary_is_in_milliseconds_and_says_when_nothing_was_measured() -> None:
    assert summary_ms([0.1234], 0.5, 0.95) == {"p50": 123.4, "p95": 123.4}
    assert summary_ms([], 0.5) == {"p50": None}


def test_clock_map_believes_the_shortest_round_trip() -> None:
    clock = ClockMap()
    assert clock.at(1.0) is None
    clock.add(100.0, 101.0, 5.2)  # a slow echo puts the zero at 95.3
    clock.add(200.0, 200.02, 105.0)  # a quick one at 95.01
    clock.add(300.0, 300.5, 205.3)
    assert clock.at(1.0) == pytest.approx(96.01)


def test_word_delay_counts_from_the_words_end_to_the_first_caption_that_holds_it() -> None:
    clock = ClockMap()
    clock.add(0.0, 0.0, 0.0)
    history = CaptionHistory()
    history.add(1.0, "one", final=False)
    history.add(1.5, "one two", final=False)
    history.add(2.5, "one two three", final=True)
    words = [SpokenWord("one", 0.4), SpokenWord("two", 1.2), SpokenWord("three", 2.0)]
    assert list(history.word_delays(words, clock)) == pytest.approx([0.6, 0.3, 0.5])
    assert history.final_delay(2.1, clock) == pytest.approx(0.4)


def test_delays_are_absent_without_a_clock_or_a_final() -> None:
    history = CaptionHistory()
    history.add(1.0, "one", final=False)
    assert list(history.word_delays([SpokenWord("one", 0.5)], ClockMap())) == []
    clock = ClockMap()
    clock.add(0.0, 0.0, 0.0)
    assert history.final_delay(0.5, clock) is None
