"""Runs a real Triton server over a folder of models, for tests and benchmarks (`make tritonserver` installs it)."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from tools.install_tritonserver import launcher

REPOSITORY = Path(__file__).resolve().parents[1] / "triton_models"
_START_LIMIT_S = 120.0
_STOP_LIMIT_S = 20.0
_POLL_S = 0.05
_PORT_ATTEMPTS = 5
_PORTS = range(20_000, 32_000)
_IN_USE = re.compile("address already in use|already in use", re.IGNORECASE)


class TritonServer:
    """One server process with its models' processes; all of them end with `stop` or `kill`."""

    def __init__(
        self,
        repository: Path,
        models: Sequence[str],
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        """`repository`: folder of models; `models`: those to load at the start; `environment`: beside ours.

        `log`: where server and models write; None: beside the repository.
        """
        self.repository = repository
        self._models = models
        self._environment = {**os.environ, **(environment or {})}
        self._log = log or repository.parent / f"{repository.name}-server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._id = f"parley-{secrets.token_hex(8)}"
        self._grpc_port = 0
        self._metrics_port = 0
        self._known = False
        """Whether clients know the ports."""

    @property
    def address(self) -> str:
        """host:port of its gRPC; the same one after another start."""
        return f"127.0.0.1:{self._grpc_port}"

    @property
    def log(self) -> str:
        """All that the server and its models have said."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    @property
    def client(self) -> triton.InferenceServerClient:
        """A new blocking client; close it."""
        return triton.InferenceServerClient(self.address)

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def kill_models(self) -> None:
        """Ends the models' processes as a crash would. The server stays up, unless one held the lock that they share
        with it: then Triton's python backend aborts (1 in 40 on two busy cores).
        """
        if self._process is None:
            raise RuntimeError("the server is not running")
        for child in psutil.Process(self._process.pid).children(recursive=True):
            child.kill()

    def start(self) -> None:
        """Starts it and returns once the models are ready. Raises RuntimeError with its log."""
        for _ in range(_PORT_ATTEMPTS):
            if not self._grpc_port:
                self._grpc_port, self._metrics_port = _free_ports(2)
            if self._try_start():
                self._known = True
                return
            if not self._known:  # somebody took a port between our look and the server's
                self._grpc_port = 0
        raise RuntimeError(f"no free ports for a Triton server in {_PORT_ATTEMPTS} attempts\n{self.log}")

    def stop(self) -> None:
        """Ends it in good order; by force if that takes long."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a crash would: nobody is told."""
        self._end(signal.SIGKILL)

    def metrics(self) -> dict[str, float]:
        """The metrics page: value by name and labels, as they are printed."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._metrics_port}/metrics", timeout=10) as page:
            lines = page.read().decode().splitlines()
        return {key: float(value) for key, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")}

    def remove(self, name: str) -> None:
        """Takes a model that is not loaded out of the repository."""
        shutil.rmtree(self.repository / name)

    def _try_start(self) -> bool:
        ports = ["--grpc-address=127.0.0.1", f"--grpc-port={self._grpc_port}", "--allow-http=false"]
        ports += ["--metrics-address=127.0.0.1", f"--metrics-port={self._metrics_port}", "--allow-gpu-metrics=false"]
        models = ["--model-control-mode=explicit", *(f"--load-model={name}" for name in self._models)]
        # Complete configs only: to complete one, the server would start each model's process twice.
        # Python models of two servers would otherwise share memory under the same names, and die of it.
        memory = f"--backend-config=python,shm-region-prefix-name={self._id}"
        life = [
            memory,
            f"--id={self._id}",
            "--disable-auto-complete-config",
            "--exit-timeout-secs=2",
            "--log-error=true",
        ]
        command = [str(launcher()), f"--model-repository={self.repository}", *ports, *models, *life]
        with self._log.open("ab") as log:
            # A session of its own: the models' processes are ended with it, whatever happens to the server.
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, env=self._environment, start_new_session=True
            )
        try:
            return self._wait_until_ready(self._process)
        except BaseException:
            self.kill()
            raise

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + _START_LIMIT_S
        while not self._answers():
            if process.poll() is not None:
                self.kill()
                if _IN_USE.search(self.log[-4000:]):
                    return False
                raise RuntimeError(f"the Triton server ended at its start\n{self.log}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"the Triton server is not ready after {_START_LIMIT_S:g} s\n{self.log}")
            time.sleep(_POLL_S)
        return True

    def _answers(self) -> bool:
        with self.client as client:
            try:
                # Somebody else's server may have the port that ours just failed to get.
                ours = client.get_server_metadata(client_timeout=1).name == self._id
                return ours and bool(client.is_server_ready(client_timeout=1))
            except InferenceServerException:
                return False

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        try:
            os.killpg(process.pid, signal.SIGKILL)  # models' processes that outlived their server
        except ProcessLookupError:
            pass


@contextmanager
def triton_server(repository: Path, models: Sequence[str], **environment: str) -> Iterator[TritonServer]:
    """A started server; its log is printed if what is done with it fails (pytest shows that)."""
    server = TritonServer(repository, models, environment)
    try:
        server.start()
        yield server
    except BaseException:
        sys.stderr.write(server.log)
        raise
    finally:
        server.stop()


def copy_model(
    name: str,
    repository: Path,
    *,
    called: str = "",
    parameters: Mapping[str, str] | None = None,
    edit: Callable[[str], str] | None = None,
) -> None:
    """Puts a model of `triton_models` into a repository: the code by link, the config as a copy.

    `called`: its name there; `parameters`: values of the config's parameters; `edit`: a change of the config's text.
    """
    target = repository / (called or name)
    target.mkdir(parents=True)
    for version in (REPOSITORY / name).glob("[0-9]*"):
        (target / version.name).symlink_to(version)
    config = (REPOSITORY / name / "config.pbtxt").read_text(encoding="utf-8")
    config = config.replace(f'name: "{name}"', f'name: "{target.name}"', 1)
    for key, value in (parameters or {}).items():
        empty = f'key: "{key}" value: {{ string_value: "" }}'
        if empty not in config:
            raise KeyError(f"the config of {name} has no empty parameter {key}")
        config = config.replace(empty, f'key: "{key}" value: {{ string_value: "{value}" }}')
    (target / "config.pbtxt").write_text(edit(config) if edit else config, encoding="utf-8")


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago: Triton takes given ones only, and cannot tell which it got.

    Not from the range that the kernel gives to outgoing connections: those come and go while a server restarts.
    """
    found: list[int] = []
    while len(found) < count:
        port = _PORTS.start + secrets.randbelow(len(_PORTS))
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found
