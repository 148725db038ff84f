"""What both ends of a connection must agree on. The pair stands in one file because it fails only as a pair.

MESH.md: without these a stalled reader lets ``write`` buffer 4 MiB, and keepalive on an idle stream ends
in "too many pings".
"""

from dataclasses import dataclass
from typing import Final

MAX_MESSAGE_BYTES: Final = 16 * 1024 * 1024
MAX_CONNECTION_AGE_S: Final = 30 * 60.0

# 63 KiB instead of 4 MiB before a write to a stalled reader blocks, and 16 KiB with both.
_FLOW_CONTROL: Final = (("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 16384))
_SIZES: Final = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
)

Options = tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True)
class Keepalive:
    """A client pings after ``interval_s`` without traffic; a peer silent for ``timeout_s`` after a ping is gone."""

    interval_s: float = 20.0
    timeout_s: float = 10.0


DEFAULT_KEEPALIVE: Final = Keepalive()


def client_options(service_config: str, keepalive: Keepalive = DEFAULT_KEEPALIVE) -> Options:
    """Channel options; ``service_config`` is the JSON of gRPC's service config."""
    return (
        *_FLOW_CONTROL,
        *_SIZES,
        ("grpc.service_config", service_config),
        ("grpc.enable_retries", 1),
        ("grpc.keepalive_time_ms", round(keepalive.interval_s * 1000)),
        ("grpc.keepalive_timeout_ms", round(keepalive.timeout_s * 1000)),
        # No pings between calls (idle CPU), any number of them on an idle stream.
        ("grpc.keepalive_permit_without_calls", 0),
        ("grpc.http2.max_pings_without_data", 0),
        # A restarted server is found again within a second or two, not after the default two minutes' back-off.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 2000),
    )


def server_options(
    keepalive: Keepalive = DEFAULT_KEEPALIVE, max_connection_age_s: float = MAX_CONNECTION_AGE_S
) -> Options:
    """Server options. Connections are closed for new calls after ``max_connection_age_s``; running streams go on."""
    return (
        *_FLOW_CONTROL,
        *_SIZES,
        # Off: a second server on the same port must fail, not share its callers.
        ("grpc.so_reuseport", 0),
        # Half the client's interval: clocks differ, and the default of five minutes kills idle streams.
        ("grpc.http2.min_ping_interval_without_data_ms", round(keepalive.interval_s * 500)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.keepalive_time_ms", round(keepalive.interval_s * 3000)),
        ("grpc.keepalive_timeout_ms", round(keepalive.timeout_s * 1000)),
        ("grpc.max_connection_age_ms", round(max_connection_age_s * 1000)),
    )
