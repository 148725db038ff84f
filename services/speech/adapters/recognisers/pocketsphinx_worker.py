"""The process in which pocketsphinx runs.

Protocol, little-endian, on the standard streams: the worker sends an empty list once its model is loaded; then for each
request (byte count as uint32, PCM 16 kHz mono s16le) it sends the words (byte count as uint32, JSON `[[text, first,
last, probability], …]`, 10 ms frames, last inclusive). It ends when its input does.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from typing import Any

from pocketsphinx import Decoder

_LENGTH = struct.Struct("<I")
_VARIANT = re.compile(r"\(\d+\)$")
_NO_WORD = re.compile(r"^[<\[+]")
"""Sentence marks, silence and noises: <s>, <sil>, [NOISE], ++UH++."""


def main() -> int:
    """Serves requests until standard input ends."""
    decoder = Decoder(samprate=16_000, loglevel="FATAL")
    _send([])
    while len(header := sys.stdin.buffer.read(_LENGTH.size)) == _LENGTH.size:
        pcm = sys.stdin.buffer.read(_LENGTH.unpack(header)[0])
        _send(_recognise(decoder, pcm))
    return 0


def _recognise(decoder: Any, pcm: bytes) -> list[tuple[str, int, int, float]]:
    decoder.start_utt()
    decoder.process_raw(pcm, no_search=False, full_utt=True)  # as a whole: normalises over the whole utterance
    decoder.end_utt()
    if decoder.hyp() is None:
        return []
    words = [segment for segment in decoder.seg() if not _NO_WORD.match(segment.word)]
    return [(_VARIANT.sub("", each.word), each.start_frame, each.end_frame, each.prob) for each in words]


def _send(words: list[tuple[str, int, int, float]]) -> None:
    data = json.dumps(words).encode()
    sys.stdout.buffer.write(_LENGTH.pack(len(data)) + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main())
