"""The candidate's end: peer connection, data channel, voice track."""

from dataclasses import dataclass
from typing import Protocol

from services.media.domain.commands import LiveCommand
from services.media.domain.events import LiveEvent
from services.media.domain.values import Language
from services.media.ports.vision import Picture


@dataclass(frozen=True, slots=True)
class Offer:
    """A request to negotiate. ``interview_id`` empty: a device check, with captions in ``language`` if there is one."""

    account_id: str
    request_id: str
    interview_id: str
    sdp: str
    peer_id: str = ""
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The peer and the SDP answer."""

    peer_id: str
    sdp: str


class VoiceSource(Protocol):
    """What the outgoing audio track plays."""

    def pull(self) -> bytes | None:
        """The next 20 ms as an Opus packet; None for silence. Called every 20 ms while a peer is connected."""
        ...

    async def wait(self) -> None:
        """Return when ``pull`` has a packet."""
        ...


class LiveChannel(Protocol):
    """The data channel "live"."""

    @property
    def writable(self) -> bool:
        """Whether it is open and not congested."""
        ...

    def send(self, event: LiveEvent) -> None:
        """Queue an event for sending; only while ``writable``."""
        ...


class PeerListener(Protocol):
    """What a peer connection tells its interview; called on the event loop, must not block or raise."""

    def on_connected(self, has_audio: bool, has_video: bool) -> None:
        """Media can flow, or was renegotiated; says what the browser sends."""
        ...

    def on_audio(self, pcm: bytes, lost: int) -> None:
        """16 kHz mono s16le, after ``lost`` samples that never arrived."""
        ...

    def on_picture(self, picture: Picture) -> None:
        """A frame, at most as many per second as configured."""
        ...

    def on_command(self, command: LiveCommand) -> None:
        """The browser wants something."""
        ...

    def on_writable(self, channel: LiveChannel) -> None:
        """The data channel has opened, or has room again."""
        ...

    def on_gone(self) -> None:
        """The connection has failed or was closed; called once."""
        ...


class Peer(Protocol):
    """One WebRTC peer connection."""

    async def negotiate(self, offer: str) -> str:
        """Answer an offer, with all candidates of the server. Raises SdpMalformed, IceRestartUnsupported, NoUdpPort."""
        ...

    async def add_candidate(self, line: str, mid: str, mline_index: int | None) -> None:
        """Add a remote candidate (``candidate:…``; empty: there are no more). Raises CandidateMalformed."""
        ...

    async def flush(self) -> None:
        """Return when the data channel has nothing left to send, or cannot send."""
        ...

    async def close(self) -> None:
        """Close it; everything it started has ended when this returns."""
        ...


class PeerFactory(Protocol):
    """Makes peer connections."""

    def check(self, offer: str) -> None:
        """Raise SdpMalformed if the text is no offer; cheap, and before anything is started for it."""
        ...

    def __call__(self, listener: PeerListener, voice: VoiceSource, video: bool) -> Peer:
        """A new one; without ``video`` the browser is told not to send any."""
        ...


class VoiceEncoder(Protocol):
    """Codes one speech as Opus packets of 20 ms, in a worker thread."""

    async def encode(self, pcm: bytes) -> list[bytes]:
        """Packets that are complete with these samples (48 kHz mono s16le)."""
        ...

    async def finish(self) -> list[bytes]:
        """What is left, padded with silence."""
        ...


class VoiceEncoders(Protocol):
    """Makes encoders."""

    def __call__(self) -> VoiceEncoder:
        """One for a speech."""
        ...


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server as the browser takes it."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""
