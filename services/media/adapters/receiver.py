"""aiortc's receivers, tuned for listening: what reaches the candidate's ear is played elsewhere, here it is only heard.

aiortc has no settings for this; its version is pinned, and a test fails if the attributes are gone.
"""

import queue
import threading
from typing import Any, Final

from aiortc import RTCRtpReceiver
from aiortc.jitterbuffer import JitterBuffer

# Audio packets wait only to be put in order: for one packet, and for three when one is lost. aiortc's own buffer holds
# audio back by 80 ms, and by 300 ms from the first lost packet on.
_REORDER_PACKETS: Final = 4
_PREFETCH_PACKETS: Final = 1
MAX_PICTURES: Final = 60  # two seconds of coded frames: a decoder that is further behind will not catch up


def tune(receiver: RTCRtpReceiver, kind: str) -> None:
    """Set up a receiver that has not started yet; ``kind`` is audio or video."""
    inner: Any = receiver
    if kind == "audio":
        inner._RTCRtpReceiver__jitter_buffer = JitterBuffer(_REORDER_PACKETS, _PREFETCH_PACKETS)
    else:
        inner._RTCRtpReceiver__decoder_queue = PictureQueue(inner._RTCRtpReceiver__decoder_error)


class PictureQueue(queue.Queue[Any]):
    """Coded frames on their way to the decoder's thread. Overflow drops them all and asks the sender for a key frame.

    The receiver asks when ``broken`` is set: that is its own signal for pictures that cannot be decoded.
    """

    def __init__(self, broken: threading.Event) -> None:
        super().__init__()
        self._broken = broken

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add a frame, or None to end the decoder."""
        if item is not None and self.qsize() >= MAX_PICTURES:
            with self.mutex:
                self.queue.clear()
            self._broken.set()
            return
        super().put(item, block, timeout)
