import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from parley.options.v1 import options_pb2 as _options_pb2
from parley.reasoning.v1 import resume_pb2 as _resume_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StoredResume(_message.Message):
    __slots__ = ("resume_id", "filename", "content", "create_time")
    RESUME_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    resume_id: str
    filename: str
    content: _resume_pb2.Resume
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, resume_id: _Optional[str] = ..., filename: _Optional[str] = ..., content: _Optional[_Union[_resume_pb2.Resume, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UploadResumeRequest(_message.Message):
    __slots__ = ("request_id", "data", "filename")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    data: bytes
    filename: str
    def __init__(self, request_id: _Optional[str] = ..., data: _Optional[bytes] = ..., filename: _Optional[str] = ...) -> None: ...

class UploadResumeResponse(_message.Message):
    __slots__ = ("resume",)
    RESUME_FIELD_NUMBER: _ClassVar[int]
    resume: StoredResume
    def __init__(self, resume: _Optional[_Union[StoredResume, _Mapping]] = ...) -> None: ...

class GetResumeRequest(_message.Message):
    __slots__ = ("resume_id",)
    RESUME_ID_FIELD_NUMBER: _ClassVar[int]
    resume_id: str
    def __init__(self, resume_id: _Optional[str] = ...) -> None: ...

class GetResumeResponse(_message.Message):
    __slots__ = ("resume",)
    RESUME_FIELD_NUMBER: _ClassVar[int]
    resume: StoredResume
    def __init__(self, resume: _Optional[_Union[StoredResume, _Mapping]] = ...) -> None: ...

class ListResumesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListResumesResponse(_message.Message):
    __slots__ = ("resumes", "next_page_token")
    RESUMES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    resumes: _containers.RepeatedCompositeFieldContainer[StoredResume]
    next_page_token: str
    def __init__(self, resumes: _Optional[_Iterable[_Union[StoredResume, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteResumeRequest(_message.Message):
    __slots__ = ("request_id", "resume_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESUME_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    resume_id: str
    def __init__(self, request_id: _Optional[str] = ..., resume_id: _Optional[str] = ...) -> None: ...

class DeleteResumeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
