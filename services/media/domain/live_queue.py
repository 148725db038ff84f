"""Events that wait for the data channel.

Overflow: of levels, glimpses, voice activity and pongs only the newest of its kind waits, of partial captions the
newest of its utterance; a final takes its partial's place. Behaviour windows and voice events: the newest 256. Finals,
questions, notices and calibrations are never dropped for others; 4,096 of them would be hours of a channel that
delivers nothing, and then the oldest goes.
"""

from typing import Final

from services.media.domain.events import Caption, InputLevel, LiveEvent, Pong, SpeechActivity, Voice
from services.media.domain.values import Glimpse, Window

MAX_LESSER: Final = 256
MAX_KEPT: Final = 4096
_NEWEST_ONLY: Final = (InputLevel, Glimpse, SpeechActivity, Pong)
_LESSER: Final = (Window, Voice)


class LiveQueue:
    """First in, first out, with the overflow policy above."""

    def __init__(self) -> None:
        self._events: dict[int, LiveEvent] = {}
        self._by_key: dict[str, int] = {}
        self._lesser = 0
        self._next = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._events)

    def put(self, event: LiveEvent) -> None:
        """Add an event."""
        key = _key(event)
        if key in self._by_key:
            del self._events[self._by_key.pop(key)]
            self.dropped += 1
        if key and not (isinstance(event, Caption) and event.final):
            self._by_key[key] = self._next
        self._lesser += isinstance(event, _LESSER)
        self._events[self._next] = event
        self._next += 1
        self._limit()

    def take(self) -> LiveEvent | None:
        """The oldest event; None when there is none."""
        if not self._events:
            return None
        return self._remove(next(iter(self._events)))

    def _limit(self) -> None:
        while self._lesser > MAX_LESSER:
            self._drop(next(place for place, event in self._events.items() if isinstance(event, _LESSER)))
        while len(self._events) > MAX_KEPT:
            self._drop(next(iter(self._events)))

    def _drop(self, place: int) -> None:
        self._remove(place)
        self.dropped += 1

    def _remove(self, place: int) -> LiveEvent:
        event = self._events.pop(place)
        self._lesser -= isinstance(event, _LESSER)
        key = _key(event)
        if self._by_key.get(key) == place:
            del self._by_key[key]
        return event


def _key(event: LiveEvent) -> str:
    """Events with the same key replace each other while they wait; empty: none does."""
    if isinstance(event, Caption):
        return f"caption {event.utterance_id}"
    return type(event).__name__ if isinstance(event, _NEWEST_ONLY) else ""
