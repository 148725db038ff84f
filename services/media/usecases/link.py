"""Between one peer connection and its interview: a replaced peer's late callbacks reach nobody."""

import asyncio
from typing import Protocol

from services.media.domain.commands import LiveCommand
from services.media.ports.browser import LiveChannel, VoiceSource
from services.media.ports.vision import Picture


class PeerOwner(Protocol):
    """The interview, as its peer connection sees it. See PeerListener for the meaning of the methods."""

    voice: VoiceSource

    def on_connected(self, has_audio: bool, has_video: bool) -> None: ...
    def on_audio(self, pcm: bytes, lost: int) -> None: ...
    def on_picture(self, picture: Picture) -> None: ...
    def on_command(self, command: LiveCommand) -> None: ...
    def on_writable(self, channel: LiveChannel) -> None: ...
    def on_gone(self) -> None: ...


class PeerLink:
    """Listener and voice source of one peer connection; silent unless it is its interview's current one."""

    def __init__(self, owner: PeerOwner) -> None:
        self._owner = owner
        self._current = asyncio.Event()

    def set_current(self, current: bool) -> None:
        """Whether this is the interview's peer connection."""
        if current:
            self._current.set()
        else:
            self._current.clear()

    def on_connected(self, has_audio: bool, has_video: bool) -> None:
        """See PeerListener."""
        if self._current.is_set():
            self._owner.on_connected(has_audio, has_video)

    def on_audio(self, pcm: bytes, lost: int) -> None:
        """See PeerListener."""
        if self._current.is_set():
            self._owner.on_audio(pcm, lost)

    def on_picture(self, picture: Picture) -> None:
        """See PeerListener."""
        if self._current.is_set():
            self._owner.on_picture(picture)

    def on_command(self, command: LiveCommand) -> None:
        """See PeerListener."""
        if self._current.is_set():
            self._owner.on_command(command)

    def on_writable(self, channel: LiveChannel) -> None:
        """See PeerListener."""
        if self._current.is_set():
            self._owner.on_writable(channel)

    def on_gone(self) -> None:
        """See PeerListener."""
        if self._current.is_set():
            self._owner.on_gone()

    def pull(self) -> bytes | None:
        """See VoiceSource."""
        return self._owner.voice.pull() if self._current.is_set() else None

    async def wait(self) -> None:
        """See VoiceSource."""
        await self._current.wait()
        await self._owner.voice.wait()
