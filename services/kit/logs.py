"""The process's log: one line an event on stderr, for people or as JSON. Never what people say or write.

Lines below WARNING are put together and written at most 50 ms late. A LogRecord and a write for each RPC were the
dearest things in serving one: the system call lets go of the interpreter's lock, and gRPC's own thread takes it.
"""

import asyncio
import json
import logging
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple, TextIO

_LATE_S: Final = 0.05
# Libraries that log every packet at DEBUG or INFO drowned the predecessor's log.
_NOISY: Final = (
    *("aiortc", "aioice", "av", "libav", "grpc", "asyncio", "httpx", "uvicorn"),
    *("alembic", "sqlalchemy", "procrastinate"),
)


class _Line(NamedTuple):
    """What a line says; ``created`` is in seconds since the Unix epoch, ``trouble`` a traceback or empty."""

    created: float
    level: int
    logger: str
    event: str
    fields: Mapping[str, object]
    trouble: str = ""


def _as_text(service: str, line: _Line) -> str:
    level = logging.getLevelName(line.level).lower()
    tail = " ".join([f"{key}={_quoted(str(value))}" for key, value in line.fields.items()])
    trouble = f"\n{line.trouble}" if line.trouble else ""
    return f"{_stamp(line.created)} {level:<7} {service} {line.event} logger={line.logger} {tail}".rstrip() + trouble


def _as_json(service: str, line: _Line) -> str:
    head = {"time": _stamp(line.created), "level": logging.getLevelName(line.level).lower(), "service": service}
    trouble = {"exception": line.trouble} if line.trouble else {}
    body = {**head, "logger": line.logger, "event": line.event, **line.fields, **trouble}
    return json.dumps(body, ensure_ascii=False, default=str)


def _stamp(created: float) -> str:
    """ISO 8601 in UTC, with milliseconds."""
    second = int(created)
    return f"{_second(second)}.{int((created - second) * 1000):03d}+00:00"


@lru_cache(4)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _quoted(text: str) -> str:
    """In quotes if it has spaces, so that fields can be told apart; a traceback, of many lines, as it is."""
    return json.dumps(text, ensure_ascii=False) if " " in text and "\n" not in text else text


class _BatchHandler(logging.Handler):
    """Keeps lines in order; writes them at the next WARNING, after 50 ms, or at once where no loop runs."""

    def __init__(self, stream: TextIO, show: Callable[[_Line], str]) -> None:
        super().__init__()
        self._stream = stream
        self._show = show
        self._lines: list[_Line] = []
        self._waiting: asyncio.AbstractEventLoop | None = None

    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "fields", {})
        self.add(_Line(record.created, record.levelno, record.name, record.getMessage(), fields, self.format(record)))

    def format(self, record: logging.LogRecord) -> str:
        """The record's traceback, or nothing."""
        return logging.Formatter().formatException(record.exc_info) if record.exc_info else ""

    def add(self, line: _Line) -> None:
        """Take a line."""
        self._lines.append(line)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop is None or line.level >= logging.WARNING:
            self.flush()
        elif self._waiting is not loop:
            self._waiting = loop
            loop.call_later(_LATE_S, self.flush)

    def flush(self) -> None:
        """Write what waits."""
        self.acquire()  # the handler's own lock, re-entrant: other threads log too
        try:
            lines, self._lines = self._lines, []
            self._waiting = None
            if lines:
                self._stream.write("".join([f"{self._show(line)}\n" for line in lines]))
                self._stream.flush()
        finally:
            self.release()


def configure_logging(service: str, level: str = "info", log_format: str = "text") -> None:
    """Send the process's log to stderr, one line a record; library loggers speak from WARNING up."""
    form = _as_json if log_format == "json" else _as_text
    root = logging.getLogger()
    root.handlers[:] = [_BatchHandler(sys.stderr, lambda line: form(service, line))]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def frames(exc: BaseException) -> str:
    """Where an exception was raised, for a log line: its frames without its text, which may hold what a person said."""
    return "\n" + "".join(traceback.format_tb(exc.__traceback__)).rstrip()


def flush() -> None:
    """Write what waits; for a process that is about to end without Python's own clean-up."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def log(logger: logging.Logger, level: int, event: str, **fields: Any) -> None:
    """Write one line: ``event`` is a fixed text, everything that varies is a field."""
    if not logger.isEnabledFor(level):
        return
    handlers = logging.root.handlers
    if len(handlers) == 1 and isinstance(handlers[0], _BatchHandler):
        handlers[0].add(_Line(time.time(), level, logger.name, event, fields))
    else:  # a test that listens, or a program that embeds a service and logs in its own way
        logger.log(level, event, extra={"fields": fields})
