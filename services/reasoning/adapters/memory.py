"""Takes what was loaded out of garbage collection."""

from __future__ import annotations

import gc
from typing import Final

YOUNG_OBJECTS: Final = 10_000  # ten times as many as an answer with its evidence


def settle() -> None:
    """For a process that has loaded everything: none of its objects is looked at by the garbage collector again, and
    new ones come to some thousands before it looks at them.

    The bank and the modules are 70,000 objects; with prepared questions a full collection took 50 ms, during which
    nothing ran. By Python's rule (700 new objects) one in four follow-ups paid for a small one as well. What rules make
    has no cycles and goes without the collector; cycles are left by what failed, and wait for it longer.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # counts the old ones again: none
    gc.set_threshold(YOUNG_OBJECTS)
