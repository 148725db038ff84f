import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from parley.common.v1 import behaviour_pb2 as _behaviour_pb2
from parley.common.v1 import delivery_pb2 as _delivery_pb2
from parley.common.v1 import question_pb2 as _question_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VoiceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VOICE_STATE_UNSPECIFIED: _ClassVar[VoiceState]
    VOICE_STATE_SPEAKING: _ClassVar[VoiceState]
    VOICE_STATE_FINISHED: _ClassVar[VoiceState]
    VOICE_STATE_INTERRUPTED: _ClassVar[VoiceState]
    VOICE_STATE_FAILED: _ClassVar[VoiceState]

class NoticeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NOTICE_KIND_UNSPECIFIED: _ClassVar[NoticeKind]
    NOTICE_KIND_SPEECH_INTERRUPTED: _ClassVar[NoticeKind]
    NOTICE_KIND_SPEECH_RESTORED: _ClassVar[NoticeKind]
    NOTICE_KIND_VISION_INTERRUPTED: _ClassVar[NoticeKind]
    NOTICE_KIND_VISION_RESTORED: _ClassVar[NoticeKind]
    NOTICE_KIND_SESSION_INTERRUPTED: _ClassVar[NoticeKind]
    NOTICE_KIND_SESSION_RESTORED: _ClassVar[NoticeKind]
    NOTICE_KIND_NO_AUDIO: _ClassVar[NoticeKind]
    NOTICE_KIND_NO_VIDEO: _ClassVar[NoticeKind]
    NOTICE_KIND_RENEGOTIATE: _ClassVar[NoticeKind]
    NOTICE_KIND_ENDED: _ClassVar[NoticeKind]
    NOTICE_KIND_TYPE_ANSWERS: _ClassVar[NoticeKind]
VOICE_STATE_UNSPECIFIED: VoiceState
VOICE_STATE_SPEAKING: VoiceState
VOICE_STATE_FINISHED: VoiceState
VOICE_STATE_INTERRUPTED: VoiceState
VOICE_STATE_FAILED: VoiceState
NOTICE_KIND_UNSPECIFIED: NoticeKind
NOTICE_KIND_SPEECH_INTERRUPTED: NoticeKind
NOTICE_KIND_SPEECH_RESTORED: NoticeKind
NOTICE_KIND_VISION_INTERRUPTED: NoticeKind
NOTICE_KIND_VISION_RESTORED: NoticeKind
NOTICE_KIND_SESSION_INTERRUPTED: NoticeKind
NOTICE_KIND_SESSION_RESTORED: NoticeKind
NOTICE_KIND_NO_AUDIO: NoticeKind
NOTICE_KIND_NO_VIDEO: NoticeKind
NOTICE_KIND_RENEGOTIATE: NoticeKind
NOTICE_KIND_ENDED: NoticeKind
NOTICE_KIND_TYPE_ANSWERS: NoticeKind

class Caption(_message.Message):
    __slots__ = ("utterance_id", "start_offset", "end_offset", "text", "stable_chars", "final", "answer_id", "delivery")
    UTTERANCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    STABLE_CHARS_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    utterance_id: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    text: str
    stable_chars: int
    final: bool
    answer_id: str
    delivery: _delivery_pb2.DeliveryMetrics
    def __init__(self, utterance_id: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., text: _Optional[str] = ..., stable_chars: _Optional[int] = ..., final: _Optional[bool] = ..., answer_id: _Optional[str] = ..., delivery: _Optional[_Union[_delivery_pb2.DeliveryMetrics, _Mapping]] = ...) -> None: ...

