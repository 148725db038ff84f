"""Every error of the edge as the browser sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.rpc import status_pb2

from services.gateway import convert
from services.gateway.domain import errors
from services.gateway.domain.status import DETAILS_KEY, RpcStatus
from services.kit.errors import ServiceError, decode

Code = grpc.StatusCode


def sent(error: Exception) -> ServiceError:
    """The typed error that a browser reads back."""
    status = convert.status_of(error, on_fault=lambda *_: None)
    details = status_pb2.Status.FromString(dict(status.trailing)[DETAILS_KEY])
    assert (details.code, details.message) == (status.code, status.message)
    return decode(next(code for code in Code if code.value[0] == status.code), details)


@pytest.mark.parametrize(
    ("error", "code", "reason", "retryable"),
    [
        (errors.MalformedRequest("cut off"), Code.INVALID_ARGUMENT, "MALFORMED_REQUEST", False),
        (errors.RequestTooLarge(5), Code.RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE", False),
        (errors.WrongMessageCount(2), Code.UNIMPLEMENTED, "WRONG_MESSAGE_COUNT", False),
        (errors.CompressedRequest(), Code.UNIMPLEMENTED, "COMPRESSION_UNSUPPORTED", False),
        (errors.MethodUnknown("/a/B"), Code.UNIMPLEMENTED, "METHOD_UNKNOWN", False),
        (errors.DeadlinePassed(1), Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", True),
        (errors.BodyTooSlow(1), Code.DEADLINE_EXCEEDED, "REQUEST_TOO_SLOW", True),
        (errors.Draining(), Code.UNAVAILABLE, "GATEWAY_RESTARTING", True),
        (errors.ClientGone(), Code.CANCELLED, "CLIENT_GONE", False),
        (errors.UpstreamUnreachable("session"), Code.UNAVAILABLE, "UPSTREAM_UNREACHABLE", True),
        (errors.TooManyAttempts(7.2), Code.RESOURCE_EXHAUSTED, "TOO_MANY_ATTEMPTS", True),
        (errors.TooManyStreams(3, 5.0), Code.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS", True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_refusal_is_typed(error: Exception, code: grpc.StatusCode, reason: str, retryable: bool) -> None:
    read = sent(error)
    assert (read.code, read.reason, read.retryable) == (code, reason, retryable)


def test_every_edge_error_has_a_status() -> None:
    def leaves(cls: type[Exception]) -> set[type[Exception]]:
        return set().union(*map(leaves, cls.__subclasses__())) if cls.__subclasses__() else {cls}

    own = {errors.TooManyAttempts, errors.TooManyStreams, errors.UpstreamFailure}  # these carry theirs
    assert leaves(errors.EdgeError) - own == set(convert.ERRORS)


def test_the_wait_is_said_exactly() -> None:
    assert sent(errors.TooManyAttempts(7.2)).retry_after_s == pytest.approx(7.2)


def test_an_upstreams_status_goes_through_untouched() -> None:
    status = RpcStatus(9, "as it came", (("x-a", "b"),))
    assert convert.status_of(errors.UpstreamFailure(status), on_fault=lambda *_: None) is status


def test_what_nobody_expected_is_reported_with_its_id_and_not_told() -> None:
    faults: list[tuple[Exception, str]] = []
    error = LookupError("what the candidate said")
    status = convert.status_of(error, on_fault=lambda *fault: faults.append(fault))
    details = decode(Code.INTERNAL, status_pb2.Status.FromString(dict(status.trailing)[DETAILS_KEY]))
    assert status.code == Code.INTERNAL.value[0]
    assert "candidate" not in str(status)
    assert faults == [(error, details.metadata["error_id"])]


@dataclass
class _Context:
    """The part of a servicer context that is read."""

    metadata: tuple[tuple[str, Any], ...]
    address: str

    def invocation_metadata(self) -> Any:
        return self.metadata

    def peer(self) -> str:
        return self.address

    def time_remaining(self) -> float:
        return 2.5


@pytest.mark.parametrize(
    ("peer", "client"), [("ipv4:192.0.2.7:5000", "192.0.2.7"), ("ipv6:[2001:db8::9]:5000", "2001:db8::/64")]
)
def test_what_goes_along_with_a_request(peer: str, client: str) -> None:
    metadata = (("authorization", "Bearer x"), ("x-request-id", "r"), ("x-other", "y"))
    call = convert.call_of(_Context(metadata, peer))  # type: ignore[arg-type]  # only what is read
    assert (call.authorization, call.request_id, call.time_left_s, call.client) == ("Bearer x", "r", 2.5, client)
    assert convert.call_of(_Context((("x-request-id", "r"),), peer)).authorization is None  # type: ignore[arg-type]
