"""What a candidate and an operator feel: start-up and idle cost of the mesh, and latencies of a whole interview.

Needs the project's shared recordings; without them only start-up and idle cost are measured.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from services.candidate.plan import RehearsalPlan
from services.candidate.rehearsal import Rehearsal
from services.candidate.result import to_json
from services.launcher.mesh import Mesh, MeshOptions, running
from services.launcher.settings import Settings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "fixtures"
IDLE_SETTLE_S = 10.0
IDLE_SPAN_S = 30.0
READY_BAR_S = 15.0
IDLE_RSS_BAR_MIB = 1024.0
IDLE_CPU_BAR_PERCENT = 3.0
VOICE_P50_BAR_MS = 500.0
VOICE_P95_BAR_MS = 1000.0
LANGUAGES = ("ko", "en")

Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """Starts a mesh, leaves it alone for a while, then sits one interview per language."""
    yield from asyncio.run(_measure())


async def _measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        data, settings = Path(folder), Settings.from_env({})
        async with running(_options(data, settings, {})):
            pass  # the first start makes the database: that is set-up, not start-up
        started = time.monotonic()
        async with running(_options(data, settings, {})):
            found = [_figure("mesh: start to ready", time.monotonic() - started, "s", READY_BAR_S)]
        async with running(_options(data, settings, _whisper())) as mesh:
            found += await _idle(mesh)
            found += [figure for language in LANGUAGES for figure in await _interview(mesh, language)]
    return found


def _options(data: Path, settings: Settings, env: Mapping[str, str]) -> MeshOptions:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    models = {"PARLEY_MODEL_DIR": str(settings.model_dir)}
    return MeshOptions(data, {**clean, **models, **env}, private=True, ready_timeout_s=120.0)


def _whisper() -> dict[str, str]:
    model = SHARED / "models" / "whisper-fixture"
    return {"PARLEY_SPEECH_ENGINE": "whisper", "PARLEY_SPEECH_MODEL": str(model)} if model.is_dir() else {}


async def _idle(mesh: Mesh) -> list[Figure]:
    processes = [child for pid in mesh.pids.values() for child in _family(pid)]
    await asyncio.sleep(IDLE_SETTLE_S)
    before, at = _cpu_s(processes), time.monotonic()
    await asyncio.sleep(IDLE_SPAN_S)
    busy = 100 * (_cpu_s(processes) - before) / (time.monotonic() - at)
    memory = [process.memory_full_info() for process in processes]
    return [
        _figure("mesh idle: RSS of all processes", sum(row.rss for row in memory) / 2**20, "MiB", IDLE_RSS_BAR_MIB),
        # Pages that processes share (libraries, PostgreSQL's buffers) counted once instead of once per process.
        _figure("mesh idle: PSS of all processes", sum(row.pss for row in memory) / 2**20, "MiB", None),
        _figure("mesh idle: CPU of all processes", busy, "% of a core", IDLE_CPU_BAR_PERCENT),
    ]


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _cpu_s(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


async def _interview(mesh: Mesh, language: str) -> list[Figure]:
    clips = sorted((SHARED / "clips").glob(f"answer-{language}-*.flac"))
    if not clips:
        return []
    plan = RehearsalPlan(
        session_address=mesh.addresses["session"],
        media_address=mesh.addresses["media"],
        audio=clips * 2,
        video=SHARED / "video" / "face.webm",
        language="ko" if language == "ko" else "en",
        role="backend_engineer",
        questions=len(clips) * 2,
        on_progress=_progress(language),
    )
    latency = to_json(await Rehearsal(plan).run())["latency_ms"]
    voice = latency["answer_end_to_voice"]
    return [
        _figure(f"{language}: answer end to voice p50", voice["p50"], "ms", VOICE_P50_BAR_MS),
        _figure(f"{language}: answer end to voice p95", voice["p95"], "ms", VOICE_P95_BAR_MS),
        _figure(f"{language}: speech end to final p50", latency["speech_end_to_final"]["p50"], "ms", None),
        _figure(f"{language}: speech end to final p95", latency["speech_end_to_final"]["p95"], "ms", None),
        _figure(f"{language}: word to caption p50", latency["word_to_caption"]["p50"], "ms", None),
    ]


def _progress(language: str) -> Callable[[str], None]:
    def show(line: str) -> None:
        sys.stderr.write(f"  {language}: {line}\n")

    return show


def _figure(name: str, value: float, unit: str, bar: float | None) -> Figure:
    return {
        "figure": name,
        "value": round(value, 1),
        "unit": unit,
        "bar": None if bar is None else f"<= {bar:g}",
        "holds": None if bar is None else value <= bar,
    }
