"""Vision's settings: the only reader of the environment in this service."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from services.kit.settings import CommonSettings, load, setting

ENGINES: Mapping[str, str] = {"mediapipe": "services.vision.adapters.mediapipe_engine:build"}


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError("expected a whole number, 1 or more")
    return int(text)


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """Settings of the vision service."""

    listen: str = setting("PARLEY_VISION_LISTEN", "127.0.0.1:7104", help="host:port to serve on")
    metrics_listen: str = setting("PARLEY_VISION_METRICS_LISTEN", "", help="host:port of the metrics page; empty: none")
    engine: str = setting("PARLEY_VISION_ENGINE", "mediapipe", help="landmark engine", choices=tuple(ENGINES))
    model: str = setting(
        "PARLEY_VISION_MODEL",
        "auto",
        help="MediaPipe .task bundle; auto: face_landmarker.task or attention.task in the folder of models, else "
        "build/models/ of a checkout",
    )
    max_streams: int = setting("PARLEY_VISION_MAX_STREAMS", 16, help="streams analysed at a time", parse=_count)
    workers: int = setting(
        "PARLEY_VISION_WORKERS", None, help="threads for inference (default: one per core)", parse=_count
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.workers is None:  # computed here: counting cores at import would be global state
            object.__setattr__(self, "workers", os.cpu_count() or 1)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Self:
        """Settings from ``env`` (default: the process's environment). Raises SettingsError."""
        return load(cls, "vision", env)
