"""Argon2id in a small thread pool of its own: a hash takes tens of milliseconds of pure computing."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from services.session.domain.errors import Busy

T = TypeVar("T")

_THREADS: Final = 2
_MOST_WAITING: Final = 32  # about a second of work; more is refused
# OWASP's choice for Argon2id: 19 MiB, two passes, one lane. RFC 9106's 64 MiB a hash is too much beside the models.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Argon2Passwords:
    """``ports.Passwords``."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2")
        self._pending = 0
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        return await self._run(lambda: _HASHER.hash(password))

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password. Without a hash it takes as long: the time would tell who has an account."""
        if password_hash is None:
            self._nobodys = self._nobodys or await self.hash("nobody's password")
        known = self._nobodys if password_hash is None else password_hash
        return await self._run(lambda: _matches(known, password)) and password_hash is not None

    def close(self) -> None:
        """Wait for what runs and end the threads."""
        self._threads.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        if self._pending >= _MOST_WAITING:
            raise Busy("too many people sign in at this moment; try again in a second")
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._pending -= 1


def _matches(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except VerificationError:
        return False
