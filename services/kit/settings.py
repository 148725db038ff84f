"""Settings from the environment: typed, checked all at once, and never silently ignored.

Each service has a frozen dataclass ``Settings(CommonSettings)`` whose fields are made by ``setting``. An unknown
``PARLEY_*`` name is an error that names the nearest valid one: the predecessor lost recordings to a misspelt setting.
"""

import dataclasses
import difflib
import os
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

T = TypeVar("T")

PREFIX: Final = "PARLEY_"
# A process checks its own names; those with another owner's prefix are the owner's to check.
OWNERS: Final = ("gateway", "session", "media", "speech", "vision", "reasoning", "launcher", "candidate")
# Names without their owner's prefix.
FOREIGN: Final = {"PARLEY_DATABASE_URL": "session", "PARLEY_MODEL_MIRROR": "launcher"}
MIN_SECRET_CHARS: Final = 32  # RFC 7518, section 3.2: an HS256 key is at least as long as the hash


class _Required:
    """The type of the mark for settings without a default."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()


class SettingsError(Exception):
    """One or more settings are wrong; ``problems`` has a line for each."""

    def __init__(self, service: str, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"{service}: {len(problems)} problem(s) with the settings:\n{lines}")


@dataclass(frozen=True, slots=True)
class _Spec:
    name: str
    default: object
    help: str
    parse: Callable[[str], Any] | None
    choices: Sequence[str] | None
    secret: bool
    least_chars: int


def setting(
    name: str,
    default: object = REQUIRED,
    *,
    help: str,  # noqa: A002  # the word that every command-line library uses for it
    parse: Callable[[str], Any] | None = None,
    choices: Sequence[str] | None = None,
    secret: bool = False,
    least_chars: int = MIN_SECRET_CHARS,
) -> Any:
    """A dataclass field read from environment variable ``name``.

    ``parse`` turns the text into the value and raises ValueError saying what is expected; without it the field's type
    does: str, int, float, bool, Path, tuple[str, ...] (comma-separated), or one of these | None. A ``secret`` is left
    out of ``repr`` and of error messages, and has at least ``least_chars`` characters (fewer where another made it).
    """
    spec = _Spec(name, default, help, parse, choices, secret, least_chars)
    if default is REQUIRED:
        return dataclasses.field(metadata={"setting": spec}, repr=not secret)
    return dataclasses.field(default=default, metadata={"setting": spec}, repr=not secret)


def _data_dir() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "parley"


def seconds(text: str) -> float:
    """A duration in seconds, zero or more."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ValueError("expected a number of seconds, zero or more, such as 2.5")
    return value


@dataclass(frozen=True, kw_only=True)
class ProcessSettings:
    """What kit itself needs, before a service's own settings are read."""

    log_level: str = setting(
        "PARLEY_LOG_LEVEL", "info", help="least severe level written", choices=("debug", "info", "warning", "error")
    )
    log_format: str = setting("PARLEY_LOG_FORMAT", "text", help="form of a log line", choices=("text", "json"))
    supervised: bool = setting("PARLEY_SUPERVISED", False, help="exit when standard input closes (set by the launcher)")


@dataclass(frozen=True, kw_only=True)
class CommonSettings(ProcessSettings):
    """Settings that every service has."""

    data_dir: Path = setting(
        "PARLEY_DATA_DIR", None, help="folder for everything that is kept (default: XDG data folder)"
    )
    model_dir: Path = setting("PARLEY_MODEL_DIR", None, help="folder of models (default: models in the data folder)")
    internal_secret: str = setting("PARLEY_INTERNAL_SECRET", help="signs calls between services", secret=True)
    token_secret: str = setting("PARLEY_TOKEN_SECRET", help="signs the tokens of accounts", secret=True)
    drain_grace_s: float = setting("PARLEY_DRAIN_GRACE", 10.0, help="seconds that RPCs may take to end", parse=seconds)
    session_address: str = setting("PARLEY_SESSION_ADDRESS", "dns:///127.0.0.1:7101", help="gRPC target of session")
    media_address: str = setting("PARLEY_MEDIA_ADDRESS", "dns:///127.0.0.1:7102", help="gRPC target of media")
    speech_address: str = setting("PARLEY_SPEECH_ADDRESS", "dns:///127.0.0.1:7103", help="gRPC target of speech")
    vision_address: str = setting("PARLEY_VISION_ADDRESS", "dns:///127.0.0.1:7104", help="gRPC target of vision")
    reasoning_address: str = setting(
        "PARLEY_REASONING_ADDRESS", "dns:///127.0.0.1:7105", help="gRPC target of reasoning"
    )

    def __post_init__(self) -> None:
        if self.data_dir is None:  # computed here: reading the home folder at import would be global state
            object.__setattr__(self, "data_dir", _data_dir())
        if self.model_dir is None:
            object.__setattr__(self, "model_dir", self.data_dir / "models")


