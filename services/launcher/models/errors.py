"""What can go wrong with models on disk and on the way there.

ModelsError                  the message says what to do next
├── DownloadFailed           the bytes did not come: refused, or retried until the limits were reached
├── WrongContent             the bytes came and are not the pinned ones; they were deleted
├── DiskFull                 there is no room
├── PullRunning              another pull works on the same folder
├── NotAccepted              a file without a pinned hash, and the user did not accept that
└── NotFoundInFolder         an offline import lacks files
"""

from __future__ import annotations


class ModelsError(Exception):
    """Anything that `parley models` raises by itself."""


class DownloadFailed(ModelsError):
    """The bytes did not come."""


class WrongContent(ModelsError):
    """The bytes are not the pinned ones."""


class DiskFull(ModelsError):
    """There is no room for the files."""


class PullRunning(ModelsError):
    """Another process pulls into the same folder."""


class NotAccepted(ModelsError):
    """A file has no pinned hash and may not be taken on trust."""


class NotFoundInFolder(ModelsError):
    """The folder to import from lacks files."""
