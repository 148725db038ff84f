"""Taking some of a stream's items at an even pace."""


class Pace:
    """At most ``per_s`` a second, evenly: 10 frames a second picked at 5 give every other one."""

    def __init__(self, per_s: float) -> None:
        self._period_s = 1 / per_s
        self._due_s = float("-inf")

    def due(self, now_s: float) -> bool:
        """Whether to take what has come now."""
        if now_s < self._due_s:
            return False
        # From the due time, not from now: late items must not add up to a slower pace. After a hole, start afresh.
        late = now_s - self._due_s > self._period_s
        self._due_s = (now_s if late else self._due_s) + self._period_s
        return True
