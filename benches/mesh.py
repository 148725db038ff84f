"""What kit costs: the same RPCs through kit's server and channel, and through bare grpc.aio.

Servers are processes of their own (spawned), the client is this one. Short rounds of each kind alternate. A ratio is
the median over pairs of neighbouring rounds, so that noise on the machine hits both alike; a rate is its best round's.
"Bare" has the same messages and the same handlers; an echo of bytes, without messages, is printed beside it.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Final

import grpc
import uvloop
from google.protobuf.duration_pb2 import Duration
from parley.speech.v1 import speech_service_pb2 as speech
from parley.speech.v1 import speech_service_pb2_grpc as speech_grpc
from parley.speech.v1 import transcription_pb2 as transcription
from rich.console import Console
from rich.table import Table

from services.kit.auth import TokenVerifier
from services.kit.channels import closing, open_channel
from services.kit.clock import SystemClock
from services.kit.rpc import Context
from services.kit.server import ServiceSpec, start
from services.kit.telemetry import configure_logging

ROUNDS: Final = 15
ROUND_S: Final = 0.35
UNARY_CALLERS: Final = 16
STREAMS: Final = 16
AUDIO_BYTES: Final = 640  # 20 ms at 16 kHz, 16 bit, mono
SECRET: Final = "x" * 32  # for the servers of this benchmark only
Figure = dict[str, Any]
Load = Callable[[float], Awaitable[int]]

_BYTES_STREAM: Final = "/bench.Echo/Stream"


class Recogniser(speech_grpc.SpeechServiceServicer):
    """Transcribe-shaped: an event of about the size of the audio for each audio message."""

    async def GetCapabilities(
        self, request: speech.GetCapabilitiesRequest, context: Context
    ) -> speech.GetCapabilitiesResponse:
        """The unary RPC of both kinds of server."""
        return speech.GetCapabilitiesResponse(active_streams=1, max_streams=8)

    async def Transcribe(
        self, requests: AsyncIterator[speech.TranscribeRequest], context: Context
    ) -> AsyncIterator[speech.TranscribeResponse]:
        """The same partial of 640 letters for each audio message: what an engine would think is not measured."""
        response = speech.TranscribeResponse(partial=transcription.PartialTranscript(text="a" * AUDIO_BYTES))
        async for request in requests:
            if request.HasField("audio"):
                yield response


async def _echo(requests: AsyncIterator[bytes], context: Context) -> AsyncIterator[bytes]:
    async for request in requests:
        yield request


async def _serve_bare(listening: Connection) -> None:
    server = grpc.aio.server()
    speech_grpc.add_SpeechServiceServicer_to_server(Recogniser(), server)  # type: ignore[abstract]
    echo: dict[str, Any] = {"Stream": grpc.stream_stream_rpc_method_handler(_echo)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", echo),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    await _until_closed(listening, port)
    await server.stop(0)


async def _serve_kit(listening: Connection) -> None:
    servicer = Recogniser()  # type: ignore[abstract]
    server = await start(
        ServiceSpec(
            name="speech",
            listen="127.0.0.1:0",
            servicers=[(speech_grpc.add_SpeechServiceServicer_to_server, servicer)],
            verifier=TokenVerifier(SECRET, SECRET, SystemClock()),
        )
    )
    await _until_closed(listening, server.port)
    await server.stop(0)


async def _until_closed(listening: Connection, port: int) -> None:
    """Tell the port, then answer each request for the CPU seconds used until the other end closes."""
    loop = asyncio.get_running_loop()
    closed = asyncio.Event()

    def on_readable() -> None:
        try:
            listening.recv()
            listening.send(time.process_time())
        except EOFError:
            loop.remove_reader(listening.fileno())
            closed.set()

    loop.add_reader(listening.fileno(), on_readable)
    listening.send(port)
    await closed.wait()


def _server_process(kind: str, listening: Connection) -> None:
    # A service writes a line per RPC: that is part of what kit costs.
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # open as long as the process lives
    configure_logging("speech")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_kit(listening) if kind == "kit" else _serve_bare(listening))


class Server:
    """A server process, with the CPU time that it has used."""

    def __init__(self, kind: str) -> None:
        spawn = multiprocessing.get_context("spawn")  # grpc.aio in a forked child hangs
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_server_process, args=(kind, theirs))
        self._process.start()
        theirs.close()
        self.port: int = self._pipe.recv()

    def cpu_s(self) -> float:
        """CPU seconds used by the process so far."""
        self._pipe.send(None)
        return float(self._pipe.recv())

    def close(self) -> None:
        """Stop it and wait."""
        self._pipe.close()
        self._process.join()


@asynccontextmanager
async def _servers() -> AsyncIterator[dict[str, Server]]:
    servers = {kind: Server(kind) for kind in ("bare", "kit")}
    try:
        yield servers
    finally:
        for server in servers.values():
            server.close()


def _unary_load(channel: grpc.aio.Channel) -> Load:
    stub = speech_grpc.SpeechServiceStub(channel)

    async def caller(until: float) -> int:
        count = 0
        while count == 0 or time.monotonic() < until:
            await stub.GetCapabilities(speech.GetCapabilitiesRequest())
            count += 1
        return count

    async def load(seconds: float) -> int:
        until = time.monotonic() + seconds
        return sum(await asyncio.gather(*(caller(until) for _ in range(UNARY_CALLERS))))

    return load


def _audio_load(stub: Any) -> Load:
    config = transcription.TranscribeConfig(stream_id="bench", language="LANGUAGE_ENGLISH")
    first = speech.TranscribeRequest(config=config)
    return _stream_load(lambda: stub.Transcribe(timeout=600), _audio(), first)


def _audio() -> speech.TranscribeRequest:
    chunk = transcription.AudioChunk(sequence=1, offset=Duration(seconds=1), samples=bytes(AUDIO_BYTES))
    return speech.TranscribeRequest(audio=chunk)


def _stream_load(open_stream: Callable[[], Any], message: Any, first: Any = None) -> Load:
    """Streams that wait for the answer to each message before they send the next."""

    async def stream(until: float) -> int:
        count = 0
        async with closing(open_stream()) as call:
            if first is not None:
                await call.write(first)
            while count == 0 or time.monotonic() < until:
                await call.write(message)
                await call.read()
                count += 1
        return count

    async def load(seconds: float) -> int:
        until = time.monotonic() + seconds
        return sum(await asyncio.gather(*(stream(until) for _ in range(STREAMS))))

    return load


@dataclass
class Rounds:
    """What the rounds of one kind of load came to: rates per second, server CPU seconds per 1,000 messages."""

    rates: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def over(self, other: Rounds) -> float:
        """The median ratio of rates over pairs of neighbouring rounds."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.rates, other.rates, strict=True))


