from buf.validate import validate_pb2 as _validate_pb2
from parley.common.v1 import engine_pb2 as _engine_pb2
from parley.common.v1 import evaluation_pb2 as _evaluation_pb2
from parley.common.v1 import language_pb2 as _language_pb2
from parley.common.v1 import question_pb2 as _question_pb2
from parley.options.v1 import options_pb2 as _options_pb2
from parley.reasoning.v1 import resume_pb2 as _resume_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RoleMatch(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_MATCH_UNSPECIFIED: _ClassVar[RoleMatch]
    ROLE_MATCH_EXACT: _ClassVar[RoleMatch]
    ROLE_MATCH_NEAREST: _ClassVar[RoleMatch]
    ROLE_MATCH_NONE: _ClassVar[RoleMatch]

class NoFollowUpReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NO_FOLLOW_UP_REASON_UNSPECIFIED: _ClassVar[NoFollowUpReason]
    NO_FOLLOW_UP_REASON_COMPLETE: _ClassVar[NoFollowUpReason]
    NO_FOLLOW_UP_REASON_LIMIT_REACHED: _ClassVar[NoFollowUpReason]
    NO_FOLLOW_UP_REASON_NOTHING_TO_QUOTE: _ClassVar[NoFollowUpReason]
ROLE_MATCH_UNSPECIFIED: RoleMatch
ROLE_MATCH_EXACT: RoleMatch
ROLE_MATCH_NEAREST: RoleMatch
ROLE_MATCH_NONE: RoleMatch
NO_FOLLOW_UP_REASON_UNSPECIFIED: NoFollowUpReason
NO_FOLLOW_UP_REASON_COMPLETE: NoFollowUpReason
NO_FOLLOW_UP_REASON_LIMIT_REACHED: NoFollowUpReason
NO_FOLLOW_UP_REASON_NOTHING_TO_QUOTE: NoFollowUpReason

class PlanInterviewRequest(_message.Message):
    __slots__ = ("language", "role", "scenario", "experience_level", "difficulty", "question_count", "asked_source_ids", "resume", "seed")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SCENARIO_FIELD_NUMBER: _ClassVar[int]
    EXPERIENCE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    DIFFICULTY_FIELD_NUMBER: _ClassVar[int]
    QUESTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    ASKED_SOURCE_IDS_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    language: _language_pb2.Language
    role: str
    scenario: _question_pb2.Scenario
    experience_level: _question_pb2.ExperienceLevel
    difficulty: int
    question_count: int
    asked_source_ids: _containers.RepeatedScalarFieldContainer[str]
    resume: _resume_pb2.Resume
    seed: int
    def __init__(self, language: _Optional[_Union[_language_pb2.Language, str]] = ..., role: _Optional[str] = ..., scenario: _Optional[_Union[_question_pb2.Scenario, str]] = ..., experience_level: _Optional[_Union[_question_pb2.ExperienceLevel, str]] = ..., difficulty: _Optional[int] = ..., question_count: _Optional[int] = ..., asked_source_ids: _Optional[_Iterable[str]] = ..., resume: _Optional[_Union[_resume_pb2.Resume, _Mapping]] = ..., seed: _Optional[int] = ...) -> None: ...

class PlanInterviewResponse(_message.Message):
    __slots__ = ("index", "question", "role_match", "role_family", "engine")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    ROLE_MATCH_FIELD_NUMBER: _ClassVar[int]
    ROLE_FAMILY_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    index: int
    question: _question_pb2.Question
    role_match: RoleMatch
    role_family: str
    engine: _engine_pb2.EngineInfo
    def __init__(self, index: _Optional[int] = ..., question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ..., role_match: _Optional[_Union[RoleMatch, str]] = ..., role_family: _Optional[str] = ..., engine: _Optional[_Union[_engine_pb2.EngineInfo, _Mapping]] = ...) -> None: ...

class Exchange(_message.Message):
    __slots__ = ("question", "transcript")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.Question
    transcript: str
    def __init__(self, question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ..., transcript: _Optional[str] = ...) -> None: ...

class AskFollowUpRequest(_message.Message):
    __slots__ = ("language", "exchange", "earlier_follow_ups")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FOLLOW_UPS_FIELD_NUMBER: _ClassVar[int]
    language: _language_pb2.Language
    exchange: Exchange
    earlier_follow_ups: _containers.RepeatedCompositeFieldContainer[Exchange]
    def __init__(self, language: _Optional[_Union[_language_pb2.Language, str]] = ..., exchange: _Optional[_Union[Exchange, _Mapping]] = ..., earlier_follow_ups: _Optional[_Iterable[_Union[Exchange, _Mapping]]] = ...) -> None: ...

class AskFollowUpResponse(_message.Message):
    __slots__ = ("question", "no_follow_up_reason", "engine")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    NO_FOLLOW_UP_REASON_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.Question
    no_follow_up_reason: NoFollowUpReason
    engine: _engine_pb2.EngineInfo
    def __init__(self, question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ..., no_follow_up_reason: _Optional[_Union[NoFollowUpReason, str]] = ..., engine: _Optional[_Union[_engine_pb2.EngineInfo, _Mapping]] = ...) -> None: ...

class StreamFollowUpRequest(_message.Message):
    __slots__ = ("language", "exchange", "earlier_follow_ups")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FOLLOW_UPS_FIELD_NUMBER: _ClassVar[int]
    language: _language_pb2.Language
    exchange: Exchange
    earlier_follow_ups: _containers.RepeatedCompositeFieldContainer[Exchange]
    def __init__(self, language: _Optional[_Union[_language_pb2.Language, str]] = ..., exchange: _Optional[_Union[Exchange, _Mapping]] = ..., earlier_follow_ups: _Optional[_Iterable[_Union[Exchange, _Mapping]]] = ...) -> None: ...

class FollowUpSentence(_message.Message):
    __slots__ = ("text", "question")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    text: str
    question: _question_pb2.Question
    def __init__(self, text: _Optional[str] = ..., question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ...) -> None: ...

class StreamFollowUpResponse(_message.Message):
    __slots__ = ("sentence", "follow_up")
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_UP_FIELD_NUMBER: _ClassVar[int]
    sentence: FollowUpSentence
    follow_up: AskFollowUpResponse
    def __init__(self, sentence: _Optional[_Union[FollowUpSentence, _Mapping]] = ..., follow_up: _Optional[_Union[AskFollowUpResponse, _Mapping]] = ...) -> None: ...

class EvaluateAnswerRequest(_message.Message):
    __slots__ = ("language", "exchange", "transcript_quality")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_QUALITY_FIELD_NUMBER: _ClassVar[int]
    language: _language_pb2.Language
    exchange: Exchange
    transcript_quality: _engine_pb2.QualityTier
    def __init__(self, language: _Optional[_Union[_language_pb2.Language, str]] = ..., exchange: _Optional[_Union[Exchange, _Mapping]] = ..., transcript_quality: _Optional[_Union[_engine_pb2.QualityTier, str]] = ...) -> None: ...

class EvaluateAnswerResponse(_message.Message):
    __slots__ = ("evaluation",)
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    evaluation: _evaluation_pb2.Evaluation
    def __init__(self, evaluation: _Optional[_Union[_evaluation_pb2.Evaluation, _Mapping]] = ...) -> None: ...

class EvaluatedExchange(_message.Message):
    __slots__ = ("exchange", "evaluation")
    EXCHANGE_FIELD_NUMBER: _ClassVar[int]
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    exchange: Exchange
    evaluation: _evaluation_pb2.Evaluation
    def __init__(self, exchange: _Optional[_Union[Exchange, _Mapping]] = ..., evaluation: _Optional[_Union[_evaluation_pb2.Evaluation, _Mapping]] = ...) -> None: ...

class WriteReportRequest(_message.Message):
    __slots__ = ("language", "role", "exchanges")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    EXCHANGES_FIELD_NUMBER: _ClassVar[int]
    language: _language_pb2.Language
    role: str
    exchanges: _containers.RepeatedCompositeFieldContainer[EvaluatedExchange]
    def __init__(self, language: _Optional[_Union[_language_pb2.Language, str]] = ..., role: _Optional[str] = ..., exchanges: _Optional[_Iterable[_Union[EvaluatedExchange, _Mapping]]] = ...) -> None: ...

class WriteReportResponse(_message.Message):
    __slots__ = ("summary", "practice_points", "engine")
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    PRACTICE_POINTS_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    summary: _containers.RepeatedScalarFieldContainer[str]
    practice_points: _containers.RepeatedScalarFieldContainer[str]
    engine: _engine_pb2.EngineInfo
    def __init__(self, summary: _Optional[_Iterable[str]] = ..., practice_points: _Optional[_Iterable[str]] = ..., engine: _Optional[_Union[_engine_pb2.EngineInfo, _Mapping]] = ...) -> None: ...

class ReadResumeRequest(_message.Message):
    __slots__ = ("data", "filename", "language")
    DATA_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    filename: str
    language: _language_pb2.Language
    def __init__(self, data: _Optional[bytes] = ..., filename: _Optional[str] = ..., language: _Optional[_Union[_language_pb2.Language, str]] = ...) -> None: ...

class ReadResumeResponse(_message.Message):
    __slots__ = ("resume",)
    RESUME_FIELD_NUMBER: _ClassVar[int]
    resume: _resume_pb2.Resume
    def __init__(self, resume: _Optional[_Union[_resume_pb2.Resume, _Mapping]] = ...) -> None: ...

class EmbedTextsRequest(_message.Message):
    __slots__ = ("texts",)
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ...) -> None: ...

class Embedding(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...

class EmbedTextsResponse(_message.Message):
    __slots__ = ("embeddings", "engine")
    EMBEDDINGS_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    embeddings: _containers.RepeatedCompositeFieldContainer[Embedding]
    engine: _engine_pb2.EngineInfo
    def __init__(self, embeddings: _Optional[_Iterable[_Union[Embedding, _Mapping]]] = ..., engine: _Optional[_Union[_engine_pb2.EngineInfo, _Mapping]] = ...) -> None: ...

class GetCapabilitiesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCapabilitiesResponse(_message.Message):
    __slots__ = ("engines", "role_families")
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    ROLE_FAMILIES_FIELD_NUMBER: _ClassVar[int]
    engines: _containers.RepeatedCompositeFieldContainer[_engine_pb2.EngineInfo]
    role_families: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, engines: _Optional[_Iterable[_Union[_engine_pb2.EngineInfo, _Mapping]]] = ..., role_families: _Optional[_Iterable[str]] = ...) -> None: ...
