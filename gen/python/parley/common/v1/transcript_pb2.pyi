import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WordTimeSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WORD_TIME_SOURCE_UNSPECIFIED: _ClassVar[WordTimeSource]
    WORD_TIME_SOURCE_ALIGNED: _ClassVar[WordTimeSource]
    WORD_TIME_SOURCE_INTERPOLATED: _ClassVar[WordTimeSource]

class NoTextReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NO_TEXT_REASON_UNSPECIFIED: _ClassVar[NoTextReason]
    NO_TEXT_REASON_NOT_SPEECH: _ClassVar[NoTextReason]
    NO_TEXT_REASON_SUPPRESSED: _ClassVar[NoTextReason]
    NO_TEXT_REASON_LANGUAGE_UNSUPPORTED: _ClassVar[NoTextReason]
    NO_TEXT_REASON_ENGINE_FAILED: _ClassVar[NoTextReason]
    NO_TEXT_REASON_NO_ENGINE: _ClassVar[NoTextReason]
WORD_TIME_SOURCE_UNSPECIFIED: WordTimeSource
WORD_TIME_SOURCE_ALIGNED: WordTimeSource
WORD_TIME_SOURCE_INTERPOLATED: WordTimeSource
NO_TEXT_REASON_UNSPECIFIED: NoTextReason
NO_TEXT_REASON_NOT_SPEECH: NoTextReason
NO_TEXT_REASON_SUPPRESSED: NoTextReason
NO_TEXT_REASON_LANGUAGE_UNSUPPORTED: NoTextReason
NO_TEXT_REASON_ENGINE_FAILED: NoTextReason
NO_TEXT_REASON_NO_ENGINE: NoTextReason

class Word(_message.Message):
    __slots__ = ("text", "start_offset", "end_offset", "confidence")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    text: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    confidence: float
    def __init__(self, text: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., confidence: _Optional[float] = ...) -> None: ...

class Utterance(_message.Message):
    __slots__ = ("utterance_id", "start_offset", "end_offset", "text", "words", "word_time_source", "no_text_reason", "confidence")
    UTTERANCE_ID_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    WORD_TIME_SOURCE_FIELD_NUMBER: _ClassVar[int]
    NO_TEXT_REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    utterance_id: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    text: str
    words: _containers.RepeatedCompositeFieldContainer[Word]
    word_time_source: WordTimeSource
    no_text_reason: NoTextReason
    confidence: float
    def __init__(self, utterance_id: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., text: _Optional[str] = ..., words: _Optional[_Iterable[_Union[Word, _Mapping]]] = ..., word_time_source: _Optional[_Union[WordTimeSource, str]] = ..., no_text_reason: _Optional[_Union[NoTextReason, str]] = ..., confidence: _Optional[float] = ...) -> None: ...
