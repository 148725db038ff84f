"""Recordings for the microphone of media's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np


def read_audio(path: Path) -> np.ndarray[Any, Any]:
    """A file as mono 16-bit samples at 48 kHz, shape [n]."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])
