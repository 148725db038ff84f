"""Where a peer connection listens and what it tells the browser about that.

aioice takes every address of the machine and any free port. Behind a NAT or in a container that is wrong: the address
that is reached from outside and the ports that are open there are settings. SDP text is never edited for it: the
candidates are made right before the answer is written.
"""

import asyncio
import ipaddress
import random
from dataclasses import dataclass
from typing import Any, Final

from aioice import Candidate, Connection
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import StunProtocol, server_reflexive_candidate
from aiortc import RTCIceServer, RTCPeerConnection

from services.media.domain.errors import NoUdpPort

_LOOPBACK: Final = "127.0.0.1"
_STUN_S: Final = 5.0
_ANY: Final = {4: "0.0.0.0", 6: "::"}  # noqa: S104  # only where an advertised address is configured for it


@dataclass(frozen=True, slots=True)
class IceOptions:
    """``bind``: own addresses to use, empty for all. ``advertise``: addresses to tell instead, one socket for each.

    ``ports``: first and last UDP port, None for any. ``servers``: STUN and TURN; none is contacted that is not here.
    """

    bind: tuple[str, ...] = ()
    advertise: tuple[str, ...] = ()
    ports: tuple[int, int] | None = None
    servers: tuple[RTCIceServer, ...] = ()


class HostConnection(Connection):
    """aioice's connection with configured host candidates."""

    options: IceOptions

    async def get_component_candidates(self, component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:
        """Open the sockets and gather the candidates. Raises NoUdpPort."""
        options = self.options
        addresses = list(options.bind) or addresses or [_LOOPBACK]
        if not options.advertise and options.ports is None:
            return await super().get_component_candidates(component, addresses, timeout)
        if options.advertise:
            places = [(_bind_for(told, options.bind), told) for told in options.advertise]
        else:
            places = [(address, address) for address in addresses]
        hosts = [await self._open(component, address, told) for address, told in places]
        reflexive = await self._reflexive(hosts)
        # No addresses: the rest of aioice's gathering is the relay.
        return [
            *(host.local_candidate for host in hosts),
            *reflexive,
            *await super().get_component_candidates(component, [], timeout),
        ]

    async def _open(self, component: int, address: str, told: str) -> StunProtocol:
        protocol = await _socket(self, address, self.options.ports)
        protocol.local_candidate = Candidate(
            foundation=candidate_foundation("host", "udp", told),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "host"),
            host=told,
            port=protocol.transport.get_extra_info("sockname")[1],
            type="host",
        )
        self._protocols.append(protocol)
        return protocol

    async def _reflexive(self, hosts: list[StunProtocol]) -> list[Candidate]:
        if self.stun_server is None:
            return []
        queries = [
            asyncio.create_task(server_reflexive_candidate(host, self.stun_server))
            for host in hosts
            if ipaddress.ip_address(host.local_candidate.host).version == 4
        ]
        if not queries:
            return []
        answered, silent = await asyncio.wait(queries, timeout=_STUN_S)
        for query in silent:
            query.cancel()
        return [query.result()[0] for query in answered if query.exception() is None]


def configure(peer: RTCPeerConnection, options: IceOptions) -> None:
    """Let the transports of ``peer`` gather as configured; between the remote description and the local one.

    aiortc makes its ICE connections itself and has no setting for their class; the object keeps its state.
    """
    transports = [transceiver.receiver.transport for transceiver in peer.getTransceivers()]
    if peer.sctp is not None:
        transports.append(peer.sctp.transport)
    for transport in transports:
        connection: Any = transport.transport.iceGatherer._connection
        if isinstance(connection, Connection) and not isinstance(connection, HostConnection):
            adopted: Any = connection
            adopted.__class__ = HostConnection
            adopted.options = options


def _bind_for(told: str, bind: tuple[str, ...]) -> str:
    version = ipaddress.ip_address(told).version
    return next((address for address in bind if ipaddress.ip_address(address).version == version), _ANY[version])


async def _socket(receiver: Connection, address: str, ports: tuple[int, int] | None) -> StunProtocol:
    loop = asyncio.get_running_loop()
    for port in _order(ports):
        try:
            _, protocol = await loop.create_datagram_endpoint(
                lambda: StunProtocol(receiver), local_addr=(address, port)
            )
        except OSError:
            continue  # taken by another peer
        return protocol
    raise NoUdpPort("no UDP port is free in the configured range; try again later")


def _order(ports: tuple[int, int] | None) -> list[int]:
    """Ports to try: all of the range, from a random one on, so that peers seldom try the same."""
    if ports is None:
        return [0]
    first, last = ports
    count = last - first + 1
    start = random.randrange(count)  # noqa: S311  # spreads load, protects nothing
    return [first + (start + step) % count for step in range(count)]
