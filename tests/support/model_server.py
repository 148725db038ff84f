"""A real HTTP server that gives files the way bad networks do: cuts, stalls, drips, wrong bytes, other versions."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one answer.

    ``cut_after``: bytes after which the connection closes; ``stall_after``: after which nothing comes any more;
    ``status``: instead of the file; ``headers``: more of them; ``body``: other bytes; ``no_range``: sends everything
    though a part was asked for; ``dripping``: byte by byte; ``bare``: without the file's length.
    """

    cut_after: int | None = None
    stall_after: int | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    no_range: bool = False
    dripping: bool = False
    bare: bool = False


@dataclass
class Files:
    """What the server gives, and what was asked of it."""

    content: dict[str, bytes] = field(default_factory=dict)
    """By path, with the leading slash."""
    etags: dict[str, str] = field(default_factory=dict)
    faults: defaultdict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    """For the next requests of a path, in order; then all goes well."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Paths and headers of the requests so far."""
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    """Ends the stalls."""
    stalled: threading.Event = field(default_factory=threading.Event)
    """Set when an answer stalls."""

    def spoil(self, path: str, *faults: Fault) -> None:
        """The next answers for ``path``."""
        self.faults[path].extend(faults)

    def ranges(self) -> list[str]:
        """The Range header of each request, empty where there was none."""
        return [headers.get("Range", "") for _, headers in self.asked]


@contextmanager
def model_server(tls: ssl.SSLContext | None = None) -> Iterator[Files]:
    """Serves on a free port until left; with ``tls`` by HTTPS."""
    files = Files()
    handler = type("Handler", (_Handler,), {"files": files})
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    files.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="model-server")
    thread.start()
    try:
        yield files
    finally:
        files.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or refuses our certificate, is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    files: Files

    def do_GET(self) -> None:
        files = self.files
        files.asked.append((self.path, dict(self.headers.items())))
        waiting = files.faults[self.path]
        fault = waiting.popleft() if waiting else Fault()
        if fault.status is not None or self.path not in files.content:
            self._answer(fault.status or 404, {"Content-Length": "0", **fault.headers})
            return
        content = fault.body if fault.body is not None else files.content[self.path]
        start = 0 if fault.no_range else self._start(content)
        if start > len(content):
            self._answer(416, {"Content-Length": "0", "Content-Range": f"bytes */{len(content)}"})
            return
        headers = dict(fault.headers) if fault.bare else {"Content-Length": str(len(content) - start), **fault.headers}
        if self.path in files.etags:
            headers["ETag"] = files.etags[self.path]
        if start:
            headers.setdefault("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self._answer(206 if start else 200, headers)
        self._send(content[start:], fault)

    def _start(self, content: bytes) -> int:
        wanted = self.headers.get("Range")
        tag = self.headers.get("If-Range")
        if not wanted or (tag and tag != self.files.etags.get(self.path)):
            return 0
        return int(wanted.removeprefix("bytes=").removesuffix("-"))

    def _send(self, content: bytes, fault: Fault) -> None:
        end = fault.cut_after if fault.cut_after is not None else fault.stall_after
        pieces = [content[:end]] if not fault.dripping else [content[at : at + 1] for at in range(len(content))]
        try:
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            return  # the client gave up, as it should
        if fault.stall_after is not None:
            self.files.stalled.set()
            self.files.released.wait(60)

    def _answer(self, status: int, headers: Mapping[str, str]) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing."""


def entry(name: str, files: Mapping[str, bytes], base: str, **fields: Any) -> dict[str, Any]:
    """A manifest's model whose files the server gives at their paths."""
    rows = [
        {
            "path": path,
            "url": f"{base}/{path}",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for path, content in files.items()
    ]
    model = {"name": name, "what": f"the {name} of tests", "engine": "none", "default": True, "licence": "MIT"}
    return {**model, "source": base, "files": rows, **fields}


def write_manifest(path: Path, *models: dict[str, Any]) -> Path:
    """A manifest of these models."""
    path.write_text(json.dumps({"version": 1, "models": list(models)}), encoding="utf-8")
    return path
