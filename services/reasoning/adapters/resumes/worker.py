"""The child process that reads one résumé: file on standard input, JSON on standard output.

It has its own limits on memory and time, opens no file and no connection, and says nothing but its result: what it
drops from a résumé never leaves it.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any, Final

from services.reasoning.adapters.resumes.formats import read_document
from services.reasoning.adapters.resumes.lexicon import load_resume_lexicon
from services.reasoning.adapters.resumes.refusals import Reason, Refused
from services.reasoning.adapters.resumes.wire import to_json
from services.reasoning.domain.resume import Document
from services.reasoning.domain.resume_reading import read

MEMORY_BYTES: Final = 1024 * 1024 * 1024
MOST_LINES: Final = 5000
MOST_CHARS: Final = 100_000  # ten dense pages have a third of it
LONGEST_LINE: Final = 4000  # characters


def main(most_cpu_s: int) -> int:
    """Reads standard input as a résumé."""
    lexicon = load_resume_lexicon()
    _limit(most_cpu_s)
    try:
        document = read_document(sys.stdin.buffer.read(), lexicon)
        _check_size(document)
        resume = read(document, lexicon)
        if not resume.sections:
            raise Refused(Reason.EMPTY, "nothing was found in it but personal details; upload the résumé itself")
        result: dict[str, Any] = to_json(resume)
    except Refused as refused:
        result = {"refused": refused.reason, "hint": refused.hint}
    except MemoryError:
        result = {"refused": Reason.TOO_LARGE, "hint": "the document takes too much memory; upload the résumé alone"}
    except Exception:  # noqa: BLE001  # whatever a damaged file breaks, and its message may hold words of it
        result = {"refused": Reason.UNREADABLE, "hint": "the file is damaged; export it again and upload that"}
    sys.stdout.write(json.dumps(result, ensure_ascii=True))
    sys.stdout.flush()
    return 0


def _check_size(document: Document) -> None:
    lengths = [len(line.text) for line in document.lines]
    if len(lengths) > MOST_LINES or sum(lengths) > MOST_CHARS or max(lengths, default=0) > LONGEST_LINE:
        raise Refused(Reason.TOO_LARGE, "the document is far longer than a résumé; upload the résumé alone")


def _limit(most_cpu_s: int) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, most_cpu_s),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
