"""That what was loaded is out of the garbage collector's sight."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from services.kit.memory import settle


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_loaded_objects_are_not_looked_at_again_and_new_ones_are() -> None:
    loaded, before = [["loaded"]], len(gc.get_objects())
    settle()
    new = [["new"]]
    seen = {id(each) for each in gc.get_objects()}
    assert len(seen) < before / 10
    assert id(loaded) not in seen
    assert id(new) in seen


def test_garbage_with_cycles_still_goes() -> None:
    settle()
    knot: list[object] = []
    knot.append(knot)
    del knot
    assert gc.collect() >= 1


def test_what_was_there_when_the_process_settled_is_looked_at_no_more() -> None:
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
