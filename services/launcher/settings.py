"""Settings of the `parley` command; the only place here that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.kit.settings import CommonSettings, load, setting


def _base_url(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("expected a base URL such as https://models.example.org/parley")
    return text


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """What the launcher reads. Every other ``PARLEY_*`` name is passed on to the service whose prefix it has."""

    internal_secret: str = setting(
        "PARLEY_INTERNAL_SECRET", "", help="signs calls between services (default: made once, kept)", secret=True
    )
    token_secret: str = setting(
        "PARLEY_TOKEN_SECRET", "", help="signs the tokens of accounts (default: made once, kept)", secret=True
    )
    ready_timeout_s: float = setting("PARLEY_LAUNCHER_READY_TIMEOUT", 60.0, help="seconds that starting may take")
    model_mirror: str = setting(
        "PARLEY_MODEL_MIRROR",
        "",
        help="base URL that replaces scheme and host of every address that `parley models pull` fetches from",
        parse=_base_url,
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Reads and checks them; raises SettingsError."""
        return load(cls, "launcher", env)


def process_environment() -> dict[str, str]:
    """What child processes inherit."""
    return dict(os.environ)


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the launcher keeps what: secrets, logs and the state of the mesh that is up."""

    data: Path

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.data / "logs"

    @property
    def secrets(self) -> Path:
        """The two secrets, readable by the owner alone."""
        return self.data / "secrets.json"

    @property
    def state(self) -> Path:
        """Addresses of the mesh that is up; absent when none is."""
        return self.data / "mesh.json"
