import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from parley.common.v1 import engine_pb2 as _engine_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Criterion(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CRITERION_UNSPECIFIED: _ClassVar[Criterion]
    CRITERION_TECHNICAL_ACCURACY: _ClassVar[Criterion]
    CRITERION_LOGIC: _ClassVar[Criterion]
    CRITERION_SPECIFICITY: _ClassVar[Criterion]
    CRITERION_RELEVANCE: _ClassVar[Criterion]
    CRITERION_COMMUNICATION: _ClassVar[Criterion]

class AbstentionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ABSTENTION_REASON_UNSPECIFIED: _ClassVar[AbstentionReason]
    ABSTENTION_REASON_TOO_SHORT: _ClassVar[AbstentionReason]
    ABSTENTION_REASON_LOW_TRANSCRIPT_QUALITY: _ClassVar[AbstentionReason]
    ABSTENTION_REASON_JUDGES_DISAGREE: _ClassVar[AbstentionReason]
    ABSTENTION_REASON_NOT_APPLICABLE: _ClassVar[AbstentionReason]
    ABSTENTION_REASON_NO_EVIDENCE: _ClassVar[AbstentionReason]

class AnswerCharacter(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANSWER_CHARACTER_UNSPECIFIED: _ClassVar[AnswerCharacter]
    ANSWER_CHARACTER_ON_TOPIC: _ClassVar[AnswerCharacter]
    ANSWER_CHARACTER_OFF_TOPIC: _ClassVar[AnswerCharacter]
    ANSWER_CHARACTER_EMPTY: _ClassVar[AnswerCharacter]
    ANSWER_CHARACTER_NONSENSE: _ClassVar[AnswerCharacter]
CRITERION_UNSPECIFIED: Criterion
CRITERION_TECHNICAL_ACCURACY: Criterion
CRITERION_LOGIC: Criterion
CRITERION_SPECIFICITY: Criterion
CRITERION_RELEVANCE: Criterion
CRITERION_COMMUNICATION: Criterion
ABSTENTION_REASON_UNSPECIFIED: AbstentionReason
ABSTENTION_REASON_TOO_SHORT: AbstentionReason
ABSTENTION_REASON_LOW_TRANSCRIPT_QUALITY: AbstentionReason
ABSTENTION_REASON_JUDGES_DISAGREE: AbstentionReason
ABSTENTION_REASON_NOT_APPLICABLE: AbstentionReason
ABSTENTION_REASON_NO_EVIDENCE: AbstentionReason
ANSWER_CHARACTER_UNSPECIFIED: AnswerCharacter
ANSWER_CHARACTER_ON_TOPIC: AnswerCharacter
ANSWER_CHARACTER_OFF_TOPIC: AnswerCharacter
ANSWER_CHARACTER_EMPTY: AnswerCharacter
ANSWER_CHARACTER_NONSENSE: AnswerCharacter

class Quote(_message.Message):
    __slots__ = ("text", "start_char", "end_char", "start_offset", "end_offset")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_CHAR_FIELD_NUMBER: _ClassVar[int]
    END_CHAR_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    text: str
    start_char: int
    end_char: int
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    def __init__(self, text: _Optional[str] = ..., start_char: _Optional[int] = ..., end_char: _Optional[int] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class LevelRange(_message.Message):
    __slots__ = ("low", "high")
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    low: int
    high: int
    def __init__(self, low: _Optional[int] = ..., high: _Optional[int] = ...) -> None: ...

class CriterionEvaluation(_message.Message):
    __slots__ = ("criterion", "level", "range", "quotes", "abstention_reason", "anchor", "explanation", "next_step")
    CRITERION_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    QUOTES_FIELD_NUMBER: _ClassVar[int]
    ABSTENTION_REASON_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    NEXT_STEP_FIELD_NUMBER: _ClassVar[int]
    criterion: Criterion
    level: int
    range: LevelRange
    quotes: _containers.RepeatedCompositeFieldContainer[Quote]
    abstention_reason: AbstentionReason
    anchor: str
    explanation: str
    next_step: str
    def __init__(self, criterion: _Optional[_Union[Criterion, str]] = ..., level: _Optional[int] = ..., range: _Optional[_Union[LevelRange, _Mapping]] = ..., quotes: _Optional[_Iterable[_Union[Quote, _Mapping]]] = ..., abstention_reason: _Optional[_Union[AbstentionReason, str]] = ..., anchor: _Optional[str] = ..., explanation: _Optional[str] = ..., next_step: _Optional[str] = ...) -> None: ...

class Evaluation(_message.Message):
    __slots__ = ("criteria", "character", "strengths", "weaknesses", "stronger_answer", "covered_point_ids", "score", "engine")
    CRITERIA_FIELD_NUMBER: _ClassVar[int]
    CHARACTER_FIELD_NUMBER: _ClassVar[int]
    STRENGTHS_FIELD_NUMBER: _ClassVar[int]
    WEAKNESSES_FIELD_NUMBER: _ClassVar[int]
    STRONGER_ANSWER_FIELD_NUMBER: _ClassVar[int]
    COVERED_POINT_IDS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    criteria: _containers.RepeatedCompositeFieldContainer[CriterionEvaluation]
    character: AnswerCharacter
    strengths: _containers.RepeatedScalarFieldContainer[str]
    weaknesses: _containers.RepeatedScalarFieldContainer[str]
    stronger_answer: str
    covered_point_ids: _containers.RepeatedScalarFieldContainer[str]
    score: float
    engine: _engine_pb2.EngineInfo
    def __init__(self, criteria: _Optional[_Iterable[_Union[CriterionEvaluation, _Mapping]]] = ..., character: _Optional[_Union[AnswerCharacter, str]] = ..., strengths: _Optional[_Iterable[str]] = ..., weaknesses: _Optional[_Iterable[str]] = ..., stronger_answer: _Optional[str] = ..., covered_point_ids: _Optional[_Iterable[str]] = ..., score: _Optional[float] = ..., engine: _Optional[_Union[_engine_pb2.EngineInfo, _Mapping]] = ...) -> None: ...
