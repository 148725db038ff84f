"""The newest frame wins, and every other one gets its answer, in order."""

from __future__ import annotations

import asyncio

import pytest

from services.kit.streams import QueueClosed
from services.vision.domain.stream import Encoding, Frame, FrameProblem, FrameProblemReason, StartCalibration
from services.vision.usecases.inbox import MAX_WAITING, Entry, FrameInbox


def frame(sequence: int) -> Frame:
    return Frame(sequence, sequence / 10, Encoding.JPEG, 0, 0, b"picture")


def superseded(sequence: int) -> FrameProblem:
    return FrameProblem(sequence, FrameProblemReason.SUPERSEDED)


def waiting(inbox: FrameInbox) -> list[Entry]:
    entries = []
    while (entry := inbox.get_nowait()) is not None:
        entries.append(entry)
    return entries


def test_only_the_newest_picture_waits() -> None:
    inbox = FrameInbox()
    for sequence in (1, 2, 3):
        inbox.put_nowait(frame(sequence))
    assert waiting(inbox) == [superseded(1), superseded(2), frame(3)]


def test_a_frame_that_was_taken_is_not_superseded() -> None:
    inbox = FrameInbox()
    inbox.put_nowait(frame(1))
    assert waiting(inbox) == [frame(1)]
    inbox.put_nowait(frame(2))
    assert waiting(inbox) == [frame(2)]


def test_commands_and_problems_keep_their_place() -> None:
    inbox = FrameInbox()
    late = FrameProblem(2, FrameProblemReason.OUT_OF_ORDER)
    for item in (frame(1), late, StartCalibration(3.0), frame(3)):
        inbox.put_nowait(item)
    assert waiting(inbox) == [superseded(1), late, StartCalibration(3.0), frame(3)]


def test_a_problem_does_not_supersede() -> None:
    inbox = FrameInbox()
    late = FrameProblem(2, FrameProblemReason.OUT_OF_ORDER)
    inbox.put_nowait(frame(1))
    inbox.put_nowait(late)
    assert waiting(inbox) == [frame(1), late]


async def test_a_caller_that_does_not_read_is_held_up() -> None:
    inbox = FrameInbox()
    for sequence in range(MAX_WAITING):
        await inbox.put(frame(sequence))
    one_more = asyncio.create_task(inbox.put(frame(MAX_WAITING)))
    await asyncio.sleep(0)
    assert not one_more.done()
    assert await inbox.get() == superseded(0)
    await one_more
    assert waiting(inbox)[-1] == frame(MAX_WAITING)


async def test_an_interruption_is_told_from_the_callers_end() -> None:
    ended, interrupted = FrameInbox(), FrameInbox()
    ended.close()
    ended.interrupt()
    interrupted.put_nowait(frame(1))
    interrupted.interrupt()
    assert (ended.interrupted, interrupted.interrupted) == (False, True)
    assert await interrupted.get() == frame(1)
    with pytest.raises(QueueClosed):
        await interrupted.get()
