"""`parley doctor` on who asks and judges."""

from __future__ import annotations

import socket

import pytest

from services.launcher.doctor import interviewer


def test_without_a_model_there_is_nothing_to_check() -> None:
    found = interviewer({})
    assert (found.state, found.finding) == ("ok", "builtin")


@pytest.mark.parametrize(
    ("engine", "setting", "form"),
    [
        ("llm-openai", "PARLEY_REASONING_LLM_URL", "http://{}/v1"),
        ("llm-triton", "PARLEY_REASONING_TRITON", "{}"),
        ("llm-triton", "PARLEY_REASONING_TRITON", "dns:///{}"),
    ],
)
def test_a_models_server_is_tried(engine: str, setting: str, form: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        environment = {"PARLEY_REASONING_ENGINE": engine, setting: form.format(address)}
        found = interviewer(environment)
        assert found.state == "ok"
        assert address in found.finding
    found = interviewer(environment)
    assert found.state == "note"
    assert "builtin engine works in its place" in found.finding
    assert setting in found.fix
