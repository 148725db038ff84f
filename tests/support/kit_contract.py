"""A contract of our own for testing kit: the four RPC shapes, each audience, one constrained field.

Built in code, so that no proto file exists only for tests; what the stubs do is what generated ones do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import grpc
from buf.validate import validate_pb2
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.message_factory import GetMessageClass
from parley.options.v1 import options_pb2

PACKAGE = "parley.kittest.v1"
SERVICE = f"{PACKAGE}.EchoService"
UNDECLARED = f"{PACKAGE}.UndeclaredService"
_EVERYONE = (options_pb2.AUDIENCE_CANDIDATE, options_pb2.AUDIENCE_INTERNAL)
# name, request streams, response streams, audiences
_METHODS: Sequence[tuple[str, bool, bool, tuple[int, ...]]] = (
    ("UnaryUnary", False, False, _EVERYONE),
    ("UnaryStream", False, True, _EVERYONE),
    ("StreamUnary", True, False, _EVERYONE),
    ("StreamStream", True, True, _EVERYONE),
    ("Public", False, False, (options_pb2.AUDIENCE_PUBLIC,)),
    ("Inside", False, False, (options_pb2.AUDIENCE_INTERNAL,)),
)
SHAPES = ("UnaryUnary", "UnaryStream", "StreamUnary", "StreamStream")


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="parley/kittest/v1/echo.proto", package=PACKAGE, syntax="proto3")
    file.dependency.extend(["buf/validate/validate.proto", "parley/options/v1/options.proto"])
    message = file.message_type.add(name="Echo")
    text = message.field.add(name="text", number=1, type=descriptor_pb2.FieldDescriptorProto.TYPE_STRING, label=1)
    constraints: Any = text.options.Extensions
    constraints[validate_pb2.field].string.max_len = 8
    nested = message.field.add(name="parts", number=2, type=descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE, label=3)
    nested.type_name = f".{PACKAGE}.Echo"
    file.message_type.add(name="Free").field.add(name="data", number=1, type=12, label=1)
    service = file.service.add(name="EchoService")
    for name, request_streams, response_streams, audiences in _METHODS:
        method = service.method.add(name=name, input_type=f".{PACKAGE}.Echo", output_type=f".{PACKAGE}.Echo")
        method.client_streaming, method.server_streaming = request_streams, response_streams
        options: Any = method.options.Extensions
        options[options_pb2.audience].extend(audiences)
    undeclared = file.service.add(name="UndeclaredService")
    undeclared.method.add(name="UnaryUnary", input_type=f".{PACKAGE}.Echo", output_type=f".{PACKAGE}.Echo")
    return file


_POOL = descriptor_pool.Default()
_POOL.Add(_file())
Echo: Any = GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.Echo"))
Free: Any = GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.Free"))


class EchoStub:
    """What protoc would generate for EchoService's clients."""

    UnaryUnary: Any
    UnaryStream: Any
    StreamUnary: Any
    StreamStream: Any
    Public: Any
    Inside: Any

    def __init__(self, channel: grpc.aio.Channel, encode: Callable[[Any], bytes] = Echo.SerializeToString) -> None:
        for name, request_streams, response_streams, _ in _METHODS:
            make: Any = getattr(channel, _shape(request_streams, response_streams))
            path = f"/{SERVICE}/{name}"
            codec = {"request_serializer": encode, "response_deserializer": Echo.FromString}
            setattr(self, name, make(path, **codec, _registered_method=True))


def add_echo_to_server(servicer: object, server: Any) -> None:
    """What protoc would generate for EchoService's servers; methods that the servicer lacks are left out."""
    handlers = {}
    for name, request_streams, response_streams, _ in _METHODS:
        if hasattr(servicer, name):
            make = getattr(grpc, f"{_shape(request_streams, response_streams)}_rpc_method_handler")
            handlers[name] = make(getattr(servicer, name), Echo.FromString, Echo.SerializeToString)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_registered_method_handlers(SERVICE, handlers)


def add_undeclared_to_server(servicer: Any, server: Any) -> None:
    """Adds a service whose method states no audience."""
    handler = grpc.unary_unary_rpc_method_handler(servicer.UnaryUnary, Echo.FromString, Echo.SerializeToString)
    server.add_registered_method_handlers(UNDECLARED, {"UnaryUnary": handler})


async def call(stub: EchoStub, shape: str, *texts: str, **options: Any) -> list[str]:
    """Call a method of this shape with these texts and return the texts that came back."""
    request_streams, response_streams = shape.startswith("Stream"), shape.endswith("Stream")
    sent: Any = _requests(texts) if request_streams else Echo(text=texts[0])
    running = getattr(stub, shape)(sent, **options)
    if response_streams:
        return [message.text async for message in running]
    return [(await running).text]


async def _requests(texts: Sequence[str]) -> AsyncIterator[Any]:
    for text in texts:
        yield Echo(text=text)


def _shape(request_streams: bool, response_streams: bool) -> str:
    return f"{'stream' if request_streams else 'unary'}_{'stream' if response_streams else 'unary'}"
