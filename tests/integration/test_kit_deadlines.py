"""Every call has a deadline, and it travels: MESH.md's "deadlines do not propagate by themselves"."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from services.kit import errors
from services.kit.channels import Channel, detached, forwarding, remaining_s
from services.kit.rpc import Context, current_principal
from tests.support.kit_contract import Echo, EchoStub
from tests.support.kit_mesh import Echoes, bearer, channel, running, served

HOURS_S = 4 * 3600.0


class TimeLeft(Echoes):
    """Answers with the seconds left of its RPC; the stream never ends by itself."""

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        return _seconds(remaining_s())

    async def UnaryStream(self, request: Any, context: Context) -> AsyncIterator[Any]:
        yield _seconds(remaining_s())
        await asyncio.Event().wait()


def _seconds(left: float | None) -> Any:
    return Echo(text="none" if left is None else f"{left:.2f}")


class Relay(Echoes):
    """The first hop: asks the second, in the way that a test chooses by the request's text."""

    def __init__(self, second: Channel) -> None:
        self._second = EchoStub(second)
        self.background: asyncio.Task[str] | None = None

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        if request.text == "detached":
            with detached():
                return Echo(text=await self._unary())
        if request.text == "task":
            return Echo(text=await asyncio.create_task(self._stream()))
        return Echo(text=await (self._stream() if request.text == "stream" else self._unary()))

    async def _unary(self) -> str:
        return str((await self._second.UnaryUnary(Echo(), timeout=HOURS_S)).text)

    async def _stream(self) -> str:
        call = self._second.UnaryStream(Echo(), timeout=HOURS_S)
        try:
            return str((await call.read()).text)
        finally:
            call.cancel()


@pytest.mark.parametrize(
    ("way", "most_s"), [("unary", 30.0), ("stream", 30.0), ("task", HOURS_S), ("detached", HOURS_S)]
)
async def test_the_second_hop_gets_what_the_first_has_left(way: str, most_s: float) -> None:
    """A stream of a task of its own and detached work are not cut: they usually outlive the RPC."""
    async with running(TimeLeft()) as last, channel(last) as to_last, served(Relay(to_last)) as stub:
        left_s = float((await stub.UnaryUnary(Echo(text=way), timeout=30)).text)
    assert most_s - 10 < left_s <= most_s


async def test_a_call_without_a_timeout_has_the_channels() -> None:
    async with running(TimeLeft()) as server, channel(server, timeout_s=7) as open_to:
        left_s = float((await EchoStub(open_to).UnaryUnary(Echo())).text)
    assert 4 < left_s <= 7


class Stuck(Echoes):
    """A unary handler that never answers, and tells when it was cancelled."""

    def __init__(self) -> None:
        self.cancelled = asyncio.Event()

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()


async def test_a_call_of_somebody_without_deadlines_gets_the_servers() -> None:
    """An integrator's plain channel: the handler is cancelled and the error says how to wait longer."""
    servicer = Stuck()
    async with (
        running(servicer, unary_timeout_s=0.05) as server,
        grpc.aio.insecure_channel(server.address) as plain,
    ):
        with pytest.raises(errors.DeadlineExceeded, match="set a deadline"), errors.service_errors():
            await EchoStub(plain).UnaryUnary(Echo(), metadata=bearer())
        await asyncio.wait_for(servicer.cancelled.wait(), 5)


async def test_a_handlers_own_timeout_is_not_taken_for_the_deadline() -> None:
    class TimesOut(Echoes):
        async def UnaryUnary(self, request: Any, context: Context) -> Any:
            raise TimeoutError

    async with running(TimesOut()) as server, grpc.aio.insecure_channel(server.address) as plain:
        with pytest.raises(errors.Internal), errors.service_errors():
            await EchoStub(plain).UnaryUnary(Echo(), metadata=bearer())


async def test_the_callers_deadline_cancels_the_handler(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "parley.rpc")
    servicer = Stuck()
    async with served(servicer) as stub:
        with pytest.raises(errors.DeadlineExceeded), errors.service_errors():
            await stub.UnaryUnary(Echo(), timeout=0.05)
        await asyncio.wait_for(servicer.cancelled.wait(), 5)
    assert [vars(record)["fields"]["code"] for record in caplog.records] == ["DEADLINE_EXCEEDED"]


class WhoAsks(Echoes):
    """Answers with the caller's kind."""

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        return Echo(text=current_principal().kind)


async def test_a_forwarding_channel_passes_the_callers_own_token() -> None:
    async with (
        running(WhoAsks()) as last,
        channel(last, credentials="forward", internal_secret="") as to_last,
        running(Forward(to_last)) as first,
        channel(first) as open_to,
    ):
        assert (await EchoStub(open_to).UnaryUnary(Echo(), metadata=bearer())).text == "candidate"


class Forward(Echoes):
    """Asks the next service in its caller's name."""

    def __init__(self, second: Channel) -> None:
        self._second = EchoStub(second)

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        return await self._second.UnaryUnary(request)


async def test_a_gateway_forwards_what_it_was_given_and_nothing_else() -> None:
    async with running(WhoAsks()) as server, channel(server, credentials="forward") as open_to:
        stub = EchoStub(open_to)
        with forwarding(bearer()[0][1], "request-1"):
            assert (await stub.UnaryUnary(Echo())).text == "candidate"
        with forwarding(None), pytest.raises(errors.Unauthenticated), errors.service_errors():
            await stub.UnaryUnary(Echo())


class Traced(Echoes):
    """Answers with the trace and the request that its caller named."""

    async def UnaryUnary(self, request: Any, context: Context) -> Any:
        headers = dict(context.invocation_metadata() or ())
        return Echo(text=str(headers.get("traceparent")), parts=[Echo(text=str(headers.get("x-request-id")))])


async def test_trace_and_request_id_travel_over_two_hops() -> None:
    """Also without an OpenTelemetry SDK here: others in the path may have one."""
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = (("traceparent", traceparent), ("x-request-id", "request-1"))
    async with running(Traced()) as last, channel(last) as to_last, served(Forward(to_last)) as stub:
        answer = await stub.UnaryUnary(Echo(), metadata=headers)
        untraced = await stub.UnaryUnary(Echo())
    assert (answer.text, answer.parts[0].text) == (traceparent, "request-1")
    assert untraced.text == "None"
