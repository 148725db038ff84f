from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Language(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANGUAGE_UNSPECIFIED: _ClassVar[Language]
    LANGUAGE_KOREAN: _ClassVar[Language]
    LANGUAGE_ENGLISH: _ClassVar[Language]
LANGUAGE_UNSPECIFIED: Language
LANGUAGE_KOREAN: Language
LANGUAGE_ENGLISH: Language
