from buf.validate import validate_pb2 as _validate_pb2
from parley.options.v1 import options_pb2 as _options_pb2
from parley.session.v1 import interview_pb2 as _interview_pb2
from parley.session.v1 import report_pb2 as _report_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateInterviewRequest(_message.Message):
    __slots__ = ("request_id", "settings")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    settings: _interview_pb2.InterviewSettings
    def __init__(self, request_id: _Optional[str] = ..., settings: _Optional[_Union[_interview_pb2.InterviewSettings, _Mapping]] = ...) -> None: ...

class CreateInterviewResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class GetInterviewRequest(_message.Message):
    __slots__ = ("interview_id",)
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    interview_id: str
    def __init__(self, interview_id: _Optional[str] = ...) -> None: ...

class GetInterviewResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class ListInterviewsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListInterviewsResponse(_message.Message):
    __slots__ = ("interviews", "next_page_token")
    INTERVIEWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    interviews: _containers.RepeatedCompositeFieldContainer[_interview_pb2.Interview]
    next_page_token: str
    def __init__(self, interviews: _Optional[_Iterable[_Union[_interview_pb2.Interview, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class StartInterviewRequest(_message.Message):
    __slots__ = ("request_id", "interview_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    interview_id: str
    def __init__(self, request_id: _Optional[str] = ..., interview_id: _Optional[str] = ...) -> None: ...

class StartInterviewResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class SubmitAnswerRequest(_message.Message):
    __slots__ = ("request_id", "interview_id", "question_id", "typed_text")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    TYPED_TEXT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    interview_id: str
    question_id: str
    typed_text: str
    def __init__(self, request_id: _Optional[str] = ..., interview_id: _Optional[str] = ..., question_id: _Optional[str] = ..., typed_text: _Optional[str] = ...) -> None: ...

class SubmitAnswerResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class RetryAnswerRequest(_message.Message):
    __slots__ = ("request_id", "interview_id", "question_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    interview_id: str
    question_id: str
    def __init__(self, request_id: _Optional[str] = ..., interview_id: _Optional[str] = ..., question_id: _Optional[str] = ...) -> None: ...

class RetryAnswerResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class SkipQuestionRequest(_message.Message):
    __slots__ = ("request_id", "interview_id", "question_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    interview_id: str
    question_id: str
    def __init__(self, request_id: _Optional[str] = ..., interview_id: _Optional[str] = ..., question_id: _Optional[str] = ...) -> None: ...

class SkipQuestionResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class RequestFollowUpRequest(_message.Message):
    __slots__ = ("request_id", "interview_id", "question_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    interview_id: str
    question_id: str
    def __init__(self, request_id: _Optional[str] = ..., interview_id: _Optional[str] = ..., question_id: _Optional[str] = ...) -> None: ...

class RequestFollowUpResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class EndInterviewRequest(_message.Message):
    __slots__ = ("request_id", "interview_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    interview_id: str
    def __init__(self, request_id: _Optional[str] = ..., interview_id: _Optional[str] = ...) -> None: ...

class EndInterviewResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class WatchInterviewRequest(_message.Message):
    __slots__ = ("interview_id", "after_revision")
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    interview_id: str
    after_revision: int
    def __init__(self, interview_id: _Optional[str] = ..., after_revision: _Optional[int] = ...) -> None: ...

class WatchInterviewResponse(_message.Message):
    __slots__ = ("interview",)
    INTERVIEW_FIELD_NUMBER: _ClassVar[int]
    interview: _interview_pb2.Interview
    def __init__(self, interview: _Optional[_Union[_interview_pb2.Interview, _Mapping]] = ...) -> None: ...

class GetReportRequest(_message.Message):
    __slots__ = ("interview_id",)
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    interview_id: str
    def __init__(self, interview_id: _Optional[str] = ...) -> None: ...

class GetReportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: _report_pb2.Report
    def __init__(self, report: _Optional[_Union[_report_pb2.Report, _Mapping]] = ...) -> None: ...

class CorrectTranscriptRequest(_message.Message):
    __slots__ = ("request_id", "interview_id", "answer_id", "transcript")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_ID_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    interview_id: str
    answer_id: str
    transcript: str
    def __init__(self, request_id: _Optional[str] = ..., interview_id: _Optional[str] = ..., answer_id: _Optional[str] = ..., transcript: _Optional[str] = ...) -> None: ...

class CorrectTranscriptResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: _interview_pb2.Answer
    def __init__(self, answer: _Optional[_Union[_interview_pb2.Answer, _Mapping]] = ...) -> None: ...
