"""What crosses the wire keeps its meaning, and what is absent stays absent."""

from __future__ import annotations

import pytest
from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import behaviour_pb2
from parley.vision.v1 import analysis_pb2, vision_service_pb2

from services.vision import convert
from services.vision.domain.analysis import CalibrationResult, FaceReading, Observation
from services.vision.domain.baseline import Basis, CalibrationProblem
from services.vision.domain.errors import InvalidBaseline
from services.vision.domain.face import FaceState
from services.vision.domain.stream import (
    Encoding,
    Frame,
    FrameProblem,
    FrameProblemReason,
    StartCalibration,
    StreamConfig,
)
from services.vision.domain.windows import Metrics, NoMetrics, Window
from services.vision.ports import Capabilities, EngineDescription, Quality
from tests.support.vision_faces import MODEL, baseline, face

HALF = Duration(nanos=500_000_000)


def test_a_bare_config_has_the_contracts_defaults() -> None:
    message = vision_service_pb2.AnalyzeRequest(config=analysis_pb2.AnalyzeConfig(stream_id="s"))
    assert convert.request(message) == StreamConfig("s", 5.0, None)


def test_a_baseline_survives_the_way_there_and_back() -> None:
    answer = convert.response(CalibrationResult(baseline(deviation=0.5))).calibration
    config = analysis_pb2.AnalyzeConfig(stream_id="s", window=HALF, baseline=answer.baseline)
    read = convert.request(vision_service_pb2.AnalyzeRequest(config=config))
    assert read == StreamConfig("s", 0.5, baseline(deviation=0.5))


def test_a_baseline_that_lacks_features_is_refused() -> None:
    config = analysis_pb2.AnalyzeConfig(stream_id="s", baseline=analysis_pb2.Baseline(model_id=MODEL))
    with pytest.raises(InvalidBaseline):
        convert.request(vision_service_pb2.AnalyzeRequest(config=config))


def test_frames_and_commands() -> None:
    frame = analysis_pb2.Frame(
        sequence=7, offset=HALF, encoding=analysis_pb2.FRAME_ENCODING_RGB24, width=2, height=1, data=b"123456"
    )
    assert convert.request(vision_service_pb2.AnalyzeRequest(frame=frame)) == Frame(
        7, 0.5, Encoding.RGB24, 2, 1, b"123456"
    )
    start = analysis_pb2.StartCalibration()
    assert convert.request(vision_service_pb2.AnalyzeRequest(start_calibration=start)) == StartCalibration(3.0)
    start.duration.CopyFrom(HALF)
    assert convert.request(vision_service_pb2.AnalyzeRequest(start_calibration=start)) == StartCalibration(0.5)


@pytest.mark.parametrize("nanoseconds", [0, 1, 33_333_333, 3_599_999_999_999, 86_400_000_000_001])
def test_offsets_come_back_exactly(nanoseconds: int) -> None:
    offset = Duration()
    offset.FromNanoseconds(nanoseconds)
    frame = analysis_pb2.Frame(sequence=1, offset=offset, encoding=analysis_pb2.FRAME_ENCODING_JPEG, data=b"x")
    read = convert.request(vision_service_pb2.AnalyzeRequest(frame=frame))
    assert isinstance(read, Frame)
    told = convert.response(Observation(1, read.offset_s, FaceState.ABSENT, None)).observation
    assert told.offset == offset


def test_verdicts_are_unset_while_there_is_no_baseline() -> None:
    reading = FaceReading(face(yaw=3), eyes_closed=True, looked_at_screen=None, smile=None)
    told = convert.response(Observation(1, 0.5, FaceState.DETECTED, reading)).observation
    assert told.face_state == behaviour_pb2.FACE_STATE_DETECTED
    assert told.measurements.yaw_degrees == pytest.approx(3.0)
    assert told.measurements.eyes_closed
    assert not told.measurements.HasField("looked_at_screen")
    assert not told.measurements.HasField("smile")
    reading = FaceReading(face(), eyes_closed=False, looked_at_screen=False, smile=True)
    told = convert.response(Observation(1, 0.5, FaceState.DETECTED, reading)).observation
    assert told.measurements.HasField("looked_at_screen")
    assert told.measurements.smile


@pytest.mark.parametrize("state", [state for state in FaceState if state is not FaceState.DETECTED])
def test_other_states_have_no_measurements(state: FaceState) -> None:
    told = convert.response(Observation(1, 0.0, state, None)).observation
    assert behaviour_pb2.FaceState.Name(told.face_state) == f"FACE_STATE_{state.name}"
    assert not told.HasField("measurements")


def test_a_window_has_metrics_or_a_reason() -> None:
    states = [(FaceState.ABSENT, 0.75), (FaceState.DETECTED, 0.25)]
    full = convert.window(Window(5.0, 10.0, 40, 10, states, Metrics(1, 0.5, 0, 0.25, 0.75), Basis.PROVISIONAL, MODEL))
    assert full.start_offset.seconds == 5
    assert [share.state for share in full.face_states] == [
        behaviour_pb2.FACE_STATE_ABSENT,
        behaviour_pb2.FACE_STATE_DETECTED,
    ]
    assert full.metrics.eye_closure_share == 0.25
    assert full.no_metrics_reason == behaviour_pb2.NO_METRICS_REASON_UNSPECIFIED
    assert (full.basis, full.model_id) == (behaviour_pb2.BASELINE_BASIS_PROVISIONAL, MODEL)


@pytest.mark.parametrize("reason", list(NoMetrics))
def test_a_window_without_metrics(reason: NoMetrics) -> None:
    told = convert.window(Window(0.0, 5.0, 0, 0, [], reason, None, MODEL))
    assert not told.HasField("metrics")
    assert behaviour_pb2.NoMetricsReason.Name(told.no_metrics_reason) == f"NO_METRICS_REASON_{reason.name}"


@pytest.mark.parametrize("reason", list(FrameProblemReason))
def test_frame_problems(reason: FrameProblemReason) -> None:
    told = convert.response(FrameProblem(9, reason)).frame_problem
    assert told.sequence == 9
    assert analysis_pb2.FrameProblemReason.Name(told.reason) == f"FRAME_PROBLEM_REASON_{reason.name}"


@pytest.mark.parametrize("problem", list(CalibrationProblem))
def test_failed_calibrations(problem: CalibrationProblem) -> None:
    told = convert.response(CalibrationResult(problem)).calibration
    assert not told.HasField("baseline")
    assert analysis_pb2.CalibrationProblem.Name(told.problem) == f"CALIBRATION_PROBLEM_{problem.name}"


def test_capabilities() -> None:
    known = Capabilities(EngineDescription("mediapipe", MODEL, Quality.HIGH), active_streams=2, max_streams=16)
    told = convert.capabilities(known)
    assert (told.engine.capability, told.engine.name, told.engine.version) == ("landmarks", "mediapipe", MODEL)
    assert (told.active_streams, told.max_streams) == (2, 16)
