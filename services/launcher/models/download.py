"""Downloads one file: goes on after cuts, gives up on links that stall, crawl or never end."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from services.launcher.models import web
from services.launcher.models.errors import DiskFull, DownloadFailed, WrongContent
from services.launcher.models.store import size_text
from services.launcher.models.web import Body, Cut, Restart

_PIECE: Final = 64 * 1024


class Timer(Protocol):
    """Time for a thread."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary zero."""
        ...

    def sleep(self, s: float) -> None:
        """Returns after ``s`` seconds."""
        ...


class SystemTimer:
    """The machine's own time."""

    def monotonic(self) -> float:
        """See Timer."""
        return time.monotonic()

    def sleep(self, s: float) -> None:
        """See Timer."""
        time.sleep(s)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """When to give up."""

    stall_s: float = 30.0
    """Longest wait for a connection or for the next bytes."""
    slow_window_s: float = 60.0
    slow_bytes_per_s: int = 4096
    """A link slower than this over a whole window is cut; another try may get a better one."""
    fruitless_tries: int = 5
    """Most tries in a row that bring nothing."""
    tries: int = 100
    deadline_s: float = 6 * 3600.0
    """For one file."""
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0

    def wait_s(self, fruitless: int) -> float:
        """Back-off before the next try, doubling with each fruitless one."""
        return float(min(self.longest_wait_s, self.first_wait_s * 2 ** max(0, fruitless - 1)))


class Listener(Protocol):
    """Hears how a download goes."""

    def at(self, done: int) -> None:
        """``done`` bytes of the file are there."""
        ...

    def note(self, text: str) -> None:
        """Something worth a line: a cut, a new start."""
        ...


class Downloader:
    """Brings files into their ``.part``."""

    def __init__(self, limits: Limits, timer: Timer) -> None:
        self._limits = limits
        self._timer = timer

    def fetch(self, url: str, part: Path, size: int | None, listener: Listener) -> None:
        """Completes ``part``, going on from the bytes that it has.

        ``size``: the file's bytes if known; an answer of another length is WrongContent. Whether they are the right
        bytes is the caller's to check. Raises DownloadFailed, WrongContent or DiskFull; ``part`` stays for the next
        time, except where its content cannot be right.
        """
        until = self._timer.monotonic() + self._limits.deadline_s
        fruitless = 0
        for _ in range(self._limits.tries):
            before = _length(part)
            try:
                self._try(url, part, size, until, listener)
                return
            except Restart:
                _discard(part)
                listener.note("the server cannot go on from here: starting again")
                fruitless += 1
                wait_s = 0.0
            except Cut as cut:
                fruitless = fruitless + 1 if cut.fruitless or _length(part) <= before else 0
                wait_s = min(cut.wait_s or self._limits.wait_s(fruitless), self._limits.longest_wait_s)
                self._go_on_or_give_up(url, cut, fruitless, wait_s, until)
                listener.note(f"{cut}; trying again in {wait_s:g} s")
            if fruitless >= self._limits.fruitless_tries:
                break
            self._timer.sleep(wait_s)
        raise DownloadFailed(_given_up(url, "the server never sent the file as announced"))

    def _go_on_or_give_up(self, url: str, cut: Cut, fruitless: int, wait_s: float, until: float) -> None:
        if fruitless >= self._limits.fruitless_tries:
            raise DownloadFailed(_given_up(url, f"{cut}, {fruitless} times in a row")) from cut
        if self._timer.monotonic() + wait_s > until:
            raise DownloadFailed(_given_up(url, f"not done within {self._limits.deadline_s:g} s")) from cut

    def _try(self, url: str, part: Path, size: int | None, until: float, listener: Listener) -> None:
        have = _length(part)
        if size is not None and have > size:
            _discard(part)
            have = 0
        if size is not None and have == size:
            return
        body = web.get(url, have, _tag(part), self._limits.stall_s)
        with body.response:
            if size is not None and body.length is not None and body.offset + body.length != size:
                _discard(part)
                announced = body.offset + body.length
                raise WrongContent(f"{url} is {announced} bytes long, expected {size}: another version, or no model")
            if have and body.offset == 0:
                listener.note("the server sends the whole file again")
            self._receive(body, part, size, until, listener)

    def _receive(self, body: Body, part: Path, size: int | None, until: float, listener: Listener) -> None:
        part.parent.mkdir(parents=True, exist_ok=True)
        _remember(part, body.etag)
        received = 0
        pace = _Pace(self._limits, self._timer.monotonic(), until)
        with _room(part), part.open("ab" if body.offset else "wb", buffering=0) as file:
            while piece := _read(body, self._limits.stall_s):
                received += len(piece)
                if size is not None and body.offset + received > size:
                    file.close()
                    _discard(part)
                    raise WrongContent(f"the server sent more than the {size} bytes of the file")
                _write_all(file, piece)
                listener.at(body.offset + received)
                pace.arrived(len(piece), self._timer.monotonic())
        if body.length is not None and received < body.length:
            raise Cut(f"the connection was cut after {size_text(body.offset + received)}")
        if size is not None and body.offset + received < size:
            raise Cut(f"the answer ended after {size_text(body.offset + received)}")


class _Pace:
    """Judges the speed of one answer."""

    def __init__(self, limits: Limits, now: float, until: float) -> None:
        self._limits = limits
        self._since = now
        self._until = until
        self._count = 0

    def arrived(self, count: int, now: float) -> None:
        """Counts bytes that came. Raises Cut if the link is too slow, or out of time."""
        self._count += count
        if now > self._until:
            raise Cut("out of time", fruitless=True)
        took = now - self._since
        if took < self._limits.slow_window_s:
            return
        speed = self._count / took
        if speed < self._limits.slow_bytes_per_s:
            raise Cut(f"only {speed:.0f} bytes a second", fruitless=True)
        self._since, self._count = now, 0


def _read(body: Body, stall_s: float) -> bytes:
    try:
        piece: bytes = body.response.read1(_PIECE)
    except TimeoutError as error:
        raise Cut(f"nothing came for {stall_s:g} s") from error
    except (OSError, web.HTTP_ERRORS) as error:
        raise Cut(str(error) or type(error).__name__) from error
    return piece


def _write_all(file: BinaryIO, piece: bytes) -> None:
    """The file is unbuffered, so that what arrived is kept however this ends; such a file may take less at a time."""
    left = memoryview(piece)
    while left:
        left = left[file.write(left) :]


@contextmanager
def _room(part: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"no space is left for {part}: make room and pull again; it goes on from there") from error
        raise


def _given_up(url: str, why: str) -> str:
    return f"{url}: {why}; pull again to go on from there, or set PARLEY_MODEL_MIRROR to another server"


def _length(part: Path) -> int:
    try:
        return part.stat().st_size
    except FileNotFoundError:
        return 0


def _tag_file(part: Path) -> Path:
    return part.with_name(part.name + ".etag")


def _tag(part: Path) -> str:
    try:
        return _tag_file(part).read_text(encoding="latin-1")
    except FileNotFoundError:
        return ""


def _remember(part: Path, etag: str) -> None:
    if etag:
        _tag_file(part).write_text(etag, encoding="latin-1")
    else:
        _tag_file(part).unlink(missing_ok=True)


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    forget(part)


def forget(part: Path) -> None:
    """Drops what was kept beside a ``.part`` to go on with it."""
    _tag_file(part).unlink(missing_ok=True)
