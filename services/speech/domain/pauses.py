"""How a speaker pauses: the distribution of the pauses inside turns, learnt from this speaker's own.

Pauses inside a turn are about log-normal (Campione and Véronis 2002, "A large-scale multilingual study of silent pause
duration"). Before anything is known of a speaker, the median is taken as 0.55 s and the spread of the logarithm as 0.6:
assumptions, not fitted to data of ours. They count as much as 20 observed pauses (a conjugate prior), so that the
first pauses of a speaker move little, and forty of them twice as much as what was taken at first.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

PRIOR_MEDIAN_S = 0.55
PRIOR_SPREAD = 0.6
PRIOR_WEIGHT = 20
SHORTEST_S = 0.25
"""Shorter silence belongs to the sounds of speech (Goldman-Eisler 1968)."""
LONGEST_S = 3.0
"""A longer one counts as this long: one interruption says nothing about a habit."""
_MOST = 40
_QUANTILE = 0.95
_LEAST_FACTOR, _MOST_FACTOR = 0.75, 1.75


@dataclass(frozen=True, slots=True)
class Habit:
    """What is known of a speaker at one moment: the logarithm of a pause in seconds is normal with these."""

    mean: float = math.log(PRIOR_MEDIAN_S)
    spread: float = PRIOR_SPREAD

    def longer_than(self, silence_s: float) -> float:
        """Share of the speaker's pauses that are longer, 0..1."""
        if silence_s <= 0:
            return 1.0
        return 1.0 - NormalDist(self.mean, self.spread).cdf(math.log(silence_s))

    @property
    def factor(self) -> float:
        """By how much patience is longer for this speaker than for an unknown one, 0.75..1.75.

        The ratio of the 0.95 quantiles of the two distributions: with it, as few pauses are mistaken for the end of a
        turn as would be with an unknown speaker.
        """
        nobody = NormalDist(math.log(PRIOR_MEDIAN_S), PRIOR_SPREAD).inv_cdf(_QUANTILE)
        ratio = math.exp(NormalDist(self.mean, self.spread).inv_cdf(_QUANTILE) - nobody)
        return min(_MOST_FACTOR, max(_LEAST_FACTOR, ratio))


class PauseHabit:
    """Learns the habit of one speaker; the latest 40 pauses count."""

    def __init__(self) -> None:
        self._logs: deque[float] = deque(maxlen=_MOST)

    def add(self, pauses_s: Iterable[float]) -> None:
        """Pauses after which the speaker went on, in seconds; those too short to be one are left out."""
        self._logs.extend(math.log(min(each, LONGEST_S)) for each in pauses_s if each >= SHORTEST_S)

    def now(self) -> Habit:
        """Mean and variance of the logarithms, each weighed against the prior."""
        weight = PRIOR_WEIGHT + len(self._logs)
        mean = (PRIOR_WEIGHT * math.log(PRIOR_MEDIAN_S) + sum(self._logs)) / weight
        squares = sum((each - mean) ** 2 for each in self._logs)
        return Habit(mean, math.sqrt((PRIOR_WEIGHT * PRIOR_SPREAD**2 + squares) / weight))
