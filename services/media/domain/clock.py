"""The session clock: one zero point for everything that is heard, seen and said in an interview."""

from typing import Final

RATE_HZ: Final = 16_000
# A network that held packets back delivers them in a burst within this; audio later than that was never sent
# (a muted sender's RTP clock may stand still), and the clock moves on to where the wall clock says it is.
_RESYNC_SAMPLES: Final = 2 * RATE_HZ


def to_seconds(samples: int) -> float:
    """A place or length in samples, in seconds."""
    return samples / RATE_HZ


def to_samples(seconds: float) -> int:
    """A place or length in seconds, to the nearest sample."""
    return round(seconds * RATE_HZ)


class SessionClock:
    """Counts 16 kHz samples received since the interview's media started; lost ones count too.

    While audio flows it is exact to the sample. Where none does (no microphone, between two peer connections, a broken
    network) it goes on with the machine's clock from the last sample, so that frames and playback keep their order.
    It stands still until the first sample, or until ``free_run``. Wall times are ``kit.clock``'s ``monotonic``.
    """

    def __init__(self) -> None:
        self._end = 0
        self._shown = 0
        self._anchor: tuple[int, float] | None = None
        self._joining = False

    def start_at(self, start: int) -> None:
        """Go on from here; only before anything has come."""
        self._end = self._shown = start

    @property
    def end(self) -> int:
        """Place after the last sample received, in samples."""
        return self._end

    def position(self, wall_s: float) -> int:
        """The clock now, in samples; never goes back."""
        if self._anchor is not None:
            place, since = self._anchor
            self._shown = max(self._shown, place + to_samples(max(wall_s - since, 0.0)))
        return max(self._shown, self._end)

    def seconds(self, wall_s: float) -> float:
        """The clock now, in seconds."""
        return to_seconds(self.position(wall_s))

    def free_run(self, wall_s: float) -> None:
        """Let the machine's clock drive this one, because no audio may ever come."""
        if self._anchor is None:
            self._anchor = (self._end, wall_s)

    def join(self) -> None:
        """A new source's audio follows: it begins where the clock is then, not where the old source ended."""
        self._joining = True

    def append(self, samples: int, lost: int, wall_s: float) -> int:
        """Count ``samples`` that arrived after ``lost`` missing ones; returns the place of the first."""
        start = self._end + lost
        if self._anchor is not None:
            due = self.position(wall_s) - samples
            if self._joining or due - start > _RESYNC_SAMPLES:
                start = max(start, due)
        self._joining = False
        self._end = start + samples
        self._anchor = (self._end, wall_s)
        return start
