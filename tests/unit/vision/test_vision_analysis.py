"""One stream over time: order of events, windows without holes, baselines that replace each other."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from services.vision.domain.analysis import (
    MAX_EMPTY_WINDOWS,
    AnalysisEvent,
    CalibrationResult,
    Observation,
    StreamAnalysis,
)
from services.vision.domain.baseline import Baseline, Basis, CalibrationProblem
from services.vision.domain.face import FaceState, Look
from services.vision.domain.windows import Metrics, NoMetrics, Window
from tests.support.vision_faces import MODEL, baseline, seen

ABSENT = Look(FaceState.ABSENT)


def feed(
    analysis: StreamAnalysis, looks: Iterable[Look], start_s: float = 0.0, rate: float = 10.0
) -> list[AnalysisEvent]:
    events: list[AnalysisEvent] = []
    for index, look in enumerate(looks):
        events += analysis.observe(index + 1, start_s + index / rate, look)
    return events


def windows(events: Iterable[AnalysisEvent]) -> list[Window]:
    return [event for event in events if isinstance(event, Window)]


def spans(events: Iterable[AnalysisEvent]) -> list[tuple[float, float]]:
    return [(window.start_s, window.end_s) for window in windows(events)]


def test_a_window_follows_its_last_observation() -> None:
    events = feed(StreamAnalysis(MODEL), [seen()] * 51)
    kinds = [type(event) for event in events]
    assert kinds == [Observation] * 50 + [Window, Observation]


def test_windows_lie_on_the_session_clock_and_begin_and_end_with_the_stream() -> None:
    analysis = StreamAnalysis(MODEL)
    events = [*feed(analysis, [seen()] * 81, start_s=12.0), *analysis.finish()]
    assert spans(events) == [(12.0, 15.0), (15.0, 20.0), (20.0, 20.0)]
    assert [window.frames for window in windows(events)] == [30, 50, 1]


def test_a_hole_in_the_frames_is_no_hole_in_the_windows() -> None:
    analysis = StreamAnalysis(MODEL)
    feed(analysis, [seen()] * 40)
    events = analysis.observe(41, 21.0, seen())
    assert spans(events) == [(0.0, 5.0), (5.0, 10.0), (10.0, 15.0), (15.0, 20.0)]
    assert [window.metrics for window in windows(events)][1:] == [NoMetrics.NO_FRAMES] * 3
    assert isinstance(events[-1], Observation)


def test_a_jump_of_the_clock_does_not_make_windows_for_ever() -> None:
    analysis = StreamAnalysis(MODEL)
    analysis.observe(1, 0.0, seen())
    events = analysis.observe(2, 3e11, seen())
    assert len(windows(events)) == MAX_EMPTY_WINDOWS + 1
    assert windows(analysis.finish())[0].start_s == pytest.approx(3e11)


def test_an_empty_stream_has_no_windows() -> None:
    assert StreamAnalysis(MODEL).finish() == []


def test_the_first_steady_seconds_serve_and_say_so() -> None:
    events = feed(StreamAnalysis(MODEL), [seen()] * 51)
    readings = [event.reading for event in events if isinstance(event, Observation) and event.reading]
    assert [reading.smile for reading in readings[:30]] == [None] * 30
    assert [reading.looked_at_screen for reading in readings[30:]] == [True] * 21
    (window,) = windows(events)
    assert window.basis is Basis.PROVISIONAL
    assert window.metrics == Metrics(1.0, pytest.approx(1.0), 0.0, 0.0, pytest.approx(1.0))  # type: ignore[arg-type]


def test_a_provisional_baseline_stays_the_first() -> None:
    analysis = StreamAnalysis(MODEL)
    feed(analysis, [seen()] * 50)
    later = feed(analysis, [seen(smile=1.0)] * 51, start_s=5.0)
    assert isinstance(windows(later)[1].metrics, Metrics)
    assert windows(later)[1].metrics.smile_share == 1.0  # type: ignore[union-attr]


def test_absence_is_told_with_a_state_and_without_measurements() -> None:
    events = feed(StreamAnalysis(MODEL), [ABSENT] * 51)
    assert events[0] == Observation(1, 0.0, FaceState.ABSENT, None)
    (window,) = windows(events)
    assert window.metrics is NoMetrics.NO_MEASURABLE_FACE
    assert window.states == [(FaceState.ABSENT, 1.0)]


def test_a_given_baseline_is_used_at_once() -> None:
    events = feed(StreamAnalysis(MODEL, baseline=baseline()), [seen()] * 51)
    assert isinstance(events[0], Observation)
    assert events[0].reading is not None
    assert events[0].reading.looked_at_screen is True
    assert windows(events)[0].basis is Basis.CALIBRATED


def test_a_baseline_of_another_model_is_not_used() -> None:
    events = feed(StreamAnalysis(MODEL, baseline=baseline("another-model")), [seen()] * 51)
    assert windows(events)[0].basis is Basis.PROVISIONAL


def test_a_calibration_that_was_asked_for() -> None:
    analysis = StreamAnalysis(MODEL)
    feed(analysis, [seen()] * 40)
    analysis.start_calibration(2.0)
    events = feed(analysis, [seen(yaw=10)] * 21, start_s=4.0)
    assert isinstance(events[-2], Observation)
    assert isinstance(events[-1], CalibrationResult)
    assert isinstance(events[-1].outcome, Baseline)
    assert events[-1].outcome.mean("yaw") == pytest.approx(10.0)
    rest = [*feed(analysis, [seen(yaw=10)] * 10, start_s=6.5), *analysis.finish()]
    assert windows(rest)[-1].basis is Basis.CALIBRATED


def test_a_failed_calibration_leaves_the_old_baseline() -> None:
    analysis = StreamAnalysis(MODEL, baseline=baseline())
    analysis.start_calibration(1.0)
    events = feed(analysis, [ABSENT] * 11)
    assert events[-1] == CalibrationResult(CalibrationProblem.NO_STEADY_FACE)
    moving = [seen(yaw=10.0 * (-1) ** index) for index in range(11)]
    analysis.start_calibration(1.0)
    assert feed(analysis, moving, start_s=2.0)[-1] == CalibrationResult(CalibrationProblem.MOVED)
    assert windows(feed(analysis, [seen()] * 21, start_s=4.0))[0].basis is Basis.CALIBRATED


def test_a_stream_that_ends_inside_a_calibration_answers_it() -> None:
    analysis = StreamAnalysis(MODEL)
    analysis.start_calibration()
    feed(analysis, [seen()] * 5)
    assert analysis.finish()[-1] == CalibrationResult(CalibrationProblem.NO_STEADY_FACE)


def test_the_window_of_a_calibration_is_judged_by_it_as_a_whole() -> None:
    analysis = StreamAnalysis(MODEL, baseline=baseline())
    analysis.start_calibration(3.0)
    (window,) = windows(feed(analysis, [seen(smile=1.0)] * 51))
    assert isinstance(window.metrics, Metrics)
    assert window.metrics.smile_share == 0.0
