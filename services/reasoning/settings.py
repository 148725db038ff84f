"""Settings of the reasoning service: the only reader of its environment."""

from __future__ import annotations

from dataclasses import dataclass

from services.kit.settings import CommonSettings, load, seconds, setting
from services.reasoning.adapters.registry import ENGINES
from services.reasoning.domain.questions import Language


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ValueError("expected a whole number, 1 or more")
    return int(text)


def _languages(text: str) -> tuple[Language, ...]:
    try:
        return tuple(Language(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError(f"expected languages among {', '.join(Language)}, separated by commas") from None


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """See each field's help."""

    listen: str = setting("PARLEY_REASONING_LISTEN", "127.0.0.1:7105", help="address to listen on")
    metrics_listen: str = setting(
        "PARLEY_REASONING_METRICS_LISTEN", "", help="address of the metrics endpoint; empty: off"
    )
    engine: str = setting(
        "PARLEY_REASONING_ENGINE", "builtin", help="engine that plans, asks and judges", choices=tuple(ENGINES)
    )
    threads: int = setting("PARLEY_REASONING_THREADS", 2, help="threads that plan, ask and judge", parse=_count)
    queue_size: int = setting(
        "PARLEY_REASONING_QUEUE_SIZE", 64, help="calls that may wait for a thread; more are refused", parse=_count
    )
    preload: tuple[Language, ...] = setting(
        "PARLEY_REASONING_PRELOAD",
        (),
        help="languages (ko, en) to load at the start, not at the first interview; ko takes 250 MB",
        parse=_languages,
    )
    analyser_idle_s: float = setting(
        "PARLEY_REASONING_ANALYSER_IDLE",
        900.0,
        help="seconds without use after which the Korean analyser gives its memory back",
        parse=seconds,
    )

    @classmethod
    def from_env(cls) -> Settings:
        """From the environment. Raises SettingsError with every problem."""
        return load(cls, "reasoning")
