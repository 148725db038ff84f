"""What kit does around every RPC, for all four shapes and both styles of handlers, over a real connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from buf.validate import validate_pb2  # noqa: F401  # registers the constraints' extension
from parley.speech.v1 import speech_service_pb2, speech_service_pb2_grpc

from services.kit import errors
from services.kit.auth import current_principal
from services.kit.rpc import Context, current_rpc
from services.kit.server import MisdeclaredMethod, start
from services.kit.transport import MAX_MESSAGE_BYTES
from tests.support.kit_contract import SHAPES, Echo, EchoStub, add_undeclared_to_server, call
from tests.support.kit_mesh import Echoes, ReadWriteEchoes, bearer, channel, running, served, spec

EXPECTED = {"UnaryUnary": ["ab"], "UnaryStream": ["a", "b"], "StreamUnary": ["abcd"], "StreamStream": ["ab", "cd"]}
STYLES = [Echoes, ReadWriteEchoes]


class OutOfStock(Exception):
    """A domain exception with what kit may use of it."""

    violations = (("text", "no such thing"),)
    metadata = {"shelf": "7"}  # noqa: RUF012  # read only


class Gone(OutOfStock):
    """Mapped by its base class."""


ERRORS = {OutOfStock: errors.ErrorSpec(grpc.StatusCode.NOT_FOUND, "OUT_OF_STOCK", retryable=True, retry_after_s=2.5)}


class Failing:
    """Each shape raises what it is made with: after the first response where responses stream."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        raise self._error

    async def UnaryStream(self, request: Any, context: Context) -> AsyncIterator[Any]:
        yield Echo(text=request.text)
        raise self._error

    async def StreamUnary(self, requests: AsyncIterator[Any], context: Context) -> Any:
        async for _ in requests:
            raise self._error

    async def StreamStream(self, requests: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        async for request in requests:
            yield Echo(text=request.text)
            raise self._error


class FailingReadWrite(Failing):
    """The same in read/write style."""

    async def UnaryStream(self, request: Any, context: Context) -> None:  # type: ignore[override]  # another style
        await context.write(Echo(text=request.text))
        raise self._error

    async def StreamStream(self, requests: AsyncIterator[Any], context: Context) -> None:  # type: ignore[override]
        await context.write(await context.read())
        raise self._error


async def failure(stub: EchoStub, shape: str, *texts: str, **options: Any) -> errors.ServiceError:
    """The typed error that a call ends with."""
    with pytest.raises(errors.ServiceError) as caught, errors.service_errors():
        await call(stub, shape, *texts, **options)
    return caught.value


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", SHAPES)
async def test_answers(shape: str, style: type[Echoes]) -> None:
    async with served(style()) as stub:
        assert await call(stub, shape, "ab", "cd") == EXPECTED[shape]


@pytest.mark.parametrize("style", [Failing, FailingReadWrite])
@pytest.mark.parametrize("shape", SHAPES)
async def test_a_domain_exception_gets_its_status_with_all_details(shape: str, style: type[Failing]) -> None:
    async with served(style(Gone("no parsnips; ask for turnips")), errors=ERRORS) as stub:
        error = await failure(stub, shape, "ab")
    assert isinstance(error, errors.NotFound)
    assert error.message == "no parsnips; ask for turnips"
    assert (error.reason, error.retryable, error.retry_after_s) == ("OUT_OF_STOCK", True, 2.5)
    assert error.violations == [("text", "no such thing")]
    assert error.metadata == {"shelf": "7"}


@pytest.mark.parametrize("style", [Failing, FailingReadWrite])
@pytest.mark.parametrize("shape", SHAPES)
async def test_an_unknown_exception_is_internal_with_an_id_and_no_text(
    shape: str, style: type[Failing], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with served(style(KeyError("what the candidate said"))) as stub:
        error = await failure(stub, shape, "ab")
    assert isinstance(error, errors.Internal)
    assert error.message == "internal error"
    faults = [vars(record)["fields"] for record in caplog.records if record.message == "unexpected exception"]
    assert [fault["error_id"] for fault in faults] == [error.metadata["error_id"]]
    assert faults[0]["exception"] == "KeyError"
    assert f"in {shape}" in faults[0]["at"]
    assert "what the candidate said" not in str([vars(record) for record in caplog.records])


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_cancellation_inside_a_handler_does_not_hang_its_client(shape: str) -> None:
    async with served(Failing(asyncio.CancelledError())) as stub:
        error = await failure(stub, shape, "ab", timeout=10)
    assert isinstance(error, errors.Internal)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", SHAPES)
async def test_a_request_that_breaks_a_constraint_names_its_field(shape: str, style: type[Echoes]) -> None:
    async with served(style()) as stub:
        error = await failure(stub, shape, "nine char")
    assert isinstance(error, errors.InvalidArgument)
    assert error.reason == "INVALID_FIELDS"
    assert [field for field, _ in error.violations] == ["text"]
    assert "8" in error.violations[0][1]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", ["StreamUnary", "StreamStream"])
async def test_every_message_of_a_request_stream_is_checked(shape: str, style: type[Echoes]) -> None:
    async with served(style()) as stub:
        error = await failure(stub, shape, "fine", "nine char")
    assert error.reason == "INVALID_FIELDS"


@pytest.mark.parametrize("shape", SHAPES)
async def test_bytes_that_are_no_message_are_an_invalid_argument(shape: str) -> None:
    async with running(Echoes()) as server, channel(server) as open_to:
        error = await failure(EchoStub(open_to, encode=lambda _: b"\xff\xff"), shape, "")
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_MESSAGE")


async def test_a_message_over_the_limit_is_refused_and_a_retry_is_not_advised() -> None:
    async with running(Echoes()) as server, grpc.aio.insecure_channel(server.address, options=_ANY_SIZE) as plain:
        with pytest.raises(errors.ResourceExhausted) as caught, errors.service_errors():
            await EchoStub(plain).UnaryUnary(Echo(text="a" * (MAX_MESSAGE_BYTES + 1)), metadata=bearer())
        assert (await EchoStub(plain).UnaryUnary(Echo(text="alive"), metadata=bearer())).text == "alive"
    assert not caught.value.retryable
    assert "larger than max" in caught.value.message


_ANY_SIZE = [("grpc.max_send_message_length", -1)]


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_caller_without_a_token_is_unauthenticated(shape: str) -> None:
    async with running(Echoes()) as server, channel(server, credentials="none") as open_to:
        error = await failure(EchoStub(open_to), shape, "ab")
    assert (error.code, error.reason) == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_MISSING")


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        (bearer(ttl_s=-1), "TOKEN_EXPIRED"),
        (bearer(secret="another-secret-of-nobody-0123456789ab"), "TOKEN_INVALID"),
        ((("authorization", "Bearer nonsense"),), "TOKEN_INVALID"),
        ((("authorization", "Basic dXNlcjpwYXNz"),), "TOKEN_MALFORMED"),
    ],
)
async def test_a_bad_token_says_what_is_wrong_with_it(metadata: Any, reason: str) -> None:
    async with served(Echoes()) as stub:
        error = await failure(stub, "UnaryUnary", "ab", metadata=metadata)
    assert (error.code, error.reason) == (grpc.StatusCode.UNAUTHENTICATED, reason)


