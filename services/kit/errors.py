"""Errors that cross the wire, one tree for servers and clients.

ServiceError
├── InvalidArgument      the request is wrong; names the fields
├── NotFound             no such thing, or not visible to the caller
├── AlreadyExists        a thing with that key is there
├── FailedPrecondition   right request, wrong state; retry only after the state changed
├── PermissionDenied     the caller is known and may not
├── Unauthenticated      no credentials, or bad or expired ones
├── ResourceExhausted    a limit was hit (retryable)
├── Aborted              a concurrent change won (retryable)
├── Unavailable          not now (retryable)
├── DeadlineExceeded     out of time (retryable)
├── Unimplemented        not in this version
└── Internal             our fault; carries an error id, never text

A domain raises exceptions of its own; the service's ``ErrorMap`` gives each a status by its MRO. On the wire an error
is a ``google.rpc.Status`` with ``ErrorInfo`` (domain "parley"), ``BadRequest`` for fields and ``RetryInfo`` if a retry
can help.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from services.kit.ids import new_id

DOMAIN = "parley"
DETAILS_KEY = "grpc-status-details-bin"
DEFAULT_RETRY_AFTER_S = 1.0


class ServiceError(Exception):
    """An error with a status. ``message`` is for people and says what to do next; ``reason`` is for programs."""

    code: ClassVar[grpc.StatusCode] = grpc.StatusCode.UNKNOWN
    reason: str = "UNKNOWN"
    retryable: bool = False

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
        violations: Sequence[tuple[str, str]] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or type(self).reason
        self.retryable = type(self).retryable if retryable is None else retryable
        self.retry_after_s = retry_after_s
        self.violations = list(violations)
        self.metadata = dict(metadata or {})


class InvalidArgument(ServiceError):
    """The request is wrong whatever the state; ``violations`` names the fields."""

    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "INVALID_ARGUMENT"


class NotFound(ServiceError):
    """No such thing, or none that the caller may see."""

    code = grpc.StatusCode.NOT_FOUND
    reason = "NOT_FOUND"


class AlreadyExists(ServiceError):
    """Something with that key is there already."""

    code = grpc.StatusCode.ALREADY_EXISTS
    reason = "ALREADY_EXISTS"


class FailedPrecondition(ServiceError):
    """The request is right but the state does not allow it."""

    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "FAILED_PRECONDITION"


class PermissionDenied(ServiceError):
    """The caller is known and may not do this."""

    code = grpc.StatusCode.PERMISSION_DENIED
    reason = "PERMISSION_DENIED"


class Unauthenticated(ServiceError):
    """No credentials, or bad or expired ones."""

    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"


class ResourceExhausted(ServiceError):
    """A limit was hit; the same request may pass later."""

    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "RESOURCE_EXHAUSTED"
    retryable = True


class Aborted(ServiceError):
    """A concurrent change won; read again and retry."""

    code = grpc.StatusCode.ABORTED
    reason = "ABORTED"
    retryable = True


class Unavailable(ServiceError):
    """Not now: starting, draining, or a dependency is away."""

    code = grpc.StatusCode.UNAVAILABLE
    reason = "UNAVAILABLE"
    retryable = True


class DeadlineExceeded(ServiceError):
    """The time given was not enough; the work may or may not have been done."""

    code = grpc.StatusCode.DEADLINE_EXCEEDED
    reason = "DEADLINE_EXCEEDED"
    retryable = True


class Unimplemented(ServiceError):
    """This version does not have the RPC or the option."""

    code = grpc.StatusCode.UNIMPLEMENTED
    reason = "UNIMPLEMENTED"


class Internal(ServiceError):
    """A fault of ours: an id to find it in the log, and no text."""

    code = grpc.StatusCode.INTERNAL
    reason = "INTERNAL"


class Cancelled(ServiceError):
    """The call was cancelled by one of its ends. Only seen on the client side."""

    code = grpc.StatusCode.CANCELLED
    reason = "CANCELLED"


@dataclass(frozen=True, slots=True)
class ErrorSpec:
    """How a domain exception looks on the wire; ``retry_after_s`` None means the default when ``retryable``."""

    code: grpc.StatusCode
    reason: str
    retryable: bool = False
    retry_after_s: float | None = None


ErrorMap = Mapping[type[Exception], ErrorSpec]

_BY_CODE: Mapping[grpc.StatusCode, type[ServiceError]] = {cls.code: cls for cls in ServiceError.__subclasses__()}


def resolve(exc: BaseException, error_map: ErrorMap) -> ServiceError:
    """The error to send for ``exc``: itself, what ``error_map`` says by MRO, or ``Internal`` with a new error id.

    ``exc.violations`` and ``exc.metadata`` are used where a mapped exception has them; ``str(exc)`` is its message.
    Of a group (a handler with a TaskGroup raises those) the first exception that is known counts.
    """
    for each in leaves(exc):
        known = _known(each, error_map)
        if known is not None:
            return known
    return Internal("internal error", metadata={"error_id": new_id()})


def leaves(exc: BaseException) -> Iterator[BaseException]:
    """The exceptions in a group and in the groups inside it; any other exception alone."""
    if isinstance(exc, BaseExceptionGroup):
        for each in exc.exceptions:
            yield from leaves(each)
    else:
        yield exc


def _known(exc: BaseException, error_map: ErrorMap) -> ServiceError | None:
    if isinstance(exc, ServiceError):
        return exc
    if isinstance(exc, grpc.aio.AioRpcError):
        return _dependency_error(exc)
    for cls in type(exc).__mro__:
        spec = error_map.get(cls)
        if spec is not None:
            return _from_spec(exc, spec)
    return None


def _from_spec(exc: BaseException, spec: ErrorSpec) -> ServiceError:
    return _BY_CODE.get(spec.code, ServiceError)(
        str(exc),
        reason=spec.reason,
        retryable=spec.retryable,
        retry_after_s=spec.retry_after_s,
        violations=getattr(exc, "violations", ()),
        metadata=getattr(exc, "metadata", None),
    )


def _dependency_error(exc: grpc.aio.AioRpcError) -> ServiceError | None:
    """A dependency's error that no adapter translated: only 'away' and 'too slow' mean anything to our caller."""
    if exc.code() is grpc.StatusCode.UNAVAILABLE:
        return Unavailable("a service that this one needs is unavailable; try again", reason="DEPENDENCY_UNAVAILABLE")
    if exc.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return DeadlineExceeded("a service that this one needs was too slow", reason="DEPENDENCY_TOO_SLOW")
    return None