async def _alternate(loads: dict[str, Load], servers: dict[str, Server]) -> dict[str, Rounds]:
    rounds = {kind: Rounds() for kind in loads}
    for load in loads.values():
        await load(0.2)  # connections, tokens, caches
    for _ in range(ROUNDS):
        for kind, load in loads.items():
            server = servers["kit" if kind == "kit" else "bare"]
            cpu_s, began = server.cpu_s(), time.monotonic()
            count = await load(ROUND_S)
            rounds[kind].rates.append(count / (time.monotonic() - began))
            rounds[kind].cpu_s.append((server.cpu_s() - cpu_s) / count * 1000)
    return rounds


async def _measure() -> list[Figure]:
    async with _servers() as servers, AsyncExitStack() as stack:
        bare = await stack.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{servers['bare'].port}"))
        kit = await stack.enter_async_context(
            open_channel(f"dns:///127.0.0.1:{servers['kit'].port}", identity="bench", internal_secret=SECRET)
        )
        unary = await _alternate({"bare": _unary_load(bare), "kit": _unary_load(kit)}, servers)
        echo: Any = bare.stream_stream(_BYTES_STREAM)
        audio = {
            "bare": _audio_load(speech_grpc.SpeechServiceStub(bare)),
            "kit": _audio_load(speech_grpc.SpeechServiceStub(kit)),
            "bytes": _stream_load(echo, bytes(AUDIO_BYTES)),
        }
        stream = await _alternate(audio, servers)
    bytes_ratio = _figure("audio_stream_kit_over_bytes_echo", stream["kit"].over(stream["bytes"]), "ratio")
    return [*_compared("unary", "RPC", 0.7, unary), *_compared("audio_stream", "message", 0.8, stream), bytes_ratio]


def _compared(name: str, what: str, bar: float, rounds: dict[str, Rounds]) -> list[Figure]:
    return [
        _figure(f"{name}_kit_over_bare", rounds["kit"].over(rounds["bare"]), "ratio", bar),
        *(_figure(f"{name}_{kind}", max(each.rates), f"{what}s/s") for kind, each in rounds.items()),
        *(_figure(f"{name}_{kind}_server", min(each.cpu_s), f"CPU s/1000 {what}s") for kind, each in rounds.items()),
    ]


def _figure(name: str, value: float, unit: str, bar: float | None = None) -> Figure:
    """One figure; ``holds`` is None where there is no bar to hold."""
    return {
        "figure": f"mesh.{name}",
        "value": round(value, 3),
        "unit": unit,
        "bar": bar,
        "holds": None if bar is None else value >= bar,
    }


def figures() -> list[Figure]:
    """Measure and return the figures: name, value, unit, the bar that it must reach, and whether it does."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure())


def main() -> int:
    """Print one JSON object per figure, then a table for people. 1 if a bar does not hold."""
    measured = figures()
    for figure in measured:
        sys.stdout.write(json.dumps(figure) + "\n")
    table = Table("figure", "value", "unit", "bar", "holds")
    for figure in measured:
        holds = {None: "", True: "yes", False: "NO"}[figure["holds"]]
        table.add_row(figure["figure"], str(figure["value"]), figure["unit"], str(figure["bar"] or ""), holds)
    Console().print(table)
    return int(any(figure["holds"] is False for figure in measured))


if __name__ == "__main__":
    sys.exit(main())
