"""Transcribes a whole file: the same stream as live speech, fed as fast as it is taken.

```
bytes ──▶ Upload (on disk) ──half-close──▶ decode ──16 kHz mono pieces──▶ transcribe ──▶ finals, then the summary
```
The file counts as one open stream from its first message on, so that no more are received than can be transcribed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from services.speech.domain.errors import RecordingTooLarge, StreamAlreadyConfigured, StreamNotConfigured
from services.speech.domain.events import Audio, Final, Message, StreamConfig
from services.speech.domain.recording import (
    MOST_BYTES,
    MOST_SAMPLES,
    RecordingConfig,
    RecordingInfo,
    RecordingMessage,
    RecordingSummary,
)
from services.speech.domain.turn import TurnState
from services.speech.ports import Recordings, Upload
from services.speech.usecases.listening import Listening, OpenStreams
from services.speech.usecases.transcribe import transcribe

_MEBIBYTE = 1024 * 1024


async def transcribe_recording(
    messages: AsyncIterator[RecordingMessage], listening: Listening, streams: OpenStreams, recordings: Recordings
) -> AsyncGenerator[Final | RecordingSummary, None]:
    """The finals of a recording in order, then its summary.

    `messages`: the config, then the file's bytes; nothing comes before their end. Raises StreamOrder, BadRecording,
    Overloaded or Draining, and whatever `messages` raises. The file is gone when this ends, however it ends.
    """
    utterances = 0
    async with recordings.receive() as upload:
        source = _Source(messages, upload)
        async with (
            aclosing(source.messages()) as heard,
            aclosing(transcribe(heard, listening, streams)) as events,
        ):
            async for event in events:
                if isinstance(event, Final):
                    utterances += 1
                    yield event
        if source.info is not None:  # it is there once every piece was heard
            yield RecordingSummary(source.info, utterances)


class _Source:
    """Makes the messages of a stream out of an upload."""

    def __init__(self, received: AsyncIterator[RecordingMessage], upload: Upload) -> None:
        self._received = received
        self._upload = upload
        self.info: RecordingInfo | None = None

    async def messages(self) -> AsyncGenerator[Message, None]:
        """The config at once, then, when all of the file is here, its audio."""
        config = await self._config()
        # Nobody takes turns with a recording: no pause in it ends one.
        yield StreamConfig(config.stream_id, config.language, turn_state=TurnState.LISTENING_OFF)
        await self._receive()
        self.info = await self._upload.decode(MOST_SAMPLES)
        at = 0
        async for samples in self._upload.pieces():
            yield Audio(at, samples)
            at += len(samples)

    async def _config(self) -> RecordingConfig:
        async for message in self._received:
            if isinstance(message, RecordingConfig):
                _check_size(message.size)
                return message
            break
        raise StreamNotConfigured("the first message of a recording is its config")

    async def _receive(self) -> None:
        size = 0
        async for message in self._received:
            if isinstance(message, RecordingConfig):
                raise StreamAlreadyConfigured("a recording has one config, its first message")
            size += len(message.data)
            _check_size(size)
            await self._upload.add(message.data)


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise RecordingTooLarge(
            f"the file has more than {MOST_BYTES // _MEBIBYTE} MiB; send the audio without the picture, or in parts"
        )
