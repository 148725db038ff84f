"""Killing a service in mid-interview: the interview completes, and what was final is there exactly once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from services.candidate.adapters.recordings import SAMPLE_RATE_HZ, read_audio
from services.candidate.plan import Findings, RehearsalPlan
from services.candidate.rehearsal import Rehearsal
from services.candidate.result import to_json
from services.launcher.mesh import Mesh
from tests.support.fixtures import SHARED, needs_shared
from tests.support.mesh import WHISPER, running_mesh
from tests.support.recordings import write_wav

CLIPS = SHARED / "clips"
FACE = SHARED / "video" / "face.webm"
FIRST = "I led the migration of our payment service to a new platform. We reduced the average latency by forty percent."
SECOND = "First I measured the slow queries and then I added an index. We used a message queue to smooth the peak load."
TWO_UTTERANCES_S = 9.3


@pytest.fixture(scope="module")
def whisper_mesh() -> Iterator[Mesh]:
    """One mesh for all: each test kills another of its services."""
    with running_mesh(WHISPER) as launched:
        yield launched


def _shortened(clip: str, folder: Path) -> Path:
    """The first two sentences of a clip: enough to be in the middle of."""
    samples = read_audio(CLIPS / clip)[: round(TWO_UTTERANCES_S * SAMPLE_RATE_HZ)]
    path = folder / f"{clip}.wav"
    write_wav(path, np.asarray(samples, dtype=np.int16), SAMPLE_RATE_HZ)
    return path


class Killer:
    """Kills the next process at the first caption after each submitted answer."""

    def __init__(self, pids: list[int]) -> None:
        self.pids = list(pids)
        self.findings: Findings | None = None
        self._answer = 0

    def on_caption(self) -> None:
        answered = len(self.findings.answered) if self.findings is not None else 0
        if self.pids and answered == self._answer:
            self._answer += 1
            os.kill(self.pids.pop(0), signal.SIGKILL)


@needs_shared
@pytest.mark.parametrize("victims", [("speech", "vision"), ("session", "reasoning")], ids="+".join)
async def test_the_interview_survives(victims: tuple[str, str], whisper_mesh: Mesh, tmp_path: Path) -> None:
    """One service is killed during the first answer, another during the second, each at the answer's first caption."""
    before = {victim: whisper_mesh.pids[victim] for victim in victims}
    killer = Killer([before[victim] for victim in victims])
    plan = RehearsalPlan(
        session_address=whisper_mesh.addresses["session"],
        media_address=whisper_mesh.addresses["media"],
        audio=[_shortened("answer-en-1.flac", tmp_path), _shortened("answer-en-2.flac", tmp_path)],
        video=FACE,
        language="en",
        role="backend_engineer",
        questions=2,
        on_caption=killer.on_caption,
    )
    rehearsal = Rehearsal(plan)
    killer.findings = rehearsal.findings
    result = to_json(await rehearsal.run())
    assert killer.pids == []
    assert [answer["transcript"] for answer in result["answers"]] == [FIRST, SECOND]
    assert all(answer["status"] == "evaluated" for answer in result["answers"])
    assert all(whisper_mesh.pids[victim] != pid for victim, pid in before.items())
