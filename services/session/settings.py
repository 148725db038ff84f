"""Settings of session and of its embedded database process."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from services.kit.settings import CommonSettings, ProcessSettings, load, names_of, seconds, setting


def _database_url(text: str) -> str:
    if text and urlsplit(text).scheme not in ("postgresql", "postgres"):
        raise ValueError("expected a URL such as postgresql://user@host:5432/parley")
    return text


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """What session is started with."""

    listen: str = setting("PARLEY_SESSION_LISTEN", "127.0.0.1:7101", help="address to listen on, host:port")
    metrics_listen: str = setting(
        "PARLEY_SESSION_METRICS_LISTEN", "", help="address of the metrics endpoint; empty: off"
    )
    database_url: str = setting(
        "PARLEY_DATABASE_URL",
        "",
        help="postgresql:// URL; empty: an embedded PostgreSQL under the data folder",
        parse=_database_url,
    )
    pool_size: int = setting("PARLEY_SESSION_POOL_SIZE", 8, help="most database connections for RPCs")
    run_jobs: bool = setting("PARLEY_SESSION_JOBS", True, help="whether this process runs jobs (evaluation, reports)")
    access_ttl_s: float = setting("PARLEY_SESSION_ACCESS_TTL", 900.0, help="life of an access token, s", parse=seconds)
    refresh_ttl_s: float = setting(
        "PARLEY_SESSION_REFRESH_TTL", 30 * 86400.0, help="life of a refresh token, s", parse=seconds
    )
    retention_days: int = setting("PARLEY_SESSION_RETENTION_DAYS", 90, help="days after which interviews are deleted")
    planning_wait_s: float = setting(
        "PARLEY_SESSION_PLANNING_WAIT", 5.0, help="seconds that CreateInterview waits for the plan", parse=seconds
    )
    answer_end_wait_s: float = setting(
        "PARLEY_SESSION_ANSWER_END_WAIT",
        0.25,
        help="seconds that a turn waits for an answer's last words",
        parse=seconds,
    )
    follow_up_wait_s: float = setting(
        "PARLEY_SESSION_FOLLOW_UP_WAIT",
        0.1,
        help="seconds that a turn waits for a follow-up's first sentence",
        parse=seconds,
    )
    model_follow_up_wait_s: float = setting(
        "PARLEY_SESSION_MODEL_FOLLOW_UP_WAIT",
        1.0,
        help="the same where a language model writes it, if longer",
        parse=seconds,
    )
    prepare_follow_ups: bool = setting(
        "PARLEY_SESSION_PREPARE_FOLLOW_UPS",
        True,
        help="whether follow-ups are written while the candidate still speaks, and anew when more is said",
    )
    follow_up_total_s: float = setting(
        "PARLEY_SESSION_FOLLOW_UP_TOTAL",
        8.0,
        help="seconds in which all of a follow-up has to be there once its first sentence came in time",
        parse=seconds,
    )
    evaluation_delay_s: float = setting(
        "PARLEY_SESSION_EVALUATION_DELAY",
        1.0,
        help="seconds after an answer in which only the next question matters",
        parse=seconds,
    )
    stale_answer_s: float = setting(
        "PARLEY_SESSION_STALE_ANSWER",
        30.0,
        help="seconds after which a submitted answer whose end media never recorded is complete",
        parse=seconds,
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read them. Raises SettingsError."""
        return load(cls, "session", env)


@dataclass(frozen=True, kw_only=True)
class DatabaseProcessSettings(ProcessSettings):
    """What the embedded PostgreSQL's process is started with."""

    data_dir: Path = setting("PARLEY_DATA_DIR", help="folder for everything that is kept")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "DatabaseProcessSettings":
        """Read them, from an environment that also holds those of the services. Raises SettingsError."""
        env = os.environ if env is None else env
        mine = {name: value for name, value in env.items() if name in names_of(cls)}
        return load(cls, "database", mine)
