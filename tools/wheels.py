"""Downloads one published wheel for its content, without installing it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path


class WheelError(Exception):
    """The wheel could not be downloaded; the text says what to do."""


def download(package: str, sha256: str, platform: str, folder: Path, python: str = "3.11") -> Path:
    """Downloads `package` (`name==version`) for a Python and a `platform` (a wheel tag) into `folder`, an empty one.

    pip does it, with whatever registry it is set up for, and checks the sha256. Returns the wheel's path. Raises
    WheelError.
    """
    requirement = folder / "requirement.txt"
    requirement.write_text(f"{package} --hash=sha256:{sha256}\n", encoding="utf-8")
    options = ["--no-deps", "--only-binary=:all:", f"--python-version={python}", f"--platform={platform}"]
    files = ["--require-hashes", f"--requirement={requirement}", f"--dest={folder}"]
    command = [*_pip(), "download", "--quiet", *options, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = sorted(folder.glob("*.whl"))
    if done.returncode or len(found) != 1:
        raise WheelError(
            f"could not download {package}: {done.stderr.strip()[-800:]}\n"
            f"Fix: let pip reach a package registry (its settings: `pip config list`) and run this again; or download "
            f"the wheel elsewhere with `pip download {package} --no-deps --only-binary=:all: --python-version={python} "
            f"--platform={platform}`"
        )
    return found[0]


def _pip() -> list[str]:
    """The command that runs pip: this environment's, or one that uv brings along (uv itself cannot download wheels)."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    uv = importlib.import_module("uv").find_uv_bin() if importlib.util.find_spec("uv") else "uv"
    return [uv, "tool", "run", "--quiet", "--from", "pip", "pip"]
