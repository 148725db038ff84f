"""Reads from the contracts which RPCs browsers may reach: the audience option of each method decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from google.protobuf.descriptor import FileDescriptor, MethodDescriptor
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass
from parley.media.v1 import media_service_pb2
from parley.options.v1 import options_pb2
from parley.reasoning.v1 import reasoning_service_pb2
from parley.session.v1 import (
    account_service_pb2,
    consent_service_pb2,
    interview_service_pb2,
    recorder_service_pb2,
    resume_service_pb2,
)
from parley.speech.v1 import speech_service_pb2
from parley.vision.v1 import vision_service_pb2

from services.gateway.domain.methods import ExposedMethod, is_exposed

# Every service contract. Listed by hand so that a new one is exposed by a decision; a test compares with proto/.
CONTRACTS: Final[tuple[FileDescriptor, ...]] = tuple(
    module.DESCRIPTOR
    for module in (
        account_service_pb2,
        consent_service_pb2,
        interview_service_pb2,
        recorder_service_pb2,
        resume_service_pb2,
        media_service_pb2,
        speech_service_pb2,
        vision_service_pb2,
        reasoning_service_pb2,
    )
)
_PEER_FIELD: Final = "peer_id"
_PREFIX: Final = "AUDIENCE_"


def exposed_methods(contracts: Iterable[FileDescriptor] = CONTRACTS) -> list[ExposedMethod]:
    """The RPCs of `contracts` that browsers may reach, in the order of the contracts."""
    return [_exposed(method) for contract in contracts for method in _methods(contract) if _is_exposed(method)]


def _methods(contract: FileDescriptor) -> Iterator[MethodDescriptor]:
    for service in contract.services_by_name.values():
        yield from service.methods


def _is_exposed(method: MethodDescriptor) -> bool:
    options: Any = method.GetOptions()
    values = options.Extensions[options_pb2.audience]
    audiences = [options_pb2.Audience.Name(value).removeprefix(_PREFIX).lower() for value in values]
    return is_exposed(audiences, client_streaming=method.client_streaming)


def _exposed(method: MethodDescriptor) -> ExposedMethod:
    service = method.containing_service
    return ExposedMethod(
        path=f"/{service.full_name}/{method.name}",
        upstream=service.file.package.split(".")[1],  # parley.<service>.v1
        streams=method.server_streaming,
        peer_id_of=_peer_reader(method),
    )


def _peer_reader(method: MethodDescriptor) -> Callable[[bytes], str] | None:
    if _PEER_FIELD not in method.input_type.fields_by_name:
        return None
    message_class: Any = GetMessageClass(method.input_type)

    def peer_id(request: bytes) -> str:
        try:
            return str(message_class.FromString(request).peer_id)
        except DecodeError:
            return ""  # media says what is wrong with it

    return peer_id
