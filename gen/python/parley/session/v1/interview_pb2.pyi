import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from parley.common.v1 import delivery_pb2 as _delivery_pb2
from parley.common.v1 import evaluation_pb2 as _evaluation_pb2
from parley.common.v1 import language_pb2 as _language_pb2
from parley.common.v1 import question_pb2 as _question_pb2
from parley.common.v1 import transcript_pb2 as _transcript_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InterviewStage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTERVIEW_STAGE_UNSPECIFIED: _ClassVar[InterviewStage]
    INTERVIEW_STAGE_PLANNING: _ClassVar[InterviewStage]
    INTERVIEW_STAGE_INTRO: _ClassVar[InterviewStage]
    INTERVIEW_STAGE_QUESTION: _ClassVar[InterviewStage]
    INTERVIEW_STAGE_ANSWER: _ClassVar[InterviewStage]
    INTERVIEW_STAGE_EVALUATION: _ClassVar[InterviewStage]
    INTERVIEW_STAGE_COMPLETE: _ClassVar[InterviewStage]
    INTERVIEW_STAGE_FAILED: _ClassVar[InterviewStage]

class NextAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NEXT_ACTION_UNSPECIFIED: _ClassVar[NextAction]
    NEXT_ACTION_WAIT: _ClassVar[NextAction]
    NEXT_ACTION_START: _ClassVar[NextAction]
    NEXT_ACTION_ANSWER: _ClassVar[NextAction]
    NEXT_ACTION_NEXT_QUESTION: _ClassVar[NextAction]
    NEXT_ACTION_RETRY: _ClassVar[NextAction]
    NEXT_ACTION_END: _ClassVar[NextAction]
    NEXT_ACTION_READ_REPORT: _ClassVar[NextAction]

