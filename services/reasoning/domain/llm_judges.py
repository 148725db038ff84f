"""What several judgements of one answer come to. The median counts, their spread is the range, and who disagrees by
more than a level is not believed.

The median of an odd number of judges is not moved by one that is off. Of an even number it is the lower middle one: in
doubt nothing is praised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from services.reasoning.domain.evaluations import Level

H = TypeVar("H", bound=Hashable)

MOST_SPREAD = 1  # levels between the judges
RULES_TOLERANCE = 2  # levels that judges may be above what the rules find
QUORUM = 2  # judges whose work can be used, of three


def settle(levels: Sequence[int], rules: Level | None) -> Level | None:
    """The level that ``levels`` come to, None if they disagree, among each other or with the rules' highest plausible
    level.
    """
    ordered = sorted(levels)
    low, high = ordered[0], ordered[-1]
    middle = ordered[(len(ordered) - 1) // 2]
    if high - low > MOST_SPREAD:
        return None
    if rules is not None and middle > rules.high + RULES_TOLERANCE:
        return None
    return Level(middle, low, high)


def quorum(judges: int) -> int:
    """How many of ``judges`` must have done their work."""
    return min(QUORUM, judges)


def held_by_most(claims: Iterable[Iterable[H]], judges: int) -> set[H]:
    """What more than half of the judges claim."""
    counts = Counter(claim for each in claims for claim in set(each))
    return {claim for claim, count in counts.items() if count * 2 > judges}
