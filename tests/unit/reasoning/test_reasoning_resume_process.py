"""The child process that reads a file: its deadline, its death, its memory, and what it can see of the service."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.reasoning.adapters.resumes.reader import WORKER, ResumeProcesses
from services.reasoning.adapters.workers import PriorityWorkers
from services.reasoning.domain.errors import Overloaded, ResumeRefused, ResumeTooLarge, ResumeUnreadable
from tests.support import resume_files as files

TEXT = files.as_text(files.marked("ko_backend")).encode()


@asynccontextmanager
async def reading(worker: str = "", *, deadline_s: float = 100.0, waiting: int = 4) -> AsyncIterator[ResumeProcesses]:
    module = f"tests.support.resume_workers.{worker}" if worker else WORKER
    reader = ResumeProcesses(PriorityWorkers(1, waiting, "resumes"), deadline_s=deadline_s, worker=module)
    try:
        yield reader
    finally:
        await reader.close()


async def test_a_child_that_does_not_answer_is_ended_at_the_deadline() -> None:
    async with reading("silent", deadline_s=0.5) as reader:
        with pytest.raises(ResumeTooLarge, match="upload"):
            await reader.read(TEXT)


async def test_a_child_that_dies_says_nothing_of_the_file(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with reading("crashing") as reader:
        with pytest.raises(ResumeUnreadable) as caught:
            await reader.read(TEXT)
    said = str(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert "김민수" not in said
    assert "네오페이" not in said


async def test_a_caller_that_goes_away_ends_its_child() -> None:
    async with reading("silent") as reader:
        call = asyncio.create_task(reader.read(TEXT))
        await asyncio.sleep(0)  # begun: its child is being started, or waits for a thread
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    # Leaving waits for the thread, and so for the child; the silent one would have held it for 100 s.


async def test_more_files_than_may_wait_are_refused() -> None:
    async with reading("silent", waiting=1) as reader:
        calls = [asyncio.create_task(reader.read(TEXT)) for _ in range(4)]
        done, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        assert all(isinstance(call.exception(), Overloaded) for call in done)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


async def test_the_child_sees_no_secrets_and_no_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_INTERNAL_SECRET", "secret")
    async with reading("asking") as reader:
        (section,) = (await reader.read(TEXT)).sections
    assert section.lines == ()


async def test_files_that_are_made_to_hurt_end_in_a_refusal() -> None:
    bombs = {
        "zip bomb": files.zipped({"word/document.xml": b"<a>" + bytes(40 * 1024 * 1024)}),
        "deep XML": files.zipped({"word/document.xml": b"<a>" * 200_000 + b"</a>" * 200_000}),
        "long line": b"a" * 10_000_000,
        "too long for expressions": b"Experience\n" + (b"1." * 1500 + b"\n") * 300,
    }
    async with reading() as reader:
        for bomb in bombs.values():
            with pytest.raises(ResumeRefused):
                await reader.read(bomb)
