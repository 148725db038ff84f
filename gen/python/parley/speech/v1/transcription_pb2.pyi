import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from parley.common.v1 import delivery_pb2 as _delivery_pb2
from parley.common.v1 import language_pb2 as _language_pb2
from parley.common.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AudioEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AUDIO_ENCODING_UNSPECIFIED: _ClassVar[AudioEncoding]
    AUDIO_ENCODING_PCM_S16LE: _ClassVar[AudioEncoding]

class TurnState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TURN_STATE_UNSPECIFIED: _ClassVar[TurnState]
    TURN_STATE_THINKING: _ClassVar[TurnState]
    TURN_STATE_ANSWERING: _ClassVar[TurnState]
    TURN_STATE_CONFIRMING: _ClassVar[TurnState]
    TURN_STATE_LISTENING_OFF: _ClassVar[TurnState]
AUDIO_ENCODING_UNSPECIFIED: AudioEncoding
AUDIO_ENCODING_PCM_S16LE: AudioEncoding
TURN_STATE_UNSPECIFIED: TurnState
TURN_STATE_THINKING: TurnState
TURN_STATE_ANSWERING: TurnState
TURN_STATE_CONFIRMING: TurnState
TURN_STATE_LISTENING_OFF: TurnState

class TranscribeConfig(_message.Message):
    __slots__ = ("stream_id", "language", "encoding", "sample_rate_hz", "channel_count", "start_offset", "partials", "patience", "turn_state")
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    PARTIALS_FIELD_NUMBER: _ClassVar[int]
    PATIENCE_FIELD_NUMBER: _ClassVar[int]
    TURN_STATE_FIELD_NUMBER: _ClassVar[int]
    stream_id: str
    language: _language_pb2.Language
    encoding: AudioEncoding
    sample_rate_hz: int
    channel_count: int
    start_offset: _duration_pb2.Duration
    partials: bool
    patience: _duration_pb2.Duration
    turn_state: TurnState
    def __init__(self, stream_id: _Optional[str] = ..., language: _Optional[_Union[_language_pb2.Language, str]] = ..., encoding: _Optional[_Union[AudioEncoding, str]] = ..., sample_rate_hz: _Optional[int] = ..., channel_count: _Optional[int] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., partials: _Optional[bool] = ..., patience: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., turn_state: _Optional[_Union[TurnState, str]] = ...) -> None: ...

class AudioChunk(_message.Message):
    __slots__ = ("sequence", "offset", "samples")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    offset: _duration_pb2.Duration
    samples: bytes
    def __init__(self, sequence: _Optional[int] = ..., offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., samples: _Optional[bytes] = ...) -> None: ...

class FinishUtterance(_message.Message):
    __slots__ = ("mark",)
    MARK_FIELD_NUMBER: _ClassVar[int]
    mark: str
    def __init__(self, mark: _Optional[str] = ...) -> None: ...

class SetTurnState(_message.Message):
    __slots__ = ("turn_state",)
    TURN_STATE_FIELD_NUMBER: _ClassVar[int]
    turn_state: TurnState
    def __init__(self, turn_state: _Optional[_Union[TurnState, str]] = ...) -> None: ...

class SpeechStarted(_message.Message):
    __slots__ = ("utterance_id", "start_offset")
    UTTERANCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    utterance_id: str
    start_offset: _duration_pb2.Duration
    def __init__(self, utterance_id: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class PartialTranscript(_message.Message):
    __slots__ = ("utterance_id", "start_offset", "end_offset", "text", "stable_chars", "stability")
    UTTERANCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    STABLE_CHARS_FIELD_NUMBER: _ClassVar[int]
    STABILITY_FIELD_NUMBER: _ClassVar[int]
    utterance_id: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    text: str
    stable_chars: int
    stability: float
    def __init__(self, utterance_id: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., text: _Optional[str] = ..., stable_chars: _Optional[int] = ..., stability: _Optional[float] = ...) -> None: ...

class SpeechEnded(_message.Message):
    __slots__ = ("utterance_id", "end_offset")
    UTTERANCE_ID_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    utterance_id: str
    end_offset: _duration_pb2.Duration
    def __init__(self, utterance_id: _Optional[str] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class FinalTranscript(_message.Message):
    __slots__ = ("utterance", "delivery", "processing_time")
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TIME_FIELD_NUMBER: _ClassVar[int]
    utterance: _transcript_pb2.Utterance
    delivery: _delivery_pb2.DeliveryMetrics
    processing_time: _duration_pb2.Duration
    def __init__(self, utterance: _Optional[_Union[_transcript_pb2.Utterance, _Mapping]] = ..., delivery: _Optional[_Union[_delivery_pb2.DeliveryMetrics, _Mapping]] = ..., processing_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class TurnEnded(_message.Message):
    __slots__ = ("end_offset", "utterance_ids", "probability")
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_IDS_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    end_offset: _duration_pb2.Duration
    utterance_ids: _containers.RepeatedScalarFieldContainer[str]
    probability: float
    def __init__(self, end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., utterance_ids: _Optional[_Iterable[str]] = ..., probability: _Optional[float] = ...) -> None: ...

class TurnEndEstimate(_message.Message):
    __slots__ = ("heard_offset", "probability", "turn_end_offset")
    HEARD_OFFSET_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    TURN_END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    heard_offset: _duration_pb2.Duration
    probability: float
    turn_end_offset: _duration_pb2.Duration
    def __init__(self, heard_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., probability: _Optional[float] = ..., turn_end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Finished(_message.Message):
    __slots__ = ("mark", "end_offset")
    MARK_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    mark: str
    end_offset: _duration_pb2.Duration
    def __init__(self, mark: _Optional[str] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class StreamProgress(_message.Message):
    __slots__ = ("processed_offset", "replay_from_offset")
    PROCESSED_OFFSET_FIELD_NUMBER: _ClassVar[int]
    REPLAY_FROM_OFFSET_FIELD_NUMBER: _ClassVar[int]
    processed_offset: _duration_pb2.Duration
    replay_from_offset: _duration_pb2.Duration
    def __init__(self, processed_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., replay_from_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
