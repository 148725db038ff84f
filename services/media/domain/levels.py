"""Loudness of the microphone: for the meter on the page, and to tell whether somebody speaks over the interviewer."""

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

SILENCE_DBFS: Final = -100.0
METER_PERIOD_S: Final = 0.1
_FULL_SCALE: Final = 32768.0
_VOICE_ABOVE_FLOOR_DB: Final = 9.0
_VOICE_AT_LEAST_DBFS: Final = -55.0
_VOICE_AT_MOST_DBFS: Final = -36.0  # louder than this is never background, even if nothing quieter was heard yet
_FLOOR_RISE_DB_PER_S: Final = 3.0
_HISTORY_S: Final = 3.0


def dbfs(mean_square: float) -> float:
    """Level of 16-bit samples with this mean square, in dB relative to full scale."""
    if mean_square <= 0:
        return SILENCE_DBFS
    return max(10 * math.log10(mean_square / _FULL_SCALE**2), SILENCE_DBFS)


@dataclass(frozen=True, slots=True)
class _Stretch:
    offset_s: float
    duration_s: float
    voiced: bool


class LevelMeter:
    """Averages the energy of pieces of audio over 100 ms."""

    def __init__(self) -> None:
        self._energy = 0.0
        self._duration_s = 0.0

    def add(self, mean_square: float, duration_s: float) -> float | None:
        """A piece's mean square; returns the level in dBFS each time 100 ms are full, else None."""
        self._energy += mean_square * duration_s
        self._duration_s += duration_s
        if self._duration_s < METER_PERIOD_S - 1e-9:
            return None
        level = dbfs(self._energy / self._duration_s)
        self._energy = self._duration_s = 0.0
        return level


class VoiceEnergy:
    """Which pieces of audio are clearly louder than the background.

    The background is the quietest recent level: it falls at once and rises by 3 dB/s. This only confirms what the
    recogniser's voice activity detector has announced; alone it would take a door for a voice.
    """

    def __init__(self) -> None:
        self._floor_dbfs = 0.0
        self._history: deque[_Stretch] = deque()

    def add(self, offset_s: float, duration_s: float, mean_square: float) -> bool:
        """Judge a piece of audio; returns whether it is loud enough to be a voice."""
        level = dbfs(mean_square)
        self._floor_dbfs = min(self._floor_dbfs + _FLOOR_RISE_DB_PER_S * duration_s, level)
        above_floor = self._floor_dbfs + _VOICE_ABOVE_FLOOR_DB
        voiced = level >= min(max(above_floor, _VOICE_AT_LEAST_DBFS), _VOICE_AT_MOST_DBFS)
        self._history.append(_Stretch(offset_s, duration_s, voiced))
        while self._history[0].offset_s < offset_s - _HISTORY_S:
            self._history.popleft()
        return voiced

    def voiced_s(self, since_s: float) -> float:
        """Seconds of voice since a place on the session clock, at most 3 s back."""
        return sum(
            stretch.duration_s for stretch in self._history if stretch.voiced and stretch.offset_s >= since_s - 1e-9
        )
