"""`make proto`: generates the Python stubs (gen/python) and the TypeScript types (web/src/gen) from proto/.

Both are committed; a test runs this into an empty folder and demands no difference.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from tools import buf
from tools.buf import ROOT

SOURCES = (ROOT / "proto", ROOT / "third_party" / "proto")


def generate_python(out: Path) -> None:
    """Writes _pb2, _pb2.pyi, _pb2_grpc and _pb2_grpc.pyi under `out`."""
    from grpc_tools import protoc  # a development dependency, absent from an installed Parley

    well_known = Path(protoc.__file__).parent / "_proto"
    files = sorted(str(path.relative_to(root)) for root in SOURCES for path in root.rglob("*.proto"))
    out.mkdir(parents=True, exist_ok=True)
    plugin = Path(sys.executable).parent / "protoc-gen-mypy_grpc"
    arguments = [
        "protoc",
        *(f"-I{root}" for root in SOURCES),
        f"-I{well_known}",
        f"--python_out={out}",
        f"--pyi_out={out}",
        f"--grpc_python_out={out}",
        f"--plugin=protoc-gen-mypy_grpc={plugin}",
        f"--mypy_grpc_out=quiet:{out}",
        *files,
    ]
    if protoc.main(arguments) != 0:
        raise SystemExit("protoc failed: its message is above")
    _drop_empty_services(out)


def _drop_empty_services(out: Path) -> None:
    """Removes _pb2_grpc files of .proto files without a service: they hold nothing."""
    for stub in out.rglob("*_pb2_grpc.py"):
        if "Servicer" not in stub.read_text(encoding="utf-8"):
            stub.unlink()
            stub.with_suffix(".pyi").unlink(missing_ok=True)


def generate_typescript(out: Path) -> None:
    """Writes *_pb.ts under `out`."""
    if buf.run(["generate", "--output", str(out)]) != 0:
        raise SystemExit("buf generate failed: its message is above")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT, help="root of the result (default: the checkout)")
    out = parser.parse_args().out.resolve()
    python = out / "gen" / "python"
    for package in ("parley", "buf"):
        shutil.rmtree(python / package, ignore_errors=True)
    generate_python(python)
    generate_typescript(out)


if __name__ == "__main__":
    main()
