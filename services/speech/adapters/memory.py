"""Gives memory that was freed back to the system."""

from __future__ import annotations

import ctypes


def release_freed() -> None:
    """Trims the C heap, where the C library is glibc; elsewhere does nothing.

    Reading a model frees as much as it keeps, but in a thread's arena, which glibc does not trim by itself: 100 MB for
    the fixture model, several times that for a real one.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return
    trim(0)
