from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QualityTier(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUALITY_TIER_UNSPECIFIED: _ClassVar[QualityTier]
    QUALITY_TIER_LOW: _ClassVar[QualityTier]
    QUALITY_TIER_STANDARD: _ClassVar[QualityTier]
    QUALITY_TIER_HIGH: _ClassVar[QualityTier]

class FallbackReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FALLBACK_REASON_UNSPECIFIED: _ClassVar[FallbackReason]
    FALLBACK_REASON_UNAVAILABLE: _ClassVar[FallbackReason]
    FALLBACK_REASON_BUSY: _ClassVar[FallbackReason]
    FALLBACK_REASON_MISCONFIGURED: _ClassVar[FallbackReason]
    FALLBACK_REASON_SLOW_START: _ClassVar[FallbackReason]
    FALLBACK_REASON_TIMEOUT: _ClassVar[FallbackReason]
    FALLBACK_REASON_TOO_LONG: _ClassVar[FallbackReason]
    FALLBACK_REASON_TRUNCATED: _ClassVar[FallbackReason]
    FALLBACK_REASON_MALFORMED: _ClassVar[FallbackReason]
    FALLBACK_REASON_LOOPING: _ClassVar[FallbackReason]
    FALLBACK_REASON_REFUSED: _ClassVar[FallbackReason]
    FALLBACK_REASON_WRONG_LANGUAGE: _ClassVar[FallbackReason]
    FALLBACK_REASON_INVENTED_QUOTE: _ClassVar[FallbackReason]
    FALLBACK_REASON_INVENTED_FACT: _ClassVar[FallbackReason]
    FALLBACK_REASON_FORBIDDEN_WORDS: _ClassVar[FallbackReason]
    FALLBACK_REASON_UNSUITABLE: _ClassVar[FallbackReason]
    FALLBACK_REASON_SUSPECT_ANSWER: _ClassVar[FallbackReason]
QUALITY_TIER_UNSPECIFIED: QualityTier
QUALITY_TIER_LOW: QualityTier
QUALITY_TIER_STANDARD: QualityTier
QUALITY_TIER_HIGH: QualityTier
FALLBACK_REASON_UNSPECIFIED: FallbackReason
FALLBACK_REASON_UNAVAILABLE: FallbackReason
FALLBACK_REASON_BUSY: FallbackReason
FALLBACK_REASON_MISCONFIGURED: FallbackReason
FALLBACK_REASON_SLOW_START: FallbackReason
FALLBACK_REASON_TIMEOUT: FallbackReason
FALLBACK_REASON_TOO_LONG: FallbackReason
FALLBACK_REASON_TRUNCATED: FallbackReason
FALLBACK_REASON_MALFORMED: FallbackReason
FALLBACK_REASON_LOOPING: FallbackReason
FALLBACK_REASON_REFUSED: FallbackReason
FALLBACK_REASON_WRONG_LANGUAGE: FallbackReason
FALLBACK_REASON_INVENTED_QUOTE: FallbackReason
FALLBACK_REASON_INVENTED_FACT: FallbackReason
FALLBACK_REASON_FORBIDDEN_WORDS: FallbackReason
FALLBACK_REASON_UNSUITABLE: FallbackReason
FALLBACK_REASON_SUSPECT_ANSWER: FallbackReason

class EngineInfo(_message.Message):
    __slots__ = ("capability", "name", "version", "quality", "languages", "upgrade_hint", "fallback_for", "fallback_reason")
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    UPGRADE_HINT_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_FOR_FIELD_NUMBER: _ClassVar[int]
    FALLBACK_REASON_FIELD_NUMBER: _ClassVar[int]
    capability: str
    name: str
    version: str
    quality: QualityTier
    languages: _containers.RepeatedScalarFieldContainer[str]
    upgrade_hint: str
    fallback_for: str
    fallback_reason: FallbackReason
    def __init__(self, capability: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[str] = ..., quality: _Optional[_Union[QualityTier, str]] = ..., languages: _Optional[_Iterable[str]] = ..., upgrade_hint: _Optional[str] = ..., fallback_for: _Optional[str] = ..., fallback_reason: _Optional[_Union[FallbackReason, str]] = ...) -> None: ...
