from buf.validate import validate_pb2 as _validate_pb2
from parley.common.v1 import behaviour_pb2 as _behaviour_pb2
from parley.common.v1 import engine_pb2 as _engine_pb2
from parley.options.v1 import options_pb2 as _options_pb2
from parley.vision.v1 import analysis_pb2 as _analysis_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AnalyzeRequest(_message.Message):
    __slots__ = ("config", "frame", "start_calibration")
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    FRAME_FIELD_NUMBER: _ClassVar[int]
    START_CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    config: _analysis_pb2.AnalyzeConfig
    frame: _analysis_pb2.Frame
    start_calibration: _analysis_pb2.StartCalibration
    def __init__(self, config: _Optional[_Union[_analysis_pb2.AnalyzeConfig, _Mapping]] = ..., frame: _Optional[_Union[_analysis_pb2.Frame, _Mapping]] = ..., start_calibration: _Optional[_Union[_analysis_pb2.StartCalibration, _Mapping]] = ...) -> None: ...

class AnalyzeResponse(_message.Message):
    __slots__ = ("observation", "window", "frame_problem", "calibration")
    OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    FRAME_PROBLEM_FIELD_NUMBER: _ClassVar[int]
    CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    observation: _analysis_pb2.Observation
    window: _behaviour_pb2.BehaviourWindow
    frame_problem: _analysis_pb2.FrameProblem
    calibration: _analysis_pb2.CalibrationResult
    def __init__(self, observation: _Optional[_Union[_analysis_pb2.Observation, _Mapping]] = ..., window: _Optional[_Union[_behaviour_pb2.BehaviourWindow, _Mapping]] = ..., frame_problem: _Optional[_Union[_analysis_pb2.FrameProblem, _Mapping]] = ..., calibration: _Optional[_Union[_analysis_pb2.CalibrationResult, _Mapping]] = ...) -> None: ...

class GetCapabilitiesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCapabilitiesResponse(_message.Message):
    __slots__ = ("engine", "active_streams", "max_streams")
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_STREAMS_FIELD_NUMBER: _ClassVar[int]
    MAX_STREAMS_FIELD_NUMBER: _ClassVar[int]
    engine: _engine_pb2.EngineInfo
    active_streams: int
    max_streams: int
    def __init__(self, engine: _Optional[_Union[_engine_pb2.EngineInfo, _Mapping]] = ..., active_streams: _Optional[int] = ..., max_streams: _Optional[int] = ...) -> None: ...
