"""`parley rehearse`: finds or starts a mesh and sends the synthetic candidate through a whole interview."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.markup import escape

from services.candidate.adapters.recordings import check
from services.candidate.plan import LanguageCode, RehearsalPlan
from services.candidate.rehearsal import Rehearsal
from services.candidate.result import to_json
from services.launcher import state
from services.launcher.mesh import private
from services.launcher.settings import Folders, Settings, process_environment


@dataclass(frozen=True, slots=True)
class RehearsalRequest:
    """What was asked for on the command line."""

    audio: tuple[Path, ...]
    video: Path | None
    language: str
    role: str
    questions: int
    connect: str | None


async def rehearse_once(settings: Settings, request: RehearsalRequest, console: Console) -> dict[str, Any]:
    """Runs one interview and returns its result; raises what says why it failed."""
    await asyncio.to_thread(check, request.audio, request.video)  # before a mesh is started for nothing
    async with _addresses(settings, request, console) as (session, media):
        plan = RehearsalPlan(
            session_address=session,
            media_address=media,
            audio=request.audio,
            video=request.video,
            language=cast(LanguageCode, request.language),
            role=request.role,
            questions=request.questions,
            on_progress=lambda line: console.print(f"[dim]·[/] {escape(line)}", soft_wrap=True),
        )
        return to_json(await Rehearsal(plan).run())


@asynccontextmanager
async def _addresses(settings: Settings, request: RehearsalRequest, console: Console) -> AsyncIterator[tuple[str, str]]:
    if request.connect is not None:
        session, _, media = request.connect.partition(",")
        yield session, media or session
        return
    mesh = state.read(Folders(settings.data_dir).state)
    if mesh is not None:
        console.print(f"[dim]·[/] using the mesh that is up (http://{mesh.addresses['gateway']})")
        yield mesh.addresses["session"], mesh.addresses["media"]
        return
    console.print("[dim]·[/] no mesh is up: starting a private one")
    async with private(process_environment(), settings) as own:
        yield own.addresses["session"], own.addresses["media"]
