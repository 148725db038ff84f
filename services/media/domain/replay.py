"""Audio that may be needed again: what was received since the recogniser's last replay point."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

BYTES_PER_SAMPLE: Final = 2
_TRIM_AT: Final = 256  # pieces freed at a time: deleting from a list's front one by one would move it all each time


@dataclass(frozen=True, slots=True)
class Chunk:
    """Contiguous signed 16-bit mono samples and the place of the first, in samples."""

    offset: int
    pcm: bytes

    @property
    def end(self) -> int:
        """Place after the last sample."""
        return self.offset + len(self.pcm) // BYTES_PER_SAMPLE


class ReplayBuffer:
    """Audio by its place on the session clock, at most ``limit_samples`` of it; overflow drops the oldest.

    It is also the queue to the recogniser: the sender reads at its own position, so a slow or absent recogniser holds
    nothing up, and resuming is a matter of setting the position back.
    """

    def __init__(self, limit_samples: int) -> None:
        self._limit = limit_samples
        self._chunks: list[Chunk] = []
        self._freed = 0  # leading chunks that are free but not yet deleted
        self._held = 0
        self.dropped = 0  # samples lost to overflow

    @property
    def start(self) -> int | None:
        """Place of the oldest sample held; None when there is none."""
        return self._chunks[self._freed].offset if self._freed < len(self._chunks) else None

    @property
    def end(self) -> int | None:
        """Place after the newest sample held; None when there is none."""
        return self._chunks[-1].end if self._freed < len(self._chunks) else None

    def append(self, offset: int, pcm: bytes) -> None:
        """Add samples that follow those held, with or without a gap."""
        if not pcm:
            return
        self._chunks.append(Chunk(offset, pcm))
        self._held += len(pcm) // BYTES_PER_SAMPLE
        while self._held > self._limit:
            self.dropped += self._free_first()
        self._trim()

    def release(self, before: int) -> None:
        """Free what lies wholly before ``before``."""
        while self._freed < len(self._chunks) and self._chunks[self._freed].end <= before:
            self._free_first()
        self._trim()

    def read(self, position: int, limit: int) -> Chunk | None:
        """At most ``limit`` contiguous samples from ``position`` on, or from the first after it; None without any."""
        first = self._find(position)
        if first >= len(self._chunks):
            return None
        start = max(self._chunks[first].offset, position)
        parts: list[bytes] = []
        end = start
        for index in range(first, len(self._chunks)):
            chunk = self._chunks[index]
            if chunk.offset > end or end - start >= limit:
                break
            skip = max(start - chunk.offset, 0)
            take = min(chunk.end - chunk.offset, skip + limit - (end - start))
            parts.append(chunk.pcm[skip * BYTES_PER_SAMPLE : take * BYTES_PER_SAMPLE])
            end = chunk.offset + take
        return Chunk(start, b"".join(parts))

    def _find(self, position: int) -> int:
        """Index of the chunk that holds ``position``, or of the first after it."""
        after = bisect_right(self._chunks, position, lo=self._freed, key=lambda chunk: chunk.offset)
        if after > self._freed and self._chunks[after - 1].end > position:
            return after - 1
        return after

    def _free_first(self) -> int:
        samples = len(self._chunks[self._freed].pcm) // BYTES_PER_SAMPLE
        self._freed += 1
        self._held -= samples
        return samples

    def _trim(self) -> None:
        if self._freed >= _TRIM_AT or self._freed == len(self._chunks):
            del self._chunks[: self._freed]
            self._freed = 0
