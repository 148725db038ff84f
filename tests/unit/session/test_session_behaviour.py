"""The behaviour table: windows to answers, scaling, and a typed reason in every empty cell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.session.domain.behaviour import AnswerBehaviour, Circumstances, assign, average, face_states, table
from services.session.domain.delivery_metrics import DeliveryMetrics
from services.session.domain.report import NoScoreReason
from services.session.domain.windows import BehaviourMetrics, BehaviourWindow, FaceState, FaceStateShare

ALLOWED = Circumstances(video_consented=True, recording_consented=True)


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def answer(question_id: str, start: float, end: float, *, loudness: float | None = -32.8) -> AnswerBehaviour:
    """A spoken answer, half of it voiced."""
    delivery = DeliveryMetrics(s(start), s(end), s((end - start) / 2), loudness_dbfs=loudness)
    return AnswerBehaviour(question_id, typed=False, span=(s(start), s(end)), delivery=delivery)


def window(start: float, gaze: float | None = 0.5, frames: int = 25) -> BehaviourWindow:
    """A five-second window; without a gaze nothing could be measured."""
    metrics = None if gaze is None else BehaviourMetrics(gaze, 1.0, 0.0, 0.1, 0.9)
    state = FaceState.ABSENT if gaze is None else FaceState.DETECTED
    shares = (FaceStateShare(state, 1.0),) if frames else ()
    return BehaviourWindow(s(start), s(start + 5), frames, 0 if gaze is None else frames, shares, metrics)


def test_a_window_belongs_to_the_answer_that_it_overlaps_most() -> None:
    answers = [answer("q0", 0, 12), answer("q1", 12, 30)]
    assigned = assign([window(0), window(10), window(40)], answers)
    assert {question: len(found) for question, found in assigned.items()} == {"q0": 1, "q1": 1}


def test_shares_are_scaled_to_40_to_100_and_weighted_by_valid_frames() -> None:
    row = table([window(0, 1.0, 10), window(5, 0.0, 30)], [answer("q0", 0, 10)], ALLOWED)[0]
    assert row.label == "Q0"
    assert row.gaze.value == pytest.approx(40 + 60 * 0.25)
    assert (row.posture.value, row.smile.value) == (100.0, 40.0)
    assert row.composure.value == pytest.approx(94.0)


def test_a_normal_voice_over_webrtc_scores_well_and_a_whisper_does_not() -> None:
    normal, whisper = table([], [answer("q0", 0, 10), answer("q1", 20, 30, loudness=-48.0)], ALLOWED)
    assert normal.voice.value == pytest.approx((40 + 60 * 0.76 + 100) / 2)
    assert whisper.voice.value == pytest.approx((40 + 100) / 2)


@pytest.mark.parametrize(
    ("given", "windows", "circumstances", "reason"),
    [
        (answer("q", 0, 10), [window(0)], Circumstances(False, True), None),
        (answer("q", 0, 10), [], Circumstances(False, True), NoScoreReason.NO_CONSENT),
        (answer("q", 0, 10), [window(0, None)], ALLOWED, NoScoreReason.NO_MEASURABLE_FACE),
        (answer("q", 0, 10), [window(0, None, 0)], ALLOWED, NoScoreReason.NO_VIDEO),
        (answer("q", 0, 10), [], ALLOWED, NoScoreReason.NO_VIDEO),
        (answer("q", 0, 10), [], Circumstances(True, True, (s(4),)), NoScoreReason.ANALYSIS_DOWN),
        (answer("q", 0, 10), [], Circumstances(True, True, (s(40),)), NoScoreReason.NO_VIDEO),
        (AnswerBehaviour("q", True, None, None), [], ALLOWED, NoScoreReason.TYPED),
        (AnswerBehaviour("q", False, None, None), [], ALLOWED, NoScoreReason.NO_VIDEO),
    ],
)
def test_an_empty_picture_cell_says_why(
    given: AnswerBehaviour, windows: list[BehaviourWindow], circumstances: Circumstances, reason: NoScoreReason | None
) -> None:
    cell = table(windows, [given], circumstances)[0].gaze
    assert (cell.value is None) == (reason is not None)
    assert cell.reason is (reason or NoScoreReason.UNSPECIFIED)


@pytest.mark.parametrize(
    ("given", "circumstances", "reason"),
    [
        (AnswerBehaviour("q", True, (s(0), s(9)), None), ALLOWED, NoScoreReason.TYPED),
        (answer("q", 0, 10), Circumstances(True, False), NoScoreReason.NO_CONSENT),
        (AnswerBehaviour("q", False, (s(0), s(9)), None), ALLOWED, NoScoreReason.NO_VOICE),
        (answer("q", 0, 10, loudness=None), ALLOWED, NoScoreReason.NO_VOICE),
    ],
)
def test_an_empty_voice_cell_says_why(
    given: AnswerBehaviour, circumstances: Circumstances, reason: NoScoreReason
) -> None:
    cell = table([], [given], circumstances)[0].voice
    assert (cell.value, cell.reason) == (None, reason)


def test_averages_leave_empty_cells_out() -> None:
    rows = table([window(0, 1.0)], [answer("q0", 0, 10), answer("q1", 20, 30)], ALLOWED)
    whole = average(rows)
    assert whole is not None
    assert (whole.label, whole.gaze.value) == ("avg", 100.0)
    assert whole.voice.value == rows[0].voice.value
    nothing = average(table([], [AnswerBehaviour("q", True, None, None)], ALLOWED))
    assert nothing is not None
    assert (nothing.total.value, nothing.total.reason) == (None, NoScoreReason.TYPED)
    assert average(()) is None


def test_face_states_are_shares_of_all_frames() -> None:
    states = face_states([window(0, 0.5, 30), window(5, None, 10), window(10, None, 0)])
    assert [(entry.state, entry.share) for entry in states] == [(FaceState.DETECTED, 0.75), (FaceState.ABSENT, 0.25)]
