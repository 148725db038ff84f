"""Errors → the status that the browser sees; a gRPC-web call → what the use cases take. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import grpc

from services.gateway.domain import errors
from services.gateway.domain.limits import address_key
from services.gateway.domain.status import DETAILS_KEY, RpcStatus
from services.gateway.ports import Call
from services.kit.errors import ErrorMap, ErrorSpec, Internal, ResourceExhausted, ServiceError, encode, resolve
from services.kit.rpc import Context

_Code = grpc.StatusCode

ERRORS: Final[ErrorMap] = {
    errors.MalformedRequest: ErrorSpec(_Code.INVALID_ARGUMENT, "MALFORMED_REQUEST"),
    errors.RequestTooLarge: ErrorSpec(_Code.RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE"),
    errors.WrongMessageCount: ErrorSpec(_Code.UNIMPLEMENTED, "WRONG_MESSAGE_COUNT"),
    errors.CompressedRequest: ErrorSpec(_Code.UNIMPLEMENTED, "COMPRESSION_UNSUPPORTED"),
    errors.MethodUnknown: ErrorSpec(_Code.UNIMPLEMENTED, "METHOD_UNKNOWN"),
    errors.DeadlinePassed: ErrorSpec(_Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", retryable=True),
    errors.BodyTooSlow: ErrorSpec(_Code.DEADLINE_EXCEEDED, "REQUEST_TOO_SLOW", retryable=True),
    errors.Draining: ErrorSpec(_Code.UNAVAILABLE, "GATEWAY_RESTARTING", retryable=True),
    errors.ClientGone: ErrorSpec(_Code.CANCELLED, "CLIENT_GONE"),
    errors.UpstreamUnreachable: ErrorSpec(_Code.UNAVAILABLE, "UPSTREAM_UNREACHABLE", retryable=True),
}
_CODE_NAMES: Final[Mapping[int, str]] = {code.value[0]: code.name for code in _Code}


def status_of(error: Exception, on_fault: Callable[[Exception, str], None]) -> RpcStatus:
    """The status to send for `error`: an upstream's as it came, anything else as kit's servers would send it.

    `on_fault` hears of exceptions that nobody expected, with the error id that stands for their text on the wire.
    """
    if isinstance(error, errors.UpstreamFailure):
        return error.status
    typed = _typed(error)
    if isinstance(typed, Internal):
        on_fault(error, typed.metadata.get("error_id", ""))
    encoded = encode(typed)
    return RpcStatus(encoded.code, encoded.message, ((DETAILS_KEY, encoded.SerializeToString()),))


def _typed(error: Exception) -> ServiceError:
    if isinstance(error, errors.TooManyRequests):
        return ResourceExhausted(str(error), reason=error.reason, retry_after_s=error.retry_after_s)
    return resolve(error, ERRORS)


def code_name(code: int) -> str:
    """A google.rpc.Code number as its name, for logs and metrics."""
    return _CODE_NAMES.get(code, "UNKNOWN")


def call_of(context: Context) -> Call:
    """What goes along with a request, from its metadata."""
    metadata: dict[str, Any] = dict(context.invocation_metadata() or ())
    return Call(
        authorization=metadata.get("authorization"),
        request_id=metadata["x-request-id"],
        time_left_s=context.time_remaining(),
        client=address_key(_host(context.peer())),
    )


def _host(peer: str) -> str:
    """The address in a peer as gRPC writes it: 'ipv4:1.2.3.4:5', 'ipv6:[::1]:5'."""
    return peer.partition(":")[2].rpartition(":")[0].strip("[]")
