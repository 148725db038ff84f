"""What kit is not: no inference, database or media library, no knowledge of any service."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

from services.kit.ids import new_id
from tests.support.fixtures import ROOT

FORBIDDEN = {"numpy", "sqlalchemy", "aiortc", "onnxruntime", "mediapipe", "starlette", "sonora"}
MODULES = sorted(f"services.kit.{path.stem}" for path in (ROOT / "services" / "kit").glob("[a-z]*.py"))


def test_kit_loads_nothing_heavy_and_no_service() -> None:
    script = f"import sys, {', '.join(MODULES)}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert FORBIDDEN.isdisjoint(loaded.split())
    assert "grpc" in loaded.split()


def test_kit_uses_no_product_words() -> None:
    words = re.compile(r"transcript|interview|utterance|question|resume|answer", re.IGNORECASE)
    for path in (ROOT / "services" / "kit").glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        names = {getattr(node, key, "") or "" for node in nodes for key in ("id", "attr", "arg", "name")}
        assert not [name for name in names if words.search(str(name))], path


def test_ids_sort_by_the_time_they_were_made() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", i) for i in ids)
