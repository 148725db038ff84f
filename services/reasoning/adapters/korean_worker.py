"""The process that holds the Korean morphological model: reads texts from standard input, writes morphemes to
standard output.

Messages are frames: four bytes of length (big endian), then JSON. The first frame in is {"words": [...], "idle_s":
900.0} and is answered by true when the model is loaded; each later one is a list of texts and is answered by a list
of columns (see korean_morphemes.py), one per text. It ends when its input ends, or after ``idle_s``
seconds without a frame.
"""

from __future__ import annotations

import gc
import os
import sys

from services.reasoning.adapters.frames import Silent, read_frame, write_frame
from services.reasoning.adapters.kiwi import KiwiMorphology


def main() -> int:
    """Serve frames until the input ends or nothing comes for long enough."""
    source, sink = sys.stdin.fileno(), sys.stdout.fileno()
    os.set_blocking(source, False)
    os.set_blocking(sink, False)
    greeting = read_frame(source, None)
    if greeting is None:
        return 0
    morphology = KiwiMorphology(greeting["words"])
    gc.disable()  # texts and morphemes have no cycles: they go when they are answered
    write_frame(sink, True)
    try:
        while (texts := read_frame(source, greeting["idle_s"])) is not None:
            write_frame(sink, morphology.columns(texts))
    except (Silent, BrokenPipeError):
        pass  # idle for long enough, or the service is gone
    return 0


if __name__ == "__main__":
    sys.exit(main())
