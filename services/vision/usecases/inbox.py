"""Between the stream's reader and its analysis: the latest frame wins, and every frame gets its answer in order."""

from __future__ import annotations

from typing import TypeAlias

from services.kit.streams import BoundedQueue
from services.vision.domain.stream import Frame, FrameProblem, FrameProblemReason, StartCalibration

MAX_WAITING = 256  # answers that wait for the caller to read; then its sending is held up


Entry: TypeAlias = Frame | FrameProblem | StartCalibration


class FrameInbox(BoundedQueue[Entry]):
    """A queue of at most one picture: a newer frame turns the one that waits into its SUPERSEDED answer, in place."""

    def __init__(self) -> None:
        super().__init__(MAX_WAITING, "block", "vision-frames")
        self.interrupted = False

    def interrupt(self) -> None:
        """Takes no more, although the caller has more to send."""
        self.interrupted = self.interrupted or not self.closed
        self.close()

    def put_nowait(self, item: Entry) -> None:
        """Adds ``item``; a frame supersedes the one that waits. Raises QueueFull or QueueClosed."""
        super().put_nowait(item)
        if isinstance(item, Frame):
            self._supersede(item)

    def _supersede(self, newest: Frame) -> None:
        for position, waiting in enumerate(self._items):
            if isinstance(waiting, Frame) and waiting is not newest:
                self._items[position] = FrameProblem(waiting.sequence, FrameProblemReason.SUPERSEDED)
