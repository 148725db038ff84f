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
QUALITY_TIER_UNSPECIFIED: QualityTier
QUALITY_TIER_LOW: QualityTier
QUALITY_TIER_STANDARD: QualityTier
QUALITY_TIER_HIGH: QualityTier

class EngineInfo(_message.Message):
    __slots__ = ("capability", "name", "version", "quality", "languages", "upgrade_hint")
    CAPABILITY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    UPGRADE_HINT_FIELD_NUMBER: _ClassVar[int]
    capability: str
    name: str
    version: str
    quality: QualityTier
    languages: _containers.RepeatedScalarFieldContainer[str]
    upgrade_hint: str
    def __init__(self, capability: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[str] = ..., quality: _Optional[_Union[QualityTier, str]] = ..., languages: _Optional[_Iterable[str]] = ..., upgrade_hint: _Optional[str] = ...) -> None: ...