def to_status(exc: BaseException, error_map: ErrorMap) -> status_pb2.Status:
    """``exc`` as ``google.rpc.Status`` with its details, as described at the top of this file."""
    return encode(resolve(exc, error_map))


def encode(error: ServiceError) -> status_pb2.Status:
    """A typed error as ``google.rpc.Status``."""
    status = status_pb2.Status(code=error.code.value[0], message=error.message)
    _pack(status, error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata))
    if error.violations:
        violation = error_details_pb2.BadRequest.FieldViolation
        fields = [violation(field=field, description=description) for field, description in error.violations]
        _pack(status, error_details_pb2.BadRequest(field_violations=fields))
    if error.retryable:
        delay = duration_pb2.Duration()
        seconds = DEFAULT_RETRY_AFTER_S if error.retry_after_s is None else error.retry_after_s
        delay.FromNanoseconds(round(seconds * 1e9))
        _pack(status, error_details_pb2.RetryInfo(retry_delay=delay))
    return status


def _pack(status: status_pb2.Status, detail: object) -> None:
    packed = any_pb2.Any()
    packed.Pack(detail)  # type: ignore[arg-type]  # google.rpc has no type stubs
    status.details.append(packed)


def from_rpc_error(err: grpc.aio.AioRpcError) -> ServiceError:
    """A call's error as a typed one, with reason, violations and retry advice where the server sent details."""
    for key, value in err.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            try:
                return decode(err.code(), status_pb2.Status.FromString(value))
            except DecodeError:
                break
    # gRPC's own: a message over the size limit is RESOURCE_EXHAUSTED too, and stays as large as it is.
    retryable = False if err.code() is grpc.StatusCode.RESOURCE_EXHAUSTED else None
    return _BY_CODE.get(err.code(), ServiceError)(err.details() or err.code().name, retryable=retryable)


def decode(code: grpc.StatusCode, status: status_pb2.Status) -> ServiceError:
    """The typed error in a ``google.rpc.Status``; details of unknown types are left out."""
    info = error_details_pb2.ErrorInfo()
    bad = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    unpacked = {
        type(part): detail.Unpack(part)
        for detail in status.details
        for part in (info, bad, retry)
        if detail.Is(part.DESCRIPTOR)
    }
    retryable = bool(unpacked.get(error_details_pb2.RetryInfo))
    return _BY_CODE.get(code, ServiceError)(
        status.message,
        reason=info.reason or None,
        retryable=retryable,
        retry_after_s=retry.retry_delay.ToNanoseconds() / 1e9 if retryable else None,
        violations=[(violation.field, violation.description) for violation in bad.field_violations],
        metadata=info.metadata,
    )


@contextmanager
def service_errors() -> Iterator[None]:
    """Inside, an ``AioRpcError`` of a call is raised as its typed ``ServiceError``: what ``*_client`` adapters use."""
    try:
        yield
    except grpc.aio.AioRpcError as err:
        raise from_rpc_error(err) from err
