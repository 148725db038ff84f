"""Triton for tests: the server itself is run by tools/triton_server.py."""

from __future__ import annotations

import pytest

from tools.install_tritonserver import InstallError, launcher
from tools.triton_server import REPOSITORY, TritonServer, copy_model, triton_server

__all__ = ["REPOSITORY", "TritonServer", "copy_model", "needs_triton", "triton_server"]


def _why_not() -> str:
    try:
        launcher()
    except InstallError as error:
        return str(error)
    return ""


needs_triton = pytest.mark.skipif(bool(_why_not()), reason=_why_not())
