from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ResumeSectionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESUME_SECTION_KIND_UNSPECIFIED: _ClassVar[ResumeSectionKind]
    RESUME_SECTION_KIND_EDUCATION: _ClassVar[ResumeSectionKind]
    RESUME_SECTION_KIND_EXPERIENCE: _ClassVar[ResumeSectionKind]
    RESUME_SECTION_KIND_PROJECTS: _ClassVar[ResumeSectionKind]
    RESUME_SECTION_KIND_SKILLS: _ClassVar[ResumeSectionKind]
    RESUME_SECTION_KIND_CERTIFICATES: _ClassVar[ResumeSectionKind]
    RESUME_SECTION_KIND_AWARDS: _ClassVar[ResumeSectionKind]
    RESUME_SECTION_KIND_SELF_INTRODUCTION: _ClassVar[ResumeSectionKind]

class DroppedIdentifier(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DROPPED_IDENTIFIER_UNSPECIFIED: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_RESIDENT_NUMBER: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_BIRTH_DATE: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_FAMILY: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_MARITAL_STATUS: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_HOME_REGION: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_PHOTOGRAPH: _ClassVar[DroppedIdentifier]
RESUME_SECTION_KIND_UNSPECIFIED: ResumeSectionKind
RESUME_SECTION_KIND_EDUCATION: ResumeSectionKind
RESUME_SECTION_KIND_EXPERIENCE: ResumeSectionKind
RESUME_SECTION_KIND_PROJECTS: ResumeSectionKind
RESUME_SECTION_KIND_SKILLS: ResumeSectionKind
RESUME_SECTION_KIND_CERTIFICATES: ResumeSectionKind
RESUME_SECTION_KIND_AWARDS: ResumeSectionKind
RESUME_SECTION_KIND_SELF_INTRODUCTION: ResumeSectionKind
DROPPED_IDENTIFIER_UNSPECIFIED: DroppedIdentifier
DROPPED_IDENTIFIER_RESIDENT_NUMBER: DroppedIdentifier
DROPPED_IDENTIFIER_BIRTH_DATE: DroppedIdentifier
DROPPED_IDENTIFIER_FAMILY: DroppedIdentifier
DROPPED_IDENTIFIER_MARITAL_STATUS: DroppedIdentifier
DROPPED_IDENTIFIER_HOME_REGION: DroppedIdentifier
DROPPED_IDENTIFIER_PHOTOGRAPH: DroppedIdentifier

class ResumeSection(_message.Message):
    __slots__ = ("kind", "heading", "lines")
    KIND_FIELD_NUMBER: _ClassVar[int]
    HEADING_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    kind: ResumeSectionKind
    heading: str
    lines: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[_Union[ResumeSectionKind, str]] = ..., heading: _Optional[str] = ..., lines: _Optional[_Iterable[str]] = ...) -> None: ...

class Resume(_message.Message):
    __slots__ = ("sections", "target_position", "skills", "dropped")
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    TARGET_POSITION_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    sections: _containers.RepeatedCompositeFieldContainer[ResumeSection]
    target_position: str
    skills: _containers.RepeatedScalarFieldContainer[str]
    dropped: _containers.RepeatedScalarFieldContainer[DroppedIdentifier]
    def __init__(self, sections: _Optional[_Iterable[_Union[ResumeSection, _Mapping]]] = ..., target_position: _Optional[str] = ..., skills: _Optional[_Iterable[str]] = ..., dropped: _Optional[_Iterable[_Union[DroppedIdentifier, str]]] = ...) -> None: ...
