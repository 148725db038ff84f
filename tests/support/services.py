"""Every service of the contracts, found by its generated module, and valid requests for any of their RPCs."""

from __future__ import annotations

import importlib
import uuid
from typing import Any

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from parley.options.v1 import options_pb2

_RULES: Any = validate_pb2.field  # protoc's stubs have no type for extensions
SERVICES = {
    "parley.session.v1.account_service_pb2": "session",
    "parley.session.v1.consent_service_pb2": "session",
    "parley.session.v1.resume_service_pb2": "session",
    "parley.session.v1.interview_service_pb2": "session",
    "parley.session.v1.recorder_service_pb2": "session",
    "parley.media.v1.media_service_pb2": "media",
    "parley.speech.v1.speech_service_pb2": "speech",
    "parley.vision.v1.vision_service_pb2": "vision",
    "parley.reasoning.v1.reasoning_service_pb2": "reasoning",
}


def service_descriptors() -> list[ServiceDescriptor]:
    """The descriptors of all services."""
    return [
        service
        for module in SERVICES
        for service in importlib.import_module(module).DESCRIPTOR.services_by_name.values()
    ]


def audience_of(method: MethodDescriptor) -> list[int]:
    """The audience option of an RPC."""
    extension: Any = options_pb2.audience  # protoc's stubs have no type for extensions
    return list(method.GetOptions().Extensions[extension])


def valid_request(descriptor: Descriptor) -> Message:
    """A message of this type that passes validation, with the least in it that its rules allow."""
    message: Message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        rules = field.GetOptions().Extensions[_RULES]
        if field.containing_oneof is None and not rules.ignore:
            _fill(message, field, rules)
    return message


def _fill(message: Message, field: FieldDescriptor, rules: validate_pb2.FieldRules) -> None:
    if field.is_repeated:
        if rules.repeated.min_items:
            getattr(message, field.name).append(_scalar(field, rules.repeated.items) or "x")
    elif field.message_type is not None:
        if rules.required:
            getattr(message, field.name).CopyFrom(valid_request(field.message_type))
    else:
        value = _scalar(field, rules)
        if value is not None:
            setattr(message, field.name, value)


def _scalar(field: FieldDescriptor, rules: validate_pb2.FieldRules) -> Any:
    kind = rules.WhichOneof("type")
    if field.type == FieldDescriptor.TYPE_STRING:
        return _string(rules)
    if kind == "bytes":
        return b"x" * rules.bytes.min_len
    if kind == "enum" and 0 in rules.enum.not_in:
        return 1
    if kind == "uint32" and rules.uint32.HasField("gte"):
        return rules.uint32.gte
    if kind == "uint64" and rules.uint64.HasField("gte"):
        return rules.uint64.gte
    return None


def _string(rules: validate_pb2.FieldRules) -> str | None:
    if rules.string.uuid:
        return str(uuid.uuid4())
    if rules.string.email:
        return f"{uuid.uuid4().hex}@example.com"
    return "x" * rules.string.min_len or None
