"""How long things are kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds. ``lifetime_s`` ends a device check; None for interviews."""

    linger_s: float = 60.0  # without a peer connection
    connect_s: float = 30.0  # from the answer to a connection
    keep_audio_s: float = 300.0  # while speech is away
    keep_records_s: float = 600.0  # while session is away, after the interview's media has ended
    lifetime_s: float | None = None
