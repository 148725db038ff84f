"""WebRTC peer connections by aiortc."""

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame, VideoFrame

from services.kit import telemetry
from services.kit.clock import Clock
from services.media.adapters import ice, sdp
from services.media.adapters.ice import IceOptions
from services.media.adapters.live_channel import LABEL, Decode, LiveDataChannel
from services.media.adapters.picture import DecodedPicture
from services.media.adapters.receiver import tune
from services.media.adapters.sound import Ear
from services.media.adapters.voice_track import VoiceTrack
from services.media.domain.errors import CandidateMalformed, IceRestartUnsupported, SdpMalformed
from services.media.domain.pace import Pace
from services.media.ports.browser import PeerListener, VoiceSource

logger = logging.getLogger("parley.media.peer")

_CANDIDATE_PREFIX: Final = "candidate:"


@dataclass(frozen=True, slots=True)
class PeerOptions:
    """What all peers of a process share. ``decode``: bytes to a checked LiveCommand message."""

    ice: IceOptions
    frames_per_s: float
    picture_workers: Executor
    clock: Clock
    decode: Decode


class AiortcPeers:
    """See PeerFactory."""

    def __init__(self, options: PeerOptions) -> None:
        self._options = options

    def check(self, offer: str) -> None:
        """Raise SdpMalformed if the text is no offer that could be answered."""
        sdp.parse_offer(offer)

    def __call__(self, listener: PeerListener, voice: VoiceSource, video: bool) -> "AiortcPeer":
        """A new peer connection."""
        return AiortcPeer(self._options, listener, voice, video)


class AiortcPeer:
    """See Peer. Its reader tasks are its own; they end with ``close``."""

    def __init__(self, options: PeerOptions, listener: PeerListener, voice: VoiceSource, video: bool) -> None:
        self._options = options
        self._listener = listener
        self._video = video
        self._track = VoiceTrack(voice)
        self._live: LiveDataChannel | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._tuned: list[RTCRtpReceiver] = []
        self._candidates = 0
        self._gone = False
        # An explicit list, even if empty: without one aiortc asks a public STUN server.
        self._pc = RTCPeerConnection(RTCConfiguration(iceServers=list(options.ice.servers)))
        self._pc.on("connectionstatechange", self._on_state)
        self._pc.on("track", self._on_track)
        self._pc.on("datachannel", self._on_channel)

    async def negotiate(self, offer: str) -> str:
        """Answer an offer; see Peer."""
        if self._pc.remoteDescription is not None and sdp.restarts_ice(self._pc.remoteDescription.sdp, offer):
            raise IceRestartUnsupported(
                "this peer cannot restart ICE; offer again with a new connection, without peer_id"
            )
        try:
            await self._pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        except sdp.REFUSED as error:
            raise SdpMalformed("the offer cannot be answered") from error
        self._prepare()
        await self._pc.setLocalDescription(await self._pc.createAnswer())
        if self._pc.connectionState == "connected":
            self._tell_connected()
        return str(self._pc.localDescription.sdp)

    async def add_candidate(self, line: str, mid: str, mline_index: int | None) -> None:
        """Add a remote candidate; see Peer."""
        if not line:
            await self._pc.addIceCandidate(None)
            return
        self._candidates += 1
        if self._candidates > sdp.MAX_CANDIDATES:
            raise CandidateMalformed(f"more than {sdp.MAX_CANDIDATES} candidates for one peer")
        try:
            candidate = candidate_from_sdp(line.removeprefix("a=").removeprefix(_CANDIDATE_PREFIX))
        except (AssertionError, ValueError) as error:
            raise CandidateMalformed("this is no ICE candidate") from error
        candidate.sdpMid = mid or None
        candidate.sdpMLineIndex = mline_index if mid or mline_index is not None else 0
        await self._pc.addIceCandidate(candidate)

    async def flush(self) -> None:
        """Let the data channel send what it has."""
        if self._live is not None:
            await self._live.flush()

    async def close(self) -> None:
        """Close it; see Peer."""
        self._gone = True
        self._track.stop()
        await self._pc.close()
        for reader in self._readers:
            reader.cancel()
        if self._readers:
            await asyncio.wait(self._readers)

    def _prepare(self) -> None:
        """Between the remote description and the answer: what we send, what we take, where we listen."""
        for transceiver in self._pc.getTransceivers():
            if transceiver.kind == "video" and not self._video:
                transceiver.direction = "inactive"
            if transceiver.receiver not in self._tuned:
                self._tuned.append(transceiver.receiver)
                tune(transceiver.receiver, transceiver.kind)
        has_audio = any(transceiver.kind == "audio" for transceiver in self._pc.getTransceivers())
        if has_audio and not any(sender.track is self._track for sender in self._pc.getSenders()):
            self._pc.addTrack(self._track)
        ice.configure(self._pc, self._options.ice)

    def _on_state(self) -> None:
        state = self._pc.connectionState
        if state == "connected":
            self._tell_connected()
        elif state in ("failed", "closed") and not self._gone:
            self._gone = True
            self._listener.on_gone()

    def _tell_connected(self) -> None:
        self._listener.on_connected("audio" in self._incoming(), "video" in self._incoming())

    def _incoming(self) -> set[str]:
        return {
            transceiver.kind
            for transceiver in self._pc.getTransceivers()
            if transceiver.currentDirection in ("recvonly", "sendrecv")
        }

    def _on_track(self, track: MediaStreamTrack) -> None:
        work = self._hear(track) if track.kind == "audio" else self._look(track)
        self._readers.append(asyncio.create_task(self._guard(work), name=f"peer-{track.kind}"))

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label != LABEL:
            return
        self._live = LiveDataChannel(
            channel, self._options.decode, self._listener.on_command, self._listener.on_writable
        )
        self._listener.on_writable(self._live)

    async def _hear(self, track: MediaStreamTrack) -> None:
        ear = Ear()
        while True:
            frame: AudioFrame = await track.recv()  # type: ignore[assignment]  # of an audio track
            for sound in ear.hear(frame):
                self._listener.on_audio(sound.pcm, sound.lost)

    async def _look(self, track: MediaStreamTrack) -> None:
        """aiortc decodes every frame, because the next depends on it; all but the picked ones are dropped here."""
        pace = Pace(self._options.frames_per_s)
        while True:
            frame: VideoFrame = await track.recv()  # type: ignore[assignment]  # of a video track
            if pace.due(self._options.clock.monotonic()):
                self._listener.on_picture(DecodedPicture(frame, self._options.picture_workers))

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        """A reader's own task: the end of its track is its end, a fault is the connection's."""
        try:
            await work
        except MediaStreamError:
            return
        except Exception as fault:  # noqa: BLE001  # logged by type only, and the connection is given up
            telemetry.log(logger, logging.ERROR, "peer failed", fault=type(fault).__name__)
            if not self._gone:
                self._gone = True
                self._listener.on_gone()
