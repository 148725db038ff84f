"""A browser for tests of media: a real aiortc peer with a scripted microphone and camera."""

from __future__ import annotations

import asyncio
import fractions
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame
from parley.media.v1 import live_pb2

from tests.support.media_fakes import Awaited

RATE = 48_000
FRAME = 960


class Microphone(MediaStreamTrack):
    """Silence at -70 dBFS, or a tone while it is told to be loud; in real time, exact to 20 ms."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._began: float | None = None
        self._frame = 0
        self._loud = 0
        self._noise = np.random.default_rng(1).normal(0, 8, FRAME).astype(np.int16)
        self._skip = 0
        self._recording = np.zeros(0, np.int16)

    @property
    def quiet(self) -> bool:
        """Whether everything that ``say`` asked for was sent."""
        return self._loud == 0 and not len(self._recording)

    @property
    def place(self) -> int:
        """Sent so far, lost ones too, in 16 kHz samples."""
        return self._frame * FRAME // 3

    def say(self, seconds: float) -> None:
        """Be loud from the next frame on, for so long."""
        self._loud = round(seconds * 50)

    def play(self, recording: np.ndarray[Any, Any]) -> None:
        """Say this (48 kHz mono) from the next frame on."""
        self._recording = recording[: len(recording) // FRAME * FRAME]

    def lose(self, seconds: float) -> None:
        """Send nothing for so long, as if packets were lost: time stamps go on."""
        self._skip = round(seconds * 50)

    async def recv(self) -> AudioFrame:
        """The next 20 ms when they are due."""
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        if self._began is None:
            self._began = loop.time()
        self._frame += self._skip
        self._skip = 0
        await asyncio.sleep(self._began + self._frame * FRAME / RATE - loop.time())
        place = self._frame * FRAME
        self._frame += 1
        wave, self._recording = self._recording[:FRAME], self._recording[FRAME:]
        if not len(wave):
            wave = self._noise
        if self._loud:
            self._loud -= 1
            wave = (np.sin(2 * np.pi * 300 * (np.arange(FRAME) + place) / RATE) * 8000).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        frame.pts = place
        frame.time_base = fractions.Fraction(1, RATE)
        return frame


class Camera(MediaStreamTrack):
    """Grey pictures at 15 frames a second."""

    kind = "video"

    def __init__(self, width: int = 320, height: int = 240) -> None:
        super().__init__()
        self._picture = np.full((height, width, 3), 90, np.uint8)
        self._frame = 0
        self.muted = asyncio.Event()

    async def recv(self) -> VideoFrame:
        """The next picture when it is due."""
        if self.readyState != "live":
            raise MediaStreamError
        await asyncio.sleep(1 / 15)
        if self.muted.is_set():
            await asyncio.Event().wait()
        frame = VideoFrame.from_ndarray(self._picture, format="rgb24")
        frame.pts = self._frame * 6000
        frame.time_base = fractions.Fraction(1, 90_000)
        self._frame += 1
        return frame


class Browser:
    """One peer connection of a candidate."""

    def __init__(self, *, audio: bool = True, video: bool = False, channel: bool = True) -> None:
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.microphone = Microphone()
        self.camera = Camera()
        self.events: list[live_pb2.LiveEvent] = []
        self.seen = Awaited()
        self.voice: list[tuple[float, float]] = []  # arrival time and RMS of each 20 ms
        self.peer_id = ""
        self._readers: list[asyncio.Task[None]] = []
        self.connected = asyncio.Event()
        self.gone = asyncio.Event()
        if audio:
            self.pc.addTrack(self.microphone)
        if video:
            self.pc.addTrack(self.camera)
        self.channel: Any = self.pc.createDataChannel("live") if channel else None
        if self.channel is not None:
            self.channel.on("message", self._on_message)
        self.pc.on("track", self._on_track)
        self.pc.on("connectionstatechange", self._on_state)

    async def offer(self) -> str:
        """The offer, with all candidates."""
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return str(self.pc.localDescription.sdp)

    async def accept(self, sdp: str) -> None:
        """Take the answer and wait for the connection."""
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        async with asyncio.timeout(10):
            await self.connected.wait()

    async def close(self) -> None:
        """Close it and everything that it started."""
        await self.pc.close()
        self.microphone.stop()
        self.camera.stop()
        for reader in self._readers:
            reader.cancel()
        if self._readers:
            await asyncio.wait(self._readers)

    def send(self, **command: Any) -> None:
        """A live command."""
        self.channel.send(live_pb2.LiveCommand(**command).SerializeToString())

    @contextmanager
    def losing(self, every: int) -> Iterator[None]:
        """Inside, one in so many packets of the microphone is lost on the way."""
        transport: Any = self.pc.getSenders()[0].transport
        send = transport._send_rtp
        numbers = itertools.count(1)

        async def lossy(data: bytes) -> None:
            is_rtcp = 64 <= (data[1] & 0x7F) <= 95  # RFC 5761, section 4
            if is_rtcp or next(numbers) % every:
                await send(data)

        transport._send_rtp = lossy
        try:
            yield
        finally:
            transport._send_rtp = send

    @contextmanager
    def taking_nothing(self) -> Iterator[None]:
        """Inside, what comes on the data channel is not acknowledged: as on a dead uplink."""
        sctp: Any = self.pc.sctp
        handle, sctp._handle_data = sctp._handle_data, _ignore
        try:
            yield
        finally:
            sctp._handle_data = handle

    def of(self, kind: str) -> Sequence[Any]:
        """All live events of a kind."""
        return [getattr(event, kind) for event in self.events if event.WhichOneof("event") == kind]

    async def event(
        self, kind: str, condition: Callable[[Any], bool] = lambda event: True, timeout_s: float = 10
    ) -> Any:
        """The first live event of a kind that meets the condition, come or to come."""

        def found() -> list[Any]:
            return [event for event in self.of(kind) if condition(event)]

        return (await self.seen.until(found, timeout_s))[0]

    async def notice(self, kind: int, timeout_s: float = 10) -> Any:
        """A notice of this kind."""
        return await self.event("notice", lambda notice: notice.kind == kind, timeout_s)

    async def hears(self, loud: bool = True, after: float = 0.0, timeout_s: float = 10) -> float:
        """When the voice was first loud (or silent) after ``after``."""

        def found() -> list[float]:
            return [when for when, rms in self.voice if when > after and (rms > 500) is loud]

        return float((await self.seen.until(found, timeout_s))[0])

    def _on_message(self, data: bytes) -> None:
        self.events.append(live_pb2.LiveEvent.FromString(data))
        self.seen.changed()

    def _on_state(self) -> None:
        if self.pc.connectionState == "connected":
            self.connected.set()
        elif self.pc.connectionState in ("failed", "closed"):
            self.gone.set()

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._readers.append(asyncio.create_task(self._listen(track)))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, AudioFrame):
                rms = float(np.sqrt(np.mean(frame.to_ndarray().astype(np.float64) ** 2)))
                self.voice.append((asyncio.get_running_loop().time(), rms))
                self.seen.changed()


async def _ignore(data: bytes) -> None:
    """Take nothing."""
