"""Transcribes one stream: ties the listening side and the writing side together.

```
messages ──▶ Hearing ──work (bounded, blocks)──▶ Writing ──events (bounded, blocks)──▶ caller
                └────────── speech started / ended, progress ──────┘
```
A caller that stops reading fills `events`, then `work`; then audio is no longer taken in and the wire's own flow
control holds the sender back. Partials are dropped instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Coroutine

from services.kit.streams import BoundedQueue
from services.speech.domain.errors import StreamNotConfigured
from services.speech.domain.events import Event, Message, StreamConfig
from services.speech.usecases.hearing import Hearing, Work
from services.speech.usecases.listening import Listening, OpenStreams
from services.speech.usecases.writing import Writing

MOST_EVENTS = 64
MOST_WORK = 8


async def transcribe(
    messages: AsyncIterator[Message], listening: Listening, streams: OpenStreams
) -> AsyncGenerator[Event, None]:
    """The events of one stream, in the order that the contract promises.

    `messages`: the config, then audio and commands; its end finishes the stream. Raises StreamOrder, BadAudio,
    Overloaded or Draining, and whatever `messages` raises.
    """
    events: BoundedQueue[Event] = BoundedQueue(MOST_EVENTS, "block", "transcribe events")
    with streams.admit(events):
        config = await _config(messages)
        stream = asyncio.create_task(_run(config, messages, listening, events), name="transcribe")
        try:
            async for event in events:
                yield event
        finally:
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)


async def _config(messages: AsyncIterator[Message]) -> StreamConfig:
    async for message in messages:
        if isinstance(message, StreamConfig):
            return message
        break
    raise StreamNotConfigured("the first message of a stream is its config")


async def _run(
    config: StreamConfig, messages: AsyncIterator[Message], listening: Listening, events: BoundedQueue[Event]
) -> None:
    """Runs both sides to their end and closes `events` with what went wrong, if anything did."""
    work: BoundedQueue[Work] = BoundedQueue(MOST_WORK, "block", "transcribe work")
    hearing = Hearing(config, listening, events, work)
    writing = Writing(config.language, listening, hearing, work, events)
    try:
        await _together(_then_close(hearing.listen(messages), work), writing.write())
    except* Exception as failures:  # noqa: BLE001  # not swallowed: raised again at the queue's other end
        events.close(failures.exceptions[0])
    else:
        events.close()


async def _together(hearing: Coroutine[None, None, None], writing: Coroutine[None, None, None]) -> None:
    try:
        async with asyncio.TaskGroup() as sides:
            sides.create_task(hearing, name="transcribe-hearing")
            sides.create_task(writing, name="transcribe-writing")
    except asyncio.CancelledError as cancelled:
        # Before Python 3.13 the error's traceback holds the group's frame and that the error: a cycle, which would keep
        # the whole stream, a detector of 3 MB and its audio, until garbage is collected.
        del sides
        raise cancelled.with_traceback(None)  # noqa: B904  # it is the same error


async def _then_close(listen: Awaitable[None], work: BoundedQueue[Work]) -> None:
    await listen
    work.close()
