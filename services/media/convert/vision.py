"""parley.vision.v1."""

from parley.vision.v1 import analysis_pb2, vision_service_pb2

from services.media.convert.common import duration, face_state, window_from_proto
from services.media.convert.common import seconds as seconds_of
from services.media.domain.values import Glimpse
from services.media.ports.vision import Calibration, SeeingConfig, SeeingEvent


def config(seeing: SeeingConfig) -> vision_service_pb2.AnalyzeRequest:
    """The first message of an Analyze stream."""
    message = analysis_pb2.AnalyzeConfig(stream_id=seeing.stream_id)
    if seeing.baseline:
        message.baseline.CopyFrom(analysis_pb2.Baseline.FromString(seeing.baseline))
    return vision_service_pb2.AnalyzeRequest(config=message)


def frame(sequence: int, offset_s: float, jpeg: bytes) -> vision_service_pb2.AnalyzeRequest:
    """A picture."""
    message = analysis_pb2.Frame(
        sequence=sequence,
        offset=duration(offset_s),
        encoding=analysis_pb2.FRAME_ENCODING_JPEG,
        data=jpeg,
    )
    return vision_service_pb2.AnalyzeRequest(frame=message)


def start_calibration(duration_s: float | None) -> vision_service_pb2.AnalyzeRequest:
    """Start a calibration."""
    given = None if duration_s is None else duration(duration_s)
    return vision_service_pb2.AnalyzeRequest(start_calibration=analysis_pb2.StartCalibration(duration=given))


def event(message: vision_service_pb2.AnalyzeResponse) -> SeeingEvent | None:
    """What was seen; None for frames that gave nothing and for events of later versions."""
    match message.WhichOneof("event"):
        case "observation":
            return _glimpse(message.observation)
        case "window":
            return window_from_proto(message.window)
        case "calibration":
            result = message.calibration
            baseline = result.baseline.SerializeToString() if result.HasField("baseline") else b""
            return Calibration(baseline, result.problem == analysis_pb2.CALIBRATION_PROBLEM_NO_STEADY_FACE)
    return None


def _glimpse(observation: analysis_pb2.Observation) -> Glimpse:
    state, offset_s = face_state(observation.face_state), seconds_of(observation.offset)
    if not observation.HasField("measurements"):
        return Glimpse(state, offset_s)
    seen = observation.measurements
    looked = seen.looked_at_screen if seen.HasField("looked_at_screen") else None
    return Glimpse(state, offset_s, looked, seen.center_x, seen.center_y, seen.interocular_pixels)
