"""Live events on their way to the browser, across peer connections."""

from services.media.domain.events import LiveEvent
from services.media.domain.live_queue import LiveQueue
from services.media.ports.browser import LiveChannel


class Feed:
    """Sends events while the data channel takes them, keeps them while it does not (overflow: see LiveQueue)."""

    def __init__(self) -> None:
        self._queue = LiveQueue()
        self._channel: LiveChannel | None = None

    def put(self, event: LiveEvent) -> None:
        """Send an event, now or as soon as the channel is writable."""
        self._queue.put(event)
        self._flush()

    def attach(self, channel: LiveChannel) -> None:
        """Use this channel; called again whenever it has room."""
        self._channel = channel
        self._flush()

    def detach(self) -> None:
        """The channel is gone; the next one gets what waits."""
        self._channel = None

    def _flush(self) -> None:
        while self._channel is not None and self._channel.writable:
            event = self._queue.take()
            if event is None:
                return
            self._channel.send(event)
