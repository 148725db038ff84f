"""The data channel "live" of a peer connection."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from aiortc import RTCDataChannel

from services.kit import telemetry
from services.kit.errors import InvalidArgument
from services.media.convert import live as convert
from services.media.domain.commands import LiveCommand
from services.media.domain.events import LiveEvent

logger = logging.getLogger("parley.media.live")

LABEL: Final = "live"
CONGESTED_BYTES: Final = 64 * 1024
_ROOM_BYTES: Final = 16 * 1024
_LAST_DATAGRAM_S: Final = 0.1

Decode = Callable[[bytes], Any]


class LiveDataChannel:
    """See LiveChannel. ``decode`` turns bytes into a checked LiveCommand message or raises InvalidArgument."""

    def __init__(
        self,
        channel: RTCDataChannel,
        decode: Decode,
        on_command: Callable[[LiveCommand], None],
        on_writable: Callable[["LiveDataChannel"], None],
    ) -> None:
        self._channel = channel
        self._decode = decode
        self._on_command = on_command
        self._sequence = 0
        channel.bufferedAmountLowThreshold = _ROOM_BYTES
        channel.on("message", self._receive)
        channel.on("bufferedamountlow", lambda: on_writable(self))

    @property
    def writable(self) -> bool:
        """Whether it is open and less than 64 KiB wait in it."""
        return self._channel.readyState == "open" and self._channel.bufferedAmount < CONGESTED_BYTES

    def send(self, event: LiveEvent) -> None:
        """Queue an event; only while ``writable``."""
        self._sequence += 1
        self._channel.send(convert.live_event(event, self._sequence).SerializeToString())

    async def flush(self) -> None:
        """Return when nothing waits, and the last datagram has had time to arrive."""
        emptied = asyncio.Event()
        self._channel.bufferedAmountLowThreshold = 0
        self._channel.on("bufferedamountlow", emptied.set)
        if self._channel.readyState == "open" and self._channel.bufferedAmount:
            await emptied.wait()
        await asyncio.sleep(_LAST_DATAGRAM_S)

    def _receive(self, data: bytes | str) -> None:
        if isinstance(data, str):
            return  # the contract speaks binary
        try:
            command = convert.live_command(self._decode(data))
        except InvalidArgument as error:
            telemetry.log(logger, logging.WARNING, "live command refused", reason=error.reason)
            return
        if command is not None:
            self._on_command(command)
