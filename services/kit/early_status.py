"""A stream that the server refuses while its requests are still being written keeps the server's status.

``grpc.aio`` replaces it half of the time by INTERNAL, "Internal error from Core": a write that fails because the RPC
has just ended sets a status of its own over the one that came, or that is about to (grpc/grpc#36066; the repair
proposed there, #43486, does the same). Whoever uploads a file to a full service would read "internal error" instead of
"try again in 2 s".
"""

import asyncio
from typing import Any, Final

from grpc import _common
from grpc._cython import cygrpc
from grpc.aio import _call

_STATUS_WAIT_S: Final = 1.0  # Core delivers the status at once; only a batch that it never took up has none


async def _write(self: Any, request: Any) -> None:
    """``_StreamRequestMixin._write``, but for what happens when Core did not take the message."""
    if self.done():
        raise asyncio.InvalidStateError(_call._RPC_ALREADY_FINISHED_DETAILS)
    if self._done_writing_flag:
        raise asyncio.InvalidStateError(_call._RPC_HALF_CLOSED_DETAILS)
    if not self._metadata_sent.is_set():
        await self._metadata_sent.wait()
        if self.done():
            await self._raise_for_status()
    serialized = _common.serialize(request, self._request_serializer)
    try:
        await self._cython_call.send_serialized_message(serialized)
    except cygrpc.InternalError as error:
        await _ended(self._cython_call, str(error))
        await self._raise_for_status()
    except asyncio.CancelledError:
        if not self.cancelled():
            self.cancel()
        raise


async def _ended(call: Any, error: str) -> None:
    try:
        async with asyncio.timeout(_STATUS_WAIT_S):
            await call.status()
    except TimeoutError:
        call.set_internal_error(error)


def keep_early_status() -> None:
    """Repair ``grpc.aio`` in this process. Calling it again changes nothing."""
    _call._StreamRequestMixin._write = _write  # type: ignore[method-assign]
