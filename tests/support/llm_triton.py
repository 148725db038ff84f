"""One Triton server for a test module, with the scripted model of the llm contract.

A test module that wants it says ``pytest_plugins = ["tests.support.llm_triton"]`` and takes ``scripted_triton``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.llm_script import ScriptedLlm, scripted_llm
from tests.support.triton import TritonServer, triton_server

MODEL = "scripted_llm"
_FOLDER = Path(__file__).with_name("triton_models") / MODEL


@dataclass(frozen=True)
class ScriptedTriton:
    """The server, and the script by which its model speaks."""

    server: TritonServer
    script: ScriptedLlm
    model: str = MODEL


def put_model(repository: Path, url: str) -> None:
    """The scripted model in ``repository``, speaking as the server at ``url`` says."""
    folder = repository / MODEL
    folder.mkdir(parents=True)
    (folder / "1").symlink_to(_FOLDER / "1")
    config = (_FOLDER / "config.pbtxt").read_text(encoding="utf-8")
    empty = 'key: "url" value: { string_value: "" }'
    assert empty in config
    (folder / "config.pbtxt").write_text(config.replace(empty, empty.replace('""', f'"{url}"')), encoding="utf-8")


@pytest.fixture(scope="session")
def scripted_triton() -> Iterator[ScriptedTriton]:
    """The run's server. Tests reset its script."""
    with scripted_llm() as script, tempfile.TemporaryDirectory(prefix="parley-llm-", ignore_cleanup_errors=True) as at:
        repository = Path(at) / "models"
        put_model(repository, script.url)
        with triton_server(repository, [MODEL]) as server:
            yield ScriptedTriton(server, script)
