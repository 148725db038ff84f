"""When the interviewer's voice sounded and what it said, to keep it out of the candidate's transcript.

The browser's echo canceller is on; these rules are for what it lets through.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

# From the server's clock to the loudspeaker and back through the microphone, plus the room.
ECHO_TAIL_S: Final = 0.6
_ECHO_SHARE: Final = 0.8
_MIN_TRIGRAMS: Final = 3
_KEPT: Final = 64


@dataclass(slots=True)
class Stretch:
    """The voice sounded from ``start_s`` to ``end_s`` (None: it still does), saying ``sentences``."""

    start_s: float
    sentences: list[str] = field(default_factory=list)
    end_s: float | None = None

    def may_echo(self, start_s: float, end_s: float) -> bool:
        """Whether sound there can be its echo: begun while it sounded, and not gone on for longer than an echo does."""
        limit_s = float("inf") if self.end_s is None else self.end_s + ECHO_TAIL_S
        return self.start_s <= start_s and end_s <= limit_s

    def covers(self, start_s: float, end_s: float) -> bool:
        """Whether ``start_s`` to ``end_s`` lies wholly within it."""
        return self.start_s <= start_s and (self.end_s is None or end_s <= self.end_s)


class PlaybackLog:
    """The latest stretches of the interviewer's voice."""

    def __init__(self) -> None:
        self._stretches: deque[Stretch] = deque(maxlen=_KEPT)

    @property
    def sounding(self) -> bool:
        """Whether the voice sounds now."""
        return bool(self._stretches) and self._stretches[-1].end_s is None

    @property
    def since_s(self) -> float:
        """Where the present or last stretch began."""
        return self._stretches[-1].start_s if self._stretches else 0.0

    def begin(self, at_s: float) -> None:
        """The voice begins, or goes on after a pause."""
        if not self.sounding:
            before = self._stretches[-1].sentences[-1:] if self._stretches else []
            self._stretches.append(Stretch(at_s, list(before)))

    def sentence(self, text: str) -> None:
        """It begins this sentence."""
        if self._stretches:
            self._stretches[-1].sentences.append(text)

    def end(self, at_s: float) -> None:
        """It stops."""
        if self.sounding:
            self._stretches[-1].end_s = at_s

    def covers(self, start_s: float, end_s: float) -> bool:
        """Whether this lies wholly within one stretch."""
        return any(stretch.covers(start_s, end_s) for stretch in self._stretches)

    def echoes(self, start_s: float, end_s: float, text: str) -> bool:
        """Whether ``text``, heard there, is what the interviewer was saying."""
        spoken = " ".join(
            sentence
            for stretch in self._stretches
            if stretch.may_echo(start_s, end_s)
            for sentence in stretch.sentences
        )
        return resembles(text, spoken)


def resembles(text: str, spoken: str) -> bool:
    """Whether nearly all of ``text`` occurs in ``spoken``: 80 % of its letter trigrams; it has to have three."""
    heard = _trigrams(text)
    return len(heard) >= _MIN_TRIGRAMS and len(heard & _trigrams(spoken)) >= _ECHO_SHARE * len(heard)


def _trigrams(text: str) -> set[str]:
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    return {letters[place : place + 3] for place in range(len(letters) - 2)}
