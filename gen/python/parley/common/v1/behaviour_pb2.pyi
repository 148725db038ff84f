import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FaceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FACE_STATE_UNSPECIFIED: _ClassVar[FaceState]
    FACE_STATE_DETECTED: _ClassVar[FaceState]
    FACE_STATE_ABSENT: _ClassVar[FaceState]
    FACE_STATE_MULTIPLE: _ClassVar[FaceState]
    FACE_STATE_TOO_DARK: _ClassVar[FaceState]
    FACE_STATE_TOO_SMALL: _ClassVar[FaceState]
    FACE_STATE_TURNED_AWAY: _ClassVar[FaceState]

class BaselineBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BASELINE_BASIS_UNSPECIFIED: _ClassVar[BaselineBasis]
    BASELINE_BASIS_CALIBRATED: _ClassVar[BaselineBasis]
    BASELINE_BASIS_PROVISIONAL: _ClassVar[BaselineBasis]

class NoMetricsReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NO_METRICS_REASON_UNSPECIFIED: _ClassVar[NoMetricsReason]
    NO_METRICS_REASON_NO_MEASURABLE_FACE: _ClassVar[NoMetricsReason]
    NO_METRICS_REASON_TOO_FEW_FRAMES: _ClassVar[NoMetricsReason]
    NO_METRICS_REASON_NO_BASELINE: _ClassVar[NoMetricsReason]
    NO_METRICS_REASON_NO_FRAMES: _ClassVar[NoMetricsReason]
FACE_STATE_UNSPECIFIED: FaceState
FACE_STATE_DETECTED: FaceState
FACE_STATE_ABSENT: FaceState
FACE_STATE_MULTIPLE: FaceState
FACE_STATE_TOO_DARK: FaceState
FACE_STATE_TOO_SMALL: FaceState
FACE_STATE_TURNED_AWAY: FaceState
BASELINE_BASIS_UNSPECIFIED: BaselineBasis
BASELINE_BASIS_CALIBRATED: BaselineBasis
BASELINE_BASIS_PROVISIONAL: BaselineBasis
NO_METRICS_REASON_UNSPECIFIED: NoMetricsReason
NO_METRICS_REASON_NO_MEASURABLE_FACE: NoMetricsReason
NO_METRICS_REASON_TOO_FEW_FRAMES: NoMetricsReason
NO_METRICS_REASON_NO_BASELINE: NoMetricsReason
NO_METRICS_REASON_NO_FRAMES: NoMetricsReason

class FaceStateShare(_message.Message):
    __slots__ = ("state", "share")
    STATE_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    state: FaceState
    share: float
    def __init__(self, state: _Optional[_Union[FaceState, str]] = ..., share: _Optional[float] = ...) -> None: ...

class BehaviourMetrics(_message.Message):
    __slots__ = ("looked_at_screen_share", "head_steadiness", "smile_share", "eye_closure_share", "composure")
    LOOKED_AT_SCREEN_SHARE_FIELD_NUMBER: _ClassVar[int]
    HEAD_STEADINESS_FIELD_NUMBER: _ClassVar[int]
    SMILE_SHARE_FIELD_NUMBER: _ClassVar[int]
    EYE_CLOSURE_SHARE_FIELD_NUMBER: _ClassVar[int]
    COMPOSURE_FIELD_NUMBER: _ClassVar[int]
    looked_at_screen_share: float
    head_steadiness: float
    smile_share: float
    eye_closure_share: float
    composure: float
    def __init__(self, looked_at_screen_share: _Optional[float] = ..., head_steadiness: _Optional[float] = ..., smile_share: _Optional[float] = ..., eye_closure_share: _Optional[float] = ..., composure: _Optional[float] = ...) -> None: ...

class BehaviourWindow(_message.Message):
    __slots__ = ("start_offset", "end_offset", "frames_analyzed", "frames_valid", "face_states", "metrics", "no_metrics_reason", "basis", "model_id")
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    FRAMES_ANALYZED_FIELD_NUMBER: _ClassVar[int]
    FRAMES_VALID_FIELD_NUMBER: _ClassVar[int]
    FACE_STATES_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    NO_METRICS_REASON_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    frames_analyzed: int
    frames_valid: int
    face_states: _containers.RepeatedCompositeFieldContainer[FaceStateShare]
    metrics: BehaviourMetrics
    no_metrics_reason: NoMetricsReason
    basis: BaselineBasis
    model_id: str
    def __init__(self, start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., frames_analyzed: _Optional[int] = ..., frames_valid: _Optional[int] = ..., face_states: _Optional[_Iterable[_Union[FaceStateShare, _Mapping]]] = ..., metrics: _Optional[_Union[BehaviourMetrics, _Mapping]] = ..., no_metrics_reason: _Optional[_Union[NoMetricsReason, str]] = ..., basis: _Optional[_Union[BaselineBasis, str]] = ..., model_id: _Optional[str] = ...) -> None: ...
