import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from parley.common.v1 import behaviour_pb2 as _behaviour_pb2
from parley.common.v1 import delivery_pb2 as _delivery_pb2
from parley.common.v1 import engine_pb2 as _engine_pb2
from parley.common.v1 import evaluation_pb2 as _evaluation_pb2
from parley.session.v1 import interview_pb2 as _interview_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReportStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORT_STATUS_UNSPECIFIED: _ClassVar[ReportStatus]
    REPORT_STATUS_PENDING: _ClassVar[ReportStatus]
    REPORT_STATUS_READY: _ClassVar[ReportStatus]
    REPORT_STATUS_FAILED: _ClassVar[ReportStatus]

class NoScoreReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NO_SCORE_REASON_UNSPECIFIED: _ClassVar[NoScoreReason]
    NO_SCORE_REASON_NO_CONSENT: _ClassVar[NoScoreReason]
    NO_SCORE_REASON_NO_MEASURABLE_FACE: _ClassVar[NoScoreReason]
    NO_SCORE_REASON_NO_VIDEO: _ClassVar[NoScoreReason]
    NO_SCORE_REASON_NO_VOICE: _ClassVar[NoScoreReason]
    NO_SCORE_REASON_TYPED: _ClassVar[NoScoreReason]
    NO_SCORE_REASON_ANALYSIS_DOWN: _ClassVar[NoScoreReason]
REPORT_STATUS_UNSPECIFIED: ReportStatus
REPORT_STATUS_PENDING: ReportStatus
REPORT_STATUS_READY: ReportStatus
REPORT_STATUS_FAILED: ReportStatus
NO_SCORE_REASON_UNSPECIFIED: NoScoreReason
NO_SCORE_REASON_NO_CONSENT: NoScoreReason
NO_SCORE_REASON_NO_MEASURABLE_FACE: NoScoreReason
NO_SCORE_REASON_NO_VIDEO: NoScoreReason
NO_SCORE_REASON_NO_VOICE: NoScoreReason
NO_SCORE_REASON_TYPED: NoScoreReason
NO_SCORE_REASON_ANALYSIS_DOWN: NoScoreReason

class CriterionSummary(_message.Message):
    __slots__ = ("criterion", "mean_level", "low", "high", "score", "answer_count")
    CRITERION_FIELD_NUMBER: _ClassVar[int]
    MEAN_LEVEL_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_COUNT_FIELD_NUMBER: _ClassVar[int]
    criterion: _evaluation_pb2.Criterion
    mean_level: float
    low: float
    high: float
    score: float
    answer_count: int
    def __init__(self, criterion: _Optional[_Union[_evaluation_pb2.Criterion, str]] = ..., mean_level: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., score: _Optional[float] = ..., answer_count: _Optional[int] = ...) -> None: ...

class TableScore(_message.Message):
    __slots__ = ("value", "reason")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    value: float
    reason: NoScoreReason
    def __init__(self, value: _Optional[float] = ..., reason: _Optional[_Union[NoScoreReason, str]] = ...) -> None: ...

class BehaviourRow(_message.Message):
    __slots__ = ("question_id", "label", "gaze", "voice", "smile", "posture", "composure", "total")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    GAZE_FIELD_NUMBER: _ClassVar[int]
    VOICE_FIELD_NUMBER: _ClassVar[int]
    SMILE_FIELD_NUMBER: _ClassVar[int]
    POSTURE_FIELD_NUMBER: _ClassVar[int]
    COMPOSURE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    label: str
    gaze: TableScore
    voice: TableScore
    smile: TableScore
    posture: TableScore
    composure: TableScore
    total: TableScore
    def __init__(self, question_id: _Optional[str] = ..., label: _Optional[str] = ..., gaze: _Optional[_Union[TableScore, _Mapping]] = ..., voice: _Optional[_Union[TableScore, _Mapping]] = ..., smile: _Optional[_Union[TableScore, _Mapping]] = ..., posture: _Optional[_Union[TableScore, _Mapping]] = ..., composure: _Optional[_Union[TableScore, _Mapping]] = ..., total: _Optional[_Union[TableScore, _Mapping]] = ...) -> None: ...

class QuestionReport(_message.Message):
    __slots__ = ("question", "answer")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    question: _interview_pb2.InterviewQuestion
    answer: _interview_pb2.Answer
    def __init__(self, question: _Optional[_Union[_interview_pb2.InterviewQuestion, _Mapping]] = ..., answer: _Optional[_Union[_interview_pb2.Answer, _Mapping]] = ...) -> None: ...

class BehaviourReport(_message.Message):
    __slots__ = ("windows", "face_states", "rows", "average")
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    FACE_STATES_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_FIELD_NUMBER: _ClassVar[int]
    windows: _containers.RepeatedCompositeFieldContainer[_behaviour_pb2.BehaviourWindow]
    face_states: _containers.RepeatedCompositeFieldContainer[_behaviour_pb2.FaceStateShare]
    rows: _containers.RepeatedCompositeFieldContainer[BehaviourRow]
    average: BehaviourRow
    def __init__(self, windows: _Optional[_Iterable[_Union[_behaviour_pb2.BehaviourWindow, _Mapping]]] = ..., face_states: _Optional[_Iterable[_Union[_behaviour_pb2.FaceStateShare, _Mapping]]] = ..., rows: _Optional[_Iterable[_Union[BehaviourRow, _Mapping]]] = ..., average: _Optional[_Union[BehaviourRow, _Mapping]] = ...) -> None: ...

class Report(_message.Message):
    __slots__ = ("interview_id", "status", "summary", "practice_points", "criteria", "overall_score", "questions", "behaviour", "delivery", "engines", "notices", "duration", "create_time", "failure_message")
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    PRACTICE_POINTS_FIELD_NUMBER: _ClassVar[int]
    CRITERIA_FIELD_NUMBER: _ClassVar[int]
    OVERALL_SCORE_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    BEHAVIOUR_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FAILURE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    interview_id: str
    status: ReportStatus
    summary: _containers.RepeatedScalarFieldContainer[str]
    practice_points: _containers.RepeatedScalarFieldContainer[str]
    criteria: _containers.RepeatedCompositeFieldContainer[CriterionSummary]
    overall_score: float
    questions: _containers.RepeatedCompositeFieldContainer[QuestionReport]
    behaviour: BehaviourReport
    delivery: _delivery_pb2.DeliveryMetrics
    engines: _containers.RepeatedCompositeFieldContainer[_engine_pb2.EngineInfo]
    notices: _containers.RepeatedScalarFieldContainer[str]
    duration: _duration_pb2.Duration
    create_time: _timestamp_pb2.Timestamp
    failure_message: str
    def __init__(self, interview_id: _Optional[str] = ..., status: _Optional[_Union[ReportStatus, str]] = ..., summary: _Optional[_Iterable[str]] = ..., practice_points: _Optional[_Iterable[str]] = ..., criteria: _Optional[_Iterable[_Union[CriterionSummary, _Mapping]]] = ..., overall_score: _Optional[float] = ..., questions: _Optional[_Iterable[_Union[QuestionReport, _Mapping]]] = ..., behaviour: _Optional[_Union[BehaviourReport, _Mapping]] = ..., delivery: _Optional[_Union[_delivery_pb2.DeliveryMetrics, _Mapping]] = ..., engines: _Optional[_Iterable[_Union[_engine_pb2.EngineInfo, _Mapping]]] = ..., notices: _Optional[_Iterable[str]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failure_message: _Optional[str] = ...) -> None: ...
