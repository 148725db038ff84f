"""Which messages are checked, and how a violation names its field."""

from __future__ import annotations

from typing import Any

import pytest
from parley.speech.v1 import speech_service_pb2
from protovalidate import Validator

from services.kit.errors import InvalidArgument
from services.kit.validation import decoder, has_constraints
from tests.support.kit_contract import Echo, Free


def test_constraints_are_found_also_in_nested_and_recursive_types() -> None:
    assert has_constraints(Echo.DESCRIPTOR)
    transcribe: Any = speech_service_pb2.TranscribeRequest.DESCRIPTOR
    assert has_constraints(transcribe)
    assert not has_constraints(Free.DESCRIPTOR)


def test_a_violation_deep_inside_is_named_by_its_path() -> None:
    message = Echo(parts=[Echo(), Echo(parts=[Echo(text="nine char")])])
    with pytest.raises(InvalidArgument) as caught:
        decoder(Echo.DESCRIPTOR, Validator())(message.SerializeToString())
    assert [field for field, _ in caught.value.violations] == ["parts[1].parts[0].text"]
    assert "nine char" not in caught.value.message


def test_a_right_message_comes_through() -> None:
    message = Echo(text="eight ch", parts=[Echo(text="a")])
    assert decoder(Echo.DESCRIPTOR, Validator())(message.SerializeToString()) == message
    free = Free(data=b"1")
    assert decoder(Free.DESCRIPTOR, Validator())(free.SerializeToString()) == free


@pytest.mark.parametrize("message", [Echo, Free])
def test_bytes_that_are_no_message(message: type) -> None:
    with pytest.raises(InvalidArgument) as caught:
        decoder(message.DESCRIPTOR, Validator())(b"\xff")  # type: ignore[attr-defined]
    assert caught.value.reason == "MALFORMED_MESSAGE"
