"""Runs a command on a network that leads nowhere, and writes down whom it tried to reach.

    unshare --net python -m tests.support.offline OUT.json COMMAND…

Inside the new network name space stands one interface with the default route: whatever is sent to an internet
address, name look-ups included, leaves through it and is caught here. Destinations on this machine use loopback.
"""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

INTERFACE = "parley0"
ADDRESS, ROUTER = "192.0.2.1", "192.0.2.254"  # TEST-NET-1 (RFC 5737)
_ETH_P_ALL = 0x0003
_ETH_P_IP = 0x0800
_TCP, _UDP, _DNS = 6, 17, 53
_SETUP = (
    ("link", "set", "lo", "up"),
    ("link", "add", INTERFACE, "type", "veth", "peer", "name", "parley1"),
    ("addr", "add", f"{ADDRESS}/24", "dev", INTERFACE),
    ("link", "set", INTERFACE, "up"),
    ("link", "set", "parley1", "up"),
    # The router answers no ARP: its address is written down, so that packets are really sent.
    ("neigh", "add", ROUTER, "lladdr", "02:00:00:00:00:01", "dev", INTERFACE),
    ("route", "add", "default", "via", ROUTER, "dev", INTERFACE),
)


@dataclass(slots=True)
class Sniffer:
    """Destinations "address:port" of IPv4 packets that left the machine, and of name look-ups anywhere."""

    seen: set[str] = field(default_factory=set)

    def follow(self, raw: socket.socket) -> None:
        """Reads packets until the socket is closed."""
        while True:
            try:
                packet, (interface, protocol, *_) = raw.recvfrom(65535)
            except OSError:
                return
            if protocol == _ETH_P_IP:
                self._look(packet[14:], interface)

    def _look(self, packet: bytes, interface: str) -> None:
        header_bytes = (packet[0] & 0x0F) * 4
        transport = packet[9]
        destination = socket.inet_ntoa(packet[16:20])
        port = 0
        if transport in (_TCP, _UDP):
            (port,) = struct.unpack_from("!H", packet, header_bytes + 2)
        if interface == INTERFACE or (port == _DNS and transport in (_TCP, _UDP)):
            self.seen.add(f"{destination}:{port}")


def main() -> int:
    """Entry point; returns the command's exit code."""
    out, command = Path(sys.argv[1]), sys.argv[2:]
    for arguments in _SETUP:
        subprocess.run(["ip", *arguments], check=True)
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    sniffer = Sniffer()
    thread = threading.Thread(target=sniffer.follow, args=(raw,), daemon=True)
    thread.start()
    code = subprocess.run(command, check=False).returncode
    out.write_text(json.dumps(sorted(sniffer.seen)), encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
