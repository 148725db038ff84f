"""Which STUN and TURN servers a browser is told to use."""

from collections.abc import Sequence

from services.kit.clock import Clock
from services.media.domain.turn_credentials import turn_credentials
from services.media.ports.browser import IceServer


class IceServers:
    """The configured servers; TURN ones with credentials of the caller's own if there is a shared secret."""

    def __init__(self, urls: Sequence[str], turn_secret: str, clock: Clock) -> None:
        self._stun = tuple(url for url in urls if url.startswith("stun"))
        self._turn = tuple(url for url in urls if url.startswith("turn"))
        self._secret = turn_secret
        self._clock = clock

    def of(self, account_id: str) -> list[IceServer]:
        """The servers for this account; none where none is configured."""
        servers = [IceServer(self._stun)] if self._stun else []
        if self._turn:
            username, credential = turn_credentials(self._secret, account_id, self._clock.now().timestamp())
            servers.append(IceServer(self._turn, username, credential))
        return servers