class SpeechActivity(_message.Message):
    __slots__ = ("speaking", "offset")
    SPEAKING_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    speaking: bool
    offset: _duration_pb2.Duration
    def __init__(self, speaking: _Optional[bool] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class VoiceEvent(_message.Message):
    __slots__ = ("speech_id", "state", "text", "offset", "question_id")
    SPEECH_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    speech_id: str
    state: VoiceState
    text: str
    offset: _duration_pb2.Duration
    question_id: str
    def __init__(self, speech_id: _Optional[str] = ..., state: _Optional[_Union[VoiceState, str]] = ..., text: _Optional[str] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., question_id: _Optional[str] = ...) -> None: ...

class FaceGlimpse(_message.Message):
    __slots__ = ("face_state", "looked_at_screen", "center_x", "center_y", "interocular_pixels", "offset")
    FACE_STATE_FIELD_NUMBER: _ClassVar[int]
    LOOKED_AT_SCREEN_FIELD_NUMBER: _ClassVar[int]
    CENTER_X_FIELD_NUMBER: _ClassVar[int]
    CENTER_Y_FIELD_NUMBER: _ClassVar[int]
    INTEROCULAR_PIXELS_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    face_state: _behaviour_pb2.FaceState
    looked_at_screen: bool
    center_x: float
    center_y: float
    interocular_pixels: float
    offset: _duration_pb2.Duration
    def __init__(self, face_state: _Optional[_Union[_behaviour_pb2.FaceState, str]] = ..., looked_at_screen: _Optional[bool] = ..., center_x: _Optional[float] = ..., center_y: _Optional[float] = ..., interocular_pixels: _Optional[float] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class QuestionShown(_message.Message):
    __slots__ = ("question_id", "text", "kind", "index", "total")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    text: str
    kind: _question_pb2.QuestionKind
    index: int
    total: int
    def __init__(self, question_id: _Optional[str] = ..., text: _Optional[str] = ..., kind: _Optional[_Union[_question_pb2.QuestionKind, str]] = ..., index: _Optional[int] = ..., total: _Optional[int] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("kind", "offset")
    KIND_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    kind: NoticeKind
    offset: _duration_pb2.Duration
    def __init__(self, kind: _Optional[_Union[NoticeKind, str]] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class InputLevel(_message.Message):
    __slots__ = ("dbfs", "offset")
    DBFS_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    dbfs: float
    offset: _duration_pb2.Duration
    def __init__(self, dbfs: _Optional[float] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Pong(_message.Message):
    __slots__ = ("token", "offset")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    token: int
    offset: _duration_pb2.Duration
    def __init__(self, token: _Optional[int] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class CalibrationDone(_message.Message):
    __slots__ = ("succeeded", "no_steady_face")
    SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    NO_STEADY_FACE_FIELD_NUMBER: _ClassVar[int]
    succeeded: bool
    no_steady_face: bool
    def __init__(self, succeeded: _Optional[bool] = ..., no_steady_face: _Optional[bool] = ...) -> None: ...

class LiveEvent(_message.Message):
    __slots__ = ("sequence", "caption", "speech_activity", "voice", "face", "behaviour_window", "question", "notice", "input_level", "pong", "calibration")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CAPTION_FIELD_NUMBER: _ClassVar[int]
    SPEECH_ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    FACE_FIELD_NUMBER: _ClassVar[int]
    BEHAVIOUR_WINDOW_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    INPUT_LEVEL_FIELD_NUMBER: _ClassVar[int]
    PONG_FIELD_NUMBER: _ClassVar[int]
    CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    caption: Caption
    speech_activity: SpeechActivity
    voice: VoiceEvent
    face: FaceGlimpse
    behaviour_window: _behaviour_pb2.BehaviourWindow
    question: QuestionShown
    notice: Notice
    input_level: InputLevel
    pong: Pong
    calibration: CalibrationDone
    def __init__(self, sequence: _Optional[int] = ..., caption: _Optional[_Union[Caption, _Mapping]] = ..., speech_activity: _Optional[_Union[SpeechActivity, _Mapping]] = ..., voice: _Optional[_Union[VoiceEvent, _Mapping]] = ..., face: _Optional[_Union[FaceGlimpse, _Mapping]] = ..., behaviour_window: _Optional[_Union[_behaviour_pb2.BehaviourWindow, _Mapping]] = ..., question: _Optional[_Union[QuestionShown, _Mapping]] = ..., notice: _Optional[_Union[Notice, _Mapping]] = ..., input_level: _Optional[_Union[InputLevel, _Mapping]] = ..., pong: _Optional[_Union[Pong, _Mapping]] = ..., calibration: _Optional[_Union[CalibrationDone, _Mapping]] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: int
    def __init__(self, token: _Optional[int] = ...) -> None: ...

class Calibrate(_message.Message):
    __slots__ = ("duration",)
    DURATION_FIELD_NUMBER: _ClassVar[int]
    duration: _duration_pb2.Duration
    def __init__(self, duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RepeatQuestion(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HoldOn(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StopVoice(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LiveCommand(_message.Message):
    __slots__ = ("ping", "calibrate", "repeat_question", "hold_on", "stop_voice")
    PING_FIELD_NUMBER: _ClassVar[int]
    CALIBRATE_FIELD_NUMBER: _ClassVar[int]
    REPEAT_QUESTION_FIELD_NUMBER: _ClassVar[int]
    HOLD_ON_FIELD_NUMBER: _ClassVar[int]
    STOP_VOICE_FIELD_NUMBER: _ClassVar[int]
    ping: Ping
    calibrate: Calibrate
    repeat_question: RepeatQuestion
    hold_on: HoldOn
    stop_voice: StopVoice
    def __init__(self, ping: _Optional[_Union[Ping, _Mapping]] = ..., calibrate: _Optional[_Union[Calibrate, _Mapping]] = ..., repeat_question: _Optional[_Union[RepeatQuestion, _Mapping]] = ..., hold_on: _Optional[_Union[HoldOn, _Mapping]] = ..., stop_voice: _Optional[_Union[StopVoice, _Mapping]] = ...) -> None: ...
