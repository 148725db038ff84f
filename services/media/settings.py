"""Settings of the media service; the only reader of its environment."""

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from services.kit.settings import CommonSettings, SettingsError, load, seconds, setting

_ICE_URL = re.compile(r"(stun|stuns|turn|turns):[^\s,?]+(\?transport=(udp|tcp))?")


def _ice_urls(text: str) -> tuple[str, ...]:
    urls = tuple(part.strip() for part in text.split(",") if part.strip())
    if not all(_ICE_URL.fullmatch(url) for url in urls):
        raise ValueError("expected URLs such as stun:host:3478,turn:host:3478?transport=udp")
    return urls


def _addresses(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in parts:
        try:
            ipaddress.ip_address(part)
        except ValueError:
            raise ValueError("expected IP addresses, separated by commas") from None
    return parts


def _ports(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and 0 < int(first) <= int(last) < 65536):
        raise ValueError("expected a range of UDP ports such as 50000-50100")
    return int(first), int(last)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("expected a whole number, at least 1")
    return int(text)


def _rate(text: str) -> float:
    value = seconds(text)
    if not 0 < value <= 10:
        raise ValueError("expected a number above 0 and at most 10")
    return value


def _node(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,63}", text):
        raise ValueError("expected letters, digits and hyphens, at most 63")
    return text


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """What ``PARLEY_MEDIA_*`` says."""

    listen: str = setting("PARLEY_MEDIA_LISTEN", "127.0.0.1:7102", help="address and port of the gRPC server")
    metrics_listen: str = setting("PARLEY_MEDIA_METRICS_LISTEN", "", help="address and port of metrics; empty: off")
    node: str = setting("PARLEY_MEDIA_NODE", "", help="name in front of peer ids (default: the host's)", parse=_node)
    max_peers: int = setting("PARLEY_MEDIA_MAX_PEERS", 50, help="peer connections at most", parse=_positive)
    ice_urls: tuple[str, ...] = setting(
        "PARLEY_MEDIA_ICE_URLS", (), help="STUN and TURN servers; none is contacted that is not here", parse=_ice_urls
    )
    turn_secret: str = setting("PARLEY_MEDIA_TURN_SECRET", "", help="secret shared with the TURN server", secret=True)
    ice_bind: tuple[str, ...] = setting(
        "PARLEY_MEDIA_ICE_BIND", (), help="own addresses to use for media (default: all)", parse=_addresses
    )
    ice_advertise: tuple[str, ...] = setting(
        "PARLEY_MEDIA_ICE_ADVERTISE", (), help="addresses that browsers reach instead of the own ones", parse=_addresses
    )
    udp_ports: tuple[int, int] | None = setting(
        "PARLEY_MEDIA_UDP_PORTS", None, help="range of UDP ports for media (default: any)", parse=_ports
    )
    frames_per_s: float = setting("PARLEY_MEDIA_FRAME_RATE", 5.0, help="frames a second for vision", parse=_rate)
    workers: int = setting("PARLEY_MEDIA_WORKERS", 2, help="threads that code pictures", parse=_positive)
    linger_s: float = setting(
        "PARLEY_MEDIA_LINGER", 60.0, help="seconds that an interview is kept without a peer connection", parse=seconds
    )
    keep_audio_s: float = setting(
        "PARLEY_MEDIA_KEEP_AUDIO", 300.0, help="seconds of audio kept while speech is away", parse=seconds
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Read the environment. Raises SettingsError."""
        settings = load(cls, "media", env)
        if any(url.startswith("turn") for url in settings.ice_urls) and not settings.turn_secret:
            problem = "PARLEY_MEDIA_TURN_SECRET is not set: PARLEY_MEDIA_ICE_URLS has a TURN server, which needs it"
            raise SettingsError("media", [problem])
        return settings

    @property
    def node_name(self) -> str:
        """The name in front of peer ids; no dots, which end it there."""
        return self.node or re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:63] or "media"
