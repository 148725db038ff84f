from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Scenario(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCENARIO_UNSPECIFIED: _ClassVar[Scenario]
    SCENARIO_TECHNICAL: _ClassVar[Scenario]
    SCENARIO_BEHAVIOURAL: _ClassVar[Scenario]
    SCENARIO_COMBINED: _ClassVar[Scenario]
    SCENARIO_CAREER_CHANGE: _ClassVar[Scenario]

class ExperienceLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPERIENCE_LEVEL_UNSPECIFIED: _ClassVar[ExperienceLevel]
    EXPERIENCE_LEVEL_NEW_GRADUATE: _ClassVar[ExperienceLevel]
    EXPERIENCE_LEVEL_JUNIOR: _ClassVar[ExperienceLevel]
    EXPERIENCE_LEVEL_MID: _ClassVar[ExperienceLevel]
    EXPERIENCE_LEVEL_SENIOR: _ClassVar[ExperienceLevel]

class QuestionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUESTION_KIND_UNSPECIFIED: _ClassVar[QuestionKind]
    QUESTION_KIND_TECHNICAL: _ClassVar[QuestionKind]
    QUESTION_KIND_BEHAVIOURAL: _ClassVar[QuestionKind]
    QUESTION_KIND_EXPERIENCE: _ClassVar[QuestionKind]
    QUESTION_KIND_MOTIVATION: _ClassVar[QuestionKind]
    QUESTION_KIND_FOLLOW_UP: _ClassVar[QuestionKind]
SCENARIO_UNSPECIFIED: Scenario
SCENARIO_TECHNICAL: Scenario
SCENARIO_BEHAVIOURAL: Scenario
SCENARIO_COMBINED: Scenario
SCENARIO_CAREER_CHANGE: Scenario
EXPERIENCE_LEVEL_UNSPECIFIED: ExperienceLevel
EXPERIENCE_LEVEL_NEW_GRADUATE: ExperienceLevel
EXPERIENCE_LEVEL_JUNIOR: ExperienceLevel
EXPERIENCE_LEVEL_MID: ExperienceLevel
EXPERIENCE_LEVEL_SENIOR: ExperienceLevel
QUESTION_KIND_UNSPECIFIED: QuestionKind
QUESTION_KIND_TECHNICAL: QuestionKind
QUESTION_KIND_BEHAVIOURAL: QuestionKind
QUESTION_KIND_EXPERIENCE: QuestionKind
QUESTION_KIND_MOTIVATION: QuestionKind
QUESTION_KIND_FOLLOW_UP: QuestionKind

class ExpectedPoint(_message.Message):
    __slots__ = ("point_id", "text", "synonyms")
    POINT_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SYNONYMS_FIELD_NUMBER: _ClassVar[int]
    point_id: str
    text: str
    synonyms: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, point_id: _Optional[str] = ..., text: _Optional[str] = ..., synonyms: _Optional[_Iterable[str]] = ...) -> None: ...

class Question(_message.Message):
    __slots__ = ("source_id", "text", "kind", "competency", "difficulty", "suggested_seconds", "expected_points", "grounding_quote", "follows_source_id")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    COMPETENCY_FIELD_NUMBER: _ClassVar[int]
    DIFFICULTY_FIELD_NUMBER: _ClassVar[int]
    SUGGESTED_SECONDS_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_POINTS_FIELD_NUMBER: _ClassVar[int]
    GROUNDING_QUOTE_FIELD_NUMBER: _ClassVar[int]
    FOLLOWS_SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    text: str
    kind: QuestionKind
    competency: str
    difficulty: int
    suggested_seconds: int
    expected_points: _containers.RepeatedCompositeFieldContainer[ExpectedPoint]
    grounding_quote: str
    follows_source_id: str
    def __init__(self, source_id: _Optional[str] = ..., text: _Optional[str] = ..., kind: _Optional[_Union[QuestionKind, str]] = ..., competency: _Optional[str] = ..., difficulty: _Optional[int] = ..., suggested_seconds: _Optional[int] = ..., expected_points: _Optional[_Iterable[_Union[ExpectedPoint, _Mapping]]] = ..., grounding_quote: _Optional[str] = ..., follows_source_id: _Optional[str] = ...) -> None: ...
