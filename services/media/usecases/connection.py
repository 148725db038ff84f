"""The peer connection that an interview has at present, if it has one."""

from collections.abc import Callable
from dataclasses import dataclass

from services.kit.clock import Clock
from services.media.ports.browser import Peer
from services.media.usecases.link import PeerLink


@dataclass(frozen=True, slots=True)
class _Attached:
    peer_id: str
    peer: Peer
    link: PeerLink


class Connection:
    """Holds at most one peer; a newer one replaces it. ``on_detached`` is told the id of each that goes."""

    def __init__(self, clock: Clock, on_detached: Callable[[str], None]) -> None:
        self._clock = clock
        self._on_detached = on_detached
        self._attached: _Attached | None = None
        self._connected = False
        self._since_s = clock.monotonic()

    @property
    def peer_id(self) -> str:
        """The peer's id; empty for none."""
        return self._attached.peer_id if self._attached is not None else ""

    def abandoned(self, limit_s: float) -> bool:
        """Whether there has been no peer for so long."""
        return self._attached is None and self._clock.monotonic() - self._since_s >= limit_s

    def stuck(self, limit_s: float) -> bool:
        """Whether the peer has been trying to connect for so long."""
        connecting = self._attached is not None and not self._connected
        return connecting and self._clock.monotonic() - self._since_s >= limit_s

    def attach(self, peer_id: str, peer: Peer, link: PeerLink) -> None:
        """Have this one; there must be none."""
        self._attached = _Attached(peer_id, peer, link)
        self._since_s = self._clock.monotonic()
        link.set_current(True)

    def connected(self) -> None:
        """Media flows."""
        self._connected = True

    async def flush(self) -> None:
        """Let the browser have what was sent."""
        if self._attached is not None:
            await self._attached.peer.flush()

    async def detach(self) -> bool:
        """Close the peer; False if there was none."""
        attached, self._attached = self._attached, None
        if attached is None:
            return False
        attached.link.set_current(False)
        self._connected = False
        self._since_s = self._clock.monotonic()
        self._on_detached(attached.peer_id)
        await attached.peer.close()
        return True