def load(cls: type[T], service: str, env: Mapping[str, str] | None = None) -> T:
    """An instance of settings dataclass ``cls`` for ``service`` from ``env`` (default: the process's environment).

    Raises SettingsError with every problem found: missing, unknown, of a wrong type, not among the choices.
    """
    env = os.environ if env is None else env
    problems = [*_unknown(cls, service, env)]
    values: dict[str, Any] = {}
    for field, spec, kind in _specs(cls):
        try:
            if spec.name in env:
                values[field] = _parse(spec, kind, env[spec.name])
            elif spec.default is REQUIRED:
                problems.append(f"{spec.name} is not set: {spec.help}")
        except ValueError as exc:
            shown = "" if spec.secret else f" (it is {env[spec.name]!r})"
            problems.append(f"{spec.name}: {exc}{shown}")
    if problems:
        raise SettingsError(service, problems)
    return cls(**values)


def load_process(env: Mapping[str, str] | None = None) -> ProcessSettings:
    """What kit needs for itself; says nothing of names that it does not know (the service's own settings will)."""
    env = os.environ if env is None else env
    names = set(names_of(ProcessSettings))
    return load(ProcessSettings, "kit", {name: value for name, value in env.items() if name in names})


def names_of(cls: type[Any]) -> list[str]:
    """The environment variables that settings dataclass ``cls`` reads."""
    return [spec.name for _, spec, _ in _specs(cls)]


def _specs(cls: type[Any]) -> Iterator[tuple[str, _Spec, Any]]:
    kinds = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        if "setting" in field.metadata:
            yield field.name, field.metadata["setting"], kinds[field.name]


def _unknown(cls: type[Any], service: str, env: Mapping[str, str]) -> Iterator[str]:
    known = names_of(cls)
    for name in sorted(env):
        if not name.startswith(PREFIX) or name in known or _is_foreign(name, service):
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        yield f"{name} is not a setting; the nearest is {near[0]}" if near else f"{name} is not a setting"


def _is_foreign(name: str, service: str) -> bool:
    if FOREIGN.get(name, service) != service:
        return True
    # The addresses are common names: a misspelt one (PARLEY_SPEECH_ADRESS) is left to its prefix's owner like the rest.
    return any(owner != service and name.startswith(f"{PREFIX}{owner.upper()}_") for owner in OWNERS)


def _parse(spec: _Spec, kind: Any, text: str) -> Any:
    if spec.secret and len(text) < spec.least_chars:
        raise ValueError(f"expected a random string of at least {spec.least_chars} characters")
    if spec.choices is not None and text not in spec.choices:
        raise ValueError(f"expected one of {', '.join(spec.choices)}")
    return spec.parse(text) if spec.parse is not None else _convert(kind, text)


def _convert(kind: Any, text: str) -> Any:
    if isinstance(kind, types.UnionType):  # X | None
        return None if text == "" else _convert(next(arg for arg in kind.__args__ if arg is not type(None)), text)
    if typing.get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    converter = _CONVERTERS.get(kind)
    if converter is None:
        raise TypeError(f"a setting of type {kind} needs a parse function")
    return converter(text)


def _bool(text: str) -> bool:
    value = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}.get(text.lower())
    if value is None:
        raise ValueError("expected 1 or 0, true or false")
    return value


def _int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("expected a whole number") from None


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("expected a number") from None


_CONVERTERS: Final[Mapping[Any, Callable[[str], Any]]] = {
    str: str,
    int: _int,
    float: _float,
    bool: _bool,
    Path: lambda text: Path(text).expanduser(),
}
