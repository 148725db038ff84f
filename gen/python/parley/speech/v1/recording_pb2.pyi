import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from parley.common.v1 import language_pb2 as _language_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordingConfig(_message.Message):
    __slots__ = ("stream_id", "language", "size_bytes")
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    stream_id: str
    language: _language_pb2.Language
    size_bytes: int
    def __init__(self, stream_id: _Optional[str] = ..., language: _Optional[_Union[_language_pb2.Language, str]] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class RecordingSummary(_message.Message):
    __slots__ = ("duration", "container", "codec", "sample_rate_hz", "channel_count", "truncated", "utterances")
    DURATION_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_FIELD_NUMBER: _ClassVar[int]
    CODEC_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    UTTERANCES_FIELD_NUMBER: _ClassVar[int]
    duration: _duration_pb2.Duration
    container: str
    codec: str
    sample_rate_hz: int
    channel_count: int
    truncated: bool
    utterances: int
    def __init__(self, duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., container: _Optional[str] = ..., codec: _Optional[str] = ..., sample_rate_hz: _Optional[int] = ..., channel_count: _Optional[int] = ..., truncated: _Optional[bool] = ..., utterances: _Optional[int] = ...) -> None: ...
