"""Waiting, but not for ever, on the clock that the rest of the service uses."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from services.kit.clock import Clock


async def within(clock: Clock, limit_s: float, work: Coroutine[Any, Any, Any]) -> bool:
    """Do ``work``, or give it up after ``limit_s`` seconds; whether it was done. Its own errors are raised."""
    task = asyncio.ensure_future(work)
    timer = asyncio.ensure_future(clock.sleep(limit_s))
    try:
        await asyncio.wait([task, timer], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        return task.done()
    finally:
        for one in (task, timer):
            one.cancel()
        await asyncio.wait([task, timer])
