"""The gateway's settings: the only reader of its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from services.kit.settings import CommonSettings, load, seconds, setting
from services.kit.transport import MAX_MESSAGE_BYTES

_MIB = 1024 * 1024


def _max_body(text: str) -> int:
    value = int(text) if text.isdigit() else 0
    if not 0 < value <= MAX_MESSAGE_BYTES:
        raise ValueError(f"expected a number of bytes up to {MAX_MESSAGE_BYTES}: services take no longer messages")
    return value


def _count(text: str) -> int:
    if not text.isdigit():
        raise ValueError("expected a whole number; 0 means no limit")
    return int(text)


def _existing_folder(text: str) -> Path | None:
    folder = Path(text).expanduser()
    if text and not (folder / "index.html").is_file():
        raise ValueError("expected a folder with the built web client (index.html in it)")
    return folder if text else None


def _nodes(text: str) -> Mapping[str, str]:
    nodes = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, separator, address = entry.partition("=")
        if not separator or not name or not address:
            raise ValueError("expected name=address pairs, such as media-0=dns:///media-0.media:7102,media-1=…")
        nodes[name.strip()] = address.strip()
    return nodes


def _source_web_client() -> Path | None:
    """The client that `make setup` builds in a source checkout."""
    folder = Path(__file__).resolve().parents[2] / "web" / "dist"
    return folder if (folder / "index.html").is_file() else None


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """Sizes in bytes, times in seconds."""

    listen: str = setting("PARLEY_GATEWAY_LISTEN", "127.0.0.1:8080", help="address for browsers, host:port")
    metrics_listen: str = setting(
        "PARLEY_GATEWAY_METRICS_LISTEN", "", help="address of the metrics endpoint; empty: off"
    )
    origins: tuple[str, ...] = setting(
        "PARLEY_GATEWAY_ORIGINS",
        (),
        help="origins of web clients served from elsewhere, such as https://app.example.org",
    )
    web_dir: Path | None = setting(
        "PARLEY_GATEWAY_WEB_DIR", None, help="folder of the built web client", parse=_existing_folder
    )
    trusted_proxies: tuple[str, ...] = setting(
        "PARLEY_GATEWAY_TRUSTED_PROXIES", (), help="addresses or networks whose X-Forwarded-For is believed"
    )
    max_body_bytes: int = setting(
        "PARLEY_GATEWAY_MAX_BODY", 12 * _MIB, help="longest request body in bytes", parse=_max_body
    )
    body_timeout_s: float = setting(
        "PARLEY_GATEWAY_BODY_TIMEOUT", 120.0, help="seconds for a request to arrive", parse=seconds
    )
    unary_timeout_s: float = setting(
        "PARLEY_GATEWAY_UNARY_TIMEOUT", 30.0, help="longest time for one answer, in seconds", parse=seconds
    )
    stream_timeout_s: float = setting(
        "PARLEY_GATEWAY_STREAM_TIMEOUT", 4 * 3600.0, help="longest life of a stream, in seconds", parse=seconds
    )
    streams_per_address: int = setting(
        "PARLEY_GATEWAY_STREAMS_PER_ADDRESS", 64, help="open streams per client address; 0: no limit", parse=_count
    )
    sign_ins_per_minute: int = setting(
        "PARLEY_GATEWAY_SIGN_INS_PER_MINUTE",
        30,
        help="sign-ins and sign-ups a minute per client address; 0: no limit",
        parse=_count,
    )
    media_nodes: Mapping[str, str] = setting(
        "PARLEY_GATEWAY_MEDIA_NODES",
        None,
        help="media nodes by the name in their peer ids: name=address,…; empty: PARLEY_MEDIA_ADDRESS for all",
        parse=_nodes,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.media_nodes is None:  # a mutable default is not allowed in a dataclass
            object.__setattr__(self, "media_nodes", {})
        if self.web_dir is None:  # looked up here: the file system is not read at import
            object.__setattr__(self, "web_dir", _source_web_client())

    @classmethod
    def from_env(cls) -> Self:
        """Reads the environment. Raises SettingsError with every problem."""
        return load(cls, "gateway")
