"""Runs buf with the environment's node on the PATH: `python -m tools.buf lint`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUF = ROOT / "tools" / "proto" / "node_modules" / ".bin" / "buf"


def run(arguments: Sequence[str], cwd: Path = ROOT) -> int:
    """Runs buf in ``cwd``; returns its exit code."""
    if not BUF.exists():
        sys.stderr.write("buf is not installed: run `make proto` or `make lint`, which install it\n")
        return 2
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run([str(BUF), *arguments], cwd=cwd, env={**os.environ, "PATH": path}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
