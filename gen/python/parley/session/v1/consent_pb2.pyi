import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConsentPurpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_PURPOSE_UNSPECIFIED: _ClassVar[ConsentPurpose]
    CONSENT_PURPOSE_RECORDING: _ClassVar[ConsentPurpose]
    CONSENT_PURPOSE_TRANSCRIPT_SCORING: _ClassVar[ConsentPurpose]
    CONSENT_PURPOSE_VIDEO_METRICS: _ClassVar[ConsentPurpose]
    CONSENT_PURPOSE_SHARING: _ClassVar[ConsentPurpose]
    CONSENT_PURPOSE_RESUME: _ClassVar[ConsentPurpose]
CONSENT_PURPOSE_UNSPECIFIED: ConsentPurpose
CONSENT_PURPOSE_RECORDING: ConsentPurpose
CONSENT_PURPOSE_TRANSCRIPT_SCORING: ConsentPurpose
CONSENT_PURPOSE_VIDEO_METRICS: ConsentPurpose
CONSENT_PURPOSE_SHARING: ConsentPurpose
CONSENT_PURPOSE_RESUME: ConsentPurpose

class Consent(_message.Message):
    __slots__ = ("consent_id", "purpose", "text_version", "shared_with", "grant_time", "withdraw_time")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VERSION_FIELD_NUMBER: _ClassVar[int]
    SHARED_WITH_FIELD_NUMBER: _ClassVar[int]
    GRANT_TIME_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    purpose: ConsentPurpose
    text_version: str
    shared_with: str
    grant_time: _timestamp_pb2.Timestamp
    withdraw_time: _timestamp_pb2.Timestamp
    def __init__(self, consent_id: _Optional[str] = ..., purpose: _Optional[_Union[ConsentPurpose, str]] = ..., text_version: _Optional[str] = ..., shared_with: _Optional[str] = ..., grant_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
