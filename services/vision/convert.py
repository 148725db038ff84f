"""Protobuf ↔ vision's own types. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from parley.common.v1 import behaviour_pb2, engine_pb2
from parley.vision.v1 import analysis_pb2, vision_service_pb2

from services.vision.domain.analysis import (
    DEFAULT_CALIBRATION_S,
    DEFAULT_WINDOW_S,
    CalibrationResult,
    FaceReading,
    Observation,
)
from services.vision.domain.baseline import Baseline, Basis, CalibrationProblem, Feature
from services.vision.domain.face import FaceState
from services.vision.domain.stream import (
    Encoding,
    Event,
    Frame,
    FrameProblem,
    FrameProblemReason,
    Request,
    StartCalibration,
    StreamConfig,
)
from services.vision.domain.windows import Metrics, NoMetrics, Window
from services.vision.ports import Capabilities, EngineDescription, Quality

CAPABILITY: Final = "landmarks"

_ENCODINGS: Final[Mapping[int, Encoding]] = {
    analysis_pb2.FRAME_ENCODING_JPEG: Encoding.JPEG,
    analysis_pb2.FRAME_ENCODING_RGB24: Encoding.RGB24,
}
_STATES: Final[Mapping[FaceState, behaviour_pb2.FaceState]] = {
    FaceState.DETECTED: behaviour_pb2.FACE_STATE_DETECTED,
    FaceState.ABSENT: behaviour_pb2.FACE_STATE_ABSENT,
    FaceState.MULTIPLE: behaviour_pb2.FACE_STATE_MULTIPLE,
    FaceState.TOO_DARK: behaviour_pb2.FACE_STATE_TOO_DARK,
    FaceState.TOO_SMALL: behaviour_pb2.FACE_STATE_TOO_SMALL,
    FaceState.TURNED_AWAY: behaviour_pb2.FACE_STATE_TURNED_AWAY,
}
_BASES: Final[Mapping[Basis | None, behaviour_pb2.BaselineBasis]] = {
    None: behaviour_pb2.BASELINE_BASIS_UNSPECIFIED,
    Basis.CALIBRATED: behaviour_pb2.BASELINE_BASIS_CALIBRATED,
    Basis.PROVISIONAL: behaviour_pb2.BASELINE_BASIS_PROVISIONAL,
}
_NO_METRICS: Final[Mapping[NoMetrics, behaviour_pb2.NoMetricsReason]] = {
    NoMetrics.NO_MEASURABLE_FACE: behaviour_pb2.NO_METRICS_REASON_NO_MEASURABLE_FACE,
    NoMetrics.TOO_FEW_FRAMES: behaviour_pb2.NO_METRICS_REASON_TOO_FEW_FRAMES,
    NoMetrics.NO_BASELINE: behaviour_pb2.NO_METRICS_REASON_NO_BASELINE,
    NoMetrics.NO_FRAMES: behaviour_pb2.NO_METRICS_REASON_NO_FRAMES,
}
_PROBLEMS: Final[Mapping[FrameProblemReason, analysis_pb2.FrameProblemReason]] = {
    FrameProblemReason.NOT_AN_IMAGE: analysis_pb2.FRAME_PROBLEM_REASON_NOT_AN_IMAGE,
    FrameProblemReason.SUPERSEDED: analysis_pb2.FRAME_PROBLEM_REASON_SUPERSEDED,
    FrameProblemReason.OUT_OF_ORDER: analysis_pb2.FRAME_PROBLEM_REASON_OUT_OF_ORDER,
    FrameProblemReason.ANALYSIS_FAILED: analysis_pb2.FRAME_PROBLEM_REASON_ANALYSIS_FAILED,
}
_CALIBRATION_PROBLEMS: Final[Mapping[CalibrationProblem, analysis_pb2.CalibrationProblem]] = {
    CalibrationProblem.NO_STEADY_FACE: analysis_pb2.CALIBRATION_PROBLEM_NO_STEADY_FACE,
    CalibrationProblem.MOVED: analysis_pb2.CALIBRATION_PROBLEM_MOVED,
}
_QUALITIES: Final[Mapping[Quality, engine_pb2.QualityTier]] = {
    Quality.STANDARD: engine_pb2.QUALITY_TIER_STANDARD,
    Quality.HIGH: engine_pb2.QUALITY_TIER_HIGH,
}


def request(message: vision_service_pb2.AnalyzeRequest) -> Request:
    """One message of a stream. Raises InvalidBaseline."""
    if message.HasField("config"):
        return _config(message.config)
    if message.HasField("start_calibration"):
        wanted = message.start_calibration
        has_duration = wanted.HasField("duration")
        return StartCalibration(_seconds(wanted.duration) if has_duration else DEFAULT_CALIBRATION_S)
    frame = message.frame
    encoding = _ENCODINGS[frame.encoding]
    return Frame(frame.sequence, _seconds(frame.offset), encoding, frame.width, frame.height, frame.data)


def response(event: Event) -> vision_service_pb2.AnalyzeResponse:
    """One answer of a stream."""
    if isinstance(event, Observation):
        return vision_service_pb2.AnalyzeResponse(observation=_observation(event))
    if isinstance(event, Window):
        return vision_service_pb2.AnalyzeResponse(window=window(event))
    if isinstance(event, FrameProblem):
        problem = analysis_pb2.FrameProblem(sequence=event.sequence, reason=_PROBLEMS[event.reason])
        return vision_service_pb2.AnalyzeResponse(frame_problem=problem)
    return vision_service_pb2.AnalyzeResponse(calibration=_calibration(event))


def window(seen: Window) -> behaviour_pb2.BehaviourWindow:
    """A finished window; it has metrics or the reason why not, never both."""
    message = behaviour_pb2.BehaviourWindow(
        start_offset=_duration(seen.start_s),
        end_offset=_duration(seen.end_s),
        frames_analyzed=seen.frames,
        frames_valid=seen.valid_frames,
        face_states=[behaviour_pb2.FaceStateShare(state=_STATES[state], share=share) for state, share in seen.states],
        basis=_BASES[seen.basis],
        model_id=seen.model_id,
    )
    if isinstance(seen.metrics, Metrics):
        message.metrics.CopyFrom(_metrics(seen.metrics))
    else:
        message.no_metrics_reason = _NO_METRICS[seen.metrics]
    return message


def capabilities(known: Capabilities) -> vision_service_pb2.GetCapabilitiesResponse:
    """What this process can do."""
    return vision_service_pb2.GetCapabilitiesResponse(
        engine=_engine(known.engine), active_streams=known.active_streams, max_streams=known.max_streams
    )


def _config(message: analysis_pb2.AnalyzeConfig) -> StreamConfig:
    window_s = _seconds(message.window) if message.HasField("window") else DEFAULT_WINDOW_S
    baseline = _baseline_from(message.baseline) if message.HasField("baseline") else None
    return StreamConfig(message.stream_id, window_s, baseline)


def _baseline_from(message: analysis_pb2.Baseline) -> Baseline:
    features = {feature.name: Feature(feature.mean, feature.deviation) for feature in message.features}
    return Baseline(message.model_id, features)


def _baseline(known: Baseline) -> analysis_pb2.Baseline:
    features = [
        analysis_pb2.BaselineFeature(name=name, mean=feature.mean, deviation=feature.deviation)
        for name, feature in known.features.items()
    ]
    return analysis_pb2.Baseline(model_id=known.model_id, features=features)


def _observation(seen: Observation) -> analysis_pb2.Observation:
    return analysis_pb2.Observation(
        sequence=seen.sequence,
        offset=_duration(seen.offset_s),
        face_state=_STATES[seen.state],
        measurements=_measurements(seen.reading) if seen.reading is not None else None,
    )


def _measurements(reading: FaceReading) -> analysis_pb2.FaceMeasurements:
    measured = reading.measurements
    verdicts: dict[str, Any] = {}
    if reading.looked_at_screen is not None:
        verdicts["looked_at_screen"] = reading.looked_at_screen
    if reading.smile is not None:
        verdicts["smile"] = reading.smile
    return analysis_pb2.FaceMeasurements(
        yaw_degrees=measured.yaw,
        pitch_degrees=measured.pitch,
        roll_degrees=measured.roll,
        gaze_horizontal=measured.gaze_horizontal,
        gaze_vertical=measured.gaze_vertical,
        eye_aspect_ratio=measured.eye_aspect_ratio,
        mouth_width_ratio=measured.mouth_width,
        center_x=measured.center_x,
        center_y=measured.center_y,
        interocular_pixels=measured.interocular,
        eyes_closed=reading.eyes_closed,
        **verdicts,
    )


def _metrics(known: Metrics) -> behaviour_pb2.BehaviourMetrics:
    return behaviour_pb2.BehaviourMetrics(
        looked_at_screen_share=known.looked_at_screen_share,
        head_steadiness=known.head_steadiness,
        smile_share=known.smile_share,
        eye_closure_share=known.eye_closure_share,
        composure=known.composure,
    )


def _calibration(result: CalibrationResult) -> analysis_pb2.CalibrationResult:
    if isinstance(result.outcome, Baseline):
        return analysis_pb2.CalibrationResult(baseline=_baseline(result.outcome))
    return analysis_pb2.CalibrationResult(problem=_CALIBRATION_PROBLEMS[result.outcome])


def _engine(known: EngineDescription) -> engine_pb2.EngineInfo:
    return engine_pb2.EngineInfo(
        capability=CAPABILITY,
        name=known.name,
        version=known.model_id,
        quality=_QUALITIES[known.quality],
        upgrade_hint=known.upgrade_hint,
    )


def _seconds(duration: Duration) -> float:
    return duration.seconds + duration.nanos / 1e9


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration
