"""Which answer was open at a place on the session clock."""

from bisect import bisect_right


class AnswerTimeline:
    """Answers by the place at which they opened and closed. Replayed audio finds its answer by its own place."""

    def __init__(self) -> None:
        self._changes: list[tuple[float, str]] = []

    @property
    def current(self) -> str:
        """The answer that is open now; empty for none."""
        return self._changes[-1][1] if self._changes else ""

    def open(self, answer_id: str, at_s: float) -> None:
        """From here on speech belongs to this answer (empty: to none)."""
        if answer_id != self.current:
            self._changes.append((at_s, answer_id))

    def at(self, offset_s: float) -> str:
        """The answer that speech beginning here belongs to; empty for none."""
        after = bisect_right(self._changes, offset_s, key=lambda change: change[0])
        return self._changes[after - 1][1] if after else ""
