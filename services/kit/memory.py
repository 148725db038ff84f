"""Takes what a process has loaded out of garbage collection."""

import gc


def settle(young_objects: int = 0) -> None:
    """Takes all objects that there are out of garbage collection, for good: for a process that has loaded everything.

    Modules, engines and a question bank are 70,000 objects. While they count, Python's rule (as many new objects as a
    quarter of the old ones) puts a full collection off, and one takes 50 to 100 ms, during which nothing runs.
    ``young_objects``: how many new ones there may be before those are looked at; 0 leaves that as it is (700).
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # counts the old ones again: none
    if young_objects:
        gc.set_threshold(young_objects)
