"""The service as a process: what it says, how it ends, and that it contacts nobody."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from services.vision.adapters import model_file
from tests.support.fixtures import ROOT, SHARED
from tests.support.vision_pictures import at, embedded_model
from tests.support.vision_service import SECRETS

# The whole life of the engine: made, used, closed.
EXERCISE = """
import sys
from pathlib import Path
import numpy as np
from services.vision.adapters import mediapipe_engine, model_file
engine = mediapipe_engine.build(model_file.read(Path(sys.argv[1])))
tracker = engine.open_tracker()
for step, picture in enumerate(np.load(sys.argv[2])):
    tracker.track(picture, step / 5)
    engine.count_faces(picture)
tracker.close()
engine.close()
"""


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    return {**kept, **SECRETS, "PARLEY_VISION_LISTEN": "127.0.0.1:0", **settings}


def ended(**settings: str) -> subprocess.CompletedProcess[str]:
    """The service run to its own end."""
    command = [sys.executable, "-m", "services.vision"]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**settings), capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def started(**settings: str) -> Iterator[subprocess.Popen[str]]:
    """The service as a process; killed at the end if it still runs."""
    command = [sys.executable, "-m", "services.vision"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str], limit_s: float = 60.0) -> str:
    """The first line on standard output."""
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], limit_s)[0], "it said nothing"
    return process.stdout.readline()


def test_it_starts_says_so_and_drains() -> None:
    with started(PARLEY_VISION_MODEL=str(embedded_model())) as process:
        said = json.loads(first_line(process))
        assert (said["event"], said["service"]) == ("listening", "vision")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == ""
    assert model_file.read(embedded_model()).model_id in err
    assert "landmarks=mediapipe" in err


@pytest.mark.parametrize(("level", "noise"), [("info", False), ("debug", True)])
def test_native_libraries_write_to_the_debug_log_only(level: str, noise: bool) -> None:
    with started(
        PARLEY_LOG_LEVEL=level, PARLEY_LOG_FORMAT="json", PARLEY_VISION_MODEL=str(embedded_model())
    ) as process:
        first_line(process)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    records = [json.loads(line) for line in err.splitlines()]  # nothing but records is on standard error
    assert any(record["logger"] == "parley.native" for record in records) is noise
    assert any(record["event"] == "draining" for record in records)


def test_a_missing_model_is_told_with_its_fix(tmp_path: Path) -> None:
    done = ended(PARLEY_VISION_MODEL=str(tmp_path / "none.task"))
    assert done.returncode == 2
    assert "PARLEY_VISION_MODEL" in done.stderr
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_setting_is_told() -> None:
    done = ended(PARLEY_VISION_MODLE="auto")
    assert done.returncode == 2
    assert "the nearest is PARLEY_VISION_MODEL" in done.stderr


def test_the_landmark_engine_opens_no_internet_socket(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace; the pinned library is checked for reporting addresses below in any case")
    trace, pictures = tmp_path / "trace", tmp_path / "pictures.npy"
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    np.save(pictures, [noise, *([at(2.0)] * 5 if SHARED.is_dir() else []), noise])
    command = [strace, "-f", "-qq", "-e", "trace=socket,connect,sendto,sendmsg", "-o", str(trace)]
    done = subprocess.run(
        [*command, sys.executable, "-c", EXERCISE, str(embedded_model()), str(pictures)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "ptrace" in done.stderr:
        pytest.skip("this machine does not allow tracing")
    assert done.returncode == 0, done.stderr
    assert re.findall(r".*AF_INET.*", trace.read_text()) == []


def test_the_pinned_library_knows_no_reporting_address() -> None:
    """MediaPipe from 0.10.35 on holds the address of a usage log, with no way to opt out; 0.10.31 does not."""
    library = resources.files("mediapipe.tasks.c").joinpath("libmediapipe.so").read_bytes()
    assert b"face_landmarker" in library
    for address in (b"play.googleapis.com", b"clearcut", b"Clearcut", b"firebaselogging"):
        assert address not in library
