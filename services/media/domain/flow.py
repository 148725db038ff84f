"""Whether a kind of media keeps arriving."""

from typing import Final

SILENT_AFTER_S: Final = 5.0


class Flow:
    """Watches one kind of media: it is silent when nothing has come for 5 s although it should."""

    def __init__(self, silent_after_s: float = SILENT_AFTER_S) -> None:
        self._limit_s = silent_after_s
        self._last_s: float | None = None
        self._came = False
        self._warned = False

    @property
    def flowing(self) -> bool:
        """Whether it has come and not stopped."""
        return self._came and not self._warned and self._last_s is not None

    def expect(self, wall_s: float) -> None:
        """From now on it should come."""
        self._last_s = wall_s
        self._came = False
        self._warned = False

    def stop_expecting(self) -> None:
        """It is not sent any more, and that is as it should be."""
        self._last_s = None

    def arrived(self, wall_s: float) -> None:
        """Some came."""
        self._last_s = wall_s
        self._came = True
        self._warned = False

    def quiet_for(self, wall_s: float) -> float:
        """Seconds since it last came; 0 if it is not expected."""
        return 0.0 if self._last_s is None else wall_s - self._last_s

    def check(self, wall_s: float) -> bool:
        """True once for each time that it has stopped coming."""
        if self._warned or self.quiet_for(wall_s) < self._limit_s:
            return False
        self._warned = True
        return True
