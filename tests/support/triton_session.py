"""One Triton server for the whole test run, with the fixture's Whisper model in three forms.

A test module that wants it says ``pytest_plugins = ["tests.support.triton_session"]`` and takes ``whisper_server``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.speech_audio import MODEL
from tests.support.triton import TritonServer, copy_model, triton_server
from tests.support.whisper_triton import MODELS


@pytest.fixture(scope="session")
def whisper_server() -> Iterator[TritonServer]:
    """The run's server. Leave its models as they are: load others under other names, or start another server."""
    # Not under pytest's base folder: a second run beside this one may tidy that up.
    with tempfile.TemporaryDirectory(prefix="parley-triton-", ignore_cleanup_errors=True) as folder:
        repository = Path(folder) / "models"
        for name, parameters in MODELS.items():
            copy_model("whisper", repository, called=name, parameters={"folder": str(MODEL), **parameters})
        with triton_server(repository, list(MODELS)) as server:
            yield server
