"""Latencies as a candidate experiences them, all on the candidate's own monotonic clock (seconds)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest-rank percentile (share in 0..1); None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


class ClockMap:
    """Relates the session clock to the candidate's, from echoes: a Pong says what the session clock was on its way.

    The echo with the shortest round trip wins (as in NTP, RFC 5905, section 10): it is off by at most half of it.
    """

    def __init__(self) -> None:
        self._best_rtt_s = math.inf
        self._zero_at_s: float | None = None

    def add(self, sent_at_s: float, received_at_s: float, session_offset_s: float) -> None:
        """One echo."""
        rtt = received_at_s - sent_at_s
        if rtt < self._best_rtt_s:
            self._best_rtt_s = rtt
            self._zero_at_s = (sent_at_s + received_at_s) / 2 - session_offset_s

    def at(self, session_offset_s: float) -> float | None:
        """The candidate's time at a place of the session clock; None before the first echo."""
        return None if self._zero_at_s is None else self._zero_at_s + session_offset_s


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word of a final transcript and where it ended on the session clock (seconds)."""

    text: str
    end_s: float


@dataclass(slots=True)
class CaptionHistory:
    """Every caption of one utterance as it arrived: (arrival time, number of words, final)."""

    arrivals: list[tuple[float, int, bool]] = field(default_factory=list)

    def add(self, arrived_at_s: float, text: str, final: bool) -> None:
        """One more caption."""
        self.arrivals.append((arrived_at_s, len(text.split()), final))

    def word_delays(self, words: Sequence[SpokenWord], clock: ClockMap) -> Iterable[float]:
        """For each word: from its end until the first caption that is long enough to hold it."""
        for index, word in enumerate(words):
            ended = clock.at(word.end_s)
            shown = next((at for at, count, _ in self.arrivals if count > index), None)
            if ended is not None and shown is not None:
                yield max(shown - ended, 0.0)

    def final_delay(self, speech_end_s: float, clock: ClockMap) -> float | None:
        """From the end of the speech until the final text."""
        ended = clock.at(speech_end_s)
        final = next((at for at, _, is_final in self.arrivals if is_final), None)
        return None if ended is None or final is None else max(final - ended, 0.0)


def summary_ms(values: Sequence[float], *shares: float) -> dict[str, float | None]:
    """``{"p50": …}`` in milliseconds for the shares asked for; None where nothing was measured."""
    result: dict[str, float | None] = {}
    for share in shares:
        value = percentile(values, share)
        result[f"p{round(share * 100)}"] = None if value is None else round(value * 1000, 1)
    return result
