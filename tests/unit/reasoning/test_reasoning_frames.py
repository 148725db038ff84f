"""Frames between the service and its Korean analyser: whole over any pipe, and never waited for without an end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from services.reasoning.adapters.frames import Silent, read_frame, write_frame

LIMIT_S = 30.0
SHORT_S = 0.05  # nothing comes in it, whatever the load
LONG = ["인덱스를 추가했습니다. "] * 40_000  # 1.4 MB: a pipe takes 64 KiB at once


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    source, sink = os.pipe()
    os.set_blocking(source, False)
    os.set_blocking(sink, False)
    yield source, sink
    for end in (source, sink):
        try:
            os.close(end)
        except OSError:  # closed by the test
            pass


def test_frames_come_out_as_they_went_in_and_in_order(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    messages = [True, [], ["느린 쿼리", "slow\nquery", ""], {"words": ["멱등키"], "idle_s": 0.5}]
    for message in messages:
        write_frame(sink, message, LIMIT_S)
    assert [read_frame(source, LIMIT_S) for _ in messages] == messages


def test_a_frame_longer_than_the_pipe_passes_while_it_is_read(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    writing = threading.Thread(target=write_frame, args=(sink, LONG, LIMIT_S))
    writing.start()
    assert read_frame(source, LIMIT_S) == LONG
    writing.join(LIMIT_S)
    assert not writing.is_alive()


def test_an_end_that_neither_reads_nor_writes_is_silent(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    with pytest.raises(Silent):
        read_frame(source, SHORT_S)
    with pytest.raises(Silent):
        write_frame(sink, LONG, SHORT_S)


def test_a_closed_end_is_told_apart_from_a_silent_one(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    os.write(sink, b"\0\0\0\7[1")  # breaks off within the frame
    os.close(sink)
    assert read_frame(source, LIMIT_S) is None
    assert read_frame(source, LIMIT_S) is None


def test_writing_to_a_closed_end_is_a_broken_pipe(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    os.close(source)
    with pytest.raises(BrokenPipeError):
        write_frame(sink, True, LIMIT_S)
