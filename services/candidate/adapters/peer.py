"""The candidate's end of the WebRTC connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiortc import MediaStreamTrack, RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from google.protobuf.message import DecodeError
from parley.media.v1 import live_pb2

from services.candidate.adapters.tracks import Camera, Ear, Microphone

CHANNEL_LABEL = "live"


class ConnectionFailed(Exception):
    """The WebRTC connection could not be made or was lost."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server as MediaService names it."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class Peer:
    """One connection: microphone and camera out, voice in, live events both ways."""

    def __init__(
        self,
        microphone: Microphone,
        camera: Camera | None,
        ear: Ear,
        on_event: Callable[[live_pb2.LiveEvent], None],
        ice_servers: list[IceServer],
    ) -> None:
        # An explicit list: with none given, aiortc would ask a public STUN server.
        servers = [RTCIceServer(list(row.urls), row.username or None, row.credential or None) for row in ice_servers]
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._ear = ear
        self._on_event = on_event
        self._listening: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._open = asyncio.Event()
        self.lost = asyncio.Event()
        self._connection.addTrack(microphone)
        if camera is not None:
            self._connection.addTrack(camera)
        self._channel = self._connection.createDataChannel(CHANNEL_LABEL)
        self._channel.on("message", self._on_message)
        self._channel.on("open", self._open.set)
        self._connection.on("track", self._on_track)
        self._connection.on("connectionstatechange", self._on_state)

    async def connect(self, negotiate: Callable[[str], Awaitable[str]], timeout_s: float = 20.0) -> None:
        """Offers (all candidates gathered first), applies the answer, waits until media and data flow."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        answer = await negotiate(self._connection.localDescription.sdp)
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
        try:
            async with asyncio.timeout(timeout_s):
                await self._connected.wait()
                await self._open.wait()
        except TimeoutError:
            state = self._connection.connectionState
            raise ConnectionFailed(f"no WebRTC connection after {timeout_s:g} s (it is {state!r})") from None

    def send(self, command: live_pb2.LiveCommand) -> None:
        """Sends a command on the data channel; nothing is sent once the connection is gone."""
        if self._channel.readyState == "open":
            self._channel.send(command.SerializeToString())

    async def close(self) -> None:
        """Hangs up and waits for what belongs to the connection."""
        await self._connection.close()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            self._listening = asyncio.create_task(self._ear.follow(track), name="candidate-ear")

    def _on_state(self) -> None:
        if self._connection.connectionState == "connected":
            self._connected.set()
        elif self._connection.connectionState in ("failed", "closed"):
            self.lost.set()

    def _on_message(self, data: bytes | str) -> None:
        event = live_pb2.LiveEvent()
        try:
            event.ParseFromString(data if isinstance(data, bytes) else data.encode())
        except DecodeError:
            return  # not an event of this version
        self._on_event(event)


def ping(token: int) -> live_pb2.LiveCommand:
    """A command that comes back as Pong with the session clock."""
    return live_pb2.LiveCommand(ping=live_pb2.Ping(token=token))


def now() -> float:
    """The candidate's clock, seconds."""
    return time.monotonic()
