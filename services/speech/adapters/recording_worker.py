"""The process in which a recording is decoded: foreign bytes in a large native library, behind limits of its own.

Standard input is the file (seekable), standard output gets 16 kHz mono s16le samples, and the last line of standard
error is a JSON object: what the file is, or `error` ("unreadable", "no_audio", "too_long") and `detail`. The arguments
are the most samples and the most seconds of CPU. Only known containers are opened, so that no playlist can name
another file or address.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import av
import av.error
import numpy as np

RATE_HZ: Final = 16_000
CONTAINERS: Final = "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,wav,w64,flac,mp3,ogg,aac"
_GAP_S: Final = 0.1
_LONGEST_GAP_S: Final = 30.0
_MISSING_S: Final = 0.5
_MEMORY_BYTES: Final = 4 * 1024**3
_WIDTH: Final = 2
_MICROSECONDS: Final = 1_000_000


class Refused(Exception):
    """The recording cannot be taken; `kind` is for the other side, the text for people."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(detail)
        self.kind = kind


class Decoding:
    """One file on its way to samples."""

    def __init__(self, container: Any, out: BinaryIO, most_samples: int) -> None:
        self._container = container
        self._out = out
        self._most_samples = most_samples
        self._stream = container.streams.best("audio")
        self._resampler: Any = None
        self._shape: tuple[str, str, int] | None = None
        self._start_s: float | None = None
        self._heard_s = 0.0
        """Length of what was decoded, with its gaps."""
        self._reached_s = 0.0
        """Up to where packets of any kind lay."""
        self._damaged = False
        self._written = 0

    def run(self) -> dict[str, Any]:
        """Writes the samples; says what the file is. Raises Refused."""
        if self._stream is None:
            raise Refused("no_audio")
        for packet in self._packets():
            self._damaged |= packet.is_corrupt
            if packet.pts is not None and packet.duration:
                self._reached_s = max(self._reached_s, float((packet.pts + packet.duration) * packet.time_base))
            if packet.stream.index == self._stream.index:
                for frame in self._frames(packet):
                    self._take(frame)
        self._flush()
        if not self._written:
            raise Refused("unreadable", "nothing in it could be decoded") if self._damaged else Refused("no_audio")
        context = self._stream.codec_context
        return {
            "container": self._container.format.name,
            "codec": context.codec.canonical_name,
            "rate_hz": context.sample_rate,
            "channels": context.layout.nb_channels,
            "samples": self._written,
            "truncated": self._damaged or self._missing_s() > _MISSING_S,
        }

    def _packets(self) -> Iterator[Any]:
        packets = self._container.demux()
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:
                self._damaged = True
                return
            if packet is None:
                return
            yield packet

    def _frames(self, packet: Any) -> list[Any]:
        try:
            frames: list[Any] = packet.decode()
        except av.error.FFmpegError:  # as players do: what cannot be decoded is left out
            self._damaged = True
            return []
        return frames

    def _take(self, frame: Any) -> None:
        self._fill_gap(frame.time)
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            self._flush()
            self._shape = shape
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
        self._heard_s += frame.samples / frame.sample_rate
        for piece in self._resampler.resample(frame):
            self._write(piece.to_ndarray()[0])

    def _fill_gap(self, time_s: float | None) -> None:
        if time_s is None:
            return
        if self._start_s is None:
            self._start_s = time_s
        gap_s = min(time_s - self._start_s - self._heard_s, _LONGEST_GAP_S)
        if gap_s > _GAP_S:
            self._start_s = time_s - self._heard_s - gap_s  # what is cut off a longer gap does not come back
            self._heard_s += gap_s
            self._write(np.zeros(round(gap_s * RATE_HZ), np.int16))

    def _flush(self) -> None:
        if self._resampler is not None:
            for piece in self._resampler.resample(None):
                self._write(piece.to_ndarray()[0])
            self._resampler = None

    def _write(self, samples: Any) -> None:
        self._written += len(samples)
        if self._written > self._most_samples:
            raise Refused("too_long")
        self._out.write(samples.astype("<i2", copy=False).tobytes())

    def _missing_s(self) -> float:
        """How much the header promises beyond what there is."""
        if self._container.duration is None:
            return 0.0
        declared = self._container.duration + (self._container.start_time or 0)
        return float(declared / _MICROSECONDS) - self._reached_s


def main(most_samples: int, most_cpu_s: int) -> int:
    """Decodes standard input to standard output."""
    _limit(most_samples, most_cpu_s)
    av.logging.set_level(av.logging.PANIC)
    try:
        result = _decode(sys.stdin.buffer, sys.stdout.buffer, most_samples)
    except Refused as error:
        result = {"error": error.kind, "detail": str(error)}
    sys.stdout.flush()
    sys.stderr.write("\n" + json.dumps(result) + "\n")
    return 0


def _decode(source: BinaryIO, out: BinaryIO, most_samples: int) -> dict[str, Any]:
    try:
        container = av.open(source, options={"format_whitelist": CONTAINERS})
    except (av.error.FFmpegError, ValueError) as error:
        raise Refused("unreadable", "no known container, or cut before its index") from error
    with container:
        return Decoding(container, out, most_samples).run()


def _limit(most_samples: int, most_cpu_s: int) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, most_cpu_s),
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, (most_samples + RATE_HZ) * _WIDTH),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
