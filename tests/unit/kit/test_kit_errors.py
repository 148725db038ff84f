"""Exceptions → google.rpc.Status → typed errors."""

from __future__ import annotations

import grpc
import pytest
from google.rpc import status_pb2

from services.kit import errors

CODES = [cls for cls in errors.ServiceError.__subclasses__() if cls is not errors.Cancelled]


def over_the_wire(error: errors.ServiceError, **kept: bytes) -> errors.ServiceError:
    """What a client makes of this error."""
    details = kept.get("details", errors.encode(error).SerializeToString())
    trailers = grpc.aio.Metadata((errors.DETAILS_KEY, details))
    return errors.from_rpc_error(grpc.aio.AioRpcError(error.code, grpc.aio.Metadata(), trailers, error.message))


@pytest.mark.parametrize("cls", CODES)
def test_every_error_comes_back_as_its_own_type(cls: type[errors.ServiceError]) -> None:
    back = over_the_wire(cls("do this", violations=[("a.b[1]", "no")], metadata={"k": "v"}))
    assert type(back) is cls
    assert (back.message, back.reason, back.retryable) == ("do this", cls.reason, cls.retryable)
    assert (back.violations, back.metadata) == ([("a.b[1]", "no")], {"k": "v"})


def test_retry_advice_is_there_exactly_when_a_retry_can_help() -> None:
    assert over_the_wire(errors.Unavailable("later", retry_after_s=0.25)).retry_after_s == 0.25
    assert over_the_wire(errors.Unavailable("now", retry_after_s=0)).retry_after_s == 0
    assert over_the_wire(errors.Unavailable("later")).retry_after_s == errors.DEFAULT_RETRY_AFTER_S
    assert over_the_wire(errors.NotFound("no")).retry_after_s is None


def test_an_error_without_our_details_is_typed_by_its_code() -> None:
    plain = grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), grpc.aio.Metadata(), "refused")
    back = errors.from_rpc_error(plain)
    assert isinstance(back, errors.Unavailable)
    assert (back.message, back.reason, back.retryable) == ("refused", "UNAVAILABLE", True)


def test_details_that_cannot_be_read_are_left_out() -> None:
    back = over_the_wire(errors.NotFound("no"), details=b"\xff\xff")
    assert isinstance(back, errors.NotFound)
    assert back.message == "no"


class WrongState(Exception):
    """A domain's exception."""


class TooLate(WrongState):
    """One kind of it."""


MAP = {
    WrongState: errors.ErrorSpec(grpc.StatusCode.FAILED_PRECONDITION, "WRONG_STATE"),
    KeyError: errors.ErrorSpec(grpc.StatusCode.NOT_FOUND, "NO_SUCH_THING"),
}


def test_a_domain_exception_is_mapped_by_its_nearest_base() -> None:
    error = errors.resolve(TooLate("the interview has ended; start another"), MAP)
    assert isinstance(error, errors.FailedPrecondition)
    assert (error.reason, error.message) == ("WRONG_STATE", "the interview has ended; start another")


def test_a_known_exception_in_a_group_counts() -> None:
    """What a handler's TaskGroup raises; the others are there because it failed."""
    group = ExceptionGroup("unhandled", [ValueError("private"), ExceptionGroup("inner", [TooLate("late")])])
    assert errors.resolve(group, MAP).message == "late"
    assert isinstance(errors.resolve(ExceptionGroup("unhandled", [ValueError("private")]), MAP), errors.Internal)


def test_the_status_has_the_numeric_code_and_the_domain() -> None:
    status = errors.to_status(TooLate("late"), MAP)
    assert isinstance(status, status_pb2.Status)
    assert status.code == grpc.StatusCode.FAILED_PRECONDITION.value[0]
    assert b"parley" in status.details[0].value


def test_unknown_exceptions_lose_their_text_and_get_an_id_each() -> None:
    first, second = (errors.resolve(ValueError("private"), MAP) for _ in range(2))
    assert isinstance(first, errors.Internal)
    assert "private" not in str(errors.encode(first))
    assert first.metadata["error_id"] != second.metadata["error_id"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (grpc.StatusCode.UNAVAILABLE, errors.Unavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, errors.DeadlineExceeded),
        (grpc.StatusCode.NOT_FOUND, errors.Internal),
    ],
)
def test_a_dependencys_untranslated_error_keeps_only_what_our_caller_can_use(
    code: grpc.StatusCode, expected: type[errors.ServiceError]
) -> None:
    raw = grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(), "their text")
    error = errors.resolve(raw, {})
    assert type(error) is expected
    assert "their text" not in error.message
