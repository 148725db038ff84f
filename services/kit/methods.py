"""What a contract says about one RPC method, read from its descriptor when the server starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from parley.options.v1 import options_pb2
from protovalidate import Validator

from services.kit import telemetry
from services.kit.rpc import PrincipalKind
from services.kit.validation import Decoder, decoder

_KINDS: Mapping[int, PrincipalKind] = {
    options_pb2.AUDIENCE_CANDIDATE: "candidate",
    options_pb2.AUDIENCE_RECRUITER: "recruiter",
    options_pb2.AUDIENCE_INTERNAL: "internal",
}


class MisdeclaredMethod(Exception):
    """A method cannot be served as it is declared; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Method:
    """One RPC method: what its contract says, once."""

    path: str
    public: bool
    kinds: frozenset[PrincipalKind]
    decode: Decoder
    request_streaming: bool
    response_streaming: bool
    metrics: telemetry.MethodMetrics

    @property
    def streaming(self) -> bool:
        """Whether either side streams."""
        return self.request_streaming or self.response_streaming


def describe(full_name: str, validator: Validator) -> Method:
    """Method ``package.Service.Name``. Raises MisdeclaredMethod if it is unknown or states no audience."""
    try:
        described: MethodDescriptor = descriptor_pool.Default().FindMethodByName(full_name)
    except KeyError:
        raise MisdeclaredMethod(f"{full_name} is in no contract of this process") from None
    audiences: Sequence[int] = described.GetOptions().Extensions[options_pb2.audience]  # type: ignore[index]  # stub bug
    if not audiences:
        raise MisdeclaredMethod(f"{full_name} has no audience option: nobody could say who may call it")
    service, _, name = full_name.rpartition(".")
    path = f"/{service}/{name}"
    return Method(
        path,
        options_pb2.AUDIENCE_PUBLIC in audiences,
        frozenset(_KINDS[audience] for audience in audiences if audience in _KINDS),
        decoder(described.input_type, validator),
        described.client_streaming,
        described.server_streaming,
        telemetry.method_metrics(path),
    )