@pytest.mark.parametrize(("role", "shape"), [("candidate", "Inside"), ("recruiter", "UnaryUnary")])
async def test_a_known_caller_of_another_kind_is_denied(role: str, shape: str) -> None:
    async with served(Echoes()) as stub:
        error = await failure(stub, shape, "ab", metadata=bearer(role))
    assert (error.code, error.reason) == (grpc.StatusCode.PERMISSION_DENIED, "WRONG_AUDIENCE")


class WhoCalls(Echoes):
    """Answers with its caller."""

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        return Echo(text=current_principal().kind, parts=[Echo(text=current_principal().subject)])

    Public = UnaryUnary


async def test_the_handler_knows_its_caller() -> None:
    async with served(WhoCalls()) as stub:
        inside = await stub.UnaryUnary(Echo())
        person = await stub.UnaryUnary(Echo(), metadata=bearer())
        assert (inside.text, inside.parts[0].text) == ("internal", "tester")
        assert (person.text, person.parts[0].text) == ("candidate", "account-1")


async def test_a_public_method_answers_a_caller_whose_token_is_stale() -> None:
    async with served(WhoCalls()) as stub:
        answer = await stub.Public(Echo(), metadata=bearer(ttl_s=-1))
    assert answer.text == "anonymous"


async def test_an_rpc_that_the_service_does_not_have_yet_says_so() -> None:
    """Left to the generated base class, whose methods would otherwise run in a thread."""
    servicers = [(speech_service_pb2_grpc.add_SpeechServiceServicer_to_server, NoSpeech())]  # type: ignore[abstract]
    async with running(None, servicers=servicers) as server, channel(server) as open_to:
        stub = speech_service_pb2_grpc.SpeechServiceStub(open_to)
        with pytest.raises(errors.Unimplemented) as caught, errors.service_errors():
            await stub.GetCapabilities(speech_service_pb2.GetCapabilitiesRequest())
    assert caught.value.reason == "UNIMPLEMENTED"
    assert "GetCapabilities" in caught.value.message


