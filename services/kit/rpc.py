"""The RPC being served: who calls, until when, under which request id. Set by the server for each RPC.

A task started inside a handler inherits it. When the RPC has ended it no longer limits anything; work that is meant to
outlive its RPC from the start (a media peer, a job) is started under ``detached()``.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import grpc

PrincipalKind = Literal["anonymous", "candidate", "recruiter", "internal"]
# A handler's second argument. Quoted: grpc's classes take type parameters in its stubs only.
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: ``subject`` is an account id, a service's name for ``internal``, empty for ``anonymous``."""

    kind: PrincipalKind
    subject: str = ""


ANONYMOUS = Principal("anonymous")


@dataclass(slots=True, eq=False)
class Rpc:
    """One RPC in progress; ``deadline`` is on ``time.monotonic``'s scale, None when the caller set none."""

    principal: Principal
    authorization: str
    request_id: str
    deadline: float | None
    task: asyncio.Task[Any] | None
    traced: bool = False
    ended: bool = False


_current: ContextVar[Rpc | None] = ContextVar("parley_rpc", default=None)


def current_rpc() -> Rpc | None:
    """The RPC that this task serves or was started by, as long as it has not ended; else None."""
    rpc = _current.get()
    return None if rpc is None or rpc.ended else rpc


def enter(rpc: Rpc) -> None:
    """Make ``rpc`` the current one for this task. The server runs each RPC in its own context: nothing to undo."""
    _current.set(rpc)


def current_principal() -> Principal:
    """Who called. Kept for tasks that outlive their RPC; anonymous where no RPC was served."""
    rpc = _current.get()
    return ANONYMOUS if rpc is None else rpc.principal


def remaining_s() -> float | None:
    """Seconds left of the RPC being served, never negative; None without a deadline or outside an RPC."""
    rpc = current_rpc()
    if rpc is None or rpc.deadline is None:
        return None
    return max(rpc.deadline - time.monotonic(), 0.0)


@contextmanager
def detached() -> Iterator[None]:
    """Inside, no RPC is current: tasks created here have neither its deadline nor its principal."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)
