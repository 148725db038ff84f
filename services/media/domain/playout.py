"""One speech on its way to the candidate's ear: coded packets of 20 ms, and the sentence that each begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PACKET_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Pulled:
    """What the track plays next: a packet, or None for silence; with the sentence that begins with it."""

    packet: bytes | None
    sentence: str | None = None
    finished: bool = False


_SILENCE: Final = Pulled(None)


class Playout:
    """Filled by synthesis, emptied by the track. Knows what was played to the packet."""

    def __init__(self) -> None:
        self._packets: list[bytes] = []
        self._sentences: dict[int, str] = {}
        self._played = 0
        self._sealed = False
        self._paused = False

    @property
    def played_s(self) -> float:
        """Seconds that were played."""
        return self._played * PACKET_S

    @property
    def ahead_s(self) -> float:
        """Seconds that wait to be played."""
        return (len(self._packets) - self._played) * PACKET_S

    @property
    def begun(self) -> bool:
        """Whether anything was played."""
        return self._played > 0

    @property
    def ready(self) -> bool:
        """Whether ``pull`` has something to say now."""
        return not self._paused and (self._sealed or self._played < len(self._packets))

    def load(self, packets: Sequence[bytes], sentence: str | None = None) -> None:
        """Add packets; ``sentence`` is the text that begins with the first of them."""
        if sentence is not None:
            self._sentences[len(self._packets)] = sentence
        self._packets.extend(packets)

    def seal(self) -> None:
        """Nothing more comes."""
        self._sealed = True

    def pause(self) -> None:
        """Be silent from the next packet on."""
        self._paused = True

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._paused = False

    def pull(self) -> Pulled:
        """The next 20 ms."""
        if self._paused:
            return _SILENCE
        if self._played >= len(self._packets):
            return Pulled(None, finished=True) if self._sealed else _SILENCE
        place = self._played
        self._played += 1
        return Pulled(self._packets[place], self._sentences.get(place))

    def again(self) -> "Playout":
        """The same speech from its beginning; only of one that was sealed."""
        copy = Playout()
        copy._packets, copy._sentences, copy._sealed = self._packets, self._sentences, self._sealed
        return copy

    @property
    def sealed(self) -> bool:
        """Whether all of it is there."""
        return self._sealed
