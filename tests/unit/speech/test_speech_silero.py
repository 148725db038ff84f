"""The detector computes in the thread that calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COUNT_THREADS = """
from pathlib import Path
import numpy as np
from services.speech.adapters.silero import SileroDetector
threads = lambda: len(list(Path("/proc/self/task").iterdir()))
detector, before = SileroDetector(), threads()
probabilities = detector(np.zeros((4, 512), dtype=np.int16))
print(len(probabilities), threads() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_a_detector_starts_no_threads() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    child = subprocess.run(
        [sys.executable, "-c", COUNT_THREADS], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    assert child.stdout.split() == ["4", "0"]
