"""Files on disk for a moment: received into one without a name, decoded by a child process into another."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import IO, Any, Final

import numpy as np

from services.speech.domain.audio import RATE_HZ
from services.speech.domain.errors import (
    BadRecording,
    RecordingHasNoAudio,
    RecordingTooLong,
    RecordingUnreadable,
)
from services.speech.domain.recording import RecordingInfo
from services.speech.ports import InferencePool, PcmSamples, Priority

_WORKER: Final = "services.speech.adapters.recording_worker"
_DECODERS: Final = 2
_DECODING_S: Final = 120
"""For one file; an hour of Opus takes some seconds."""
_PIECE_BYTES: Final = 2 * RATE_HZ
_KNOWN: Final = "send WebM, MP4, WAV, FLAC, MP3, Ogg or AAC, whole"


class RecordingFiles:
    """Recordings (see ports). The files have no names (they are unlinked while open): not even a crash leaves one."""

    def __init__(self, threads: InferencePool) -> None:
        """`threads`: for reading and writing files."""
        self._threads = threads
        self._decoders = asyncio.Semaphore(_DECODERS)

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[_FileUpload]:
        """See Recordings."""
        with tempfile.TemporaryFile() as received, tempfile.TemporaryFile() as decoded:
            yield _FileUpload(self._threads, self._decoders, received, decoded)


class _FileUpload:
    """Upload (see ports)."""

    def __init__(
        self, threads: InferencePool, decoders: asyncio.Semaphore, received: IO[bytes], decoded: IO[bytes]
    ) -> None:
        self._threads = threads
        self._decoders = decoders
        self._received = received
        self._decoded = decoded

    async def add(self, data: bytes) -> None:
        """See Upload."""
        await self._threads.run(partial(self._received.write, data), Priority.PARTIAL)

    async def decode(self, most_samples: int) -> RecordingInfo:
        """See Upload."""
        await self._threads.run(partial(self._received.seek, 0), Priority.PARTIAL)  # which also flushes
        async with self._decoders:
            said = await self._run_worker(most_samples)
        if "error" in said:
            raise _refusal(said, most_samples)
        await self._threads.run(partial(self._decoded.seek, 0), Priority.PARTIAL)
        return RecordingInfo(**said)

    async def pieces(self) -> AsyncIterator[PcmSamples]:
        """See Upload."""
        while data := await self._threads.run(partial(self._decoded.read, _PIECE_BYTES), Priority.PARTIAL):
            yield np.frombuffer(data, dtype="<i2").astype(np.int16, copy=False)

    async def _run_worker(self, most_samples: int) -> Mapping[str, Any]:
        """What the worker says. Raises RecordingUnreadable if it dies or takes too long."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", _WORKER, str(most_samples), str(_DECODING_S)),
            stdin=self._received.fileno(),
            stdout=self._decoded.fileno(),
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal reaches the service, which ends the worker
        )
        try:
            async with asyncio.timeout(_DECODING_S):
                _, errors = await process.communicate()
        except TimeoutError:
            raise RecordingUnreadable(f"decoding took longer than {_DECODING_S} s; {_KNOWN}") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return _last_object(errors, process.returncode)


def _last_object(errors: bytes, code: int | None) -> Mapping[str, Any]:
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    try:
        said: Mapping[str, Any] = json.loads(lines[-1])
    except (ValueError, IndexError):
        raise RecordingUnreadable(f"the decoder failed on it (exit code {code}); {_KNOWN}") from None
    return said


def _refusal(said: Mapping[str, Any], most_samples: int) -> BadRecording:
    match said["error"]:
        case "no_audio":
            return RecordingHasNoAudio("the file has no sound in it; record with the microphone on")
        case "too_long":
            minutes = most_samples / RATE_HZ / 60
            return RecordingTooLong(f"there are more than {minutes:g} minutes of audio; send it in parts")
        case _:
            return RecordingUnreadable(f"not readable as a recording ({said['detail']}); {_KNOWN}")
