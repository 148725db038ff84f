import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from parley.common.v1 import delivery_pb2 as _delivery_pb2
from parley.common.v1 import engine_pb2 as _engine_pb2
from parley.common.v1 import language_pb2 as _language_pb2
from parley.common.v1 import question_pb2 as _question_pb2
from parley.common.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PlaybackOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PLAYBACK_OUTCOME_UNSPECIFIED: _ClassVar[PlaybackOutcome]
    PLAYBACK_OUTCOME_COMPLETED: _ClassVar[PlaybackOutcome]
    PLAYBACK_OUTCOME_INTERRUPTED: _ClassVar[PlaybackOutcome]
    PLAYBACK_OUTCOME_REPLACED: _ClassVar[PlaybackOutcome]
    PLAYBACK_OUTCOME_FAILED: _ClassVar[PlaybackOutcome]
PLAYBACK_OUTCOME_UNSPECIFIED: PlaybackOutcome
PLAYBACK_OUTCOME_COMPLETED: PlaybackOutcome
PLAYBACK_OUTCOME_INTERRUPTED: PlaybackOutcome
PLAYBACK_OUTCOME_REPLACED: PlaybackOutcome
PLAYBACK_OUTCOME_FAILED: PlaybackOutcome

class RecordHello(_message.Message):
    __slots__ = ("interview_id", "account_id", "peer_id", "engines")
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    interview_id: str
    account_id: str
    peer_id: str
    engines: _containers.RepeatedCompositeFieldContainer[_engine_pb2.EngineInfo]
    def __init__(self, interview_id: _Optional[str] = ..., account_id: _Optional[str] = ..., peer_id: _Optional[str] = ..., engines: _Optional[_Iterable[_Union[_engine_pb2.EngineInfo, _Mapping]]] = ...) -> None: ...

class RecordedUtterance(_message.Message):
    __slots__ = ("utterance", "delivery", "answer_id")
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    utterance: _transcript_pb2.Utterance
    delivery: _delivery_pb2.DeliveryMetrics
    answer_id: str
    def __init__(self, utterance: _Optional[_Union[_transcript_pb2.Utterance, _Mapping]] = ..., delivery: _Optional[_Union[_delivery_pb2.DeliveryMetrics, _Mapping]] = ..., answer_id: _Optional[str] = ...) -> None: ...

class RecordedTurnEnd(_message.Message):
    __slots__ = ("answer_id", "end_offset")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    end_offset: _duration_pb2.Duration
    def __init__(self, answer_id: _Optional[str] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RecordedAnswerStart(_message.Message):
    __slots__ = ("answer_id", "start_offset")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    start_offset: _duration_pb2.Duration
    def __init__(self, answer_id: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RecordedAnswerEnd(_message.Message):
    __slots__ = ("answer_id", "end_offset")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    end_offset: _duration_pb2.Duration
    def __init__(self, answer_id: _Optional[str] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RecordedPlayback(_message.Message):
    __slots__ = ("speech_id", "start_offset", "end_offset", "outcome")
    SPEECH_ID_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    speech_id: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    outcome: PlaybackOutcome
    def __init__(self, speech_id: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., outcome: _Optional[_Union[PlaybackOutcome, str]] = ...) -> None: ...

class RecordedMediaHealth(_message.Message):
    __slots__ = ("offset", "connected", "audio_flowing", "video_flowing", "speech_available", "vision_available")
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FLOWING_FIELD_NUMBER: _ClassVar[int]
    VIDEO_FLOWING_FIELD_NUMBER: _ClassVar[int]
    SPEECH_AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    VISION_AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    offset: _duration_pb2.Duration
    connected: bool
    audio_flowing: bool
    video_flowing: bool
    speech_available: bool
    vision_available: bool
    def __init__(self, offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., connected: _Optional[bool] = ..., audio_flowing: _Optional[bool] = ..., video_flowing: _Optional[bool] = ..., speech_available: _Optional[bool] = ..., vision_available: _Optional[bool] = ...) -> None: ...

class RecordAcknowledgement(_message.Message):
    __slots__ = ("up_to",)
    UP_TO_FIELD_NUMBER: _ClassVar[int]
    up_to: int
    def __init__(self, up_to: _Optional[int] = ...) -> None: ...

class RecordWelcome(_message.Message):
    __slots__ = ("acknowledged_up_to", "next_number", "clock_offset", "language", "recording_consented", "video_metrics_consented")
    ACKNOWLEDGED_UP_TO_FIELD_NUMBER: _ClassVar[int]
    NEXT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CLOCK_OFFSET_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    RECORDING_CONSENTED_FIELD_NUMBER: _ClassVar[int]
    VIDEO_METRICS_CONSENTED_FIELD_NUMBER: _ClassVar[int]
    acknowledged_up_to: int
    next_number: int
    clock_offset: _duration_pb2.Duration
    language: _language_pb2.Language
    recording_consented: bool
    video_metrics_consented: bool
    def __init__(self, acknowledged_up_to: _Optional[int] = ..., next_number: _Optional[int] = ..., clock_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., language: _Optional[_Union[_language_pb2.Language, str]] = ..., recording_consented: _Optional[bool] = ..., video_metrics_consented: _Optional[bool] = ...) -> None: ...

class CurrentQuestion(_message.Message):
    __slots__ = ("question_id", "answer_id", "text", "kind", "index", "total", "automatic_turn_end")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    AUTOMATIC_TURN_END_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    answer_id: str
    text: str
    kind: _question_pb2.QuestionKind
    index: int
    total: int
    automatic_turn_end: bool
    def __init__(self, question_id: _Optional[str] = ..., answer_id: _Optional[str] = ..., text: _Optional[str] = ..., kind: _Optional[_Union[_question_pb2.QuestionKind, str]] = ..., index: _Optional[int] = ..., total: _Optional[int] = ..., automatic_turn_end: _Optional[bool] = ...) -> None: ...

class Speak(_message.Message):
    __slots__ = ("speech_id", "text", "language", "question_id", "unfinished")
    SPEECH_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    UNFINISHED_FIELD_NUMBER: _ClassVar[int]
    speech_id: str
    text: str
    language: _language_pb2.Language
    question_id: str
    unfinished: bool
    def __init__(self, speech_id: _Optional[str] = ..., text: _Optional[str] = ..., language: _Optional[_Union[_language_pb2.Language, str]] = ..., question_id: _Optional[str] = ..., unfinished: _Optional[bool] = ...) -> None: ...

class StopSpeaking(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class FinishAnswer(_message.Message):
    __slots__ = ("answer_id",)
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    def __init__(self, answer_id: _Optional[str] = ...) -> None: ...

class EndMedia(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: str
    def __init__(self, message: _Optional[str] = ...) -> None: ...