class Intent(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTENT_UNSPECIFIED: _ClassVar[Intent]
    INTENT_CREATE: _ClassVar[Intent]
    INTENT_PLANNED: _ClassVar[Intent]
    INTENT_START: _ClassVar[Intent]
    INTENT_BEGIN_ANSWER: _ClassVar[Intent]
    INTENT_SUBMIT: _ClassVar[Intent]
    INTENT_RETRY: _ClassVar[Intent]
    INTENT_SKIP: _ClassVar[Intent]
    INTENT_FOLLOW_UP: _ClassVar[Intent]
    INTENT_END: _ClassVar[Intent]
    INTENT_REPORT_READY: _ClassVar[Intent]
    INTENT_FAIL: _ClassVar[Intent]

class InterviewMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INTERVIEW_MODE_UNSPECIFIED: _ClassVar[InterviewMode]
    INTERVIEW_MODE_PRACTICE: _ClassVar[InterviewMode]
    INTERVIEW_MODE_REALISTIC: _ClassVar[InterviewMode]

class TurnTaking(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TURN_TAKING_UNSPECIFIED: _ClassVar[TurnTaking]
    TURN_TAKING_AUTOMATIC: _ClassVar[TurnTaking]
    TURN_TAKING_MANUAL: _ClassVar[TurnTaking]

class AnswerStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANSWER_STATUS_UNSPECIFIED: _ClassVar[AnswerStatus]
    ANSWER_STATUS_OPEN: _ClassVar[AnswerStatus]
    ANSWER_STATUS_SUBMITTED: _ClassVar[AnswerStatus]
    ANSWER_STATUS_EVALUATING: _ClassVar[AnswerStatus]
    ANSWER_STATUS_EVALUATED: _ClassVar[AnswerStatus]
    ANSWER_STATUS_FAILED: _ClassVar[AnswerStatus]
    ANSWER_STATUS_SKIPPED: _ClassVar[AnswerStatus]
    ANSWER_STATUS_SUPERSEDED: _ClassVar[AnswerStatus]
    ANSWER_STATUS_NOT_SCORED: _ClassVar[AnswerStatus]

class AnswerOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ANSWER_ORIGIN_UNSPECIFIED: _ClassVar[AnswerOrigin]
    ANSWER_ORIGIN_SPOKEN: _ClassVar[AnswerOrigin]
    ANSWER_ORIGIN_TYPED: _ClassVar[AnswerOrigin]
INTERVIEW_STAGE_UNSPECIFIED: InterviewStage
INTERVIEW_STAGE_PLANNING: InterviewStage
INTERVIEW_STAGE_INTRO: InterviewStage
INTERVIEW_STAGE_QUESTION: InterviewStage
INTERVIEW_STAGE_ANSWER: InterviewStage
INTERVIEW_STAGE_EVALUATION: InterviewStage
INTERVIEW_STAGE_COMPLETE: InterviewStage
INTERVIEW_STAGE_FAILED: InterviewStage
NEXT_ACTION_UNSPECIFIED: NextAction
NEXT_ACTION_WAIT: NextAction
NEXT_ACTION_START: NextAction
NEXT_ACTION_ANSWER: NextAction
NEXT_ACTION_NEXT_QUESTION: NextAction
NEXT_ACTION_RETRY: NextAction
NEXT_ACTION_END: NextAction
NEXT_ACTION_READ_REPORT: NextAction
INTENT_UNSPECIFIED: Intent
INTENT_CREATE: Intent
INTENT_PLANNED: Intent
INTENT_START: Intent
INTENT_BEGIN_ANSWER: Intent
INTENT_SUBMIT: Intent
INTENT_RETRY: Intent
INTENT_SKIP: Intent
INTENT_FOLLOW_UP: Intent
INTENT_END: Intent
INTENT_REPORT_READY: Intent
INTENT_FAIL: Intent
INTERVIEW_MODE_UNSPECIFIED: InterviewMode
INTERVIEW_MODE_PRACTICE: InterviewMode
INTERVIEW_MODE_REALISTIC: InterviewMode
TURN_TAKING_UNSPECIFIED: TurnTaking
TURN_TAKING_AUTOMATIC: TurnTaking
TURN_TAKING_MANUAL: TurnTaking
ANSWER_STATUS_UNSPECIFIED: AnswerStatus
ANSWER_STATUS_OPEN: AnswerStatus
ANSWER_STATUS_SUBMITTED: AnswerStatus
ANSWER_STATUS_EVALUATING: AnswerStatus
ANSWER_STATUS_EVALUATED: AnswerStatus
ANSWER_STATUS_FAILED: AnswerStatus
ANSWER_STATUS_SKIPPED: AnswerStatus
ANSWER_STATUS_SUPERSEDED: AnswerStatus
ANSWER_STATUS_NOT_SCORED: AnswerStatus
ANSWER_ORIGIN_UNSPECIFIED: AnswerOrigin
ANSWER_ORIGIN_SPOKEN: AnswerOrigin
ANSWER_ORIGIN_TYPED: AnswerOrigin

class InterviewSettings(_message.Message):
    __slots__ = ("language", "role", "scenario", "experience_level", "difficulty", "question_count", "mode", "turn_taking", "max_follow_ups", "resume_id")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SCENARIO_FIELD_NUMBER: _ClassVar[int]
    EXPERIENCE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    DIFFICULTY_FIELD_NUMBER: _ClassVar[int]
    QUESTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    TURN_TAKING_FIELD_NUMBER: _ClassVar[int]
    MAX_FOLLOW_UPS_FIELD_NUMBER: _ClassVar[int]
    RESUME_ID_FIELD_NUMBER: _ClassVar[int]
    language: _language_pb2.Language
    role: str
    scenario: _question_pb2.Scenario
    experience_level: _question_pb2.ExperienceLevel
    difficulty: int
    question_count: int
    mode: InterviewMode
    turn_taking: TurnTaking
    max_follow_ups: int
    resume_id: str
    def __init__(self, language: _Optional[_Union[_language_pb2.Language, str]] = ..., role: _Optional[str] = ..., scenario: _Optional[_Union[_question_pb2.Scenario, str]] = ..., experience_level: _Optional[_Union[_question_pb2.ExperienceLevel, str]] = ..., difficulty: _Optional[int] = ..., question_count: _Optional[int] = ..., mode: _Optional[_Union[InterviewMode, str]] = ..., turn_taking: _Optional[_Union[TurnTaking, str]] = ..., max_follow_ups: _Optional[int] = ..., resume_id: _Optional[str] = ...) -> None: ...

class InterviewQuestion(_message.Message):
    __slots__ = ("question_id", "index", "question", "follows_question_id", "spoken_duration")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    FOLLOWS_QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_DURATION_FIELD_NUMBER: _ClassVar[int]
    question_id: str
    index: int
    question: _question_pb2.Question
    follows_question_id: str
    spoken_duration: _duration_pb2.Duration
    def __init__(self, question_id: _Optional[str] = ..., index: _Optional[int] = ..., question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ..., follows_question_id: _Optional[str] = ..., spoken_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("answer_id", "question_id", "attempt", "status", "origin", "transcript", "utterances", "delivery", "evaluation", "failure_message", "start_offset", "end_offset", "submit_time")
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    UTTERANCES_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    EVALUATION_FIELD_NUMBER: _ClassVar[int]
    FAILURE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_TIME_FIELD_NUMBER: _ClassVar[int]
    answer_id: str
    question_id: str
    attempt: int
    status: AnswerStatus
    origin: AnswerOrigin
    transcript: str
    utterances: _containers.RepeatedCompositeFieldContainer[_transcript_pb2.Utterance]
    delivery: _delivery_pb2.DeliveryMetrics
    evaluation: _evaluation_pb2.Evaluation
    failure_message: str
    start_offset: _duration_pb2.Duration
    end_offset: _duration_pb2.Duration
    submit_time: _timestamp_pb2.Timestamp
    def __init__(self, answer_id: _Optional[str] = ..., question_id: _Optional[str] = ..., attempt: _Optional[int] = ..., status: _Optional[_Union[AnswerStatus, str]] = ..., origin: _Optional[_Union[AnswerOrigin, str]] = ..., transcript: _Optional[str] = ..., utterances: _Optional[_Iterable[_Union[_transcript_pb2.Utterance, _Mapping]]] = ..., delivery: _Optional[_Union[_delivery_pb2.DeliveryMetrics, _Mapping]] = ..., evaluation: _Optional[_Union[_evaluation_pb2.Evaluation, _Mapping]] = ..., failure_message: _Optional[str] = ..., start_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., end_offset: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., submit_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StateChange(_message.Message):
    __slots__ = ("revision", "stage", "intent", "next_action", "question_id", "retry_count", "change_time", "scenario")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    NEXT_ACTION_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    RETRY_COUNT_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    SCENARIO_FIELD_NUMBER: _ClassVar[int]
    revision: int
    stage: InterviewStage
    intent: Intent
    next_action: NextAction
    question_id: str
    retry_count: int
    change_time: _timestamp_pb2.Timestamp
    scenario: _question_pb2.Scenario
    def __init__(self, revision: _Optional[int] = ..., stage: _Optional[_Union[InterviewStage, str]] = ..., intent: _Optional[_Union[Intent, str]] = ..., next_action: _Optional[_Union[NextAction, str]] = ..., question_id: _Optional[str] = ..., retry_count: _Optional[int] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., scenario: _Optional[_Union[_question_pb2.Scenario, str]] = ...) -> None: ...

class Interview(_message.Message):
    __slots__ = ("interview_id", "settings", "stage", "next_action", "revision", "questions", "answers", "current_question_id", "total_questions", "done_questions", "create_time", "start_time", "end_time", "failure_message", "history")
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    NEXT_ACTION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    CURRENT_QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    DONE_QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    FAILURE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    interview_id: str
    settings: InterviewSettings
    stage: InterviewStage
    next_action: NextAction
    revision: int
    questions: _containers.RepeatedCompositeFieldContainer[InterviewQuestion]
    answers: _containers.RepeatedCompositeFieldContainer[Answer]
    current_question_id: str
    total_questions: int
    done_questions: int
    create_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    failure_message: str
    history: _containers.RepeatedCompositeFieldContainer[StateChange]
    def __init__(self, interview_id: _Optional[str] = ..., settings: _Optional[_Union[InterviewSettings, _Mapping]] = ..., stage: _Optional[_Union[InterviewStage, str]] = ..., next_action: _Optional[_Union[NextAction, str]] = ..., revision: _Optional[int] = ..., questions: _Optional[_Iterable[_Union[InterviewQuestion, _Mapping]]] = ..., answers: _Optional[_Iterable[_Union[Answer, _Mapping]]] = ..., current_question_id: _Optional[str] = ..., total_questions: _Optional[int] = ..., done_questions: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failure_message: _Optional[str] = ..., history: _Optional[_Iterable[_Union[StateChange, _Mapping]]] = ...) -> None: ...
