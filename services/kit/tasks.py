"""Ending a task for certain."""

import asyncio
from typing import Any, Final

_AGAIN_S: Final = 3.0  # longer than anything here takes to wind up: a second cancellation must not disturb that


async def cancel_and_wait(task: asyncio.Task[Any], again_s: float = _AGAIN_S) -> None:
    """Cancel ``task`` and return once it has ended; its result or error stays with it.

    One cancellation can get lost in code that is not ours: ``asyncio.wait_for`` before Python 3.12 drops it if what it
    waits for is done in the same moment (psycopg waits so for every answer). So it is repeated every ``again_s``.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=again_s)
