"""The outgoing audio track."""

import asyncio
from fractions import Fraction
from typing import Any, Final

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import Packet

from services.media.adapters.opus import PACKET_SAMPLES, RATE_HZ, SILENCE
from services.media.ports.browser import VoiceSource

_PACKET_S: Final = PACKET_SAMPLES / RATE_HZ
_TIME_BASE: Final = Fraction(1, RATE_HZ)
# After this much silence a packet every 0.4 s is enough to keep the path and the receiver's clock alive (as Opus DTX
# does, RFC 6716, section 2.1.9). Before that, silence flushes the last words out of the receiver's jitter buffer.
_TAIL_PACKETS: Final = 20
_IDLE_S: Final = 0.4


class VoiceTrack(MediaStreamTrack):
    """Plays what a VoiceSource has, else silence. Gives aiortc's sender Opus packets that need no coding any more."""

    kind = "audio"

    def __init__(self, source: VoiceSource) -> None:
        super().__init__()
        self._source = source
        self._began_s: float | None = None
        self._next = 0  # number of the next 20 ms since the track began
        self._silent = _TAIL_PACKETS

    async def recv(self) -> Any:
        """The next packet, when it is due; called by the sender as fast as it returns."""
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        if self._began_s is None:
            self._began_s = loop.time()
        if self._silent >= _TAIL_PACKETS:
            await self._idle()
            # Silence took no packets: go on at the place that real time has reached.
            self._next = max(self._next, int((loop.time() - self._began_s) / _PACKET_S))
        else:
            await asyncio.sleep(self._began_s + self._next * _PACKET_S - loop.time())
        return self._packet(self._source.pull())

    async def _idle(self) -> None:
        """Wait until there is something to play, but not for ever."""
        try:
            async with asyncio.timeout(_IDLE_S):
                await self._source.wait()
        except TimeoutError:
            pass  # still silent: time for a sign of life

    def _packet(self, voice: bytes | None) -> Any:
        self._silent = self._silent + 1 if voice is None else 0
        packet: Any = Packet(SILENCE if voice is None else voice)
        packet.pts = self._next * PACKET_SAMPLES
        packet.time_base = _TIME_BASE
        self._next += 1
        return packet
