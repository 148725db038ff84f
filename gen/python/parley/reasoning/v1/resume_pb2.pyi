from parley.common.v1 import language_pb2 as _language_pb2
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
    DROPPED_IDENTIFIER_NAME: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_PHONE: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_EMAIL: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_PERSONAL_PAGE: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_GENDER: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_NATIONALITY: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_MILITARY_SERVICE: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_RELIGION: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_PHYSICAL_TRAITS: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_PROTECTED_STATUS: _ClassVar[DroppedIdentifier]
    DROPPED_IDENTIFIER_PROPERTY: _ClassVar[DroppedIdentifier]
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
DROPPED_IDENTIFIER_NAME: DroppedIdentifier
DROPPED_IDENTIFIER_PHONE: DroppedIdentifier
DROPPED_IDENTIFIER_EMAIL: DroppedIdentifier
DROPPED_IDENTIFIER_PERSONAL_PAGE: DroppedIdentifier
DROPPED_IDENTIFIER_GENDER: DroppedIdentifier
DROPPED_IDENTIFIER_NATIONALITY: DroppedIdentifier
DROPPED_IDENTIFIER_MILITARY_SERVICE: DroppedIdentifier
DROPPED_IDENTIFIER_RELIGION: DroppedIdentifier
DROPPED_IDENTIFIER_PHYSICAL_TRAITS: DroppedIdentifier
DROPPED_IDENTIFIER_PROTECTED_STATUS: DroppedIdentifier
DROPPED_IDENTIFIER_PROPERTY: DroppedIdentifier

class ResumeMonth(_message.Message):
    __slots__ = ("year", "month")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    year: int
    month: int
    def __init__(self, year: _Optional[int] = ..., month: _Optional[int] = ...) -> None: ...

class ResumeEntry(_message.Message):
    __slots__ = ("first_line", "line_count", "start", "end", "ongoing", "organisation", "role", "degree")
    FIRST_LINE_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    ONGOING_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DEGREE_FIELD_NUMBER: _ClassVar[int]
    first_line: int
    line_count: int
    start: ResumeMonth
    end: ResumeMonth
    ongoing: bool
    organisation: str
    role: str
    degree: str
    def __init__(self, first_line: _Optional[int] = ..., line_count: _Optional[int] = ..., start: _Optional[_Union[ResumeMonth, _Mapping]] = ..., end: _Optional[_Union[ResumeMonth, _Mapping]] = ..., ongoing: _Optional[bool] = ..., organisation: _Optional[str] = ..., role: _Optional[str] = ..., degree: _Optional[str] = ...) -> None: ...

class ResumeSection(_message.Message):
    __slots__ = ("kind", "heading", "lines", "entries")
    KIND_FIELD_NUMBER: _ClassVar[int]
    HEADING_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    kind: ResumeSectionKind
    heading: str
    lines: _containers.RepeatedScalarFieldContainer[str]
    entries: _containers.RepeatedCompositeFieldContainer[ResumeEntry]
    def __init__(self, kind: _Optional[_Union[ResumeSectionKind, str]] = ..., heading: _Optional[str] = ..., lines: _Optional[_Iterable[str]] = ..., entries: _Optional[_Iterable[_Union[ResumeEntry, _Mapping]]] = ...) -> None: ...

class Resume(_message.Message):
    __slots__ = ("sections", "target_position", "skills", "dropped", "language")
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    TARGET_POSITION_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    sections: _containers.RepeatedCompositeFieldContainer[ResumeSection]
    target_position: str
    skills: _containers.RepeatedScalarFieldContainer[str]
    dropped: _containers.RepeatedScalarFieldContainer[DroppedIdentifier]
    language: _language_pb2.Language
    def __init__(self, sections: _Optional[_Iterable[_Union[ResumeSection, _Mapping]]] = ..., target_position: _Optional[str] = ..., skills: _Optional[_Iterable[str]] = ..., dropped: _Optional[_Iterable[_Union[DroppedIdentifier, str]]] = ..., language: _Optional[_Union[_language_pb2.Language, str]] = ...) -> None: ...
