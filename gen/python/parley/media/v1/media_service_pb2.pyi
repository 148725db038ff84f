from buf.validate import validate_pb2 as _validate_pb2
from parley.common.v1 import language_pb2 as _language_pb2
from parley.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NegotiateRequest(_message.Message):
    __slots__ = ("request_id", "interview_id", "sdp", "peer_id", "language")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INTERVIEW_ID_FIELD_NUMBER: _ClassVar[int]
    SDP_FIELD_NUMBER: _ClassVar[int]
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    interview_id: str
    sdp: str
    peer_id: str
    language: _language_pb2.Language
    def __init__(self, request_id: _Optional[str] = ..., interview_id: _Optional[str] = ..., sdp: _Optional[str] = ..., peer_id: _Optional[str] = ..., language: _Optional[_Union[_language_pb2.Language, str]] = ...) -> None: ...

class NegotiateResponse(_message.Message):
    __slots__ = ("peer_id", "sdp")
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    SDP_FIELD_NUMBER: _ClassVar[int]
    peer_id: str
    sdp: str
    def __init__(self, peer_id: _Optional[str] = ..., sdp: _Optional[str] = ...) -> None: ...

class AddIceCandidateRequest(_message.Message):
    __slots__ = ("peer_id", "candidate", "sdp_mid", "sdp_mline_index")
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    SDP_MID_FIELD_NUMBER: _ClassVar[int]
    SDP_MLINE_INDEX_FIELD_NUMBER: _ClassVar[int]
    peer_id: str
    candidate: str
    sdp_mid: str
    sdp_mline_index: int
    def __init__(self, peer_id: _Optional[str] = ..., candidate: _Optional[str] = ..., sdp_mid: _Optional[str] = ..., sdp_mline_index: _Optional[int] = ...) -> None: ...

class AddIceCandidateResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HangupRequest(_message.Message):
    __slots__ = ("peer_id",)
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    peer_id: str
    def __init__(self, peer_id: _Optional[str] = ...) -> None: ...

class HangupResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetIceServersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class IceServer(_message.Message):
    __slots__ = ("urls", "username", "credential")
    URLS_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    urls: _containers.RepeatedScalarFieldContainer[str]
    username: str
    credential: str
    def __init__(self, urls: _Optional[_Iterable[str]] = ..., username: _Optional[str] = ..., credential: _Optional[str] = ...) -> None: ...

class GetIceServersResponse(_message.Message):
    __slots__ = ("ice_servers",)
    ICE_SERVERS_FIELD_NUMBER: _ClassVar[int]
    ice_servers: _containers.RepeatedCompositeFieldContainer[IceServer]
    def __init__(self, ice_servers: _Optional[_Iterable[_Union[IceServer, _Mapping]]] = ...) -> None: ...
