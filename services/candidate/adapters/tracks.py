"""What the candidate sends and hears: a microphone and a camera fed from files, and an ear for the voice."""

from __future__ import annotations

import asyncio
import fractions
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from services.candidate.adapters.recordings import SAMPLE_RATE_HZ, loop_video

FRAME_SAMPLES = SAMPLE_RATE_HZ // 50  # 20 ms, what Opus codes at a time
VIDEO_CLOCK_HZ = 90_000  # RFC 7741: RTP clock of VP8
AUDIBLE_RMS = 150.0  # about -47 dBFS: well over coding noise, well under any voice


class Microphone(MediaStreamTrack):
    """Silence, or the recording that is being spoken, in real time."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._started: float | None = None
        self._position = 0
        self._speech: NDArray[np.int16] = np.zeros(0, np.int16)
        self._spoken: asyncio.Future[None] | None = None

    def speak(self, samples: NDArray[np.int16]) -> asyncio.Future[None]:
        """Starts to send ``samples`` (48 kHz mono) now; the future is done when the last frame has been sent."""
        self._speech = samples
        self._spoken = asyncio.get_running_loop().create_future()
        return self._spoken

    async def recv(self) -> AudioFrame:
        """The next 20 ms, at the time when they are due."""
        if self.readyState != "live":
            raise MediaStreamError
        if self._started is None:
            self._started = time.monotonic()
        due = self._started + self._position / SAMPLE_RATE_HZ
        await asyncio.sleep(max(due - time.monotonic(), 0.0))
        frame = AudioFrame.from_ndarray(self._next_samples().reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts = self._position
        frame.time_base = fractions.Fraction(1, SAMPLE_RATE_HZ)
        self._position += FRAME_SAMPLES
        return frame

    def _next_samples(self) -> NDArray[np.int16]:
        piece, self._speech = self._speech[:FRAME_SAMPLES], self._speech[FRAME_SAMPLES:]
        if not len(self._speech) and self._spoken is not None:
            if not self._spoken.done():
                self._spoken.set_result(None)
            self._spoken = None
        if len(piece) == FRAME_SAMPLES:
            return piece
        return np.concatenate([piece, np.zeros(FRAME_SAMPLES - len(piece), np.int16)])


class Camera(MediaStreamTrack):
    """A video file in a loop, in real time; decoded in a thread of its own."""

    kind = "video"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._frames = loop_video(path)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="camera")
        self._started: float | None = None

    async def recv(self) -> VideoFrame:
        """The next frame, at the time when it is due."""
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        time_s, frame = await loop.run_in_executor(self._pool, next, self._frames)
        if self._started is None:
            self._started = time.monotonic() - time_s
        await asyncio.sleep(max(self._started + time_s - time.monotonic(), 0.0))
        frame.pts = round(time_s * VIDEO_CLOCK_HZ)
        frame.time_base = fractions.Fraction(1, VIDEO_CLOCK_HZ)
        return frame

    def stop(self) -> None:
        """Ends the track and its thread."""
        super().stop()
        self._pool.shutdown(wait=False, cancel_futures=True)


class Ear:
    """Listens to the interviewer's voice and notes when it becomes audible."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._heard: asyncio.Future[float] | None = None
        self.audible_s = 0.0

    def listen(self) -> asyncio.Future[float]:
        """From now on; the future gets the time of the first audible frame."""
        self._heard = asyncio.get_running_loop().create_future()
        return self._heard

    async def follow(self, track: MediaStreamTrack) -> None:
        """Reads the track until it ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, AudioFrame):
                self._hear(frame)

    def _hear(self, frame: AudioFrame) -> None:
        samples = frame.to_ndarray().astype(np.float32)
        if float(np.sqrt(np.mean(samples * samples))) < AUDIBLE_RMS:
            return
        self.audible_s += frame.samples / frame.sample_rate
        if self._heard is not None and not self._heard.done():
            self._heard.set_result(self._now())
