"""The candidate's end of media's use cases, in memory."""

from __future__ import annotations

from typing import Any

from services.media.domain.events import LiveEvent
from services.media.ports.browser import PeerListener, VoiceSource


class ThroughEncoder:
    """See VoiceEncoder: a packet is 20 ms of the samples themselves."""

    def __init__(self) -> None:
        self._rest = b""

    async def encode(self, pcm: bytes) -> list[bytes]:
        self._rest += pcm
        packets = [self._rest[place : place + 1920] for place in range(0, len(self._rest) - 1919, 1920)]
        self._rest = self._rest[len(packets) * 1920 :]
        return packets

    async def finish(self) -> list[bytes]:
        rest, self._rest = self._rest, b""
        return [rest] if rest else []


class Channel:
    """See LiveChannel."""

    def __init__(self) -> None:
        self.writable = True
        self.events: list[LiveEvent] = []

    def send(self, event: LiveEvent) -> None:
        assert self.writable
        self.events.append(event)

    def of(self, kind: type[Any]) -> list[Any]:
        """What was sent of a kind."""
        return [event for event in self.events if isinstance(event, kind)]


class PeerPort:
    """See Peer."""

    def __init__(self, listener: PeerListener, voice: VoiceSource, video: bool) -> None:
        self.listener = listener
        self.voice = voice
        self.video = video
        self.closed = False
        self.failing: Exception | None = None

    async def negotiate(self, offer: str) -> str:
        if self.failing is not None:
            raise self.failing
        return f"answer to {offer}"

    async def add_candidate(self, line: str, mid: str, mline_index: int | None) -> None:
        return None

    async def flush(self) -> None:
        return None

    async def close(self) -> None:
        self.closed = True


class PeerPorts:
    """See PeerFactory."""

    def __init__(self) -> None:
        self.made: list[PeerPort] = []
        self.failing: Exception | None = None

    def check(self, offer: str) -> None:
        return None

    def __call__(self, listener: PeerListener, voice: VoiceSource, video: bool) -> PeerPort:
        peer = PeerPort(listener, voice, video)
        peer.failing = self.failing
        self.made.append(peer)
        return peer


class Still:
    """See Picture."""

    def __init__(self, data: bytes = b"jpeg") -> None:
        self._data = data

    async def jpeg(self) -> bytes:
        return self._data
