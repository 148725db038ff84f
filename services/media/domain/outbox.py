"""What was recorded and is not yet known to be stored.

An entry gets its number when it is first sent, not when it is made: numbers must have no holes, and what still waits
may be thinned out. Numbered entries are kept unchanged until they are acknowledged.

Overflow, while session is away: utterances, turns, answers and playbacks are always kept (a person makes few of them);
neighbouring behaviour windows are joined; of media health only the latest is kept.
"""

from collections import OrderedDict, deque
from typing import Final

from services.media.domain import windows
from services.media.domain.entries import Entry, MediaHealth
from services.media.domain.values import Window

MAX_UNACKNOWLEDGED: Final = 256  # sent ones; more wait unnumbered
MAX_WAITING_WINDOWS: Final = 120  # ten minutes of 5 s windows


class Outbox:
    """Entries in the order in which they were made."""

    def __init__(self) -> None:
        self._numbered: OrderedDict[int, Entry] = OrderedDict()
        self._waiting: deque[Entry] = deque()
        self._next_number = 1
        self._sent_up_to = 0

    def __len__(self) -> int:
        """Entries that are not acknowledged."""
        return len(self._numbered) + len(self._waiting)

    def add(self, entry: Entry) -> None:
        """Keep an entry until it is stored."""
        if isinstance(entry, MediaHealth):
            self._waiting = deque(held for held in self._waiting if not isinstance(held, MediaHealth))
        self._waiting.append(entry)
        if sum(isinstance(held, Window) for held in self._waiting) > MAX_WAITING_WINDOWS:
            self._thin_out()

    def take(self) -> tuple[int, Entry] | None:
        """The next entry to send on this stream, with its number; None if there is none or too many are on the way."""
        following = self._sent_up_to + 1
        if following in self._numbered:
            self._sent_up_to = following
            return following, self._numbered[following]
        if not self._waiting or len(self._numbered) >= MAX_UNACKNOWLEDGED:
            return None
        number, entry = self._next_number, self._waiting.popleft()
        self._numbered[number] = entry
        self._next_number += 1
        self._sent_up_to = number
        return number, entry

    def acknowledge(self, up_to: int) -> None:
        """Forget what is stored for good."""
        while self._numbered and next(iter(self._numbered)) <= up_to:
            self._numbered.popitem(last=False)

    def resume(self, acknowledged_up_to: int, next_number: int) -> None:
        """A new stream begins: send again what is not stored. A fresh process continues at ``next_number``."""
        self.acknowledge(acknowledged_up_to)
        self._next_number = max(self._next_number, next_number)
        first = next(iter(self._numbered), self._next_number)
        self._sent_up_to = first - 1

    def _thin_out(self) -> None:
        """Join waiting windows two by two; what stands between them keeps its place."""
        thinned: deque[Entry] = deque()
        previous: int | None = None  # place in ``thinned`` of a window that has not been joined yet
        for entry in self._waiting:
            if isinstance(entry, Window) and previous is not None:
                last = thinned[previous]
                if isinstance(last, Window) and windows.same_kind(last, entry):
                    thinned[previous] = windows.join(last, entry)
                    previous = None
                    continue
            if isinstance(entry, Window):
                previous = len(thinned)
            thinned.append(entry)
        self._waiting = thinned
