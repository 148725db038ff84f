"""sonora's faults (MESH.md), one test each, seen from the wire: a raw socket against a real uvicorn.

Each test runs on plain sonora too and must fail there (strict xfail): that proves that it sees the fault, and it will
tell us when sonora has mended it.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from sonora.asgi import grpcASGI

from tests.support.gateway_wire import (
    SERVICE,
    Reply,
    Wire,
    edge,
    frame,
    handlers,
    served,
    stream,
    text_frame,
    unary,
)

Code = grpc.StatusCode
Serve = Callable[..., AbstractAsyncContextManager[Wire]]


def _parley(**methods: Any) -> AbstractAsyncContextManager[Wire]:
    return served(edge(handlers(**methods)))


def _sonora(**methods: Any) -> AbstractAsyncContextManager[Wire]:
    app = grpcASGI(None, enable_cors=False)
    app.add_generic_rpc_handlers((handlers(**methods),))
    return served(app, wait_s=0.5)  # where it fails by silence, it need not do so for long


_FAULTY = pytest.mark.xfail(strict=True, reason="the fault that the adapter is there for")


@pytest.fixture(params=[pytest.param(_parley, id="parley"), pytest.param(_sonora, id="sonora", marks=_FAULTY)])
def serve(request: pytest.FixtureRequest) -> Iterator[Serve]:
    # sonora's own exceptions are the point of half of the tests; their tracebacks are noise.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    yield request.param
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)


async def _echo(request: bytes, context: Any) -> bytes:
    return request


async def _three(request: bytes, context: Any) -> AsyncIterator[bytes]:
    for number in range(3):
        yield b"%d" % number


def _assert_answered(reply: Reply, code: grpc.StatusCode, messages: list[bytes]) -> None:
    assert (reply.status, reply.complete, reply.rest) == (200, True, b"")
    assert (reply.code, reply.messages) == (code, messages)


async def test_unary_trailers_are_text(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        reply = await wire.call("Echo", message=b"hello")
    _assert_answered(reply, Code.OK, [b"hello"])
    assert reply.trailers == {"grpc-status": "0"}


async def test_an_empty_stream_ends_with_ok(serve: Serve) -> None:
    async def nothing(request: bytes, context: Any) -> AsyncIterator[bytes]:
        for _ in range(0):
            yield b""

    async with serve(Nothing=stream(nothing)) as wire:
        _assert_answered(await wire.call("Nothing"), Code.OK, [])


async def test_an_unhandled_exception_is_internal_without_its_text(serve: Serve) -> None:
    async def fail(request: bytes, context: Any) -> bytes:
        raise LookupError("what the candidate said")

    async with serve(Fail=unary(fail)) as wire:
        reply = await wire.call("Fail")
    _assert_answered(reply, Code.INTERNAL, [])
    assert "candidate" not in reply.message


@pytest.mark.parametrize("shape", ["unary", "stream"])
async def test_abort_needs_no_details(serve: Serve, shape: str) -> None:
    async def unary_abort(request: bytes, context: Any) -> bytes:
        await context.abort(Code.NOT_FOUND)
        return b""

    async def stream_abort(request: bytes, context: Any) -> AsyncIterator[bytes]:
        await context.abort(Code.NOT_FOUND)
        yield b""

    async with serve(Abort=unary(unary_abort) if shape == "unary" else stream(stream_abort)) as wire:
        _assert_answered(await wire.call("Abort"), Code.NOT_FOUND, [])


async def test_abort_carries_trailing_metadata(serve: Serve) -> None:
    async def abort(request: bytes, context: Any) -> bytes:
        await context.abort(
            Code.NOT_FOUND, "100 % 없음", (("x-hint", "look"), ("grpc-status-details-bin", b"\x00\xff"))
        )
        return b""

    async with serve(Abort=unary(abort)) as wire:
        reply = await wire.call("Abort")
    _assert_answered(reply, Code.NOT_FOUND, [])
    assert reply.message == "100 % 없음"
    assert reply.trailers["x-hint"] == "look"
    assert reply.binary_trailer("grpc-status-details-bin") == b"\x00\xff"


class _Status(grpc.Status):
    code = Code.ABORTED
    details = "lost the race"
    trailing_metadata = (("x-winner", "other"),)


async def test_abort_with_status(serve: Serve) -> None:
    async def abort(request: bytes, context: Any) -> bytes:
        await context.abort_with_status(_Status())
        return b""

    async with serve(Abort=unary(abort)) as wire:
        reply = await wire.call("Abort")
    _assert_answered(reply, Code.ABORTED, [])
    assert (reply.message, reply.trailers["x-winner"]) == ("lost the race", "other")


async def test_malformed_binary_metadata_is_the_callers_fault(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        _assert_answered(await wire.call("Echo", x_trace_bin="?!"), Code.INVALID_ARGUMENT, [])


@pytest.mark.parametrize(("sent", "read"), [("AAE", [b"\x00\x01"]), ("AAE=,/w==", [b"\x00\x01", b"\xff"])])
async def test_binary_metadata_may_be_unpadded_and_joined(serve: Serve, sent: str, read: list[bytes]) -> None:
    async def echo_metadata(request: bytes, context: Any) -> bytes:
        values = [value for key, value in context.invocation_metadata() if key == "x-trace-bin"]
        return repr(values).encode()

    async with serve(Echo=unary(echo_metadata)) as wire:
        _assert_answered(await wire.call("Echo", x_trace_bin=sent), Code.OK, [repr(read).encode()])


async def test_a_malformed_timeout_is_the_callers_fault(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        _assert_answered(await wire.call("Echo", grpc_timeout="soon"), Code.INVALID_ARGUMENT, [])


async def test_bytes_that_are_no_message_are_the_callers_fault(serve: Serve) -> None:
    async def seconds(request: Duration, context: Any) -> bytes:
        return b"%d" % request.seconds

    handler = grpc.unary_unary_rpc_method_handler(seconds, Duration.FromString, bytes)
    async with serve(Seconds=handler) as wire:
        _assert_answered(await wire.call("Seconds", message=b"\xff\xff"), Code.INVALID_ARGUMENT, [])


async def test_abort_after_the_first_message_sends_a_status(serve: Serve) -> None:
    async def one(request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield b"one"
        await context.abort(Code.DATA_LOSS, "gone", (("x-after", "one"),))

    async with serve(One=stream(one)) as wire:
        reply = await wire.call("One")
    _assert_answered(reply, Code.DATA_LOSS, [b"one"])
    assert (reply.message, reply.trailers["x-after"]) == ("gone", "one")


async def test_an_exception_after_the_first_message_sends_a_status(serve: Serve) -> None:
    async def one(request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield b"one"
        raise LookupError

    async with serve(One=stream(one)) as wire:
        _assert_answered(await wire.call("One"), Code.INTERNAL, [b"one"])


async def test_a_deadline_after_the_first_message_sends_a_status(serve: Serve) -> None:
    async def one(request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.Event().wait()

    async with serve(One=stream(one)) as wire:
        _assert_answered(await wire.call("One", grpc_timeout="200m"), Code.DEADLINE_EXCEEDED, [b"one"])


async def test_a_client_stream_reads_every_message_of_one_body(serve: Serve) -> None:
    async def join(requests: AsyncIterator[bytes], context: Any) -> bytes:
        return b"+".join([request async for request in requests])

    async with serve(Join=grpc.stream_unary_rpc_method_handler(join, bytes, bytes)) as wire:
        reply = await wire.call("Join", body=frame(b"a") + frame(b"b") + frame(b""))
    _assert_answered(reply, Code.OK, [b"a+b+"])


@pytest.mark.parametrize("body", [frame(b"a") + frame(b"b"), b""], ids=["two", "none"])
async def test_a_unary_request_is_exactly_one_message(serve: Serve, body: bytes) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        _assert_answered(await wire.call("Echo", body=body), Code.UNIMPLEMENTED, [])


@pytest.mark.parametrize("body", [frame(b"whole")[:-2], frame(b"")[:3]], ids=["in a message", "in a header"])
async def test_a_truncated_body_is_no_message(serve: Serve, body: bytes) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        _assert_answered(await wire.call("Echo", body=body), Code.INVALID_ARGUMENT, [])


async def test_a_compressed_message_is_refused(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        _assert_answered(await wire.call("Echo", body=frame(b"gzip", flags=1)), Code.UNIMPLEMENTED, [])


async def test_a_long_body_is_refused_by_its_declared_length(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire, wire.exchange() as exchange:
        headers = {"content-type": "application/grpc-web+proto", "content-length": "100000"}
        await exchange.start(f"/{SERVICE}/Echo", headers)  # and no byte of the body: the answer must not wait for it
        _assert_answered(await exchange.read_all(), Code.RESOURCE_EXHAUSTED, [])


async def test_a_long_body_is_refused_where_its_length_is_not_declared(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire, wire.exchange() as exchange:
        headers = {"content-type": "application/grpc-web+proto", "transfer-encoding": "chunked"}
        await exchange.start(f"/{SERVICE}/Echo", headers)
        await exchange.body(frame(b"." * 5000))
        _assert_answered(await exchange.read_all(), Code.RESOURCE_EXHAUSTED, [])


@pytest.mark.parametrize("kind", ["unary", "stream"])
async def test_the_handler_is_cancelled_when_the_client_leaves(serve: Serve, kind: str) -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def wait_for_ever() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def hang(request: bytes, context: Any) -> bytes:
        await wait_for_ever()
        return b""

    async def idle(request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield b"one"
        await wait_for_ever()

    async with serve(Hang=unary(hang) if kind == "unary" else stream(idle)) as wire:
        async with wire.exchange() as exchange:
            await exchange.start(f"/{SERVICE}/Hang", {"content-type": "application/grpc-web", "content-length": "5"})
            await exchange.body(frame(b""))
            async with asyncio.timeout(wire.wait_s):
                await started.wait()
        async with asyncio.timeout(wire.wait_s):
            await cancelled.wait()


async def test_a_browser_that_reads_no_more_ends_with_its_deadline(serve: Serve) -> None:
    ended = asyncio.Event()

    async def flood(request: bytes, context: Any) -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"." * 65536
        finally:
            ended.set()

    async with serve(Flood=stream(flood)) as wire, wire.exchange() as exchange:
        headers = {"content-type": "application/grpc-web", "content-length": "5", "grpc-timeout": "300m"}
        await exchange.start(f"/{SERVICE}/Flood", headers)
        await exchange.body(frame(b""))
        async with asyncio.timeout(wire.wait_s):
            await ended.wait()
        reply = await exchange.read_all()
    assert (reply.code, reply.complete) == (Code.DEADLINE_EXCEEDED, True)


async def test_text_mode_with_the_proto_suffix(serve: Serve) -> None:
    async with serve(Three=stream(_three)) as wire:
        reply = await wire.call("Three", body=text_frame(b"go"), content_type="application/grpc-web-text+proto")
    _assert_answered(reply, Code.OK, [b"0", b"1", b"2"])
    assert reply.headers["content-type"] == "application/grpc-web-text+proto"


async def test_text_mode_reads_separately_padded_pieces(serve: Serve) -> None:
    body = base64.b64encode(frame(b"hello")[:5]) + base64.b64encode(b"hello")  # header and payload, each padded
    async with serve(Echo=unary(_echo)) as wire:
        reply = await wire.call("Echo", body=body, content_type="application/grpc-web-text")
    _assert_answered(reply, Code.OK, [b"hello"])


async def test_a_body_that_is_not_base64_is_the_callers_fault(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        reply = await wire.call("Echo", body=b"\x00\x00\x00\x00\x00", content_type="application/grpc-web-text")
    _assert_answered(reply, Code.INVALID_ARGUMENT, [])


async def test_a_handler_that_cancels_itself_still_answers(serve: Serve) -> None:
    async def cancelled(request: bytes, context: Any) -> bytes:
        raise asyncio.CancelledError

    async with serve(Cancelled=unary(cancelled)) as wire:
        _assert_answered(await wire.call("Cancelled"), Code.INTERNAL, [])


async def test_a_synchronous_handler_is_refused(serve: Serve) -> None:
    async with serve(Sync=unary(lambda request, context: request)) as wire:
        _assert_answered(await wire.call("Sync"), Code.INTERNAL, [])


async def test_a_handler_sees_peer_and_end_of_its_call(serve: Serve) -> None:
    ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def peer(request: bytes, context: Any) -> bytes:
        context.add_done_callback(lambda done: ended.set_result(done.cancelled()))
        return str(context.peer()).encode()

    async with serve(Peer=unary(peer)) as wire:
        reply = await wire.call("Peer")
        async with asyncio.timeout(wire.wait_s):
            assert await ended is False
    assert reply.messages[0].startswith(b"ipv4:127.0.0.1:")


@pytest.mark.parametrize(("sent", "kept"), [("a.b-c_9", True), ("two words", False), ("x" * 65, False)])
async def test_every_answer_names_its_request(serve: Serve, sent: str, kept: bool) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        reply = await wire.call("Echo", x_request_id=sent)
    assert (reply.headers["x-request-id"] == sent) is kept


async def test_an_unknown_rpc_is_unimplemented(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        _assert_answered(await wire.call("Nothing"), Code.UNIMPLEMENTED, [])


async def test_a_content_type_of_another_protocol_is_not_taken_for_grpc_web(serve: Serve) -> None:
    async with serve(Echo=unary(_echo)) as wire:
        reply = await wire.call("Echo", content_type="application/json")
    assert reply.status == 415


def _parley_app(**methods: Any) -> Any:
    return edge(handlers(**methods))


def _sonora_app(**methods: Any) -> Any:
    app = grpcASGI(None, enable_cors=False)
    app.add_generic_rpc_handlers((handlers(**methods),))
    return app


@pytest.mark.parametrize("build", [_parley_app, pytest.param(_sonora_app, marks=_FAULTY)])
async def test_a_late_receive_event_loses_no_message(build: Callable[..., Any]) -> None:
    """Raw ASGI: the body's empty last event comes while a `send` waits for a slow reader."""
    events = [(frame(b"go"), True), (b"", False)]
    sent: list[bytes] = []

    async def receive() -> Any:
        if not events:
            await asyncio.Event().wait()
        body, more = events.pop(0)
        return {"type": "http.request", "body": body, "more_body": more}

    async def send(event: Any) -> None:
        for _ in range(5):
            await asyncio.sleep(0)  # the reader is slow: other events come first
        sent.append(event.get("body", b""))

    headers = [(b"host", b"test"), (b"content-type", b"application/grpc-web+proto")]
    scope = {"type": "http", "method": "POST", "path": f"/{SERVICE}/Three", "headers": headers}
    await build(Three=stream(_three))(scope, receive, send)
    assert [body for body in sent if body[:1] == b"\0"] == [frame(b"0"), frame(b"1"), frame(b"2")]
