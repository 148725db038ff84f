"""What the mesh consists of on one machine: a table, in the order in which people read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process of the mesh.

    ``needs`` are processes whose address it must know before it starts. ``listen_setting`` tells it where to listen,
    ``address_setting`` tells the others where it does; ``target`` makes that setting's value of the printed address.
    """

    name: str
    module: str
    needs: tuple[str, ...]
    listen_setting: str
    address_setting: str
    default_listen: str
    target: str = "dns:///{address}"
    what: str = ""


DATABASE: Final = "database"
GATEWAY: Final = "gateway"

PROCESSES: Final[tuple[ProcessSpec, ...]] = (
    ProcessSpec(
        DATABASE,
        "services.session.embedded_postgres",
        (),
        "",
        "PARLEY_DATABASE_URL",
        "",
        target="{address}",
        what="embedded PostgreSQL",
    ),
    ProcessSpec(
        "reasoning",
        "services.reasoning",
        (),
        "PARLEY_REASONING_LISTEN",
        "PARLEY_REASONING_ADDRESS",
        "127.0.0.1:7105",
        what="questions, follow-ups, evaluation",
    ),
    ProcessSpec(
        "speech",
        "services.speech",
        (),
        "PARLEY_SPEECH_LISTEN",
        "PARLEY_SPEECH_ADDRESS",
        "127.0.0.1:7103",
        what="transcription and voice",
    ),
    ProcessSpec(
        "vision",
        "services.vision",
        (),
        "PARLEY_VISION_LISTEN",
        "PARLEY_VISION_ADDRESS",
        "127.0.0.1:7104",
        what="observable behaviour from video",
    ),
    ProcessSpec(
        "session",
        "services.session",
        (DATABASE, "reasoning"),
        "PARLEY_SESSION_LISTEN",
        "PARLEY_SESSION_ADDRESS",
        "127.0.0.1:7101",
        what="accounts, interviews, reports",
    ),
    ProcessSpec(
        "media",
        "services.media",
        ("session", "speech", "vision"),
        "PARLEY_MEDIA_LISTEN",
        "PARLEY_MEDIA_ADDRESS",
        "127.0.0.1:7102",
        what="WebRTC",
    ),
    ProcessSpec(
        GATEWAY,
        "services.gateway",
        ("session", "media"),
        "PARLEY_GATEWAY_LISTEN",
        "",
        "127.0.0.1:8080",
        target="http://{address}",
        what="web client and grpc-web",
    ),
)

GRPC_SERVICES: Final = tuple(spec.name for spec in PROCESSES if spec.name not in (DATABASE, GATEWAY))


def spec_of(name: str) -> ProcessSpec:
    """The row called ``name``."""
    return next(spec for spec in PROCESSES if spec.name == name)
