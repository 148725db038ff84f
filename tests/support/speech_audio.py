"""Recordings for the speech tests: the shared clips, and sounds that are no speech."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from tests.support.fixtures import SHARED

Pcm = npt.NDArray[np.int16]

RATE_HZ = 16_000
CLIPS = SHARED / "clips"
SPEECH = SHARED / "speech"
MODEL = SHARED / "models" / "whisper-fixture"


def golden() -> list[dict[str, Any]]:
    """What the reference implementation makes of each clip."""
    return _json("golden.json")


def answers() -> list[dict[str, Any]]:
    """The spoken answers with their sentences' times."""
    return _json("answers.json")


@cache
def clip(name: str) -> Pcm:
    """A shared clip, 16 kHz mono."""
    return decode(CLIPS / name)


@cache
def human(name: str) -> Pcm:
    """A recording of a person, 16 kHz mono."""
    return decode(SPEECH / name)


def decode(path: Any) -> Pcm:
    """Any recording, as 16 kHz mono."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    with av.open(str(path)) as container:
        frames = [*container.decode(audio=0), None]
        parts = [part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)]
    return np.concatenate(parts)


def scaled(samples: Pcm) -> npt.NDArray[np.float32]:
    """As engines take them: -1..1."""
    return np.asarray(samples, dtype=np.float32) / np.float32(32_768)


def silence(seconds: float) -> Pcm:
    """Digital silence."""
    return np.zeros(round(seconds * RATE_HZ), dtype=np.int16)


def cut(samples: Pcm, sizes: Sequence[int]) -> Iterator[tuple[int, Pcm]]:
    """Divides samples into pieces of the given sizes, over and over; yields each with its place."""
    at = 0
    while at < len(samples):
        for size in sizes:
            if at < len(samples):
                yield at, samples[at : at + size]
            at += size


def _json(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((CLIPS / name).read_text(encoding="utf-8"))
    return rows
