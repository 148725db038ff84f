"""Files on disk for a moment: received into one without a name, decoded by a child process into another."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
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
_DECODING_S: Final = 120
"""For one file; an hour of Opus takes some seconds."""
_PIECE_BYTES: Final = 2 * RATE_HZ
_KNOWN: Final = "send WebM, MP4, WAV, FLAC, MP3, Ogg or AAC, whole"


class RecordingFiles:
    """Recordings (see ports). The files have no names (they are unlinked while open): not even a crash leaves one."""

    def __init__(self, threads: InferencePool, decoders: InferencePool) -> None:
        """`threads`: for reading and writing files; `decoders`: each of these threads waits for one decoding child."""
        self._threads = threads
        self._decoders = decoders

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[_FileUpload]:
        """See Recordings."""
        with tempfile.TemporaryFile() as received, tempfile.TemporaryFile() as decoded:
            yield _FileUpload(self._threads, self._decoders, received, decoded)


class _FileUpload:
    """Upload (see ports)."""

    def __init__(
        self, threads: InferencePool, decoders: InferencePool, received: IO[bytes], decoded: IO[bytes]
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
        worker = _Worker(self._received, self._decoded, most_samples)
        running = asyncio.ensure_future(self._decoders.run(worker.run, Priority.FINAL))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            worker.stop()
            await asyncio.wait([running])
            raise


class _Worker:
    """One child process, for one file.

    Started by `subprocess` in a thread and not by the event loop: uvloop forks, which runs gRPC's fork handlers in the
    child; those crashed 2 of 48 children (seen with grpcio 1.85); `subprocess` uses vfork, which runs none.
    """

    def __init__(self, source: IO[bytes], target: IO[bytes], most_samples: int) -> None:
        self._source = source
        self._target = target
        self._most_samples = most_samples
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._changing = threading.Lock()

    def run(self) -> Mapping[str, Any]:
        """Decodes. Blocking. Raises RecordingUnreadable."""
        with self._changing:
            if self._stopped:
                return {}
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", _WORKER, str(self._most_samples), str(_DECODING_S)],
                stdin=self._source,
                stdout=self._target,
                stderr=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C in a terminal reaches the service, which ends the worker
            )
        try:
            _, errors = process.communicate(timeout=_DECODING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise RecordingUnreadable(f"decoding took longer than {_DECODING_S} s; {_KNOWN}") from None
        return _last_object(errors, process.returncode)

    def stop(self) -> None:
        """Ends it, if it has not ended; `run` returns soon after."""
        with self._changing:
            self._stopped = True
            if self._process is not None:
                self._process.kill()


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
