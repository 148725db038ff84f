import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from parley.common.v1 import behaviour_pb2 as _behaviour_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FrameEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FRAME_ENCODING_UNSPECIFIED: _ClassVar[FrameEncoding]
    FRAME_ENCODING_JPEG: _ClassVar[FrameEncoding]
    FRAME_ENCODING_RGB24: _ClassVar[FrameEncoding]

class FrameProblemReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FRAME_PROBLEM_REASON_UNSPECIFIED: _ClassVar[FrameProblemReason]
    FRAME_PROBLEM_REASON_NOT_AN_IMAGE: _ClassVar[FrameProblemReason]
    FRAME_PROBLEM_REASON_SUPERSEDED: _ClassVar[FrameProblemReason]
    FRAME_PROBLEM_REASON_OUT_OF_ORDER: _ClassVar[FrameProblemReason]
    FRAME_PROBLEM_REASON_ANALYSIS_FAILED: _ClassVar[FrameProblemReason]

class CalibrationProblem(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALIBRATION_PROBLEM_UNSPECIFIED: _ClassVar[CalibrationProblem]
    CALIBRATION_PROBLEM_NO_STEADY_FACE: _ClassVar[CalibrationProblem]
    CALIBRATION_PROBLEM_MOVED: _ClassVar[CalibrationProblem]
FRAME_ENCODING_UNSPECIFIED: FrameEncoding
FRAME_ENCODING_JPEG: FrameEncoding
FRAME_ENCODING_RGB24: FrameEncoding
FRAME_PROBLEM_REASON_UNSPECIFIED: FrameProblemReason
FRAME_PROBLEM_REASON_NOT_AN_IMAGE: FrameProblemReason
FRAME_PROBLEM_REASON_SUPERSEDED: FrameProblemReason
FRAME_PROBLEM_REASON_OUT_OF_ORDER: FrameProblemReason
FRAME_PROBLEM_REASON_ANALYSIS_FAILED: FrameProblemReason
CALIBRATION_PROBLEM_UNSPECIFIED: CalibrationProblem
CALIBRATION_PROBLEM_NO_STEADY_FACE: CalibrationProblem
CALIBRATION_PROBLEM_MOVED: CalibrationProblem

class BaselineFeature(_message.Message):
    __slots__ = ("name", "mean", "deviation")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    DEVIATION_FIELD_NUMBER: _ClassVar[int]
    name: str
    mean: float
    deviation: float
    def __init__(self, name: _Optional[str] = ..., mean: _Optional[float] = ..., deviation: _Optional[float] = ...) -> None: ...

class Baseline(_message.Message):
    __slots__ = ("model_id", "features")
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    model_id: str
    features: _containers.RepeatedCompositeFieldContainer[BaselineFeature]
    def __init__(self, model_id: _Optional[str] = ..., features: _Optional[_Iterable[_Union[BaselineFeature, _Mapping]]] = ...) -> None: ...

class AnalyzeConfig(_message.Message):
    __slots__ = ("stream_id", "window", "baseline")
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    stream_id: str
    window: _duration_pb2.Duration
    baseline: Baseline
    def __init__(self, stream_id: _Optional[str] = ..., window: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., baseline: _Optional[_Union[Baseline, _Mapping]] = ...) -> None: ...

class Frame(_message.Message):
    __slots__ = ("sequence", "offset", "encoding", "width", "height", "data")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    offset: _duration_pb2.Duration
    encoding: FrameEncoding
    width: int
    height: int
    data: bytes
    def __init__(self, sequence: _Optional[int] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., encoding: _Optional[_Union[FrameEncoding, str]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., data: _Optional[bytes] = ...) -> None: ...

class StartCalibration(_message.Message):
    __slots__ = ("duration",)
    DURATION_FIELD_NUMBER: _ClassVar[int]
    duration: _duration_pb2.Duration
    def __init__(self, duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class FaceMeasurements(_message.Message):
    __slots__ = ("yaw_degrees", "pitch_degrees", "roll_degrees", "gaze_horizontal", "gaze_vertical", "eye_aspect_ratio", "mouth_width_ratio", "center_x", "center_y", "interocular_pixels", "looked_at_screen", "smile", "eyes_closed")
    YAW_DEGREES_FIELD_NUMBER: _ClassVar[int]
    PITCH_DEGREES_FIELD_NUMBER: _ClassVar[int]
    ROLL_DEGREES_FIELD_NUMBER: _ClassVar[int]
    GAZE_HORIZONTAL_FIELD_NUMBER: _ClassVar[int]
    GAZE_VERTICAL_FIELD_NUMBER: _ClassVar[int]
    EYE_ASPECT_RATIO_FIELD_NUMBER: _ClassVar[int]
    MOUTH_WIDTH_RATIO_FIELD_NUMBER: _ClassVar[int]
    CENTER_X_FIELD_NUMBER: _ClassVar[int]
    CENTER_Y_FIELD_NUMBER: _ClassVar[int]
    INTEROCULAR_PIXELS_FIELD_NUMBER: _ClassVar[int]
    LOOKED_AT_SCREEN_FIELD_NUMBER: _ClassVar[int]
    SMILE_FIELD_NUMBER: _ClassVar[int]
    EYES_CLOSED_FIELD_NUMBER: _ClassVar[int]
    yaw_degrees: float
    pitch_degrees: float
    roll_degrees: float
    gaze_horizontal: float
    gaze_vertical: float
    eye_aspect_ratio: float
    mouth_width_ratio: float
    center_x: float
    center_y: float
    interocular_pixels: float
    looked_at_screen: bool
    smile: bool
    eyes_closed: bool
    def __init__(self, yaw_degrees: _Optional[float] = ..., pitch_degrees: _Optional[float] = ..., roll_degrees: _Optional[float] = ..., gaze_horizontal: _Optional[float] = ..., gaze_vertical: _Optional[float] = ..., eye_aspect_ratio: _Optional[float] = ..., mouth_width_ratio: _Optional[float] = ..., center_x: _Optional[float] = ..., center_y: _Optional[float] = ..., interocular_pixels: _Optional[float] = ..., looked_at_screen: _Optional[bool] = ..., smile: _Optional[bool] = ..., eyes_closed: _Optional[bool] = ...) -> None: ...

class Observation(_message.Message):
    __slots__ = ("sequence", "offset", "face_state", "measurements")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    FACE_STATE_FIELD_NUMBER: _ClassVar[int]
    MEASUREMENTS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    offset: _duration_pb2.Duration
    face_state: _behaviour_pb2.FaceState
    measurements: FaceMeasurements
    def __init__(self, sequence: _Optional[int] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., face_state: _Optional[_Union[_behaviour_pb2.FaceState, str]] = ..., measurements: _Optional[_Union[FaceMeasurements, _Mapping]] = ...) -> None: ...

class FrameProblem(_message.Message):
    __slots__ = ("sequence", "reason")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    reason: FrameProblemReason
    def __init__(self, sequence: _Optional[int] = ..., reason: _Optional[_Union[FrameProblemReason, str]] = ...) -> None: ...

class CalibrationResult(_message.Message):
    __slots__ = ("baseline", "problem")
    BASELINE_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    baseline: Baseline
    problem: CalibrationProblem
    def __init__(self, baseline: _Optional[_Union[Baseline, _Mapping]] = ..., problem: _Optional[_Union[CalibrationProblem, str]] = ...) -> None: ...
