"""The interviewer's voice as Opus (RFC 6716), coded before it is played.

aiortc codes each 20 ms when it is due, in the default executor. Coding a piece at once when it has been synthesised
takes that off the real-time path, and a silent peer costs next to nothing.
"""

import asyncio
from concurrent.futures import Executor
from fractions import Fraction
from typing import Any, Final

import numpy as np
from av import AudioFrame, CodecContext

RATE_HZ: Final = 48_000
PACKET_SAMPLES: Final = 960
_PACKET_BYTES: Final = 2 * PACKET_SAMPLES
_BIT_RATE: Final = 40_000
# One 20 ms CELT fullband frame without content: how Opus says silence.
SILENCE: Final = bytes((0xF8, 0xFF, 0xFE))


class OpusVoice:
    """See VoiceEncoder: one speech, 48 kHz mono s16le in, 20 ms packets out."""

    def __init__(self, workers: Executor) -> None:
        self._workers = workers
        self._codec: Any = CodecContext.create("libopus", "w")
        self._codec.sample_rate = RATE_HZ
        self._codec.bit_rate = _BIT_RATE
        self._codec.format = "s16"
        self._codec.layout = "mono"
        self._codec.time_base = Fraction(1, RATE_HZ)
        self._codec.options = {"application": "voip", "frame_duration": "20"}
        self._rest = b""
        self._coded = 0

    async def encode(self, pcm: bytes) -> list[bytes]:
        """Packets that are complete with these samples."""
        samples = self._rest + pcm
        whole = len(samples) - len(samples) % _PACKET_BYTES
        self._rest = samples[whole:]
        return await self._run(samples[:whole])

    async def finish(self) -> list[bytes]:
        """What is left, padded with silence."""
        rest, self._rest = self._rest, b""
        if not rest:
            return []
        return await self._run(rest + bytes(_PACKET_BYTES - len(rest)))

    async def _run(self, samples: bytes) -> list[bytes]:
        if not samples:
            return []
        return await asyncio.get_running_loop().run_in_executor(self._workers, self._encode, samples)

    def _encode(self, samples: bytes) -> list[bytes]:
        packets: list[bytes] = []
        for start in range(0, len(samples), _PACKET_BYTES):
            piece = np.frombuffer(samples, np.int16, PACKET_SAMPLES, start).reshape(1, -1)
            frame = AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate = RATE_HZ
            frame.pts = self._coded
            frame.time_base = Fraction(1, RATE_HZ)
            self._coded += PACKET_SAMPLES
            packets.extend(bytes(packet) for packet in self._codec.encode(frame))
        return packets
