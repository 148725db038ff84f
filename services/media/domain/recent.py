"""Ids that were dealt with, for doing things once."""

from collections import OrderedDict
from typing import Final

_REMEMBERED: Final = 4096


class RecentIds:
    """The latest few thousand ids; older ones are forgotten."""

    def __init__(self, limit: int = _REMEMBERED) -> None:
        self._limit = limit
        self._ids: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._ids

    def add(self, key: str) -> bool:
        """Remember an id; False if it was there already."""
        if key in self._ids:
            return False
        self._ids[key] = None
        if len(self._ids) > self._limit:
            self._ids.popitem(last=False)
        return True
