"""An event loop whose time passes only while nobody has anything to do: waits of seconds take none.

For code that sets its deadlines by the loop (``asyncio.timeout``). Nothing outside the loop may be waited for: a socket
or a thread is slower than this time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):  # the platform's best, chosen at import
    """Instead of waiting for a timer it moves the time on to it."""

    def __init__(self, pass_time: Callable[[float], None]) -> None:
        super().__init__()
        self._pass_time = pass_time

    def select(self, timeout: float | None = None) -> Any:
        """What is ready, now or, where no timer runs, as soon as it is."""
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self._pass_time(timeout)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Its ``time`` begins at zero."""

    def __init__(self) -> None:
        self._virtual_s = 0.0
        super().__init__(_Selector(self._pass))

    def time(self) -> float:
        """Seconds that have passed virtually."""
        return self._virtual_s

    def _pass(self, s: float) -> None:
        self._virtual_s += s


def in_virtual_time(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of ``work``, run on a loop of its own. Fails if it leaves tasks behind."""

    async def run() -> T:
        result = await work()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks left running: {left}"
        return result

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(run())
