"""Decoded video frames as JPEG, made in worker threads."""

import asyncio
import io
from concurrent.futures import Executor
from typing import Any, Final

from av import VideoFrame

MAX_WIDTH: Final = 640
MAX_HEIGHT: Final = 480
_QUALITY: Final = 85


class DecodedPicture:
    """See Picture."""

    def __init__(self, frame: VideoFrame, workers: Executor) -> None:
        self._frame = frame
        self._workers = workers

    async def jpeg(self) -> bytes:
        """The frame, scaled down to fit 640 × 480 if it is larger."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, encode, self._frame)


def encode(frame: VideoFrame) -> bytes:
    """A frame as JPEG; its proportions are kept."""
    scale = min(MAX_WIDTH / frame.width, MAX_HEIGHT / frame.height, 1.0)
    width, height = max(round(frame.width * scale), 1), max(round(frame.height * scale), 1)
    coded = io.BytesIO()
    image: Any = frame.to_image(width=width, height=height)  # type: ignore[no-untyped-call]  # PyAV leaves it untyped
    image.save(coded, "JPEG", quality=_QUALITY)
    return coded.getvalue()
