"""Log lines in both forms, quiet libraries, and metrics that can be asked for twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from opentelemetry import context as otel_context

from services.kit import telemetry


@pytest.fixture
def _root_logger() -> Iterator[None]:
    """Puts the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    root.setLevel(level)


@pytest.mark.usefixtures("_root_logger")
def test_a_json_line_has_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure_logging("speech", "info", "json")
    telemetry.log(logging.getLogger("parley.x"), logging.INFO, "ready", engine="whisper", ms=1.5)
    line = json.loads(capsys.readouterr().err)
    assert line.pop("time").endswith("+00:00")
    expected = {"level": "info", "service": "speech", "logger": "parley.x", "event": "ready"}
    assert line == {**expected, "engine": "whisper", "ms": 1.5}


@pytest.mark.usefixtures("_root_logger")
def test_a_text_line_is_one_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure_logging("speech", "info", "text")
    telemetry.log(logging.getLogger("parley.x"), logging.WARNING, "not ready", detail="no model")
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert " warning speech not ready " in line
    assert 'detail="no model"' in line


@pytest.mark.usefixtures("_root_logger")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_an_exception_is_written_with_its_traceback(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure_logging("speech", "info", log_format)
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("parley.x").exception("failed")
    written = capsys.readouterr().err
    assert "ValueError: broken" in written
    assert "test_an_exception_is_written" in written


@pytest.mark.usefixtures("_root_logger")
def test_libraries_speak_from_warning_up(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure_logging("media", "debug")
    logging.getLogger("aiortc.rtcrtpsender").debug("packet")
    logging.getLogger("aioice").info("candidate")
    logging.getLogger("aioice").warning("trouble")
    written = capsys.readouterr().err
    assert "packet" not in written
    assert "candidate" not in written
    assert "trouble" in written


def test_a_metric_can_be_asked_for_twice() -> None:
    first = telemetry.counter("kit_test", "a test", ("kind",))
    assert telemetry.counter("kit_test", "a test", ("kind",)) is first


def test_no_trace_no_headers() -> None:
    assert telemetry.trace_headers() == ()


def test_a_callers_trace_goes_on_to_the_next_call() -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    token = otel_context.attach(otel_context.Context())
    try:
        telemetry.start_span("/x/Y", {"traceparent": traceparent})
        assert dict(telemetry.trace_headers()) == {"traceparent": traceparent}
    finally:
        otel_context.detach(token)
