"""`limit_heap`, in processes of their own: it holds for everything in a process."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

_MAPPED_AFTER_A_LARGE_FREE = """
import ctypes, sys
from inference.memory import LARGE_BYTES, limit_heap

class Info(ctypes.Structure):  # struct mallinfo2 of glibc's malloc.h
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd u f o c k".split()]

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
libc.mallinfo2.restype = Info
if sys.argv[1] == "limited":
    assert limit_heap()
libc.free(libc.malloc(16 * LARGE_BYTES))
before = libc.mallinfo2().hblks
libc.malloc(2 * LARGE_BYTES)
print(libc.mallinfo2().hblks - before)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="the C library is not glibc 2.33 or later")
@pytest.mark.parametrize(("how", "mapped"), [("limited", 1), ("unlimited", 0)])
def test_a_large_block_is_mapped_by_itself_even_after_a_larger_one_was_freed(how: str, mapped: int) -> None:
    command = [sys.executable, "-c", _MAPPED_AFTER_A_LARGE_FREE, how]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) == mapped