class NoSpeech(speech_service_pb2_grpc.SpeechServiceServicer):
    """Has no RPC of its own."""


class Threaded(Echoes):
    """One handler that is no coroutine function, as a lambda around one would be."""

    def UnaryUnary(self, request: Any, context: Context) -> Any:
        return Echo(text=request.text)


async def test_a_handler_that_would_run_in_a_thread_stops_the_start() -> None:
    with pytest.raises(MisdeclaredMethod, match="UnaryUnary"):
        await start(spec(Threaded()))


async def test_a_method_without_an_audience_stops_the_start() -> None:
    with pytest.raises(MisdeclaredMethod, match=r"UndeclaredService\.UnaryUnary has no audience"):
        await start(spec(Echoes(), servicers=[(add_undeclared_to_server, Echoes())]))


class Aborting(Echoes):
    """Uses grpc's own abort, as code that knows no kit would."""

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        await context.abort(grpc.StatusCode.DATA_LOSS, "gone")


async def test_a_handler_may_abort_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "parley.rpc")
    async with served(Aborting()) as stub:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.UnaryUnary(Echo())
    assert caught.value.code() is grpc.StatusCode.DATA_LOSS
    # By name: gRPC logs too, under "grpc", when a server stops.
    lines = [vars(record)["fields"] for record in caplog.records if record.name == "parley.rpc"]
    assert [fields["code"] for fields in lines] == ["DATA_LOSS"]


async def test_one_log_line_per_rpc_without_payload(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with served(Echoes()) as stub:
        await stub.UnaryUnary(Echo(text="secret"), metadata=(("x-request-id", "request-7"),))
    lines = [vars(record)["fields"] for record in caplog.records if record.name == "parley.rpc"]
    assert len(lines) == 1
    assert lines[0].pop("ms") >= 0
    assert lines[0] == {
        "method": "/parley.kittest.v1.EchoService/UnaryUnary",
        "code": "OK",
        "principal": "internal",
        "request_id": "request-7",
    }
    assert "secret" not in str([vars(record) for record in caplog.records])


async def test_the_rpc_has_ended_for_tasks_that_outlive_it() -> None:
    outlives = asyncio.Event()
    seen: asyncio.Queue[tuple[bool, str]] = asyncio.Queue()

    class Spawning(Echoes):
        async def UnaryUnary(self, request: Any, context: Context) -> Any:
            assert current_rpc() is not None
            self.task = asyncio.create_task(self.later())
            return Echo()

        async def later(self) -> None:
            await outlives.wait()
            seen.put_nowait((current_rpc() is None, current_principal().subject))

    async with served(Spawning()) as stub:
        await stub.UnaryUnary(Echo())
        outlives.set()
        assert await asyncio.wait_for(seen.get(), 5) == (True, "tester")
