"""One HTTP GET of a file, or of the rest of it. Retrying is the caller's (download.py)."""

from __future__ import annotations

import http.client
import re
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from services.launcher.models.errors import DownloadFailed

AGENT: Final = "parley-models"
_RETRYABLE: Final = frozenset({408, 425, 429})
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_NOT_SATISFIABLE: Final = 416
_PARTIAL: Final = 206
HTTP_ERRORS: Final = http.client.HTTPException


class Cut(Exception):
    """The transfer ended too early, or did not begin; what has arrived is kept, and another try may help.

    ``wait_s``: what the server asked for, if it did. ``fruitless``: whether this try counts as none, though some bytes
    came.
    """

    def __init__(self, reason: str, wait_s: float | None = None, *, fruitless: bool = False) -> None:
        super().__init__(reason)
        self.wait_s = wait_s
        self.fruitless = fruitless


class Restart(Exception):
    """The server cannot go on from where we are: what has arrived is of no use."""


@dataclass(frozen=True, slots=True)
class Body:
    """An answer's bytes: those of the file from ``offset`` on."""

    response: Any
    offset: int
    length: int | None
    """Bytes that the server announced from there on; None if it did not."""
    etag: str
    """Strong entity tag, or empty."""


class SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from HTTPS to anything else."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(req.full_url).scheme == "https" and urlsplit(newurl).scheme != "https":
            raise DownloadFailed(f"{req.full_url} redirects to an unencrypted address: not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER: Final = urllib.request.build_opener(SafeRedirects())


def get(url: str, offset: int, etag: str, stall_s: float) -> Body:
    """Asks for the file from ``offset`` on, if ``etag`` (may be empty) is still its tag; else for all of it.

    Uses the proxies of the environment. ``stall_s``: longest wait for the connection, and for each read of the body.
    Raises Cut, Restart or DownloadFailed. The caller closes ``response``.
    """
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
        if etag:
            headers["If-Range"] = etag
    request = urllib.request.Request(url, headers=headers)  # noqa: S310  # the manifest's schema allows http(s) alone
    try:
        response = _OPENER.open(request, timeout=stall_s)
    except urllib.error.HTTPError as error:
        error.close()
        _refused(url, error)
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise DownloadFailed(f"{url}: the server's certificate is not valid ({error.reason})") from error
        raise Cut(str(error.reason)) from error
    except (OSError, http.client.HTTPException) as error:
        raise Cut(str(error) or type(error).__name__) from error
    try:
        return _body(response, offset)
    except Restart:
        response.close()
        raise


def _body(response: Any, offset: int) -> Body:
    length = response.headers.get("Content-Length")
    announced = int(length) if length and length.isdigit() else None
    etag = response.headers.get("ETag") or ""
    strong = etag if etag.startswith('"') else ""  # a weak tag may not stand in If-Range (RFC 9110, 13.1.5)
    if response.status != _PARTIAL:
        return Body(response, 0, announced, strong)
    match = _RANGE.match(response.headers.get("Content-Range") or "")
    if match is None or int(match[1]) != offset:
        raise Restart
    return Body(response, offset, announced, strong)


def _refused(url: str, error: urllib.error.HTTPError) -> NoReturn:
    if error.code == _NOT_SATISFIABLE:
        raise Restart from None
    if error.code in _RETRYABLE or error.code >= http.client.INTERNAL_SERVER_ERROR:
        asked = error.headers.get("Retry-After") or ""
        raise Cut(f"HTTP {error.code}", float(asked) if asked.isdigit() else None) from None
    raise DownloadFailed(
        f"{url}: HTTP {error.code} {error.reason}; set PARLEY_MODEL_MIRROR to another server, or import the files with "
        "`parley models pull --from FOLDER`"
    ) from None
