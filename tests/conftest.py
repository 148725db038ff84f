"""For every test: nothing it started may outlive it. Warnings are errors by pyproject's ``filterwarnings``."""

import asyncio
import inspect
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

_SETTLE_S = 2.0


@pytest_asyncio.fixture
async def _task_watch() -> AsyncIterator[None]:
    """Fails the test if tasks are left on its loop after its fixtures are closed."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:  # tasks that were cancelled, or end by themselves, get the time to do so
        _, left = await asyncio.wait(left, timeout=_SETTLE_S)
    names = [f"{task.get_name()}: {task.get_coro()}" for task in left]
    for task in left:
        task.cancel()
    assert not names, f"tasks left running: {names}"


@pytest.fixture(autouse=True)
def _no_leaked_tasks(request: pytest.FixtureRequest) -> None:
    """Autouse fixtures are set up first and torn down last: what other fixtures close is closed when this looks."""
    function = getattr(request.node, "function", None)
    if function is not None and inspect.iscoroutinefunction(function):
        request.getfixturevalue("_task_watch")
